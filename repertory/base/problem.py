"""Mistakes in content as values, and the register of the rules that find them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from inspect import cleandoc
from operator import attrgetter
from typing import Literal, NamedTuple, ParamSpec, TypeAlias

Level: TypeAlias = Literal["error", "warning"]
Parameters = ParamSpec("Parameters")


class Place(NamedTuple):
    """Where something stands in a file.

    `path` is relative to the root of the site; `line` and `column` count from 1, the column in
    characters; `width` is the number of characters concerned (0: the whole line), and `source`
    the text of that line, or "" where there is no line to show.
    """

    path: str
    line: int = 1
    column: int = 1
    width: int = 0
    source: str = ""


class Repair(NamedTuple):
    """What can safely be written instead of a part of a file, since nothing else can be meant.

    `text` takes the place of `width` characters from `column` of `line` on; the end of a line
    counts as one, and a byte-order mark stands in column 0 of the first.
    """

    line: int
    column: int
    width: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say about one place; `hint` names what to write instead.

    `repair` is there where that is beyond doubt.
    """

    place: Place
    message: str
    hint: str = ""
    repair: Repair | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding with the rule that made it, ready to be sorted and shown."""

    path: str
    line: int
    column: int
    rule: str
    message: str
    level: Level
    hint: str
    width: int
    source: str
    repair: Repair | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's id, its level, and its documentation: one line, then the long version."""

    id: str
    level: Level
    summary: str
    explanation: str


MOST_SAID = 3_000  # characters: a hint may repeat a text of 2,000
RULES: dict[str, Rule] = {}


class BuildError(Exception):
    """The content has errors, so that no site was built; `story` tells how many records."""

    def __init__(self, story: str, problems: tuple["Problem", ...]) -> None:
        super().__init__(story)
        self.problems = problems


def rule(
    level: Level,
) -> Callable[[Callable[Parameters, Iterable[Finding]]], Callable[Parameters, Iterator[Problem]]]:
    """Register a function that yields findings as the rule of its name.

    The rule's id is the function's name with hyphens; its documentation is the docstring.
    """

    def register(
        find: Callable[Parameters, Iterable[Finding]],
    ) -> Callable[Parameters, Iterator[Problem]]:
        name = find.__name__.replace("_", "-")
        summary, _, explanation = cleandoc(find.__doc__ or "").partition("\n")
        RULES[name] = Rule(name, level, summary, explanation.strip())

        def stamp(found: Finding) -> Problem:
            path, line, column, width, source = found.place
            said, hint, repair = _cut(found.message), _cut(found.hint), found.repair
            return Problem(path, line, column, name, said, level, hint, width, source, repair)

        @wraps(find)
        def stamped(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Iterator[Problem]:
            return map(stamp, find(*args, **kwargs))

        return stamped

    return register


def _cut(text: str) -> str:
    """Return what is said, which may cite what a stranger wrote, no longer than anybody reads."""
    return text if len(text) <= MOST_SAID else f"{text[:MOST_SAID]}…"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems, each once, by file and place."""
    place = attrgetter("path", "line", "column", "rule", "message", "hint")
    return tuple(sorted(set(problems), key=place))
