"""YAML as a tree in which every key and value knows its place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import yaml

from repertory.base.problem import Finding, Place, Problem, Repair, rule
from repertory.base.text import composed
from repertory.reading.excerpt import Excerpt
from repertory.reading.source import VOCABULARY, Reading, Source, harmful
from repertory.reading.syntax import explain, unquoted_sign


class Scalar(NamedTuple):
    """A single value, always text: what it means is decided by the field that it is given to.

    `lines` is the number of lines that it is written in; 0 where that is no YAML.
    """

    value: str
    place: Place
    lines: int = 1
    quoted: bool = False

    def rewritten(self, text: str) -> Repair | None:
        """Return how another text is written here, in the quotes there are.

        None where the value goes over several lines, or the text would need other quotes.
        """
        if self.lines != 1 or re.search(r"""["'\\]|:$|^null$""", text):
            return None
        _, line, column, width, source = self.place
        quote = source[column - 1] if self.quoted else ""
        return Repair(line, column, width, f"{quote}{text}{quote}")


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: tuple["Node", ...]
    place: Place

    def without(self, index: int) -> Repair | None:
        """Return how an item that is not the first is taken out, with its comma or its line.

        None where a comment would go with it, or the list is not written as most are.
        """
        before, item = self.values[index - 1], self.values[index]
        if not isinstance(item, Scalar) or item.lines != 1:
            return None
        _, line, column, width, source = item.place
        is_last = not source[column - 1 + width :].strip()
        if is_last and re.fullmatch(r"\s*-\s+", source[: column - 1]):
            return Repair(line, 1, len(source) + 1, "")
        start = before.place.column + before.place.width
        is_beside = isinstance(before, Scalar) and before.lines == 1 and before.place.line == line
        if is_beside and re.fullmatch(r"\s*,\s*", source[start - 1 : column - 1]):
            return Repair(line, start, column + width - start, "")
        return None


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping: key and value in the order of the file; a key given twice counts once."""

    pairs: tuple[tuple[Scalar, "Node"], ...]
    place: Place
    broken: frozenset[str] = frozenset()  # keys left out because their lines are no YAML

    def by_key(self) -> Mapping[str, "Node"]:
        """Return the values by their keys."""
        return {key.value: value for key, value in self.pairs}


Node: TypeAlias = Scalar | Items | Pairs


@dataclass(frozen=True, slots=True)
class Limits:
    """How much YAML is read; more is refused before it can cost time or memory."""

    depth: int = 20
    nodes: int = 5_000
    characters: int = 64 * 1024


RECORD_LIMITS = Limits()
TAXONOMY_LIMITS = Limits(nodes=50_000, characters=512 * 1024)
AROUND = frozenset(
    {yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent}
)
REPAIRS = 20  # broken entries that are passed over to find the mistakes behind them


class Refused(Exception):
    """The text is YAML that this program does not read; `line` where only that entry is refused."""

    def __init__(self, problems: Iterator[Problem], line: int | None = None) -> None:
        super().__init__()
        self.problems = tuple(problems)
        self.line = line


@rule("error")
def duplicate_key(key: Scalar, first: Place) -> Iterator[Finding]:
    """A key is given twice.

    Only one of the two values could be meant, and nobody can tell which.
    """
    message = f"“{key.value}” is given twice: here and in line {first.line}."
    yield Finding(key.place, message, "Keep one of the two lines, or join their values.")


@rule("error")
def yaml_feature(place: Place, what: str) -> Iterator[Finding]:
    """A part of YAML is used that records do not need.

    Several documents in one file, and lists or mappings as keys, are refused: they surprise, and
    can be abused. So are anchors (&name), references (*name), and tags (!name, %TAG).
    """
    hint = "If the sign is part of a text, put the whole text in double quotes."
    yield Finding(place, f"{what} not used here.", hint)


@rule("error")
def yaml_too_large(place: Place, message: str) -> Iterator[Finding]:
    """There is more in the front matter than a record can hold.

    At most 64 KB, 5,000 values and 20 lists or mappings inside each other are read; of
    taxonomy.yaml 512 KB and 50,000 values.
    """
    is_record = place.path != VOCABULARY
    hint = "Does the text of the record stand above the second --- line?" if is_record else ""
    yield Finding(place, message, hint)


def compose(excerpt: Excerpt, limits: Limits = RECORD_LIMITS) -> Reading[Node | None]:
    """Read an excerpt of YAML, and go on behind entries that are no YAML.

    Yields a problem for every broken entry; the keys of those are in `broken` of the mapping
    returned. Returns None where nothing can be made of the text.
    """
    if len(excerpt.text) > limits.characters:
        shown = f"{limits.characters // 1024:,}"
        yield from yaml_too_large(excerpt.place(1), f"There are more than {shown} KB of YAML here.")
        return None
    directive = re.search("^%TAG", excerpt.text, re.MULTILINE)
    if directive:  # each is compared with all others
        line = excerpt.text.count("\n", 0, directive.start()) + 1
        yield from yaml_feature(excerpt.place(line), "A line that begins with %TAG is")
        return None
    broken: set[str] = set()
    for _ in range(REPAIRS):
        try:
            root, twice = _tree(excerpt, limits)
        except yaml.MarkedYAMLError as fault:
            problems, excerpt, keys = explain(excerpt, fault)
            yield from problems
            if problems[0].rule == "yaml-syntax":  # what follows would be guesses
                return None
            broken |= keys
            continue
        except Refused as refused:
            yield from refused.problems
            if refused.line is None:
                return None
            excerpt, keys = excerpt.without(refused.line)
            broken |= keys
            continue
        yield from twice
        if isinstance(root, Pairs):
            return Pairs(root.pairs, root.place, frozenset(broken))
        return Pairs((), excerpt.place(1), frozenset(broken)) if broken else root
    return None


def _tree(excerpt: Excerpt, limits: Limits) -> tuple[Node | None, tuple[Problem, ...]]:
    """Build the tree from the parser's events, without recursion, within the limits."""
    open_nodes: list[tuple[Place, list[Node], bool]] = []
    root: Node | None = None
    problems: list[Problem] = []
    count = documents = 0
    for event in iter(yaml.CBaseLoader(excerpt.text).get_event, None):
        place = excerpt.marked(event)
        if type(event) in AROUND:
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise Refused(yaml_feature(place, "A second document in the same file (---) is"))
            continue
        count += 1
        is_sign = getattr(event, "anchor", None) or getattr(event, "tag", None)
        depth = len(open_nodes)
        if is_sign or depth > limits.depth or count > limits.nodes:
            raise _refused(bool(is_sign), place, limits, depth)
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = _scalar(event, place, excerpt.last_line(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((place, [], isinstance(event, yaml.MappingStartEvent)))
            continue
        else:
            start, children, is_mapping = open_nodes.pop()
            if start.line == place.line:  # a list in brackets is as wide as it is written
                start = start._replace(width=max(1, place.column + place.width - start.column))
            node, twice = _closed(start, children, is_mapping)
            problems += twice
        if open_nodes:
            open_nodes[-1][1].append(node)
        else:
            root = node
    return root, tuple(problems)


def _scalar(event: yaml.ScalarEvent, place: Place, last_line: int) -> Scalar:
    """Make a single value.

    In double quotes escapes may stand for what is nowhere in the file, and out of some letters
    that are no crowd of accents one becomes when they are composed.
    """
    value = event.value
    if event.style == '"' or not value.isascii():
        harm = list(harmful(place, value))
        if harm:
            raise Refused(iter(harm), place.line)
        value = composed(value)
    return Scalar(value, place, last_line - place.line + 1, event.style in ("'", '"'))


def _closed(
    place: Place, children: list[Node], is_mapping: bool
) -> tuple[Items | Pairs, list[Problem]]:
    """Make a list or a mapping of its children."""
    if not is_mapping:
        return Items(tuple(children), place), []
    pairs, twice = _pairs(children)
    return Pairs(pairs, place), twice


def _refused(is_sign: bool, place: Place, limits: Limits, depth: int) -> Refused:
    """Say why YAML is not read: it is a reference or a tag, or more than the limits."""
    if is_sign:
        return Refused(unquoted_sign(place), place.line)
    message = f"There are more than {limits.nodes:,} values here."
    if depth > limits.depth:
        message = f"More than {limits.depth} lists or mappings stand inside each other."
    return Refused(yaml_too_large(place, message))


def _pairs(children: list[Node]) -> tuple[tuple[tuple[Scalar, Node], ...], list[Problem]]:
    """Pair keys with values; report keys given twice."""
    pairs: dict[str, tuple[Scalar, Node]] = {}
    problems: list[Problem] = []
    for key, value in zip(children[::2], children[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise Refused(
                yaml_feature(key.place, "A list or a mapping as a key is"), key.place.line
            )
        if key.value in pairs:
            problems += duplicate_key(key, pairs[key.value][0].place)
        else:
            pairs[key.value] = (key, value)
    return tuple(pairs.values()), problems


def whole(source: Source, known: frozenset[str] = frozenset()) -> Excerpt:
    """Return a whole file as an excerpt; `known` are keys that it probably has."""
    return Excerpt.of(source, source.text, 1, known)
