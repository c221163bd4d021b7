"""The explorer in the browser: what it finds, what it says, what it must never do."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NONSENSE = [
    "note: this",
    "covid-19 ~",
    "*",
    "~",
    "^",
    "+",
    "-",
    ":",
    "title:",
    "road~99 ^5 +school -belgium",
    '"quotes"',
    "'; drop",
    "<img src=x onerror=alert(1)>",
    "\\",
    "constructor __proto__ toString",
    "🙂",
    "a" * 3000,
]


def type_in(page: Page, text: str) -> None:
    """Write into the search page's field as a visitor does."""
    page.locator("main input[name=q]").fill(text)


def ready(page: Page) -> None:
    """Wait until the list, the counts and the cards are those that the address asks for."""
    page.locator(".explorer[data-state=ready]").wait_for()


def titles(page: Page) -> list[str]:
    """Return the titles of the results."""
    ready(page)
    return page.locator(".results h3").all_inner_texts()


@pytest.fixture
def search(page: Page, http: str) -> Page:
    """Return the search page; any error on it fails the test."""
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{http}practices/index.html")
    page.expose_function("faults", lambda: faults)
    return page


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("road", "The long road to school"),
        ("LONG ROAD", "The long road to school"),
        ("corner courtyard", "A reading corner in the courtyard"),
        ("courty", "A reading corner in the courtyard"),
        ("scoala", "Școală după școală: „Învățăm împreună”"),
        ("lukasz", "Școală după școală: „Învățăm împreună”"),
        ("ελληνικα", "Ελληνικά μαθήματα για οικογένειες"),
        ("ΟΙΚΟΓΕΝΕΙΕΣ", "Ελληνικά μαθήματα για οικογένειες"),
        ("مدرسة", "مدرسة للجميع"),
        ("covid-19", "A reading corner in the courtyard"),
        ("hellas", "Ελληνικά μαθήματα για οικογένειες"),
    ],
)
def test_a_practice_is_found(search: Page, typed: str, title: str) -> None:
    type_in(search, typed)
    assert title in titles(search)


def test_a_word_of_the_title_comes_first(search: Page) -> None:
    type_in(search, "road")
    assert titles(search)[0] == "The long road to school"


@pytest.mark.parametrize("typed", NONSENSE, ids=lambda typed: typed[:12])
def test_no_words_are_too_strange(search: Page, typed: str) -> None:
    type_in(search, "road")
    titles(search)
    type_in(search, typed)
    ready(search)
    assert search.evaluate("faults()") == []
    assert search.locator(".status").inner_text() != ""
    assert search.locator(".results img, .results script").count() == 0


def test_a_search_without_result_says_so(search: Page) -> None:
    type_in(search, "zzzqqq")
    search.get_by_text("No practice is found for “zzzqqq”.").wait_for()
    assert search.locator(".results li").count() == 0


def test_the_home_page_leads_to_results_and_back(page: Page, http: str) -> None:
    page.goto(http)
    type_in(page, "reading corner")
    page.keyboard.press("Enter")
    page.wait_for_url("**/practices/index.html?q=reading*corner")
    assert titles(page)[0] == "A reading corner in the courtyard"
    page.locator(".results h3 a").first.click()
    page.wait_for_url("**/practices/reading-corner.html")
    page.go_back()
    assert titles(page)[0] == "A reading corner in the courtyard"


def test_from_a_disk_the_explorer_says_what_to_do(page: Page, addresses: dict[str, str]) -> None:
    page.goto(f"{addresses['file']}practices/index.html?q=road")
    assert "need the site to be served" in page.locator(".from-disk").inner_text()
    assert not page.locator(".filters").is_visible()
    page.locator(".from-disk a").click()
    assert page.locator("h1").inner_text() == "All practices from A to Z"
