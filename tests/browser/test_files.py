"""The built files without a browser: links lead somewhere, HTML is valid, pages are small."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from tests.browser.world import BELOW, KINDS

ROOT = Path(__file__).parents[2]
ORIGIN = "http://host"
KILOBYTE = 1000
LINKS = {"href", "src", "action", "poster", "data-worker"}


class Reader(HTMLParser):
    """Collects the links and the ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag links to, and its id."""
        given = {name: value or "" for name, value in attrs}
        if tag == "base":
            raise AssertionError("a <base> would turn every link")
        if given.get("rel") not in ("canonical", "alternate"):  # these are public addresses
            self.links += [value for name, value in given.items() if name in LINKS]
        if given.get("http-equiv", "").lower() == "refresh":
            self.links.append(given["content"].partition("=")[2])
        self.links += [part.split()[0] for part in given.get("srcset", "").split(",") if part]
        self.ids.add(given.get("id", ""))


@cache
def read(path: Path) -> Reader:
    """Return the links and ids of a page."""
    reader = Reader()
    reader.feed(path.read_text("utf-8"))
    return reader


def broken(site: Path, path: Path) -> Iterator[str]:
    """Yield the links of a page that lead nowhere on the site, or name a folder."""
    here = urljoin(f"{ORIGIN}{BELOW}", path.relative_to(site).as_posix())
    for link in read(path).links:
        address = urlsplit(urljoin(here, link))
        if address.netloc != urlsplit(ORIGIN).netloc:
            continue
        if path.name != "404.html" and (link.startswith("/") or urlsplit(link).scheme):
            yield f"{link} is not relative"
        target = site / unquote(address.path.removeprefix(BELOW))
        if not target.is_file() or not address.path.startswith(BELOW):
            yield f"{link} leads nowhere"
        elif address.fragment and unquote(address.fragment) not in read(target).ids:
            yield f"{link} names no place on its page"


def test_every_kind_of_page_is_there(site: Path) -> None:
    assert [path for path in KINDS.values() if not (site / path).is_file()] == []


def test_every_link_leads_to_a_file(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 60
    found = {str(page.relative_to(site)): list(broken(site, page)) for page in pages}
    assert {page: links for page, links in found.items() if links} == {}


def test_every_page_can_be_reached_from_the_home_page(site: Path) -> None:
    seen: set[Path] = set()
    waiting = [site / "index.html"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".html" or not page.is_file():
            continue
        seen.add(page)
        links = (urlsplit(link) for link in read(page).links)
        waiting += [
            (page.parent / unquote(link.path)).resolve()
            for link in links
            if link.path and not link.netloc
        ]
    lost = {str(page.relative_to(site)) for page in set(site.rglob("*.html")) - seen}
    assert lost == {"404.html", "practices/reading-outside.html"}


def test_html_validate_finds_nothing(site: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = ROOT / "node_modules" / ".bin" / "html-validate"
    run = subprocess.run(
        [command, "--config", ROOT / ".htmlvalidate.json", "--formatter", "text", site],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, ""), run.stderr


def test_style_and_practices_are_small(site: Path) -> None:
    (style,) = (site / "assets").glob("style.*.css")
    style_size = len(gzip.compress(style.read_bytes()))
    assert style_size <= 8 * KILOBYTE
    for page in (site / "practices").glob("*.html"):
        size = len(gzip.compress(page.read_bytes()))
        assert size + style_size <= 14 * KILOBYTE, page.name
