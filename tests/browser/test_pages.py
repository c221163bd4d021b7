"""Every kind of page: it loads without a fault, fits narrow screens, and needs no JavaScript."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.world import KINDS, build_world

pytestmark = pytest.mark.browser

# With an address, 404.html has links from the root of its host, since hosts show it at any depth.
WAYS = [("http", kind) for kind in KINDS] + [("file", kind) for kind in KINDS if kind != "404"]

TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation",
  event => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""
MOVING = """
() => [...document.querySelectorAll("html, body, body *")].filter(node => {
  const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(node);
  return parseFloat(transitionDuration) || animationName !== "none" || scrollBehavior !== "auto";
}).map(node => node.outerHTML.slice(0, 80))
"""


def watch(page: Page) -> list[str]:
    """Return a list that fills with all that goes wrong on the page."""
    faults: list[str] = []
    page.add_init_script(TELL_VIOLATIONS)
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
    page.on("response", lambda r: faults.append(f"{r.status}: {r.url}") if r.status > 399 else None)
    return faults


@pytest.mark.parametrize(("way", "kind"), WAYS)
def test_a_page_loads_without_a_fault(
    page: Page, addresses: dict[str, str], way: str, kind: str
) -> None:
    faults = watch(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(addresses[way] + KINDS[kind], wait_until="networkidle")
    assert faults == []
    assert [url for url in asked if not url.startswith(addresses[way])] == []
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.styleSheets.length") > 0


def test_the_page_for_lost_visitors_works_from_a_disk_where_a_site_has_no_address(
    page: Page, tmp_path: Path
) -> None:
    faults = watch(page)
    page.goto((build_world(tmp_path / "world", address="") / "404.html").as_uri())
    assert faults == []
    assert page.evaluate("document.styleSheets.length") > 0
    page.get_by_role("link", name="All practices", exact=False).first.click()
    page.wait_for_url("**/practices/index.html")


def test_a_script_with_a_digest_does_not_run_from_a_disk(page: Page, tmp_path: Path) -> None:
    code = b"document.title = 'has run'"
    digest = b64encode(sha256(code).digest()).decode()
    (tmp_path / "a.js").write_bytes(code)
    for attribute, title in (("", "has run"), (f"integrity='sha256-{digest}'", "has not")):
        html = f"<title>has not</title><script src=a.js {attribute}></script>"
        (tmp_path / "page.html").write_text(html, "utf-8")
        page.goto((tmp_path / "page.html").as_uri())
        assert page.title() == title  # decision 16 rests on it


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_scrolls_sideways_on_a_phone(browser: Browser, http: str, kind: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(http + KINDS[kind])
    width = page.evaluate("document.scrollingElement.scrollWidth")
    page.close()
    assert width <= 320


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_scrolls_sideways_with_text_of_twice_the_size(
    browser: Browser, http: str, kind: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(http + KINDS[kind])
    size = "parseFloat(getComputedStyle(document.querySelector('main p, main a')).fontSize)"
    before = page.evaluate(size)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    after, width = page.evaluate(f"[{size}, document.scrollingElement.scrollWidth]")
    page.close()
    assert after >= 1.6 * before  # sizes that also follow the window's width grow a little less
    assert width <= 1280


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "contribute"])  # then a sheet
def test_a_page_says_the_same_without_javascript(browser: Browser, http: str, kind: str) -> None:
    texts = []
    for javascript in (True, False):
        context = browser.new_context(java_script_enabled=javascript)
        page = context.new_page()
        page.goto(http + KINDS[kind])
        for choice in page.locator(".choice").all():
            assert choice.is_visible() == javascript
            choice.evaluate("choice => choice.remove()") if javascript else None
        texts.append(page.locator("main").inner_text().strip())
        context.close()
    if kind in ("all-practices", "compare"):
        assert "JavaScript" in texts[1]
    else:
        assert texts[0] == texts[1]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_moves_where_motion_is_not_wanted(page: Page, http: str, kind: str) -> None:
    page.goto(http + KINDS[kind])
    assert page.evaluate(MOVING) == []


def test_a_lost_visitor_sees_a_whole_page(page: Page, http: str) -> None:
    faults = watch(page)
    response = page.goto(f"{http}country/not/there.html", wait_until="networkidle")
    assert response is not None
    assert response.status == 404
    assert [fault for fault in faults if "not/there.html" not in fault and "404" not in fault] == []
    assert page.evaluate("document.styleSheets.length") > 0
    page.locator("main a[href]").first.click()
    page.wait_for_load_state()
    assert urlsplit(page.url).path.startswith(urlsplit(http).path)
    assert page.locator("h1").inner_text() != "There is no such page"


def test_a_former_address_leads_to_the_new_one(page: Page, addresses: dict[str, str]) -> None:
    for address in addresses.values():
        page.goto(f"{address}practices/reading-outside.html")
        page.wait_for_url(f"{address}practices/reading-corner.html")


def test_pictures_are_shown(page: Page, addresses: dict[str, str], site: Path) -> None:
    for address in addresses.values():
        for kind in ("practice", "practice-with-picture"):
            page.goto(address + KINDS[kind])
            image = page.locator("main img")
            image.scroll_into_view_if_needed()
            page.wait_for_function("() => document.querySelector('main img').complete")
            assert image.evaluate("picture => picture.naturalWidth") == 480
            assert image.get_attribute("alt")
