"""Back and reload lead to where the visitor was: the results, the place in them, the focus."""

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import LIST, box, ready, status, titles

pytestmark = pytest.mark.browser

PLACE = """
() => {
  const at = document.activeElement;
  return [at.outerHTML.slice(0, 80), Math.round(at.getBoundingClientRect().top)];
}
"""


def place(page: Page) -> tuple[str, int]:
    """Return what has the focus, and how far down the window it is."""
    name, top = page.evaluate(PLACE)
    return name, top


def there(page: Page, http: str) -> tuple[list[str], tuple[str, int]]:
    """Go to the second page of some results and focus a late one; return both."""
    page.goto(f"{http}{LIST}?q=invented&language=english&sort=title&page=2")
    found = titles(page)
    page.locator(".results h3 a").nth(18).focus()
    page.evaluate("scrollBy(0, 37)")
    return found, place(page)


def same_place(page: Page, before: tuple[str, int]) -> None:
    """Check that the focus is where it was, to a few pixels."""
    page.wait_for_function(
        "name => document.activeElement.outerHTML.startsWith(name)", arg=before[0]
    )
    assert abs(place(page)[1] - before[1]) < 5


def test_back_from_a_practice(page: Page, http: str) -> None:
    found, before = there(page, http)
    page.keyboard.press("Enter")
    page.wait_for_url("**/practices/invented-*.html")
    page.go_back()
    assert titles(page) == found
    same_place(page, before)


def test_back_from_a_practice_where_pages_are_kept_alive(kept: Page, http: str) -> None:
    found, before = there(kept, http)
    kept.evaluate("window.isOld = true")
    kept.keyboard.press("Enter")
    kept.wait_for_url("**/practices/invented-*.html")
    kept.go_back(wait_until="commit")
    assert titles(kept) == found
    same_place(kept, before)
    assert kept.evaluate("window.isOld") is True


def test_reload(page: Page, http: str) -> None:
    found, before = there(page, http)
    page.reload()
    assert titles(page) == found
    same_place(page, before)


def test_back_to_the_results_before(page: Page, http: str) -> None:
    page.goto(f"{http}{LIST}?q=invented")
    whole = status(page)
    selector = box(page, "country", "greece")
    page.locator(selector).focus()
    before = place(page)
    page.keyboard.press("Space")
    assert status(page) != whole
    page.locator("main input[name=q]").focus()
    page.go_back()
    page.wait_for_url("**?q=invented")
    assert status(page) == whole
    same_place(page, before)
    assert not page.locator(selector).is_checked()


def test_back_from_the_next_page(page: Page, http: str) -> None:
    page.goto(f"{http}{LIST}?q=invented")
    first = titles(page)
    link = page.get_by_role("link", name="Next", exact=True)
    link.focus()
    before = place(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**&page=2")
    assert titles(page) != first
    page.go_back()
    page.wait_for_url("**?q=invented")
    assert titles(page) == first
    same_place(page, before)


def test_twice_back_and_forward_in_a_hurry(page: Page, http: str) -> None:
    """A list that was only passed through keeps its own place."""
    page.goto(f"{http}{LIST}?q=invented")
    for term in ("greece", "italy"):
        page.locator(box(page, "country", term)).focus()
        before = place(page)
        page.keyboard.press("Space")
        page.wait_for_url(f"**country={term}")
        ready(page)
    page.evaluate("history.back(); setTimeout(() => history.back(), 30)")
    page.wait_for_url("**?q=invented")
    ready(page)
    page.go_forward()
    page.wait_for_url("**&country=greece")
    ready(page)
    same_place(page, before)


def test_a_link_within_the_page_asks_nothing_again(page: Page, http: str) -> None:
    page.goto(f"{http}{LIST}?q=invented")
    ready(page)
    page.evaluate("document.querySelector('.results li').dataset.mark = 'old'")
    page.keyboard.press("Home")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.go_back()
    page.wait_for_url("**?q=invented")
    assert page.locator(".results li").first.get_attribute("data-mark") == "old"
