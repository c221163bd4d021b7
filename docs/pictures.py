"""Takes the pictures of CONTRIBUTING.md from the built site: `make pictures`, after `make`."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from threading import Thread

from playwright.sync_api import FloatRect, Page, Route, ViewportSize, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = Path(__file__).with_name("contributing")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZE = ViewportSize(width=720, height=560)
MARGIN = 20  # pixels
EDITORS = "editors@example.org"
ANSWERS = {
    "#field-title": "Homework club in Ghent",
    "#field-summary": "Students of teaching help newly arrived pupils with homework, twice a week.",
    "#field-website": "https://example.org/homework-club",
    "#section-description": "Twelve schools lend a classroom two afternoons a week. Each student"
    " helps three pupils, always the same ones.\n\n- They begin with what the pupils bring.\n"
    "- At the end they play.",
}


def main() -> None:
    """Fill in the form, and take a picture of every step that CONTRIBUTING.md shows."""
    handler = partial(SimpleHTTPRequestHandler, directory=ROOT / "site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    path = next(filter(None, map(which, BROWSERS)))
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
        walk(page, f"http://127.0.0.1:{server.server_port}/")
        browser.close()


def walk(page: Page, address: str) -> None:
    """Go through the form as a contributor does."""
    page.route("**/contribute.html", with_ways)
    page.goto(f"{address}contribute.html")
    for field in list(ANSWERS)[:3]:
        page.fill(field, ANSWERS[field])
    take(page, "1-title", "#practice")
    go_to(page, "category").check("[value=good-practice]")
    go_to(page, "country").fill("[data-key=country] [type=search]", "bel")
    page.check("[data-key=country] [value=belgium]")
    take(page, "2-terms", "#country")
    go_to(page, "language").check("[data-key=language] [value=dutch]")
    go_to(page, "text").fill("#section-description", ANSWERS["#section-description"])
    page.wait_for_timeout(500)
    take(page, "3-text", "#text")
    take(go_to(page, "send"), "4-send", "#send")
    page.goto(f"{address}practices/athens-open-schools.html")
    page.locator(".suggest").scroll_into_view_if_needed()
    take(page, "6-suggest", "[aria-labelledby=record]")


def with_ways(route: Route) -> None:
    """Give the form places to send to, as sites have them that are published."""
    answer = route.fetch()
    body = answer.text()
    for key, value in (("repository", "https://github.com/us/practices"), ("email", EDITORS)):
        told = f"&#34;{key}&#34;:&#34;"
        body = body.replace(told, f"{told}{value}")
    route.fulfill(response=answer, body=body)


def go_to(page: Page, step: str) -> Page:
    """Open a step of the form."""
    page.evaluate("step => { location.hash = step }", step)
    page.locator(f"#{step}").wait_for()
    return page


def take(page: Page, name: str, selector: str) -> None:
    """Take a picture of a part of the page, with a margin."""
    page.mouse.move(0, 0)
    box = page.locator(selector).bounding_box()
    assert box
    y = box["y"] + page.evaluate("scrollY")
    high = box["height"] + 2 * MARGIN
    clip = FloatRect(x=0, y=y - MARGIN, width=SIZE["width"], height=high)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True, clip=clip)


if __name__ == "__main__":
    main()
