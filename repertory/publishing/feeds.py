"""What machines read about the site: the Atom feed, the sitemap and robots.txt."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, urls
from repertory.publishing.output import Data, Output
from repertory.publishing.view import View

NEWEST_IN_FEED = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """A practice or a news item in the feed."""

    title: str
    address: str
    published: date
    updated: date
    summary: str


def feed(catalog: Catalog, settings: Settings) -> Iterator[Output]:
    """Yield the Atom feed of the newest practices and news."""
    if not frame.has_feed(View(catalog, settings, urls.FEED)):
        return
    entries = sorted(
        _entries(catalog, settings), key=lambda e: (-e.updated.toordinal(), e.address)
    )[:NEWEST_IN_FEED]
    yield Output(
        urls.FEED,
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


def sitemap(
    changes: Iterable[tuple[str, date | None]], settings: Settings
) -> Iterator[Output | Data]:
    """Yield the sitemap of the pages that search engines may show, and robots.txt."""
    robots = "User-agent: *\nAllow: /\n"
    if settings.address:
        pages = tuple((urls.absolute(path, settings.address), changed) for path, changed in changes)
        yield Output(urls.SITEMAP, "sitemap.xml", {"pages": pages})
        robots += f"\nSitemap: {urls.absolute(urls.SITEMAP, settings.address)}\n"
    yield Data(urls.ROBOTS, robots.encode())


def _entries(catalog: Catalog, settings: Settings) -> Iterator[Entry]:
    for practice in catalog.practices:
        address = urls.absolute(urls.practice(practice.id), settings.address)
        yield Entry(practice.title, address, practice.added, practice.updated, practice.summary)
    for item in catalog.news:
        address = urls.absolute(urls.news_item(item.id), settings.address)
        yield Entry(item.title, address, item.added, item.added, item.summary)
