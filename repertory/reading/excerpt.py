"""Lines of a file that are YAML, and what can be said of them without reading them as YAML."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import yaml

from repertory.base.problem import Place
from repertory.reading.source import Source

KEY = re.compile(
    r"^(?P<indent> *(?:- +)*)(?P<key>[^\s:#\"'\[{-][^:]*?)\s*:(?P<gap>\s*)(?P<value>.*)$"
)
LONGEST_LINE = 2_000
CURLY = "“”„‟‘’‚«»"
STRUCTURE = re.compile(r"^\s*(-\s+)?([\w-]+:\s+)?", re.MULTILINE)  # what stands before a value
UNUSUAL_BLANK = re.compile(r"[^\S\n\t ]")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a file that are YAML, from `first_line` of the file on; `known` are likely keys."""

    source: Source
    text: str
    first_line: int
    known: frozenset[str] = frozenset()

    @classmethod
    def of(cls, source: Source, text: str, first_line: int, known: frozenset[str]) -> "Excerpt":
        """Take lines as YAML; non-breaking blanks where a blank is needed count as blanks."""
        if UNUSUAL_BLANK.search(text):
            text = STRUCTURE.sub(lambda found: UNUSUAL_BLANK.sub(" ", found[0]), text)
        return cls(source, text, first_line, known)

    def place(self, line: int, column: int = 1, width: int = 0) -> Place:
        """Return a place by the line of the file."""
        return self.source.place(line, column, width)

    def marked(self, event: yaml.Event) -> Place:
        """Return the place where the parser saw an event, as wide as the event in its line."""
        begin, end = event.start_mark, event.end_mark
        assert begin and end, "the parser gives every event its marks"
        row, column = begin.line, begin.column
        line, lines = self.first_line + row, self.source.lines
        if line > len(lines):  # the parser sees nothing, and sees it behind the end of the file
            return self.place(len(lines), 1, 1)
        shown = lines[line - 1]
        width = (end.column if end.line == row else len(shown)) - column
        return Place(self.source.path, line, column + 1, width if width > 0 else 1, shown)

    def last_line(self, event: yaml.Event) -> int:
        """Return the line of the file that an event ends in."""
        assert event.end_mark, "the parser gives every event its marks"
        return self.first_line + event.end_mark.line

    def lines(self) -> Mapping[int, str]:
        """Return the lines by their number in the file."""
        return _numbered(self.text, self.first_line)

    def last(self, line: int, is_sought: Callable[[str], object]) -> int:
        """Return the number of the last line that is sought, up to `line`; 0 if there is none."""
        lines = self.lines()
        numbers = range(line, self.first_line - 1, -1)
        return next((n for n in numbers if is_sought(lines.get(n, ""))), 0)

    def without(self, line: int) -> tuple["Excerpt", frozenset[str]]:
        """Blank the entry that `line` belongs to; return the rest and the top-level key concerned.

        An entry is a line with a key, and all lines below it that are indented further.
        """
        lines = self.lines()
        line = min(line, max(lines))
        key = self.last(line, key_of)
        top = self.last(line, lambda text: not indent(text) and key_of(text))
        start = key if key and indent(lines.get(line, "")) else line
        depth = indent(lines[start])
        end = start + 1
        while end in lines and (end <= line or _belongs(lines[end], depth)):
            end += 1
        kept = ["" if start <= n < end else text for n, text in lines.items()]
        words = [re.match(r"[\w-]+", lines.get(n, "").lstrip()) for n in (start, line, top)]
        concerned = frozenset(word[0] for word in words if word)
        return replace(self, text="\n".join(kept)), concerned


@lru_cache(maxsize=2)
def _numbered(text: str, first: int) -> Mapping[int, str]:
    return dict(enumerate(text.split("\n"), first))


def key_of(line: str) -> re.Match[str] | None:
    """Match a line with a key; only its beginning is looked at, so that it takes no time."""
    return KEY.match(line[:LONGEST_LINE])


def indent(line: str) -> int:
    """Return the number of blanks that a line begins with."""
    return len(line) - len(line.lstrip(" \t"))


def _belongs(line: str, depth: int) -> bool:
    """Tell whether a line continues an entry of that depth: further in, or an item of its list."""
    return not line.strip() or indent(line) > depth or line.strip().startswith("- ")


def quoted(text: str) -> str:
    """Return a text in double quotes, as YAML wants it."""
    escaped = text.strip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
