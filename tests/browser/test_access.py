"""Pages can be used by everybody: axe-core finds nothing, and the keyboard reaches everything."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.judging import LOOKS, Judge, Look
from tests.browser.states import VISITS
from tests.browser.world import KINDS

pytestmark = pytest.mark.browser

FOCUS = """
() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const tile = at.matches("svg a") && getComputedStyle(at.querySelector("rect")).strokeWidth;
  const again = at === document.body || at.dataset.reached === "yes";
  at.dataset.reached = "yes";
  return {
    again,
    href: at.getAttribute("href") || "",
    inMain: Boolean(at.closest("main")),
    seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight,
    marked: style.outlineStyle !== "none" || style.boxShadow !== "none" || tile === "3px",
    text: at.outerHTML.slice(0, 100),
  };
}
"""
UNREACHED = """
() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])")]
  .filter(node => !node.dataset.reached && !node.disabled && node.type !== "radio")
  .filter(node => node.checkVisibility({ visibilityProperty: true }))
  .map(node => node.outerHTML.slice(0, 100))
"""


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", VISITS)
def test_axe_finds_nothing(judge: Judge, name: str, look: Look) -> None:
    assert [fault for verdict in judge(name, look) for fault in verdict.faults] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_tab_stop_skips_to_the_content(page: Page, http: str, kind: str) -> None:
    page.goto(http + KINDS[kind])
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUS)
    assert first["href"].startswith("#")
    assert first["seen"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["inMain"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_tab_stop_is_reached_and_seen(page: Page, http: str, kind: str) -> None:
    page.goto(http + KINDS[kind])
    while True:
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["again"]:
            break
        assert focus["seen"], focus
        assert focus["marked"], focus
    assert page.evaluate(UNREACHED) == []


def test_a_wide_table_scrolls_by_itself_and_by_keyboard(browser: Browser, http: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(http + KINDS["practice"])
    wide = page.locator("main :has(> table)").first
    assert wide.evaluate("box => box.scrollWidth > box.clientWidth")
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=wide.element_handle())
    page.close()
