"""The small world that the browser tests look at, built once, and a server for it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from repertory.base.settings import Settings
from repertory.pipeline import build, check

SOURCE = Path(__file__).parents[1] / "sites" / "browser"
BELOW = "/some/where/"  # the path of the site on its host
MORE_RECORDS = 30  # so that a list has two pages

RECORD = """---
title: Invented practice {number}
summary: One of many, so that lists have a second page.
category: good-practice
country: [belgium]
language: [english]
added: 2020-01-{number:02}
---
A sentence.
"""

KINDS = {
    "home": "index.html",
    "practice": "practices/long-road-to-school.html",
    "practice-minimal": "practices/minimal.html",
    "practice-with-picture": "practices/reading-corner.html",
    "practice-greek": "practices/ellinika-mathimata.html",
    "practice-arabic": "practices/madrasa-lil-jami.html",
    "practice-one-word": "practices/transition.html",
    "facet": "outcome/index.html",
    "term": "country/belgium.html",
    "term-page-2": "country/belgium-2.html",
    "all-practices": "practices/index.html",
    "a-z": "practices/a-z.html",
    "news": "news/index.html",
    "news-category": "news/community.html",
    "news-item": "news/spring.html",
    "page": "about.html",
    "compare": "compare.html",
    "overview": "overview.html",
    "map": "map.html",
    "contribute": "contribute.html",
    "404": "404.html",
}


def build_world(folder: Path, address: str = f"https://world.example{BELOW}") -> Path:
    """Copy the world into `folder`, add records to it, build it; return its site."""
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    for number in range(1, MORE_RECORDS + 1):
        record = folder / "content" / "practices" / f"invented-{number}.md"
        record.write_text(RECORD.format(number=number), "utf-8")
    settings = Settings(
        root=folder,
        name="A world for tests",
        purpose="Everything here is invented, so that every kind of page can be looked at.",
        address=address,
        repository="https://example.org/repository",
    )
    checked = check(settings, date(2026, 11, 1))
    assert checked.problems == ()
    build(checked, settings, settings.site)
    return settings.site


class Handler(SimpleHTTPRequestHandler):
    """Serves the site below a path, and its 404.html for all that is not there."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path: str) -> str:
        """Return the file for a path; outside the site there is nothing."""
        inside = urlsplit(path).path.startswith(BELOW)
        return super().translate_path(path[len(BELOW) - 1 :] if inside else "/outside")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's own page for lost visitors."""
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a site on this machine; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site)))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{BELOW}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
