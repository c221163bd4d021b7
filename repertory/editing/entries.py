"""Entries of YAML's lists and mappings are put in and taken out, in the style that is there."""

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import yaml

from repertory.base.problem import Place, Repair
from repertory.reading.excerpt import indent, quoted
from repertory.reading.source import decoded
from repertory.reading.tree import Items, Node, Pairs, Scalar

Many: TypeAlias = Items | Pairs


class Unwieldy(Exception):
    """Something is written in a way in which no edit of it is sure; `place` tells where."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class Sheet(NamedTuple):
    """The lines of a file, as reading counts them, and what ends one."""

    lines: Sequence[str]
    end: str

    @classmethod
    def of(cls, data: bytes) -> "Sheet":
        """Take the lines of a file; raises UnicodeDecodeError where it is no UTF-8."""
        text = decoded(data)
        end = next((end for end in ("\r\n", "\r") if end in text), "\n")
        return cls(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), end)

    def text(self, begin: tuple[int, int], end: tuple[int, int]) -> str:
        """Return what stands between two places, each a line and a column, both from 1."""
        if begin[0] == end[0]:
            return self.lines[begin[0] - 1][begin[1] - 1 : end[1] - 1]
        first = self.lines[begin[0] - 1][begin[1] - 1 :]
        between = self.lines[begin[0] : end[0] - 1]
        return "\n".join([first, *between, self.lines[end[0] - 1][: end[1] - 1]])


def put_first(node: Many, texts: Sequence[str], sheet: Sheet) -> Repair:
    """Put entries before all others of a list or mapping."""
    place = _entry(node, 0)[0].place
    between = ", " if is_flow(node) else sheet.end + _before(place)
    return Repair(place.line, place.column, 0, "".join(text + between for text in texts))


def put_last(node: Many, text: str, sheet: Sheet) -> Repair:
    """Put an entry behind all others of a list or mapping; further lines of it are indented."""
    first, last = _entry(node, -1)
    if is_flow(node):
        return Repair(*_end(last), 0, f", {text}")
    between = sheet.end + " " * indent(first.place.source)
    line = _last_line(node, first.place, sheet)
    written = _before(first.place) + text.replace("\n", between)
    return Repair(line, len(sheet.lines[line - 1]) + 1, 0, sheet.end + written)


def taken_out(node: Many, index: int, sheet: Sheet) -> Repair:
    """Take out the entry that has this place, from 0, with its comma or its lines."""
    first, last = _entry(node, index)
    place = first.place
    if not is_flow(node):
        return _lines(place.line, _last_line(node, place, sheet), sheet)
    begin, end = (place.line, place.column), _end(last)
    if index + 1 < _count(node):
        following = _entry(node, index + 1)[0].place
        until = following.line, following.column
        if "#" not in sheet.text(end, until):
            return Repair(*begin, len(sheet.text(begin, until)), "")
    elif index:
        before = _end(_entry(node, index - 1)[1])
        if "#" not in sheet.text(before, begin):
            return Repair(*before, len(sheet.text(before, end)), "")
    line = sheet.lines[place.line - 1]
    comma = re.match(r"\s*,", line[end[1] - 1 :])
    stop = end[1] + (comma.end() if comma else 0)
    if not line[: place.column - 1].strip() and re.match(r"\s*(#|$)", line[stop - 1 :]):
        return _lines(place.line, place.line, sheet)
    return Repair(*begin, stop - place.column, "")


def exchanged(node: Scalar, old: str, new: str) -> Repair:
    """Write `new` where a value is `old`, in its quotes; or instead of any other value."""
    if node.lines > 1:
        raise Unwieldy(node.place)
    _, line, column, width, source = node.place
    written = source[column - 1 : column - 1 + width]
    is_same = node.value.strip() == old and old in written
    return Repair(line, column, width, written.replace(old, new, 1) if is_same else new)


def reworded(node: Scalar, text: str) -> Repair:
    """Write a text instead of another; in quotes where there are some, or where it needs them."""
    line, end = _end(node)
    written = quoted(text) if node.quoted else plain(text)
    return Repair(line, node.place.column, end - node.place.column, written)


def made_list(node: Scalar, texts: Sequence[str]) -> Repair:
    """Make a list of a single value, behind others."""
    line, end = _end(node)
    written = f"[{', '.join([*texts, plain(node.value)])}]"
    return Repair(line, node.place.column, end - node.place.column, written)


def plain(text: str) -> str:
    """Return a text as a value of YAML: without quotes if it is the same without them."""
    try:
        is_same = yaml.load(f"{{a: {text}}}", yaml.CBaseLoader) == {"a": text}
    except yaml.YAMLError:
        is_same = False
    return text if is_same and text not in ("~", "null") else quoted(text)


def is_flow(node: Many) -> bool:
    return node.place.source[node.place.column - 1 :].startswith(("[", "{"))


def _count(node: Many) -> int:
    return len(node.pairs if isinstance(node, Pairs) else node.values)


def _entry(node: Many, index: int) -> tuple[Node, Node]:
    """Return what an entry begins and ends with: its key and its value, or twice the item."""
    if not _count(node):
        raise Unwieldy(node.place)
    return node.pairs[index] if isinstance(node, Pairs) else (node.values[index],) * 2


def _before(place: Place) -> str:
    """Return what stands before an entry in its line: blanks, and the dash of an item."""
    return place.source[: place.column - 1]


def _end(node: Node) -> tuple[int, int]:
    """Return the line and the column behind a value that is written in one line."""
    _, line, column, width, _ = node.place
    is_whole = node.lines == 1 and node.value if isinstance(node, Scalar) else width > 1
    if not is_whole:
        raise Unwieldy(node.place)
    return line, column + width


def _last_line(node: Many, place: Place, sheet: Sheet) -> int:
    """Return the number of the last line of an entry that begins at `place`.

    Its lines are those below that are indented further, remarks too, and under its key the items
    of its list, or the bracket that ends it.
    """
    depth, last = indent(place.source), place.line
    goes_on = ("- ", "]", "}") if isinstance(node, Pairs) else ()
    for number, line in enumerate(sheet.lines[place.line :], place.line + 1):
        words = line.strip()
        if words and (
            indent(line) > depth or (indent(line) == depth and words.startswith(goes_on))
        ):
            last = number
        elif words and not words.startswith("#"):
            break
    return last


def _lines(first: int, last: int, sheet: Sheet) -> Repair:
    """Delete whole lines."""
    return Repair(first, 1, sum(len(line) + 1 for line in sheet.lines[first - 1 : last]), "")
