"""Repairs become bytes: what they name is exchanged, and every other byte stays."""

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from difflib import unified_diff
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from repertory.base.problem import Repair
from repertory.base.text import composed, crowd, in_line, visible
from repertory.writing.disk import Busy, alone, keep

STAGED = ".repertory-new-"  # what the name of a file begins with before it has its place
DIGITS = 16  # hexadecimal ones, behind that
LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n)?")
SIGN = re.compile("\r\n|.", re.DOTALL)
MOST_ACCENTS = 8  # that are looked at of one letter


def applied(data: bytes, repairs: Iterable[Repair]) -> bytes:
    """Return what a file has after its repairs; of two that overlap, the first counts.

    Lines and columns are counted as reading does it: CRLF, CR and LF end a line, and a letter and
    its accent are one sign. Raises UnicodeDecodeError where the file is no UTF-8.
    """
    ordered = sorted(set(repairs))
    widths: dict[int, int] = {}  # by line: how far repairs reach that begin there
    for line, column, width, _ in ordered:
        widths[line] = max(widths.get(line, 1), column - 1 + width)
    signs: list[str] = []
    starts = []
    reach = 0
    for number, text in enumerate(LINE.findall(data.decode()), 1):
        starts.append(len(signs) + (number == 1 and text.startswith("\ufeff")))
        reach = max(reach, starts[-1] + widths.get(number, 0))
        signs += _signs(text) if len(signs) < reach else [text]  # as it stands, to the last byte
    parts, end = [], 0
    for line, column, width, instead in ordered:
        start = starts[line - 1] + column - 1
        if start >= end:
            parts += [*signs[end:start], instead]
            end = start + width
    return "".join([*parts, *signs[end:]]).encode()


def _signs(line: str) -> list[str]:
    """Return what stands in a line for each sign that reading finds there, the end of it as one."""
    if unicodedata.is_normalized("NFC", line):
        return SIGN.findall(line)
    return [sign for letter in _letters().findall(line) for sign in _of_letter(letter)]


@cache
def _letters() -> Any:
    """Return the pattern of a sign and those behind it that it may become one with.

    These are marks, and the vowels and ends of Korean syllables (Unicode 3.12). What people take
    for one letter, such as a flag, is found in time by the square of such letters.
    """
    import regex  # late: few files have accents apart

    return regex.compile(r"\r\n|(?s:.)[\p{M}\u1160-\u11ff]*")


def _of_letter(cluster: str) -> list[str]:
    """Return the signs of a letter with its accents: each as it stands, where it stands in one."""
    signs: list[str] = []
    while not unicodedata.is_normalized("NFC", cluster):
        first = _first(cluster) if crowd(cluster) is None else ""
        if not first:  # accents in an order of their own
            return signs + list(composed(cluster))
        signs.append(first)
        cluster = cluster[len(first) :]
    return signs + SIGN.findall(cluster)


def _first(cluster: str) -> str:
    """Return what makes one sign at the beginning of a cluster, and leaves the rest as it is."""
    whole = unicodedata.normalize("NFC", cluster)
    for end in range(1, min(len(cluster), MOST_ACCENTS) + 1):
        first, rest = cluster[:end], cluster[end:]
        heads = unicodedata.normalize("NFC", first), unicodedata.normalize("NFC", rest)
        if len(heads[0]) == 1 and "".join(heads) == whole:
            return first
    return ""


def write(files: Mapping[Path, tuple[bytes | None, bytes]]) -> None:
    """Write files, each whole or not at all, with the permissions that they had.

    Each is given with what it had, None where it is new, and what it gets. Everything is written
    beside them before the first of them changes; what a run that was cut left there is deleted.
    Raises Busy where one of them has been changed meanwhile, and OSError.
    """
    folders = sorted({file.parent for file in files})
    with ExitStack() as stack:
        for folder in folders:
            stack.enter_context(alone(folder, waits=True))
            stack.callback(_sweep, folder)
            _sweep(folder)
        for file, (before, after) in files.items():
            _stage(file, before, after)
        for file in files:
            _staged(file).replace(file)
        for folder in folders:
            keep(folder)


def _stage(file: Path, before: bytes | None, after: bytes) -> None:
    if (file.read_bytes() if file.exists() else None) != before:
        message = f"{file.name} was changed meanwhile: nothing is written, give the command again."
        raise Busy(message)
    staged = _staged(file)
    staged.write_bytes(after)
    staged.chmod(0o644 if before is None else file.stat().st_mode)
    keep(staged)


def _staged(file: Path) -> Path:
    """Return where a file is staged; its own name may be too long for anything before it."""
    return file.with_name(f"{STAGED}{sha256(os.fsencode(file.name)).hexdigest()[:DIGITS]}")


def _sweep(folder: Path) -> None:
    """Delete what is staged in a folder that nobody else writes to now."""
    for staged in folder.glob(STAGED + "[0-9a-f]" * DIGITS):
        if staged.is_symlink() or not staged.is_dir():  # a folder is nothing that was staged
            staged.unlink()


def difference(path: str, before: bytes, after: bytes) -> str:
    """Return what changes in a file, as Git shows it; what cannot be seen is written out.

    Raises UnicodeDecodeError where the file is no UTF-8.
    """
    old, new = (visible(data.decode()).split("\n") for data in (before, after))
    shown = in_line(path)
    return "\n".join(unified_diff(old, new, f"a/{shown}", f"b/{shown}", lineterm=""))
