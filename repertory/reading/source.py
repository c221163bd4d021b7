"""A file as text with its lines, read so that no file can do harm."""

import codecs
import os
import re
import stat
import unicodedata
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias, TypeVar

from repertory.base.problem import Finding, Place, Problem, Repair, rule
from repertory.base.step import NotKept
from repertory.base.text import MOST_MARKS, PERHAPS_FAINT, UNSEEN, composed, counted, crowd
from repertory.reading.signs import astray

Value = TypeVar("Value")
Reading: TypeAlias = Generator[Problem, None, Value]
"""A function that reads something: yields the problems it meets and returns what it understood."""

VOCABULARY = "taxonomy.yaml"
KILOBYTE = 1024
MOST_FAINT = 20  # lines with signs that nobody sees; `fix` goes on until there are none
PICTURE_BYTES = 10_000_000
RECORD_BYTES = (64 + 256) * KILOBYTE  # front matter and body, each with a limit of its own
TAXONOMY_BYTES = 512 * KILOBYTE
CHANGED = "A file was changed while it was read: please build again."


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text, as `decoded` gives it and with "\\n" at the end of lines."""

    path: str
    text: str
    lines: tuple[str, ...]

    def place(self, line: int = 1, column: int = 1, width: int = 0) -> Place:
        """Return a place in this file, with its line to show."""
        shown = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return Place(self.path, line, column, width, shown)


def decoded(data: bytes) -> str:
    """Return what a file says, without byte-order mark and with each letter and accent in one sign.

    Macs write some of these as two signs, which look the same and are found by nobody.
    """
    return composed(data.decode("utf-8-sig"))


def unseen(text: str) -> re.Match[str] | None:
    """Find the first sign of a text that does harm unseen; most texts are known to have none."""
    return None if text.replace("\n", "").isprintable() else UNSEEN.search(text)


def is_plain(text: str) -> bool:
    """Tell whether no sign in a text is such as `control_character` or `invisible_character` name.

    Of some texts that have none it cannot tell.
    """
    is_latin = len(text.encode("latin-1", "ignore")) == len(text)
    return not (unseen(text) or ("\xad" in text if is_latin else PERHAPS_FAINT.search(text)))


def collect(reading: Reading[Value]) -> tuple[Value, tuple[Problem, ...]]:
    """Run a reading to its end and return its value and its problems."""
    problems = []
    while True:
        try:
            problems.append(next(reading))
        except StopIteration as end:
            return end.value, tuple(problems)


@rule("error")
def unreadable_file(place: Place, path: Path) -> Iterator[Finding]:
    """A file cannot be read.

    It is a link or a device, or the machine does not permit it. Records and pictures are plain
    files: a link could lead outside the content folder.
    """
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            hint = "Put what it leads to in its place."
            yield Finding(place, "This is a link, not a file.", hint)
        elif not stat.S_ISREG(mode):
            hint = "Put a plain file in its place, or take it away."
            yield Finding(place, "This is not a plain file.", hint)
        else:
            path.open("rb").close()
    except FileNotFoundError:
        yield Finding(place, "There is no such file.")
    except OSError as fault:
        yield Finding(place, f"This file cannot be read: {fault.strerror}.")


@rule("error")
def file_too_large(place: Place, size: int, limit: int) -> Iterator[Finding]:
    """A file is larger than a record can be.

    A record may have 64 KB of front matter and 256 KB of text; taxonomy.yaml 512 KB.
    """
    if size > limit:
        message = f"This file has {size // KILOBYTE:,} KB; at most {limit // KILOBYTE:,} are read."
        yield Finding(place, message, "Is a picture or a whole document pasted into it?")


@rule("warning")
def byte_order_mark(place: Place, data: bytes) -> Iterator[Finding]:
    """A file begins with an invisible byte-order mark.

    Some Windows editors write one. It is read all the same.
    """
    if data.startswith(codecs.BOM_UTF8):
        hint = 'Save the file as "UTF-8" rather than "UTF-8 with BOM".'
        message = "The file begins with an invisible byte-order mark."
        yield Finding(place, message, hint, Repair(1, 0, 1, ""))


@rule("error")
def wrong_encoding(path: str, data: bytes) -> Iterator[Finding]:
    """A file is not UTF-8 text.

    Letters with accents would come out wrong. Every editor can save a file as UTF-8.
    """
    hint = 'Open the file in your editor and save it as "UTF-8".'
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield Finding(Place(path), "The file is UTF-16 text, not UTF-8.", hint)
        return
    try:
        data.decode()
    except UnicodeDecodeError as fault:
        before = _lines(data[: fault.start].decode("utf-8-sig"))
        after = _lines(data[fault.start :].decode("cp1252", "replace"))[0]
        place = Place(path, len(before), len(before[-1]) + 1, 1, before[-1] + after)
        message = f"The file is not UTF-8 text: perhaps {after[:1]!r} was saved the Windows way."
        yield Finding(place, message, hint)


@rule("error")
def control_character(found: Iterable[tuple[Place, Sequence[str]]]) -> Iterator[Finding]:
    """A text has a character that cannot be seen or printed.

    Such characters come from copying out of other programs, and nobody can find them by eye. Some
    of them turn the text behind them round, so that people read something else than computers.
    """
    for place, signs in found:
        yield Finding(place, _of_signs(signs), "Delete it, or type the line anew.")


@rule("error")
def too_many_accents(place: Place) -> Iterator[Finding]:
    """More accents stand on one letter than any language has.

    Some people stack them for fun. Programs take very long to put them in order.
    """
    message = f"More than {counted(MOST_MARKS, 'accent')} stand on one letter here."
    yield Finding(place, message, "Delete them, or type the word anew.")


def harmful(place: Place, text: str) -> Iterator[Problem]:
    """Yield what a text has that does harm unseen, which its file has as escapes or entities."""
    sign = unseen(text)
    if sign:
        yield from control_character([(place, sign[0])])
    elif crowd(text) is not None:
        yield from too_many_accents(place)


@rule("warning")
def invisible_character(source: Source, number: int) -> Iterator[Finding]:
    """A text has a character that nobody sees, where its language does not need it.

    Such characters come from copying out of web pages and of text programs. A word with one of them
    is not found by the search, and looks like another. Persian, Hindi and other languages need some
    of them, and so do emoji: there they are right.
    """
    line = source.lines[number - 1]
    signs = astray(line)
    if signs:
        first, last = min(signs), max(signs) + 1
        place = source.place(number, first + 1, 1)
        kept = "".join(line[column] for column in range(first, last) if column not in signs)
        repair = Repair(number, first + 1, last - first, kept)
        message = _of_signs([*signs.values()])
        yield Finding(place, message, "Delete it, or type the word anew.", repair)


def _of_signs(signs: Sequence[str]) -> str:
    """Say which signs stand unseen in a line."""
    name = unicodedata.name(signs[0], "").lower()
    number = f"U+{ord(signs[0]):04X}"
    called = f": {name} ({number})" if name else f" ({number})"
    more = f", and {len(signs) - 1} more in this line" if signs[1:] else ""
    return f"There is an invisible character here{called}{more}."


def plain_bytes(file: Path, limit: int) -> bytes | None:
    """Return what a plain file has; None where it is none, too large, or cannot be read."""
    try:
        with open(file, "rb", buffering=0, opener=_itself) as opened:
            status = os.fstat(opened.fileno())
            is_good = stat.S_ISREG(status.st_mode) and status.st_size <= limit
            return opened.read() if is_good else None
    except OSError:
        return None


def _itself(file: str, flags: int) -> int:
    """Open a file, but not what a link leads to, and without waiting for who writes to a pipe."""
    return os.open(file, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_source(
    root: Path, path: str, limit: int = RECORD_BYTES, data: bytes | None = None
) -> Reading[Source | None]:
    """Read the file `path` below `root`; None, with problems, where it cannot be read.

    `data` is what was read of it already.
    """
    place = Place(path)
    file = root / path
    data = plain_bytes(file, limit) if data is None else data
    if data is None:
        faults = list(unreadable_file(place, file))
        faults = faults or list(file_too_large(place, file.stat().st_size, limit))
        if not faults:
            raise NotKept(CHANGED)
        yield from faults
        return None
    try:
        raw = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield from wrong_encoding(path, data)
        return None
    yield from byte_order_mark(place, data)
    lines = _lines(composed(raw))
    text = "\n".join(lines)
    source = Source(path, text, tuple(lines))
    where = crowd(raw)
    if where is not None:
        yield from too_many_accents(source.place(len(_lines(raw[:where]))))
        return None
    if is_plain(text):
        return source
    odd = [(n, line) for n, line in enumerate(lines, 1) if not is_plain(line)]
    signs = ((n, UNSEEN.findall(line), line) for n, line in odd)
    yield from control_character(
        (source.place(n, line.index(found[0]) + 1, 1), found) for n, found, line in signs if found
    )
    faint = (invisible_character(source, number) for number, _ in odd)
    yield from islice(chain.from_iterable(faint), MOST_FAINT)
    return None if unseen(text) else source
