"""The shortlist, the comparison, and what of the list can be taken along."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.visitor import LIST, ready, status, titles
from tests.previews import PATIENCE

pytestmark = pytest.mark.browser

ROAD, CORNER = "long-road-to-school", "reading-corner"
NO_STORAGE = """
Object.defineProperty(window, "localStorage",
  {get() { throw new DOMException("", "SecurityError") }})
"""
PRINT = """
window.print = () => {
  window.printed = [...document.querySelectorAll(".results h3")].map(h => h.textContent);
  window.line = document.querySelector(".status").textContent;
  setTimeout(() => window.dispatchEvent(new Event("afterprint")));
}
"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser's window of its own, with an empty storage."""
    made = browser.new_context(accept_downloads=True)
    made.set_default_timeout(PATIENCE * 1000)
    yield made
    made.close()


def rows(page: Page) -> dict[str, list[str]]:
    """Return the rows of the comparison by their headings."""
    page.locator(".comparison[data-state=ready]").wait_for()
    found: dict[str, list[str]] = page.evaluate("""() => Object.fromEntries(
      [...document.querySelectorAll(".compared tbody tr")].map(row => [
        row.cells[0].innerText, [...row.cells].slice(1).map(cell => cell.innerText)]))""")
    return found


def columns(page: Page) -> list[str]:
    """Return the titles of the practices that are compared."""
    page.locator(".comparison[data-state=ready]").wait_for()
    return page.locator(".compared thead th a").all_inner_texts()


def add(page: Page, title: str) -> None:
    """Put a result on the shortlist, or take it away."""
    page.get_by_role("button", name=f"shortlist {title}").click()


def test_a_shortlist_is_chosen_compared_and_shared(
    context: BrowserContext, browser: Browser, http: str
) -> None:
    page = context.new_page()
    page.goto(f"{http}{LIST}?sort=newest")
    ready(page)
    assert "kept in this browser only" in page.locator(".shortlist").inner_text()
    add(page, "The long road to school")
    page.get_by_text("Kept in this browser only.", exact=True).wait_for()
    add(page, "A reading corner in the courtyard")
    page.get_by_role("link", name="Compare the 2 practices on your shortlist").click()
    assert columns(page) == ["The long road to school", "A reading corner in the courtyard"]
    assert page.url == f"{http}compare.html?id={ROAD}&id={CORNER}"
    found = rows(page)
    assert found["Country of implementation"] == ["Belgium\n\nGreece", "Belgium"]
    assert found["Evidence"] == ["Evaluated", "Told by those who do it"]
    assert found["Place"] == ["Flemish Brabant and Attica", "–"]
    other = browser.new_page()
    other.goto(page.url)
    assert rows(other) == found
    other.close()


def test_removing_is_remembered_and_the_shortlist_of_another_is_left_alone(
    context: BrowserContext, http: str
) -> None:
    page = context.new_page()
    page.goto(f"{http}{LIST}?sort=newest")
    ready(page)
    add(page, "The long road to school")
    add(page, "A reading corner in the courtyard")
    page.goto(f"{http}compare.html?id={ROAD}&id=minimal")
    page.get_by_role("button", name="Remove The long road to school").click()
    assert columns(page) == ["Minimal"]
    page.goto(f"{http}compare.html")
    assert len(columns(page)) == 2
    page.get_by_role("button", name="Remove The long road to school").click()
    assert columns(page) == ["A reading corner in the courtyard"]
    assert page.locator(".status").evaluate("line => line === document.activeElement")
    page.get_by_role("button", name="Remove A reading").click()
    assert "nothing on your shortlist" in page.locator(".empty").inner_text()
    page.goto(f"{http}compare.html")
    assert columns(page) == []


def test_thirty_practices_and_one_that_is_not_there(context: BrowserContext, http: str) -> None:
    page = context.new_page()
    ids = [f"invented-{number}" for number in range(2, 32)]
    page.goto(f"{http}compare.html?" + "&".join(f"id={name}" for name in [*ids, "nowhere", "../x"]))
    assert len(columns(page)) == 30
    assert page.locator(".lost li").count() == 1
    assert "no practice “nowhere”" in page.locator(".lost").inner_text()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Remove nowhere").click()
    assert page.locator(".lost li").count() == 0
    assert "nowhere" not in page.url


def test_a_practice_that_has_moved_is_compared(context: BrowserContext, http: str) -> None:
    page = context.new_page()
    page.goto(f"{http}compare.html?id=reading-outside")
    assert columns(page) == ["A reading corner in the courtyard"]


def test_two_tabs_have_one_shortlist(context: BrowserContext, http: str) -> None:
    one, two = context.new_page(), context.new_page()
    for page in (one, two):
        page.goto(f"{http}{LIST}?sort=newest")
        ready(page)
    add(one, "The long road to school")
    two.get_by_role("button", name="Remove from shortlist The long road to school").wait_for()
    add(two, "A reading corner in the courtyard")
    one.get_by_role("link", name="Compare the 2 practices").wait_for()


def test_without_storage_the_button_says_so(context: BrowserContext, http: str) -> None:
    context.add_init_script(NO_STORAGE)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{http}{LIST}?q=road")
    ready(page)
    add(page, "The long road to school")
    page.get_by_text("Your browser does not let this site keep a shortlist.").wait_for()
    page.goto(f"{http}compare.html?id={ROAD}")
    assert columns(page) == ["The long road to school"]
    assert faults == []


@pytest.mark.parametrize("address", ["?q=violin&country=belgium", "?country=greece&sort=title", ""])
def test_the_list_can_be_taken_along(
    context: BrowserContext, http: str, site: Path, address: str
) -> None:
    page = context.new_page()
    page.goto(f"{http}{LIST}{address}")
    if address:
        ready(page)
    texts = {}
    for name in ("Table (CSV)", "Data (JSON)"):
        if not page.locator(".take").evaluate("box => box.open"):
            page.locator(".take > summary").click()
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        texts[name] = Path(download.value.path()).read_bytes().decode("utf-8-sig")
    table = list(csv.DictReader(texts["Table (CSV)"].splitlines()))
    data = json.loads(texts["Data (JSON)"])
    whole = json.loads((site / "data" / "practices.json").read_text("utf-8"))
    assert [row["id"] for row in table] == [record["id"] for record in data]
    assert all(record in whole for record in data)
    if address:
        hrefs = "all => all.map(a => a.getAttribute('href').replace('.html', ''))"
        shown = page.locator(".results h3 a").evaluate_all(hrefs)
        assert [record["id"] for record in data][:25] == shown
        assert len(data) == int(status(page).split()[0])
    else:
        assert data == whole


def test_all_results_are_printed(context: BrowserContext, http: str) -> None:
    context.add_init_script(PRINT)
    page = context.new_page()
    page.goto(f"{http}{LIST}?country=belgium&q=invented&page=2")
    total = int(status(page).split()[0])
    second = titles(page)
    assert 25 < total < 50
    page.locator(".take > summary").click()
    page.get_by_role("button", name="Print the list").click()
    page.wait_for_function("() => window.printed")
    assert len(page.evaluate("window.printed")) == total
    assert page.evaluate("window.line") == f"{total} practices, 1 filter for “invented”"
    page.locator(".pagination").wait_for()
    assert titles(page) == second
