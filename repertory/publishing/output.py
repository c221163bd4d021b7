"""What the site consists of, before it is rendered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path


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
