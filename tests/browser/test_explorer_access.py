"""The explorer for everybody: keyboard only, narrow, forced colours, less motion."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.states import STATES, opened
from tests.browser.test_access import FOCUS
from tests.browser.test_pages import MOVING
from tests.browser.visitor import LIST, chips, ready, status, titles

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("state", ["filters", "no-results", "comparison"])
def test_nothing_is_lost_with_text_of_twice_the_size(
    browser: Browser, http: str, state: str
) -> None:
    page = browser.new_page(viewport={"width": 640, "height": 800})
    opened(page, http + STATES[state])
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 640
    page.close()


def test_matches_can_be_seen_in_forced_colours(browser: Browser, http: str) -> None:
    page = browser.new_page(forced_colors="active")
    page.goto(f"{http}{LIST}?q=road")
    ready(page)
    ground = "node => getComputedStyle(node).backgroundColor"
    mark = page.locator("mark").first.evaluate(ground)
    assert mark != page.locator("body").evaluate(ground)
    page.close()


def test_nothing_moves_where_motion_is_not_wanted(page: Page, http: str) -> None:
    page.goto(f"{http}{LIST}?q=road")
    ready(page)
    assert page.evaluate(MOVING) == []


def test_the_explorer_with_the_keyboard_only(page: Page, http: str) -> None:
    page.goto(http + LIST)
    page.keyboard.press("/")
    page.keyboard.type("invented")
    ready(page)
    page.keyboard.press("/")
    assert page.locator("main input[name=q]").input_value() == "invented/"
    page.keyboard.press("Backspace")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["seen"], focus
        assert focus["marked"], focus
        seen.append(focus["text"])
        if 'value="belgium"' in focus["text"]:
            break
    page.keyboard.press("Space")
    assert status(page).endswith(", 1 filter")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.locator("input[value=belgium]").focus()
    page.keyboard.press("Enter")
    assert page.locator("input[value=belgium]").is_visible()
    page.locator(".chip").focus()
    page.keyboard.press("Enter")
    ready(page)
    assert chips(page) == []
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.results') !== null"):
            break
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("link", name="Compare the 1 practice").wait_for()
    page.keyboard.press("Shift+Tab")
    first = titles(page)[0]
    page.keyboard.press("Enter")
    page.wait_for_url("**/practices/invented-*.html")
    assert page.locator("h1").inner_text() == first


def test_without_javascript_all_practices_can_be_reached(browser: Browser, http: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(http + LIST)
    assert page.locator("noscript p").is_visible()
    for unusable in (".filters", ".tools", ".shortlist", ".shortlisted"):
        assert page.locator(f"{unusable}:visible").count() == 0
    seen = page.locator(".results h3").count()
    while page.get_by_role("link", name="Next").count():
        page.get_by_role("link", name="Next").click()
        seen += page.locator(".entries h3").count()
    context.close()
    assert seen == 67
