"""Pages as they are built: none asks for anything elsewhere, and the policy stops what gets in."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from tests.attack.arena import Arena, Outcome
from tests.browser.world import KINDS, build_world, served

CANARY = "https://canary.invalid/"
FEW = (KINDS["all-practices"], KINDS["contribute"])
PLACES = (*FEW, KINDS["practice"], KINDS["overview"])
MOMENT = 50  # milliseconds in which what was planted could do something
REPORTS = """
window.reports = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.reports.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""
MARKUP = {  # what a hole in the allow-list would let into a page; each would change the title
    "script": "<script>document.title = 'ran'</script>",
    "script of another site": f"<script src='{CANARY}a.js'></script>",
    "script of data": "<script src=\"data:text/javascript,document.title='ran'\"></script>",
    "module": "<script type=module>document.title = 'ran'</script>",
    "handler": "<img src=none.png onerror=\"document.title='ran'\">",
    "handler of the page": "<svg onload=\"document.title='ran'\"></svg>",
    "frame of text": "<iframe srcdoc=\"<script>parent.document.title='ran'</script>\"></iframe>",
    "frame of another site": f"<iframe src='{CANARY}'></iframe>",
    "frame that is code": "<iframe src=\"javascript:parent.document.title='ran'\"></iframe>",
    "object": f"<object data='{CANARY}a.html'></object><embed src='{CANARY}a.svg'>",
    "picture of another site": f"<img src='{CANARY}a.png' srcset='{CANARY}b.png 2x'>",
    "sound and film": f"<audio src='{CANARY}a.mp3' autoplay></audio><video poster='{CANARY}a.png'>",
    "style": f"<style>body {{ background: url({CANARY}a.png) }} h1 {{ color: red }}</style>",
    "style of an element": f"<p style='background: url({CANARY}b.png)'>x</p>",
    "stylesheet": f"<link rel=stylesheet href='{CANARY}a.css'>",
    "prefetch": f"<link rel=prefetch href='{CANARY}a.html'>",
    "preload": f"<link rel=preload as=font crossorigin href='{CANARY}a.woff2'>",
    "address of all links": f"<base href='{CANARY}'><img src=a.png>",
    "form": f"<form id=out action='{CANARY}'><input name=a></form>",
    "manifest": f"<link rel=manifest href='{CANARY}a.json'>",
}
CODE = {  # what a script that took in a text of somebody's would try
    "eval": "eval('document.title = \"ran\"')",
    "function": "Function('document.title = \"ran\"')()",
    "timer": "setTimeout('document.title = \"ran\"')",
    "text as HTML": "document.body.innerHTML += '<img src=none onerror=\"document.title=1\">'",
    "HTML beside": "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
    "HTML written": "document.write('<b>x</b>')",
    "HTML of a frame": "document.createElement('iframe').srcdoc = '<b>x</b>'",
    "HTML parsed": "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
    "address of a script": "document.createElement('script').src = 'assets/x.js'",
    "text of a script": "document.createElement('script').text = 'document.title = \"ran\"'",
    "worker": "new Worker('data:text/javascript,1')",
    "another policy": "trustedTypes.createPolicy('mine', { createHTML: (text) => text })",
    "request": f"fetch('{CANARY}')",
    "beacon": f"void navigator.sendBeacon('{CANARY}')",
    "socket": "void new WebSocket('wss://canary.invalid/')",
    "stream of events": f"void new EventSource('{CANARY}')",
    "picture": f"void (new Image().src = '{CANARY}c.png')",
    "frame": "document.body.append(Object.assign("
    f"document.createElement('iframe'), {{src: '{CANARY}'}}))",
    "style set": "document.body.setAttribute('style', 'color: red')",
    "code in an address": "location.href = 'javascript:document.title=\"ran\"'",
}


class Inline(HTMLParser):
    """Finds what a policy against code and styles in pages would stop."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Note scripts and styles without a file, handlers, and addresses that are code."""
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        self.found += [
            f"{tag} {name}" for name in names if name.startswith("on") or name == "style"
        ]
        self.found += [
            f"{tag} {value[:20]}"
            for _, value in attrs
            if value and re.sub(r"[\x00-\x20]", "", value).lower().startswith("javascript:")
        ]


def attack(arena: Arena) -> Iterator[Outcome]:
    """Look at every kind of page, from a server and from a disk; then plant code in pages."""
    site = build_world(arena.folder / "world")
    pages = sorted(site.rglob("*.html"))
    yield Outcome(
        "pages: code, styles and handlers in them", len(pages), list(_inline(site, pages))
    )
    paths = [path.relative_to(site).as_posix() for path in pages]
    paths = paths if arena.is_full else [*FEW]  # test_pages.py opens every kind of page
    browser = arena.browser()
    with served(site) as address:
        ways = [(address, path) for path in paths]
        ways += [(f"{site.as_uri()}/", path) for path in paths if path != KINDS["404"]]
        faults = [fault for way, path in ways for fault in _opened(browser, way, path)]
        yield Outcome("pages: reports of the policy, requests elsewhere", len(ways), faults)
        places = PLACES if arena.is_full else FEW[:1]
        tries = [(path, what) for path in places for what in MARKUP]
        tries += [(FEW[0], what) for what in CODE]
        fallen = [fault for path, what in tries for fault in _planted(browser, address, path, what)]
        yield Outcome("pages: code planted behind the allow-list", len(tries), fallen)
        fallen = list(_framed(browser, arena.folder / "stranger", address, paths))
        yield Outcome("pages: shown in a frame of another site", len(paths), fallen)


def _inline(site: Path, pages: Sequence[Path]) -> Iterator[str]:
    """Yield the pages that have code or styles in them."""
    for page in pages:
        parser = Inline()
        parser.feed(page.read_text("utf-8"))
        if parser.found:
            yield f"{page.relative_to(site)}: {parser.found}"


@contextmanager
def _page(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """Open a page; give it with a list of what is asked of the canary's site, in vain."""
    context = browser.new_context()
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    context.route(f"{CANARY}**", refuse)
    context.add_init_script(REPORTS)
    try:
        yield context.new_page(), asked
    finally:
        context.close()


def _opened(browser: Browser, way: str, path: str) -> Iterator[str]:
    """Open a page, search where it can be searched, and yield all that should not be."""
    with _page(browser) as (page, _):
        faults: list[str] = []
        page.on("request", lambda it: faults.append(it.url) if not it.url.startswith(way) else None)
        page.on("console", lambda it: faults.append(it.text) if it.type == "error" else None)
        page.goto(way + path, wait_until="networkidle")
        if path == KINDS["all-practices"] and way.startswith("http"):
            page.locator("#q").press_sequentially("chess")
            page.locator(".results h3").first.wait_for()
        yield from (f"{way}{path}: {fault}" for fault in [*faults, *page.evaluate("reports")])


def _planted(browser: Browser, address: str, path: str, what: str) -> Iterator[str]:
    """Plant markup in a page, or code in a script of it; yield what it did."""
    code = f"\n(async () => {{ {CODE.get(what, '')} }})().catch(() => reports.push('thrown'));"

    def plant(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace("</main>", f"{MARKUP.get(what, '')}</main>")
        is_script = route.request.resource_type == "script"
        route.fulfill(response=answer, body=body + code if is_script else body)

    with _page(browser) as (page, asked):
        page.route(address + path, plant)
        page.route("**/explorer.*.js", plant)
        page.goto(address + path, wait_until="load")
        page.evaluate("document.forms.out?.submit()")
        page.wait_for_timeout(MOMENT)
        is_stopped = what in MARKUP or page.evaluate("reports.length > 0")
        has_run = "ran" in page.title() or page.locator("main b").count()
        if asked or has_run or not is_stopped or not page.url.startswith(address):
            yield f"{what} in {path}: asked {asked}, {page.url}, {page.title()}"


def _framed(browser: Browser, folder: Path, address: str, paths: Sequence[str]) -> Iterator[str]:
    """Show pages in frames of another site on this machine; yield those that can be seen there."""
    folder.mkdir()
    frames = "".join(f"<iframe src='{address}{path}'></iframe>" for path in paths)
    (folder / "frames.html").write_text(frames, "utf-8")
    with served(folder) as stranger, _page(browser) as (page, _):
        page.goto(f"{stranger}frames.html", wait_until="networkidle")
        for path, frame in zip(paths, page.frames[1:], strict=True):
            if frame.locator("main").count():
                yield f"{path} in a frame"
