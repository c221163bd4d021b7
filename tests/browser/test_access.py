"""Pages can be used by everybody: axe-core finds nothing, and the keyboard reaches everything."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visitor import ready
from tests.browser.world import KINDS

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = """
async () => (await axe.run()).violations.map(
  v => `${v.id}: ${v.help} (${v.nodes.map(node => node.html).slice(0, 3).join(" ")})`)
"""
FOCUS = """
() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  return {
    href: at.getAttribute("href") || "",
    inMain: Boolean(at.closest("main")),
    seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight,
    marked: style.outlineStyle !== "none" || style.boxShadow !== "none",
    text: at.outerHTML.slice(0, 100),
  };
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(
    browser: Browser, http: str, kind: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    page = context.new_page()
    page.goto(http + KINDS[kind])
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(FINDINGS)
    context.close()
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_results_of_a_search(
    browser: Browser, http: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{http}practices/index.html?q=school")
    ready(page)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(FINDINGS)
    context.close()
    assert found == []


@pytest.mark.parametrize("kind", ["home", "practice", "term", "all-practices", "404"])
def test_the_first_tab_stop_skips_to_the_content(page: Page, http: str, kind: str) -> None:
    page.goto(http + KINDS[kind])
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUS)
    assert first["href"].startswith("#")
    assert first["seen"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["inMain"]


@pytest.mark.parametrize("kind", ["home", "practice", "compare"])
def test_every_tab_stop_can_be_seen(page: Page, http: str, kind: str) -> None:
    page.goto(http + KINDS[kind])
    stops = page.locator("a[href]:visible, button:visible, input:visible, summary:visible").count()
    for _ in range(stops):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["seen"], focus
        assert focus["marked"], focus


def test_a_wide_table_scrolls_by_itself_and_by_keyboard(browser: Browser, http: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(http + KINDS["practice"])
    wide = page.locator("main :has(> table)").first
    assert wide.evaluate("box => box.scrollWidth > box.clientWidth")
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=wide.element_handle())
    page.close()
