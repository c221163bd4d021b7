"""Every bound of what is read: just below it a file passes, just above it is refused."""

import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import click

from repertory.base.formats import Outcome, as_text
from repertory.base.problem import Problem
from repertory.base.text import UNSEEN
from repertory.pipeline import check
from repertory.sources import look
from repertory.writing.workshop import Workshop
from tests.attack import arena
from tests.attack.trials import SECONDS
from tests.formats import assert_programs_can_read
from tests.worlds import SITES, TODAY, lay_out, settings_of

PRACTICES = "content/practices"
RECORD = f"{PRACTICES}/record.md"
HEAD = "title: T\nsummary: S.\ncategory: good-practice\ncountry: [belgium]\nadded: 2026-01-01\n"
TERMS = "facets:\n  kind:\n    label: Kind\n    terms:\n"


class Bound(NamedTuple):
    """What is just below a bound, and what just above it; the rule and the line of that."""

    below: str | bytes
    above: str | bytes
    rule: str
    line: int = 7


def front(text: str, more: str = "They read.") -> str:
    """Return a record with more front matter, which begins in line 7."""
    return f"---\n{HEAD}{text}---\n{more}\n"


def body(text: str) -> str:
    """Return a record with a text, which begins in line 8."""
    return front("", text)


def values(count: int) -> str:
    """Return a list of single letters, as short as it can be."""
    return f"place: [{','.join('a' * count)}]\n"


def accents(count: int) -> str:
    """Return so many accents, those that stand below a letter behind those that stand above it."""
    return "\u0301" * (count // 2) + "\u0316" * (count - count // 2)


def nested(depth: int) -> str:
    """Return lists in each other."""
    return f"reach: {'[' * depth}{']' * depth}\n"


def steps(depth: int) -> str:
    """Return items of lists in each other, by blanks."""
    return "\n".join(f"{'    ' * step}- They read." for step in range(depth))


def comments(size: int) -> str:
    """Return lines of YAML that say nothing, so that the front matter has `size` signs."""
    left = size - len(HEAD)
    return "#\n" * (left // 2) + "\n" * (left % 2 + 1)


def facets(count: int) -> str:
    """Return a vocabulary of so many facets."""
    entries = (f"  f{n}: {{label: F, terms: {{a: {{label: A}}}}}}\n" for n in range(count))
    return "facets:\n" + "".join(entries)


def terms(count: int) -> str:
    """Return a vocabulary of so many terms, each of four values."""
    return TERMS + "".join(f"      t{n}: {{label: Term {n}}}\n" for n in range(count))


def padded(size: int) -> str:
    """Return a vocabulary of so many signs."""
    text = terms(3)
    return text + "#\n" * ((size - len(text)) // 2) + "\n" * ((size - len(text)) % 2)


def slow(count: int) -> str:
    """Return a text of headings that have to be looked for among all others."""
    return body("They read.\n\n" + "### a &amp; b\n\n" * count)


RECORDS: Mapping[str, Bound] = {
    "64 KB of front matter": Bound(
        front(comments(65_536)), front(comments(65_537)), "yaml-too-large", 1
    ),
    "5,000 values": Bound(front(values(4_980)), front(values(5_000)), "yaml-too-large"),
    "20 lists and mappings in each other": Bound(
        front(nested(19)), front(nested(20)), "yaml-too-large"
    ),
    "256 KB of text": Bound(
        body("They read. " * 23_831), body("They read. " * 23_832), "body-too-large", 8
    ),
    "320 KB of all": Bound(
        front("#\n" * 30_000, "They read. " * 23_000),
        front("#\n" * 30_000, "They read. " * 24_400),
        "file-too-large",
        1,
    ),
    "1,500 brackets": Bound(
        body("[a](no.md)\n\n" * 1_500), body("[a](no.md)\n\n" * 1_501), "too-many-brackets", 3_008
    ),
    "signs in a paragraph": Bound(
        body("They read.\n\n" + "a*\n" * 7_000),
        body("They read.\n\n" + "a*\n" * 7_200),
        "too-much-markup",
        10,
    ),
    "30 quotations in each other": Bound(
        body("a\n\n" + "> " * 29 + "b"), body("a\n\n" + "> " * 30 + "b"), "body-too-nested", 10
    ),
    "lists in each other": Bound(body(steps(20)), body(steps(300)), "body-too-nested", 307),
    "100 problems": Bound(
        front("outcome:\n" + "- reading\n" * 100),
        front("outcome:\n" + "- reading\n" * 101),
        "too-many-problems",
        1,
    ),
    "100 values of a list": Bound(
        front("formerly:\n" + "".join(f"- a{n}\n" for n in range(100))),
        front("formerly:\n" + "".join(f"- a{n}\n" for n in range(101))),
        "list-too-long",
        8,
    ),
    "2,000 signs of a field": Bound(
        front(f"reach: {'a' * 2_000}\n"), front(f"reach: {'a' * 2_001}\n"), "text-too-long"
    ),
    "time": Bound(slow(50), slow(17_000), "takes-too-long", 1),
    "anchors": Bound(front('reach: "&a b"\n'), front("reach: &a b\n"), "unquoted-sign"),
    "aliases": Bound(front('reach: "*a"\n'), front("reach: *a\n"), "unquoted-sign"),
    "aliases of an anchor": Bound(
        front("reach: a\nplace: a\n"), front("reach: &a a\nplace: *a\n"), "unquoted-sign"
    ),
    "tags": Bound(front('reach: "!!str b"\n'), front("reach: !!str b\n"), "unquoted-sign"),
    "tags of Python": Bound(
        front("reach: a\n"), front("reach: !!python/object/apply:os.system [a]\n"), "unquoted-sign"
    ),
    "merge keys": Bound(front("place: a\n"), front("<<: {place: a}\n"), "unknown-key"),
    "a bomb of merge keys": Bound(
        front("place: a\n"),
        front("place: &a {x: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [*a, *a]}}\n" for n in range(30))),
        "unquoted-sign",
    ),
    "keys that are lists": Bound(front("place: a\n"), front("? [a]\n: b\n"), "yaml-feature"),
    "keys given twice": Bound(
        front("place: a\n"), front("place: a\nplace: b\n"), "duplicate-key", 8
    ),
    "signs written as escapes": Bound(
        front('reach: "\\x41"\n'), front('reach: "\\0"\n'), "control-character"
    ),
    "accents on a letter": Bound(
        body("a" + accents(30)), body("a" + accents(31)), "too-many-accents", 8
    ),
    "a crowd of accents": Bound(
        body("a" + accents(2)), body("a" + accents(78_000)), "too-many-accents", 8
    ),
    "a crowd of accents in order": Bound(
        body("a" + "\u0301" * 30), body("a" + "\u0301" * 31), "too-many-accents", 8
    ),
    "a crowd of accents to be": Bound(
        body("## a" + "\u0301\uff9e" * 15),
        body("## a" + "\u0301\uff9e" * 12_000),
        "too-many-accents",
        8,
    ),
    "a crowd of accents as entities": Bound(
        body("## Evaluation\n\n" + "&#769;&#xff9e;" * 15),
        body("## Evaluation\n\n" + "&#769;&#xff9e;" * 1_500),
        "too-many-accents",
        8,
    ),
    "control characters": Bound(body("a\tb"), body("a\n\nb\ac"), "control-character", 10),
    "what is no UTF-8": Bound(
        "é".join((body("a"), "b")).encode(), body("a\n").encode() + b"caf\xe9", "wrong-encoding", 10
    ),
    "what is no UTF-8, with old ends of lines": Bound(
        body("a").replace("\n", "\r"),
        body("a\n").replace("\n", "\r").encode() + b"caf\xe9",
        "wrong-encoding",
        10,
    ),
}
"""Bounds of a record, by what they bound."""

VOCABULARIES: Mapping[str, Bound] = {
    "512 KB": Bound(padded(524_288), padded(524_289), "file-too-large", 1),
    "50,000 values": Bound(terms(9_900), terms(10_100), "yaml-too-large", 10_003),
    "20 mappings in each other": Bound(
        TERMS + "      a: " + "{a: " * 16 + "}" * 16 + "\n",
        TERMS + "      a: " + "{a: " * 17 + "}" * 17 + "\n",
        "yaml-too-large",
        5,
    ),
    "anchors": Bound(
        TERMS + '      a: {label: "&b c"}\n', TERMS + "      a: {label: &b c}\n", "unquoted-sign", 5
    ),
    "tags": Bound(
        TERMS + '      a: {label: "!b c"}\n', TERMS + "      a: {label: !b c}\n", "unquoted-sign", 5
    ),
    "merge keys": Bound(
        terms(3), TERMS + "      a: {label: a}\n      <<: {b: {label: b}}\n", "bad-id", 6
    ),
    "keys given twice": Bound(terms(3), terms(3) + "      t0: {label: a}\n", "duplicate-key", 8),
    "accents in a comment": Bound(
        terms(3) + f"# a{accents(2)}\n",
        terms(3) + f"# a{accents(40_000)}\n",
        "too-many-accents",
        8,
    ),
    "accents as escapes": Bound(
        terms(3),
        TERMS + '      T: {label: "a' + "\\u0301" * 20_000 + "\\u0316" * 20_000 + '"}\n',
        "too-many-accents",
        5,
    ),
    "accents as entities": Bound(
        TERMS + "      a: {label: a, formerly: [b]}\n",
        TERMS + "      a: {label: a, formerly: ['b" + "&#768;&#801;" * 30_000 + "']}\n",
        "bad-id",
        5,
    ),
    "50 facets": Bound(facets(50), facets(51), "vocabulary-too-wide", 52),
    "names of tags": Bound(
        terms(3), "%TAG !a! a\n" * 40_000 + f"---\n{terms(3)}", "yaml-feature", 1
    ),
    "terms above themselves": Bound(
        TERMS + "      a: {label: a, broader: b}\n      b: {label: b}\n",
        TERMS + "      a: {label: a, broader: b}\n      b: {label: b, broader: a}\n",
        "cycle-in-broader",
        5,
    ),
    "100 problems": Bound(
        TERMS + "".join(f"      t{n}: {{label: T{n}, a: b}}\n" for n in range(99)),
        TERMS + "".join(f"      t{n}: {{label: T{n}, a: b}}\n" for n in range(101)),
        "too-many-problems",
        1,
    ),
}
"""Bounds of taxonomy.yaml, by what they bound."""


def attack(given: arena.Arena) -> Iterator[arena.Outcome]:
    """Try both sides of every bound."""
    root = lay_out(given.folder / "bounds", SITES / "small")
    with Workshop(settings_of(root), jobs=1) as workshop:
        found(workshop)
        yield outcome("bounds of a record", _tried(workshop, RECORD, RECORDS))
        (root / RECORD).unlink()
        tried = _tried(workshop, "taxonomy.yaml", VOCABULARIES)
        yield outcome("bounds of taxonomy.yaml", tried)


def outcome(attacked: str, tries: list[tuple[str, float, str]]) -> arena.Outcome:
    fallen = [f"{name}: {fault}" for name, _, fault in tries if fault]
    longest = max(seconds for _, seconds, _ in tries)
    return arena.Outcome(attacked, len(tries), fallen, f"{longest:.2f} s at most")


def _tried(
    workshop: Workshop, path: str, bounds: Mapping[str, Bound]
) -> list[tuple[str, float, str]]:
    """Try both sides of bounds: return what, the seconds that it took, and what did not hold."""
    tries = []
    for name, bound in bounds.items():
        for side, written in (("below", bound.below), ("above", bound.above)):
            data = written if isinstance(written, bytes) else written.encode()
            (workshop.settings.root / path).write_bytes(data)
            begun = time.process_time()
            met = found(workshop)
            seconds = time.process_time() - begun
            places = {(p.path, p.line) for p in met if p.rule == bound.rule}
            is_held = (path, bound.line) in places if side == "above" else not places
            fault = "" if is_held else f"{bound.rule} is at {sorted(places) or 'no place'}"
            fault = fault or (f"took {seconds:.2f} s" if seconds > SECONDS else "")
            tries.append((f"{side} {name}", seconds, fault))
    return tries


def found(workshop: Workshop) -> tuple[Problem, ...]:
    """Check the world, and fail unless what is found can be told in every format."""
    checked = check(workshop, look(workshop, TODAY))
    outcome = Outcome(checked.read, checked.refused, checked.story(), checked.problems)
    assert_programs_can_read(outcome)
    plain = click.unstyle(as_text(outcome))
    assert not UNSEEN.search(plain.replace("\n", ""))
    plain.encode()
    return checked.problems
