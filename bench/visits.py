"""What visitors of a search page do, in Chromium: the bytes they load and the time they wait."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from bench.server import FAST, SLOW_4G, Server
from bench.slow import slowed

SLOWER = 4
LATER = 700  # milliseconds in which a page may fetch ahead what nobody waits for
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STEPS = """() => {
  const root = document.querySelector(".explorer");
  const field = document.querySelector("main input[type=search][name=q]");
  const until = (there, act) => new Promise((done, fail) => {
    const start = performance.now();
    setTimeout(fail, 120_000, new Error("The search page never got ready."));
    new MutationObserver((_, observer) => {
      if (!["shown", "ready"].includes(root.dataset.state) || !there()) return;
      observer.disconnect();
      done(performance.now() - start);
    }).observe(root, { attributes: true, attributeFilter: ["data-state"] });
    act();
  });
  window.typed = (words) => until(
    () => new URLSearchParams(location.search).get("q") === words,
    () => {
      field.focus();
      field.value = words;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  const boxes = "form.filters details[open] [type=checkbox]:not([name=category])";
  const box = () => document.querySelector(boxes);
  window.clicked = () => until(() => true, () => box().click());
  window.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((task) => task.duration)))
    .observe({ type: "longtask" });
}"""


class Tool(NamedTuple):
    """Where a tool's site lies, its search page, and which files only a search loads.

    STEPS works both pages: the field `q`, boxes in `form.filters`, and `data-state` of `.explorer`,
    which is "shown" or "ready" when counts and ten results for the address are in the page.
    """

    name: str
    site: str
    page: str
    files: str


OURS = r"search/|assets/(explorer|search|bits|vendor)\b"
REPERTORY = Tool("Repertory", "site", "practices/index.html", OURS)
PAGEFIND = Tool("Pagefind", "pagefind", "search.html", "pagefind/")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium that REPERTORY_CHROMIUM names, or the first there is."""
    names = filter(None, (os.environ.get("REPERTORY_CHROMIUM"), *CHROMIUM))
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("There is no Chromium: install it, or name it in REPERTORY_CHROMIUM.")
    flags = ["--disable-gpu", "--disable-background-networking", "--no-first-run"]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


def can_search(tool: Tool, folder: Path) -> bool:
    """Tell whether a tool's search page is one that STEPS can work."""
    html = (folder / tool.site / tool.page).read_text("utf-8")
    return re.search(r'class="[^"]*\bexplorer\b', html) is not None


def ordinary(browser: Browser, server: Server, tool: Tool) -> int:
    """Return the bytes of search that the page of a practice loads."""
    page = next((server.root / "practices").glob("*-00001.html"))
    with _visit(browser, server, f"practices/{page.name}") as shown:
        shown.wait_for_timeout(LATER)
        return _loaded(server, tool).total()


def cold(browser: Browser, server: Server, tool: Tool, *queries: str) -> list[Counter[str]]:
    """Return the bytes, by kind of file, that each of several queries loads, one after another."""
    found = []
    with _search_page(browser, server, tool) as page:
        for query in queries:
            page.evaluate("query => typed(query)", query)
            page.wait_for_timeout(LATER)
            found.append(_loaded(server, tool))
            server.sent.clear()
    return found


def first(browser: Browser, server: Server, tool: Tool, query: str) -> float:
    """Return the seconds from focus to results, on a slow line and a slow processor."""
    with _search_page(browser, server, tool) as page, slowed(SLOWER):
        server.line = SLOW_4G
        milliseconds: float = page.evaluate("query => typed(query)", query)
        return milliseconds / 1_000


def warm(browser: Browser, server: Server, tool: Tool, query: str) -> tuple[float, float, float]:
    """Return the milliseconds of a letter more, a click, and the longest task, all being loaded."""
    with _search_page(browser, server, tool) as page:
        _letters_and_clicks(page, query)
        page.evaluate("tasks.length = 0")
        with slowed(SLOWER):
            letters, clicks = _letters_and_clicks(page, query)
        return median(letters), median(clicks), max(page.evaluate("tasks"), default=0.0)


def _letters_and_clicks(page: Page, query: str, times: int = 3) -> tuple[list[float], list[float]]:
    letters, clicks = [], []
    for _ in range(times):
        page.evaluate("query => typed(query)", query[:-1])
        letters.append(page.evaluate("query => typed(query)", query))
        clicks.append(page.evaluate("clicked()"))
        page.evaluate("clicked()")
    return letters, clicks


@contextmanager
def _search_page(browser: Browser, server: Server, tool: Tool) -> Iterator[Page]:
    with _visit(browser, server, tool.page) as page:
        page.evaluate(STEPS)
        yield page


@contextmanager
def _visit(browser: Browser, server: Server, path: str) -> Iterator[Page]:
    """Open a page with nothing cached."""
    server.sent.clear()
    context = browser.new_context()
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(server.address + path, wait_until="load")
    yield page
    context.close()
    server.line = FAST


def _loaded(server: Server, tool: Tool) -> Counter[str]:
    """Return the bytes of search that were sent, by the folder or the name of their files."""
    found: Counter[str] = Counter()
    for path, size in server.sent:
        if re.match(tool.files, path):
            folder, name = PurePosixPath(path).parts[-2:]
            is_alone = folder in ("search", "assets", "pagefind")
            found[f"{name.split('.')[0]}{PurePosixPath(name).suffix}" if is_alone else folder] += (
                size
            )
    return found
