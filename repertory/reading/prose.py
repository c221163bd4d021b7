"""The body of a record after Markdown: what is known about it, apart from the text itself."""

from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.problem import Place


class Heading(NamedTuple):
    """A heading while a body is read: level 2 to 6, its anchor in the page, its text, its place."""

    level: int
    anchor: str
    text: str
    place: Place
    section: str = ""  # the id of the section it names, at level 2 of a practice


class Link(NamedTuple):
    """A relative link of the body: as written, and the site address it leads to."""

    written: str
    address: str
    place: Place


class Picture(NamedTuple):
    """An image of the body: its file name beside the record, what it shows in words, its place."""

    file: str
    alt: str
    place: Place


class Copy(NamedTuple):
    """What the site shows of a picture beside a record: its file name, width and height in pixels.

    `is_moving` tells whether the picture itself moves; `kept` is the key under which the cache
    keeps the bytes of the copy, as the bulk number BYTES.
    """

    file: str
    width: int
    height: int
    is_moving: bool
    kept: bytes = b""


class Prose(NamedTuple):
    """A body after Markdown, but for its text, which is kept elsewhere so that memory stays small.

    `headings` are the level, the anchor and the text of each, as plain as can be since each build
    loads those of all records. `length` is the number of characters of the text; `kept` the key
    under which the cache keeps its sanitised HTML and the same without markup, as the bulk numbers
    HTML and TEXT. `copies` are those of all pictures that the record shows.
    """

    headings: tuple[tuple[int, str, str], ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    length: int = 0
    kept: bytes = b""
    copies: tuple[Copy, ...] = ()

    @property
    def shown(self) -> bytes:
        """Return what tells the body as a page shows it from others, its pictures' sizes too."""
        sizes = [(copy.file, copy.width, copy.height) for copy in self.copies]
        return digest(self.kept, repr(sizes)) if sizes else self.kept


NO_PROSE = Prose()
HTML, TEXT = 1, 2
BYTES = 1
