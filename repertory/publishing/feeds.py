"""What machines read about the site: the Atom feed, the sitemap and robots.txt."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, reads, urls
from repertory.publishing.output import Output, Section, Shown, alone
from repertory.publishing.view import View

NEWEST_IN_FEED = 30


class Entry(NamedTuple):
    """A practice or a news item in the feed."""

    title: str
    address: str
    published: date
    updated: date
    summary: str


def feed(catalog: Catalog, settings: Settings) -> Iterator[Section]:
    """Yield the Atom feed of the newest practices and news."""
    view = View(catalog, settings, urls.FEED)
    if frame.has_feed(view):
        yield alone(
            reads.fronts(catalog, settings), Output(view.path, partial(_feed, view), indexed=False)
        )


def _feed(view: View) -> Shown:
    settings = view.settings
    entries = sorted(
        _entries(view.catalog, settings), key=lambda e: (-e.updated.toordinal(), e.address)
    )[:NEWEST_IN_FEED]
    return Shown(
        "feed.xml",
        {
            "language": settings.language,
            "title": settings.name,
            "subtitle": settings.purpose,
            "address": settings.address,
            "feed": urls.absolute(urls.FEED, settings.address),
            "updated": entries[0].updated,
            "entries": tuple(entries),
        },
    )


def for_robots(
    catalog: Catalog, settings: Settings, sections: Sequence[Section]
) -> Iterator[Section]:
    """Yield the sitemap of the pages that search engines may show, and robots.txt."""
    robots = "User-agent: *\nAllow: /\n"
    if settings.address:
        key, content = reads.fronts(catalog, settings), partial(_sitemap, settings, sections)
        yield alone(key, Output(urls.SITEMAP, content, indexed=False))
        robots += f"\nSitemap: {urls.absolute(urls.SITEMAP, settings.address)}\n"
    yield alone(digest(robots), Output(urls.ROBOTS, robots.encode, indexed=False))


def _sitemap(settings: Settings, sections: Sequence[Section]) -> Shown:
    """Return what tells of all pages that the sections have: their URLs and days of change."""
    outputs = (output for section in sections for output in section.outputs() if output.indexed)
    pages = sorted((urls.absolute(o.path, settings.address), o.changed) for o in outputs)
    return Shown("sitemap.xml", {"pages": pages})


def _entries(catalog: Catalog, settings: Settings) -> Iterator[Entry]:
    for practice in catalog.practices:
        address = urls.absolute(urls.practice(practice.id), settings.address)
        yield Entry(practice.title, address, practice.added, practice.updated, practice.summary)
    for item in catalog.news:
        address = urls.absolute(urls.news_item(item.id), settings.address)
        yield Entry(item.title, address, item.added, item.added, item.summary)
