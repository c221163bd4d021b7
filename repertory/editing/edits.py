"""Repairs become bytes: what they name is exchanged, and every other byte stays."""

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import unified_diff
from pathlib import Path
from tempfile import NamedTemporaryFile

from repertory.base.problem import Repair
from repertory.base.text import in_line, visible

LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n)?")


def applied(data: bytes, repairs: Iterable[Repair]) -> bytes:
    """Return what a file has after its repairs; of two that overlap, the first counts.

    Lines and columns are counted as reading does it: CRLF, CR and LF end a line, and a letter and
    its accent are one sign, which is how they are written. Raises UnicodeDecodeError where the file
    is no UTF-8.
    """
    text = unicodedata.normalize("NFC", data.decode())
    starts = [found.start() for found in LINE.finditer(text)]
    starts[0] += text.startswith("\ufeff")
    parts, end = [], 0
    for line, column, width, instead in sorted(set(repairs)):
        start = starts[line - 1] + column - 1
        if start >= end:
            parts += [text[end:start], instead]
            end = _after(text, start, width)
    return "".join([*parts, text[end:]]).encode()


def _after(text: str, start: int, width: int) -> int:
    """Return the place `width` characters behind another, where CRLF is one."""
    for _ in range(width):
        start += 2 if text.startswith("\r\n", start) else 1
    return min(start, len(text))


def write(files: Mapping[Path, bytes]) -> None:
    """Write files, each whole or not at all, with the permissions that they had.

    Everything is written beside them before the first of them changes. Raises OSError.
    """
    staged: dict[Path, Path] = {}
    try:
        for file, data in files.items():
            with NamedTemporaryFile(dir=file.parent, prefix=".repertory-", delete=False) as new:
                staged[file] = Path(new.name)
                new.write(data)
                new.flush()
                os.fsync(new.fileno())
            staged[file].chmod(file.stat().st_mode if file.exists() else 0o644)
        for file, beside in staged.items():
            beside.replace(file)
    finally:
        for beside in staged.values():
            beside.unlink(missing_ok=True)


def difference(path: str, before: bytes, after: bytes) -> str:
    """Return what changes in a file, as Git shows it; what cannot be seen is written out.

    Raises UnicodeDecodeError where the file is no UTF-8.
    """
    old, new = (visible(data.decode()).split("\n") for data in (before, after))
    shown = in_line(path)
    return "\n".join(unified_diff(old, new, f"a/{shown}", f"b/{shown}", lineterm=""))
