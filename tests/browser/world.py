"""The small world that the browser tests look at, built once, and a server for it."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import yaml

from repertory.base.settings import Settings
from repertory.reading.model import Practice
from tests.worlds import built, checked, text_of

SOURCE = Path(__file__).parents[1] / "sites" / "browser"
TODAY = date(2026, 11, 1)
BELOW = "/some/where/"  # the path of the site on its host
MORE_RECORDS = 60  # so that lists have more pages than one
WORDS = ("garden", "kitchen", "theatre", "robot", "violin", "swimming", "chess", "puppet")
HOSTILE = '"bold" & 5 < 7 > {{ it }}'  # in a title, which must stay text
CODE = """`<img src=x onerror="document.title='run'">`"""  # in a text, by the word "marzipan"
RECORD = """---
title: 'Invented {title}, number {number}'
summary: One of many, so that lists have more pages, with {summary}.
category: good-practice
country: [{country}]
language: [english]
outcome: [{outcome}]
type-of-action: [{action}]
added: 2020-{month:02}-{day:02}
---
A sentence about a {body}.
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
    "fields": "fields.html",
    "accessibility": "accessibility.html",
    "404": "404.html",
}


def lay_out_world(folder: Path) -> Path:
    """Copy the world into `folder` and add records to it; return the folder."""
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    taxonomy = yaml.safe_load((folder / "taxonomy.yaml").read_text("utf-8"))["facets"]
    for number in range(1, MORE_RECORDS + 1):
        record = folder / "content" / "practices" / f"invented-{number}.md"
        record.write_text(_record(number, taxonomy), "utf-8")
    return folder


def build_world(folder: Path, address: str = f"https://world.example{BELOW}") -> Path:
    """Lay the world out in `folder` and build it; return its site."""
    settings = _settings(lay_out_world(folder), address)
    assert checked(settings).problems == ()
    built(settings)
    return settings.site


def practices_of(site: Path) -> Sequence[Practice]:
    """Return all practices of a built world, newest first; their texts are their keys."""
    catalog = checked(_settings(site.parent, "")).catalog
    assert catalog
    return [
        practice._replace(key=text_of(site.parent, practice.path).encode())
        for practice in catalog.practices
    ]


def _record(number: int, taxonomy: dict[str, Any]) -> str:
    """Return a record with words and terms by chance, but always the same ones."""
    chance = Random(number)

    def some(facet: str, most: int) -> str:
        terms = sorted(taxonomy[facet]["terms"])
        return ", ".join(chance.sample(terms, chance.randint(1, most)))

    countries = {"belgium"} if number % 2 else set()
    return RECORD.format(
        number=number,
        title=HOSTILE if number == 1 else chance.choice(WORDS),
        summary=" and ".join(chance.sample(WORDS, 2)),
        country=", ".join(sorted(countries | set(some("country", 2).split(", ")))),
        outcome=some("outcome", 2),
        action=some("type-of-action", 5),
        month=number % 12 + 1,
        day=number % 28 + 1,
        body=f"marzipan {CODE}" if number == 1 else chance.choice(WORDS),
    )


def _settings(folder: Path, address: str) -> Settings:
    return Settings(
        root=folder,
        name="A world for tests",
        purpose="Everything here is invented, so that every kind of page can be looked at.",
        address=address,
        repository="https://example.org/repository",
        email="editors@world.example",
    )


class Handler(SimpleHTTPRequestHandler):
    """Serves the site below a path, and its 404.html for all that is not there."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Send what _headers says, as Netlify and Cloudflare Pages do."""
        file = Path(self.directory) / "_headers"
        place, *lines = file.read_text("utf-8").splitlines() if file.exists() else [""]
        if urlsplit(self.path).path.startswith(place.removesuffix("*")):
            for line in lines:
                self.send_header(*line.strip().split(": ", 1))
        super().end_headers()

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

    def handle(self) -> None:
        """Answer, unless who asked has gone on to another page."""
        with suppress(ConnectionError):
            super().handle()

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
