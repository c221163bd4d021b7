"""What the site consists of, before it is rendered."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import NamedTuple, TypeAlias

from repertory.reading.prose import Copy

MARK = "\N{BYTE ORDER MARK}".encode()  # by which Excel knows UTF-8
FORMULA = re.compile(r"(^|;[\s\"']*)(?=[=+\-@＝＋－＠])")  # before what spreadsheets calculate


class Kept(NamedTuple):
    """A file that the cache keeps under this key, in the place of its bytes."""

    key: bytes


class BodyText(NamedTuple):
    """The HTML of a body, by the key under which the cache keeps it, and the pictures in it."""

    key: bytes
    copies: tuple[Copy, ...]


class Shown(NamedTuple):
    """A template, and all that it may show."""

    template: str
    data: Mapping[str, object]


Content: TypeAlias = Shown | bytes | Kept
"""What a file is made of: a template with its data, or its bytes, which the cache may keep."""


class Output(NamedTuple):
    """A file of the site: its path below site/, and how its content is made.

    `reads` returns the digest of everything that making it reads, or is None where that is what
    its section reads. Where that changes more often than the file does, `shows` returns the digest
    of what the file shows of it: it costs more to find, but less than to make the file. `changed`
    is the day on which it last changed, where the records tell it; `indexed` tells whether search
    engines are to find it.
    """

    path: str
    content: Callable[[], Content]
    reads: Callable[[], bytes] | None = None
    shows: Callable[[], bytes] | None = None
    changed: date | None = None
    indexed: bool = True


class Section(NamedTuple):
    """Files of the site that are planned together, by a function of what `key` is the digest of.

    While the key is the same, so are the files, and nothing needs to be planned.
    """

    name: str
    key: bytes
    outputs: Callable[[], Iterable[Output]]


def alone(key: bytes, output: Output) -> Section:
    """Return the section of a single file."""
    return Section(output.path, key, lambda: (output,))


class Part(NamedTuple):
    """A file of the site that steps of the build make: the digest of what it reads, its making.

    What no page asks for `can_wait` until those who read the pages have them.
    """

    path: str
    key: bytes
    content: Callable[[], bytes]
    can_wait: bool = False


class Data(NamedTuple):
    """A file of the site and its bytes."""

    path: str
    content: bytes


def as_json(value: object) -> bytes:
    """Return a value as compact JSON; raises ValueError for numbers that JSON has not."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{text}\n".encode()


def as_csv(lines: Iterable[Sequence[str | int]]) -> bytes:
    """Return lines of cells as CSV (RFC 4180).

    Texts are in one line, and no spreadsheet takes them for a formula (CWE-1236), or what follows
    a semicolon, which separates cells wherever the comma separates decimals.
    """
    text = StringIO(newline="")
    csv.writer(text).writerows([_cell(cell) for cell in line] for line in lines)
    return text.getvalue().encode()


def _cell(value: str | int) -> str:
    text = " ".join(str(value).split())
    return FORMULA.sub(r"\1'", text) if isinstance(value, str) else text
