"""What a visitor does in the explorer and sees of it, for the tests of the browser."""

from collections.abc import Mapping

from playwright.sync_api import Page

LIST = "practices/index.html"
OPEN_ALL = """
() => Promise.all([...document.querySelectorAll("[data-facet]:not([open])")].map(facet =>
  new Promise(done => { facet.addEventListener("toggle", done, {once: true}); facet.open = true })))
"""
COUNTS = """
() => Object.fromEntries([...document.querySelectorAll("[data-facet] input[type=checkbox]")].map(
  box => [`${box.name} ${box.value}`, Number(box.closest("li").querySelector(".count").innerText)]))
"""


def type_in(page: Page, text: str) -> None:
    """Write into the search page's field as a visitor does."""
    page.locator("main input[name=q]").fill(text)


def ready(page: Page) -> None:
    """Wait until the list, the counts and the cards are those that the address asks for."""
    page.locator(".explorer[data-state=ready]").wait_for()


def titles(page: Page) -> list[str]:
    """Return the titles of the results."""
    ready(page)
    return page.locator(".results h3").all_text_contents()


def status(page: Page) -> str:
    """Return the line above the results."""
    ready(page)
    return page.locator(".status").inner_text()


def counts(page: Page) -> Mapping[str, int]:
    """Open all filters; return the number beside each term, by "facet term"."""
    ready(page)
    page.evaluate(OPEN_ALL)
    ready(page)
    found: dict[str, int] = page.evaluate(COUNTS)
    return found


def box(page: Page, facet: str, term: str) -> str:
    """Return the selector of the box for a term, in a filter that is opened until it shows."""
    of_facet, selector = f"[data-facet={facet}]", f"input[name={facet}][value={term}]"
    if not page.locator(of_facet).evaluate("facet => facet.open"):
        page.locator(f"{of_facet} > summary").click()
    if not page.locator(selector).is_visible():
        page.locator(f"{of_facet} .show-more").click()
    return selector


def chips(page: Page) -> list[str]:
    """Return the filters that are set, as they stand above the list."""
    names = "all => all.map(of => of.textContent + of.nextSibling.textContent)"
    found: list[str] = page.locator(".chip .of").evaluate_all(names)
    return found
