"""The records themselves, without their bodies: Practice, NewsItem and Page."""

from collections.abc import Mapping
from datetime import date
from sys import intern
from typing import NamedTuple, TypeAlias


class Image(NamedTuple):
    """A picture beside the record: its file name there, and what it shows in words."""

    file: str
    alt: str


class Practice(NamedTuple):
    """One record of content/practices.

    `terms` maps each facet's id to the ids of the terms the record has, in the order of
    taxonomy.yaml; a facet without terms is absent. `proposed` maps facets to the names of terms
    that the record proposes for them. Texts that are not given are "". `language` is
    the two-letter code of the language it is written in, or "" for the site's. `key`, here as in
    the other kinds of records, is the digest of what the record was read from, but for its body.
    """

    id: str
    path: str
    title: str
    summary: str
    terms: Mapping[str, tuple[str, ...]]
    added: date
    proposed: Mapping[str, tuple[str, ...]] = {}
    organisation: str = ""
    website: str = ""
    place: str = ""
    period: str = ""
    reach: str = ""
    source: str = ""
    reviewed: date | None = None
    image: Image | None = None
    same_as: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    language: str = ""
    key: bytes = b""

    @property
    def updated(self) -> date:
        """Return the day on which somebody last saw to the record."""
        return max(self.added, self.reviewed or self.added)


class SharedIds(dict[tuple[str, ...], tuple[str, ...]]):
    """Gives records the same objects for the same ids: less to hold, to write and to compare."""

    def __missing__(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Take over the ids of a record."""
        return self.setdefault(ids, tuple(map(intern, ids)))

    def of(self, terms: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        """Return the terms of a practice with shared ids."""
        return {intern(facet): self[ids] for facet, ids in terms.items()}


class NewsItem(NamedTuple):
    """One item of content/news; `categories` are ids of the taxonomy's news part."""

    id: str
    path: str
    title: str
    summary: str
    added: date
    categories: tuple[str, ...]
    source: str = ""
    formerly: tuple[str, ...] = ()
    key: bytes = b""


class Page(NamedTuple):
    """One plain page of content/pages."""

    id: str
    path: str
    title: str
    summary: str
    key: bytes = b""


Record: TypeAlias = Practice | NewsItem | Page
