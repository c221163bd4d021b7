"""The records themselves: Practice, NewsItem and Page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from repertory.base.problem import Place
from repertory.reading.prose import Prose


@dataclass(frozen=True, slots=True)
class Image:
    """A picture beside the record: its file name there, and what it shows in words."""

    file: str
    alt: str


@dataclass(frozen=True, slots=True)
class Practice:
    """One record of content/practices.

    `terms` maps each facet's id to the ids of the terms the record has, in the order of
    taxonomy.yaml; a facet without terms is absent. `places` maps the keys of the front matter to
    where their values stand. Texts that are not given are "". `language` is the two-letter code of
    the language it is written in, or "" for the site's.
    """

    id: str
    path: str
    places: Mapping[str, Place]
    title: str
    summary: str
    terms: Mapping[str, tuple[str, ...]]
    added: date
    prose: Prose
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

    @property
    def updated(self) -> date:
        """Return the day on which somebody last saw to the record."""
        return max(self.added, self.reviewed or self.added)


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One item of content/news; `categories` are ids of the taxonomy's news part."""

    id: str
    path: str
    places: Mapping[str, Place]
    title: str
    summary: str
    added: date
    categories: tuple[str, ...]
    prose: Prose
    source: str = ""
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One plain page of content/pages."""

    id: str
    path: str
    places: Mapping[str, Place]
    title: str
    summary: str
    prose: Prose
