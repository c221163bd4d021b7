"""Lines that may be the cause of a fault of YAML, and what can be said of one of them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from repertory.base.problem import Place, Repair
from repertory.base.text import misspelt
from repertory.reading.excerpt import LONGEST_LINE, Excerpt, indent, key_of, quoted


class Suspect(NamedTuple):
    """A line that may be the cause of a fault, with what the parser said of it.

    `above` is the text line before it; `stop` and `context` are the places where the parser
    stopped and where it began what it could not finish.
    """

    excerpt: Excerpt
    number: int
    line: str
    above: str
    said: str
    stop: Place
    context: Place

    def place(self, column: int = 1, width: int = 0) -> Place:
        """Return a place in the line."""
        return self.excerpt.place(self.number, column, width)

    def pair(self) -> tuple[str, str, int] | None:
        """Return key, value and the value's column, where the line has a key."""
        found = key_of(self.line)
        return (found["key"], found["value"].rstrip(), found.start("value") + 1) if found else None

    def begins_entry(self) -> bool:
        """Tell whether the line is an entry of the front matter, but for what it begins with.

        It has a key that no other line has in column 1, and goes on with nothing of the line above.
        """
        found = key_of(self.line.lstrip())
        key = found["key"] if found and not found["indent"] else ""
        others = {line.partition(":")[0].rstrip() for line in self.excerpt.lines().values()}
        goes_on = re.search(r":\s*([|>][-+\d]*\s*)?$", self.above)
        return key in self.excerpt.known - others and not goes_on

    def in_quotes(self, text: str) -> Repair | None:
        """Return how `text` stands in double quotes instead of the value of the line.

        None where anything else may be meant: what is before the colon is no key, a comment or
        another key follows, or the next line goes on with the value.
        """
        key, value, column = self.pair() or ("", "", 0)
        known, lines = self.excerpt.known, self.excerpt.lines()
        below = next((lines[n] for n in lines if n > self.number and lines[n].strip()), "")
        others = known & set(re.findall(r"(?<![\w-])([\w-]+)\s*:(?:\s|$)", value))
        is_whole = self.line.startswith(key) and len(self.line) <= LONGEST_LINE
        is_key = is_whole and misspelt(key, known)
        if not is_key or others or indent(below) or re.search(r"\s#", value):
            return None
        return Repair(self.number, column, len(value), quoted(text))


def suspects(excerpt: Excerpt, fault: yaml.MarkedYAMLError) -> Iterator[Suspect]:
    """Yield the lines that may be the cause: where the parser stopped, and those before."""
    lines = excerpt.lines()
    marks = [fault.problem_mark or fault.context_mark, fault.context_mark or fault.problem_mark]
    stop, context = (
        excerpt.place(min(excerpt.first_line + m.line, max(lines)), m.column + 1, 1)
        if m
        else excerpt.place(excerpt.first_line)
        for m in marks
    )
    before = excerpt.last(stop.line - 1, str.strip)
    said = f"{fault.problem or 'not valid YAML'}; {fault.context or ''}"
    for number in dict.fromkeys([stop.line, before or stop.line, context.line]):
        above = lines.get(excerpt.last(number - 1, str.strip), "")
        yield Suspect(excerpt, number, lines.get(number, ""), above, said, stop, context)
