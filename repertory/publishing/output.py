"""What the site consists of, before it is rendered."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import NamedTuple

FORMULA = ("=", "+", "-", "@")  # what spreadsheets would take for a formula


class Kept(NamedTuple):
    """The HTML of a body, which the cache keeps under this key, in the place of the HTML itself."""

    key: bytes


@dataclass(frozen=True, slots=True)
class Output:
    """A file of the site: its path below site/, its template, and all that this may show.

    `changed` is the day on which it last changed, where the records tell it; `indexed` tells
    whether search engines are to find it.
    """

    path: str
    template: str
    data: Mapping[str, object]
    changed: date | None = None
    indexed: bool = True


@dataclass(frozen=True, slots=True)
class Data:
    """A file of the site whose bytes are made without a template."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """A file of the site that is copied from the content as it is."""

    path: str
    source: Path


def as_json(value: object) -> bytes:
    """Return a value as compact JSON; raises ValueError for numbers that JSON has not."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{text}\n".encode()


def as_csv(lines: Iterable[Sequence[str | int]]) -> bytes:
    """Return lines of cells as CSV (RFC 4180) with the mark by which Excel knows UTF-8.

    Texts are in one line, and no spreadsheet takes them for a formula (CWE-1236).
    """
    text = StringIO(newline="")
    csv.writer(text).writerows([_cell(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: str | int) -> str:
    text = " ".join(str(value).split())
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
