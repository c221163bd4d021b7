"""The explorer in the browser: what it finds, what it says, what it must never do."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.visitor import LIST, box, ready, status, titles, type_in

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


@pytest.fixture
def search(page: Page, http: str) -> Page:
    """Return the search page; any error on it fails the test."""
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(http + LIST)
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


def test_typing_quickly_ends_with_what_was_typed_last(search: Page) -> None:
    search.locator("main input[name=q]").press_sequentially("garden", delay=5)
    search.locator("main input[name=q]").press_sequentially(" violin", delay=5)
    found = titles(search)
    total = status(search)
    assert search.url.endswith("?q=garden+violin")
    search.goto(search.url)
    assert (titles(search), status(search)) == (found, total)
    search.go_back()
    ready(search)


def test_the_words_typed_at_once_are_one_step_back(search: Page) -> None:
    search.locator("main input[name=q]").press_sequentially("garden")
    ready(search)
    search.go_back()
    expect(search).to_have_url(re.compile(r"index\.html$"))
    assert search.locator("main input[name=q]").input_value() == ""
    assert re.fullmatch(r"\d+ practices", status(search))


def test_a_late_answer_to_an_old_query_changes_nothing(search: Page) -> None:
    held: list[Route] = []
    search.context.route("**/search/shards/*", lambda route: held.append(route))
    with search.expect_request("**/search/shards/*"):
        type_in(search, "road")
    search.get_by_text("Searching …").wait_for()
    type_in(search, "")
    whole = status(search)
    assert len(titles(search)) == 25
    with search.expect_response("**/search/shards/*"):
        held[0].continue_()
    search.wait_for_timeout(300)
    assert status(search) == whole
    assert len(titles(search)) == 25


@pytest.mark.parametrize(
    "part", ["**/search/index.json", "**/search/shards/*", "**/search-worker*"]
)
@pytest.mark.parametrize("how", ["lost", "aborted"])
def test_a_failed_fetch_is_told_and_can_be_tried_again(
    page: Page, http: str, part: str, how: str
) -> None:
    def fail(route: Route) -> None:
        if how == "lost":
            route.fulfill(status=404, body="<p>no</p>", content_type="text/html")
        else:
            route.abort()

    page.context.route(f"**/{part}", fail)
    page.goto(f"{http}{LIST}?q=road")
    page.get_by_text("The search could not be loaded.").first.wait_for()
    assert page.locator(".results li").count() == 25
    page.wait_for_timeout(500)
    assert page.locator(".status").inner_text() == "The search could not be loaded."
    page.context.unroute(f"**/{part}")
    page.get_by_role("button", name="Try again").click()
    assert titles(page) == ["The long road to school"]
    assert page.locator(".notes").inner_text() == ""


def test_nothing_is_said_of_a_search_that_nobody_asked_for(page: Page, http: str) -> None:
    page.context.route("**/search-worker*", lambda route: route.abort())
    page.goto(http + LIST)
    before = page.locator(".status").inner_text()
    with page.expect_event("requestfailed"):
        page.locator("main input[name=q]").focus()
    page.wait_for_timeout(200)
    assert page.locator(".status").inner_text() == before
    type_in(page, "road")
    page.get_by_text("The search could not be loaded.").first.wait_for()


def test_typing_blocks_nothing(search: Page) -> None:
    search.evaluate("""() => new PerformanceObserver(
      list => long.push(...list.getEntries().map(entry => entry.duration))
    ).observe({type: "longtask"})""")
    blocked: list[int] = []
    while 0 not in blocked and len(blocked) < 9:  # a busy machine blocks too, but not always
        search.evaluate("() => { window.long = [] }")
        type_in(search, "")
        search.locator("main input[name=q]").press_sequentially("marzipan garden", delay=40)
        ready(search)
        blocked.append(search.evaluate("() => long.length"))
    assert 0 in blocked, blocked


def test_what_a_text_holds_stays_text(search: Page) -> None:
    type_in(search, "marzipan")
    search.locator(".snippet").wait_for()
    assert "<img src=x onerror=" in search.locator(".snippet").inner_text()
    assert search.locator(".results img").count() == 0
    assert titles(search) == ['Invented "bold" & 5 < 7 > {{ it }}, number 1']
    assert search.locator(".snippet mark").all_inner_texts() == ["marzipan"]
    assert search.title().startswith("All practices")


def test_a_card_shows_where_it_matched_and_in_which_language(search: Page) -> None:
    type_in(search, "ΟΙΚΟΓΕΝΕΙΕΣ")
    ready(search)
    assert search.locator(".results h3").get_attribute("lang") == "el"
    assert search.locator(".results h3 mark").inner_text() == "οικογένειες"
    assert search.locator(".results .meta").first.inner_text() == "Greece · 2020"
    assert search.locator(".results h3").get_attribute("dir") == "ltr"
    type_in(search, "مدرسة")
    ready(search)
    expect(search.locator(".results h3")).to_have_attribute("dir", "rtl")
    type_in(search, "road to school")
    ready(search)
    expect(search.locator(".results h3").first).to_have_attribute("dir", "auto")


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("?country=atlantis&nothing=at-all&q=road", "?q=road"),
        ("?country=belgium&country=belgium&q=road", "?country=belgium&q=road"),
        ("?q=invented&page=999", "?q=invented&page=3"),
        ("?q=invented&page=-1", "?q=invented"),
        ("?q=invented&page=abc", "?q=invented&page=0"),
        ("?q=invented&sort=size", "?q=invented"),
        ("?q=%20", "?sort=newest"),
    ],
)
def test_what_an_address_cannot_mean_is_left_out(
    page: Page, http: str, address: str, same: str
) -> None:
    found = []
    for query in (address, same):
        page.goto(f"{http}{LIST}{query}")
        if query != "?q=%20":
            ready(page)
        found.append(page.locator(".results h3, .pagination").all_text_contents())
    assert found[0] == found[1]


def test_a_query_of_which_no_record_has_all_words(search: Page) -> None:
    type_in(search, "road corner courtyard lukasz")
    ready(search)
    notes = search.locator(".notes").inner_text()
    assert notes == "No practice has all four words; these have two."
    assert set(titles(search)) == {"The long road to school", "A reading corner in the courtyard"}


def test_a_mistyped_word_is_asked_about(search: Page) -> None:
    type_in(search, "chess voilin")
    ready(search)
    assert (
        "No practice has “voilin”. Did you mean “violin”?" in search.locator(".notes").inner_text()
    )
    total = status(search)
    search.get_by_role("button", name="“violin”").click()
    assert status(search) == total
    assert search.url.endswith("?q=chess+violin")
    assert search.locator(".notes").inner_text() == ""
    assert search.locator("main input[name=q]").input_value() == "chess violin"


def test_the_order_can_be_changed(search: Page) -> None:
    order = search.get_by_label("Sorted by")
    assert order.input_value() == "newest"
    assert order.locator("option", has_text="relevance").is_disabled()
    type_in(search, "invented garden")
    ready(search)
    assert order.input_value() == ""
    order.select_option("title")
    found = titles(search)
    assert found == sorted(found, key=str.lower)
    assert search.url.endswith("&sort=title")
    type_in(search, "invented violin")
    ready(search)
    assert order.input_value() == "title"


def test_the_next_page_of_the_list_keeps_the_filters(search: Page) -> None:
    first = search.locator(".results h3").all_text_contents()
    search.get_by_role("link", name="Next").click()
    search.wait_for_url("**/index.html?page=2")
    second = titles(search)
    assert len(second) == 25
    assert not set(first) & set(second)
    assert search.locator(".filters").is_visible()
    line = search.locator(".status")
    assert line.evaluate("line => line === document.activeElement")
    assert line.evaluate("line => line.getBoundingClientRect().top >= 0")
    search.get_by_role("link", name="Previous").click()
    search.wait_for_url("**/practices/index.html")
    assert titles(search) == first


def test_what_was_found_is_said_after_a_second_of_quiet(search: Page) -> None:
    said = search.get_by_role("status")
    search.check(box(search, "country", "belgium"))
    ready(search)
    type_in(search, "garden")
    ready(search)
    assert said.inner_text() == ""
    expect(said).to_have_text(re.compile(r"^\d+ practices, 1 filter$"))
    assert (
        search.locator(".results").evaluate("list => list.closest('[aria-live], [role=status]')")
        is None
    )
    assert search.locator("[role=combobox]").count() == 0
