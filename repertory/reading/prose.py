"""The body of a record after Markdown: safe HTML and what is known about it."""

from dataclasses import dataclass

from repertory.base.problem import Place


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body: level 2 to 6, its anchor in the page, its text, its place."""

    level: int
    anchor: str
    text: str
    place: Place
    section: str = ""  # the id of the section it names, at level 2 of a practice


@dataclass(frozen=True, slots=True)
class Link:
    """A relative link of the body: as written, and the site address it leads to."""

    written: str
    address: str
    place: Place


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of the body: its file name beside the record, what it shows in words, its place."""

    file: str
    alt: str
    place: Place


@dataclass(frozen=True, slots=True)
class Prose:
    """A body as sanitised HTML; `text` is the same without markup, for search and lengths."""

    html: str
    text: str
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
