"""What can be mended without a doubt is mended: repairs that rules name, and a tidy file."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, TypeAlias

from repertory.base.budget import OverBudget, processor_seconds
from repertory.base.problem import Problem, Repair
from repertory.base.text import counted, crowd, in_line
from repertory.editing import edits
from repertory.editing.edits import LINE, applied
from repertory.reading.document import fences_of
from repertory.reading.excerpt import indent
from repertory.reading.files import content_files
from repertory.reading.site import BUDGET, front_problems
from repertory.reading.source import RECORD_BYTES, decoded, plain_bytes
from repertory.reading.taxonomy import Taxonomy

ROUNDS = 100  # far more than mistakes can hide behind each other
BLOCK = re.compile(r"(?:^|[:-]\s+)[|>][-+\d]{0,2}\s*(?:#.*)?$")  # opens a text of several lines


TAB_DELETED = "the tab at the beginning of the line is taken out"
DONE = {
    "byte-order-mark": "the invisible sign at the beginning of the file is taken out",
    "front-matter-missing": "the file begins with --- now",
    "invisible-character": "what nobody sees is taken out of the line",
    "missing-blank": "a blank is put in",
    "missing-colon": "a colon is put in",
    "tab-indentation": "the tab at the beginning of the line is now two blanks",
}
"""What is said of repairs that cannot be shown as words that become others, by their rules."""


class Change(NamedTuple):
    """A repair, and what is said of it once it is done; "" where its words say it."""

    repair: Repair
    done: str


class Round(NamedTuple):
    """Changes that are made at once, and the file before and behind them."""

    before: bytes
    changes: tuple[Change, ...]
    after: bytes


Mended: TypeAlias = Mapping[str, tuple[Round, ...]]
"""Files by their paths, and what is done to each."""


def rounds(data: bytes, problems_of: Callable[[bytes], Iterable[Problem]]) -> Iterator[Round]:
    """Yield what is done to a file until nothing is left to mend.

    That is nothing where it is no UTF-8, or has crowds of accents, which no reading counts. Each
    round begins with what the one before it made, since a mistake may hide behind another.
    """
    for _ in range(ROUNDS):
        changes = tuple(_repairs(problems_of(data))) or tuple(_tidying(data))
        if not changes:
            return
        after = applied(data, (change.repair for change in changes))
        if _is_crowded(data) or _is_crowded(after):
            return
        yield Round(data, changes, after)
        data = after


def _is_crowded(data: bytes) -> bool:
    return crowd(data.decode(errors="replace")) is not None


def records(root: Path, files: Collection[Path]) -> tuple[str, ...]:
    """Return the paths of `files`, or of all records where there are none, relative to `root`.

    Raises ValueError, with a sentence, where one of them is no record.
    """
    known = {(root / path).resolve(): path for path in content_files(root)[0]}
    for file in files:
        if file.resolve() not in known:
            shown = in_line(str(file))
            raise ValueError(f"{shown} is no record: records lie in content/ and end in .md")
    return tuple(known[file.resolve()] for file in files) or tuple(known.values())


def mended(root: Path, taxonomy: Taxonomy, paths: Iterable[str]) -> Mended:
    """Return what is to be done to files, by their paths, for those that can be mended.

    What cannot be read at all is left to `check`.
    """
    found: dict[str, tuple[Round, ...]] = {}
    for path in paths:
        data = plain_bytes(root / path, RECORD_BYTES)
        done = rounds(data, partial(front_problems, path, taxonomy)) if data is not None else ()
        found[path] = tuple(_in_time(done))
    return {path: done for path, done in found.items() if done}


def _in_time(done: Iterable[Round]) -> Iterator[Round]:
    """Yield what is done to a file as long as it may take; the rest is left to the next time."""
    with suppress(OverBudget), processor_seconds(BUDGET):
        yield from done


def write(root: Path, files: Mended) -> None:
    """Write files as they are mended. Raises OSError."""
    edits.write({root / path: (did[0].before, did[-1].after) for path, did in files.items()})


def told(files: Mended) -> Iterator[str]:
    """Yield what was mended, a line for each change; what happens on many lines is told once."""
    for path, done in files.items():
        found = sorted((line for each in done for line in _told(each)), key=itemgetter(0))
        yield from (f"{in_line(path)}:{line}: {in_line(text)}" for line, text in found)


def _told(done: Round) -> Iterator[tuple[int, str]]:
    lines = LINE.findall(decoded(done.before))
    often: dict[str, list[int]] = {}
    for (line, column, width, text), said in done.changes:
        old = lines[line - 1][max(0, column - 1) : column - 1 + width]
        if said:
            often.setdefault(said, []).append(line)
        else:
            taken = old.strip(" ,-\n")  # without the comma or dash that goes with a term
            yield line, f"{old} → {text}" if text else f"taken out: {taken}"
    for said, numbers in often.items():
        more = f" ({counted(len(numbers), 'line')})" if len(numbers) > 1 else ""
        yield numbers[0], f"{said}{more}"


def _repairs(problems: Iterable[Problem]) -> Iterator[Change]:
    """Yield the repairs of problems; of two that overlap, the first."""
    found = [Change(repair, _done(p.rule, repair)) for p in problems if (repair := p.repair)]
    end = 0, 0
    for change in sorted(found):
        line, column, width, _ = change.repair
        if (line, column) >= end:
            yield change
            end = line, column + width


def _done(rule: str, repair: Repair) -> str:
    is_deleted = rule == "tab-indentation" and not repair.text
    return TAB_DELETED if is_deleted else DONE.get(rule, "")


def _tidying(data: bytes) -> Iterator[Change]:
    """Yield what no rule speaks of: ends of lines, and blanks before those of the front matter.

    Blanks stay in the body, where two of them break a line, and wherever they belong to a text.
    """
    try:
        lines = LINE.findall(decoded(data))
    except UnicodeDecodeError:
        return
    bare = [line.rstrip("\r\n") for line in lines]
    text = "\n".join(bare)
    fences = fences_of(text)
    is_split = len(fences) > 1 and fences[0].start() == 0
    last = text.count("\n", 0, fences[1].end()) + 1 if is_split else 0
    depth: int | None = None  # of the line that opens a text of several lines
    for number, (line, shown) in enumerate(zip(lines, bare, strict=True), 1):
        kept = shown.rstrip(" \t")
        if kept and depth is not None and indent(shown) <= depth:
            depth = None
        if number <= last and depth is None and kept != shown and not kept.endswith("\\"):
            repair = Repair(number, len(kept) + 1, len(shown) - len(kept), "")
            yield Change(repair, "blanks at the end of the line are taken out")
        if line[len(shown) :].startswith("\r"):
            repair = Repair(number, len(shown) + 1, 1, "\n")
            yield Change(repair, "the line no longer ends as in Windows")
        if kept and depth is None and BLOCK.search(kept):
            depth = indent(shown)
