"""Worlds in which the vectors of tests/attack/vectors stand wherever `check` lets them stand."""

import unicodedata
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from repertory.base.settings import Settings
from repertory.reading import site
from tests.worlds import built, checked

VECTORS = Path(__file__).parent / "vectors"
HOST = "evil.example"  # must never be asked for anything; the name before it tells the vector
ROUNDS = 60  # of checking: each finds what those before it hid, and names some at most
OWN_PAGE = "---\ntitle: Accessibility\nsummary: Ours.\n---\nIn place of the one that is made.\n"
TOGETHER = 25  # vectors on one page
GROUP = 8  # vectors that stand together in a label of a facet, a group or a section
WORD = "zebra"  # in every body, to be searched for
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
Spot = tuple[int, str]
"""Where a vector stands: its number, and the field with the kind of file: "page's title"."""


class Vector(NamedTuple):
    """A hostile text. In a browser it calls ran(number), or asks vNUMBER.evil.example."""

    number: int
    name: str
    text: str


class Line(NamedTuple):
    """A line of a file, what of it is hostile, and what stands there once that was refused."""

    text: str
    spot: Spot | None = None
    instead: str = ""


class World(NamedTuple):
    """A built world, the vectors in it, where they stand, and where `check` refused them."""

    settings: Settings
    vectors: Sequence[Vector]
    standing: frozenset[Spot]
    refused: frozenset[Spot]

    def texts(self, kind: str, number: int) -> Iterator[str]:
        """Yield the texts of a record that must be found on its page as they were written."""
        text = next(vector.text for vector in self.vectors if vector.number == number)
        for field in ("title", "summary", "organisation", "place", "reach"):
            if (number, f"{kind}'s {field}") in self.standing:
                yield unicodedata.normalize("NFC", " ".join(text.split()))


def vectors() -> tuple[Vector, ...]:
    """Return all vectors, numbered in the order of their kinds and files."""
    found: list[Vector] = []
    for file in sorted(VECTORS.glob("*.yaml")):
        for name, text in yaml.safe_load(file.read_text("utf-8")).items():
            n = len(found) + 1
            ours = text.strip("\n").replace("RUN", f"ran({n})").replace("EVIL", f"v{n}.{HOST}")
            found.append(Vector(n, f"{file.stem}: {name}", ours))
    return tuple(found)


def build_hostile(folder: Path, chosen: Sequence[Vector], others: Sequence[Vector]) -> World:
    """Build a world with practices and terms of the chosen vectors, and news and pages of others.

    Fields that `check` refuses are replaced by harmless ones until nothing is refused.
    """
    settings = Settings(
        root=folder,
        name="A world for attacks",
        purpose="Everything here is hostile.",
        address="https://world.example/some/where/",
        repository="https://example.org/repository",
        email="editors@world.example",
        languages=("en", "de"),
    )
    vocabulary = {"taxonomy.yaml": list(_taxonomy(chosen, others))}
    files = {f"content/practices/v{v.number}.md": list(_practice(v)) for v in chosen}
    files |= {f"content/news/v{v.number}.md": list(_news_item(v)) for v in others}
    files |= {f"content/pages/v{v.number}.md": list(_page(v)) for v in others}
    for place in ("practices", "news", "pages"):
        (folder / "content" / place).mkdir(parents=True)
        (folder / "content" / place / "x.png").write_bytes(PICTURE)
    (folder / "content" / "pages" / "accessibility.md").write_text(OWN_PAGE, "utf-8")
    lines = (line for lines in [*vocabulary.values(), *files.values()] for line in lines)
    every = {line.spot for line in lines if line.spot}
    some = dict(list(files.items())[:1])  # without any, there would be nothing to check
    refused = _settle(settings, vocabulary | some) | _settle(settings, files)
    good = [v for v in chosen if (v.number, "practice's body") not in refused]
    parts = (good[number : number + TOGETHER] for number in range(0, len(good), TOGETHER))
    together = {f"content/pages/gathered-{v[0].number}.md": list(_gathered(v)) for v in parts}
    _settle(settings, together)
    built(settings)
    return World(settings, chosen, frozenset(every - refused), frozenset(refused))


def _settle(settings: Settings, files: dict[str, list[Line]]) -> set[Spot]:
    """Write files, and replace what is refused of them until nothing is; return what was."""
    refused: set[Spot] = set()
    for _ in range(ROUNDS):
        for path, lines in files.items():
            text = "".join(f"{line.text}\n" for line in lines)
            (settings.root / path).write_text(text, "utf-8")
        fresh = set(_refused(settings, files))
        if not fresh:
            return refused
        refused |= {spot for _, spot in fresh}
        for path, spot in fresh:
            files[path] = list(_without(files[path], spot))
    raise AssertionError(f"after {ROUNDS} rounds this is still refused: {sorted(fresh)[:5]}")


def _refused(settings: Settings, files: dict[str, list[Line]]) -> Iterator[tuple[str, Spot]]:
    """Check a world; yield what is refused, with a message, where it stands.

    What else is refused only follows from that: it is gone when that is.
    """
    with pytest.MonkeyPatch.context() as patch:  # where texts by the hundred stand in one file
        patch.setattr(site, "MOST_PROBLEMS", 10_000)
        patch.setattr(site, "BUDGET", 60)
        problems = checked(settings).problems
    errors = [problem for problem in problems if problem.level == "error"]
    found = False
    for problem in errors:
        assert problem.message, problem
        lines = files.get(problem.path, [])
        if problem.line <= len(lines) and (spot := lines[problem.line - 1].spot):
            found = True
            yield problem.path, spot
    assert found or not errors, f"refused where nothing is hostile: {errors[0]}"


def _without(lines: Iterable[Line], spot: Spot) -> Iterator[Line]:
    """Yield the lines of a file with something harmless in the place of what was refused."""
    for line in lines:
        if line.spot != spot:
            yield line
        elif line.instead:
            yield Line(line.instead)


def quoted(text: str) -> str:
    """Return a text as YAML has it between double quotes, in one line."""
    signs = (
        f"\\U{ord(sign):08x}" if not sign.isprintable() and ord(sign) < 0x2070 else sign
        for sign in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{"".join(signs)}"'


def _field(vector: Vector, kind: str, name: str, instead: str = "", before: str = "") -> Line:
    """Return the line of a field that has the text of a vector, and what stands there if not."""
    line = f"{name}: {quoted(before + vector.text)}"
    return Line(line, (vector.number, f"{kind}'s {name}"), instead and f"{name}: {instead}")


def _item(vector: Vector, kind: str, name: str, before: str = "", instead: str = "") -> Line:
    spot = vector.number, f"{kind}'s {name} behind “{before}”"
    return Line(f"  - {quoted(before + vector.text)}", spot, instead and f"  - {instead}")


def _body(vector: Vector, kind: str, section: str) -> Iterator[Line]:
    """Yield a body that has a vector in a paragraph of its own, in a list, and among words."""
    text = vector.text.replace("\r", "\n")
    parts = [f"A {WORD}.", f"## {section}", text]
    if "\n" not in text:
        parts += [f"- {text}\n- x", f"> {text}", f"| a | b |\n| - | - |\n| {text} | x |"]
        parts += [f"A {WORD} *{text}* behind {text} and `{text}` here."]
    spot = vector.number, f"{kind}'s body"
    for number, line in enumerate("\n\n".join(parts).split("\n")):
        yield Line(line, spot, "" if number else f"A harmless {WORD}.")


def _practice(vector: Vector) -> Iterator[Line]:
    number, kind = vector.number, "practice"
    yield Line("---")
    yield _field(vector, kind, "title", f"Harmless {number}")
    yield _field(vector, kind, "summary", "It is harmless.")
    yield _field(vector, kind, "category", "good-practice")
    yield _field(vector, kind, "country", "belgium")
    yield from (Line("vector:"), Line(f"  - v{number}"))
    yield _item(vector, kind, "vector", "new: a ")
    for name in ("organisation", "place", "reach", "period", "written_in", "reviewed"):
        yield _field(vector, kind, name)
    yield _field(vector, kind, "website", "https://good.example/")
    yield _field(vector, kind, "source", "https://good.example/", "https://good.example/")
    yield from (Line("same_as:"), Line("  - https://same.example/"))
    for before in ("", "https://", "https://good.example/?q=", "https://good.example/#"):
        yield _item(vector, kind, "same_as", before)
    yield from (_field(vector, kind, "image", "x.png"), _field(vector, kind, "image_alt", "An x."))
    yield Line("formerly:")
    yield _item(vector, kind, "formerly", instead=f"former-{number}")
    yield _field(vector, kind, "added", "2026-01-02")
    yield Line("---")
    yield from _body(vector, kind, "Evaluation")


def _news_item(vector: Vector) -> Iterator[Line]:
    kind = "news item"
    yield Line("---")
    yield _field(vector, kind, "title", f"Harmless {vector.number}")
    yield _field(vector, kind, "summary", "It is harmless.")
    yield _field(vector, kind, "added", "2026-01-02")
    yield Line(f"category: [c{vector.number}]")
    yield _field(vector, kind, "source", "https://good.example/", "https://good.example/?")
    yield Line("---")
    yield from _body(vector, kind, "A part")


def _page(vector: Vector) -> Iterator[Line]:
    kind = "page"
    yield Line("---")
    yield _field(vector, kind, "title", f"Harmless {vector.number}")
    yield _field(vector, kind, "summary")
    yield Line("---")
    yield from _body(vector, kind, "A part")


def _gathered(chosen: Iterable[Vector]) -> Iterator[Line]:
    """Yield a page that has many vectors below each other."""
    yield from (Line("---"), Line("title: Many together"), Line("---"))
    text = "\n\n".join(vector.text for vector in chosen).replace("\r", "\n")
    for number, line in enumerate(["A part.", "", "## A part", "", *text.split("\n")]):
        yield Line(line, (0, "gathered body"), "" if number else "They cannot stand together.")


def _taxonomy(chosen: Sequence[Vector], others: Sequence[Vector]) -> Iterator[Line]:
    """Yield a vocabulary with a term for each vector, and some vectors in all other places."""
    yield from map(Line, VOCABULARY.split("\n"))
    for number in range(0, len(chosen), GROUP):
        first = chosen[number]._replace(text=" ".join(v.text for v in chosen[number:][:GROUP]))
        yield _indented(6, _field(first, "group", f"g{number // GROUP}", f"Group {number}"))
    yield Line("    terms:")
    for number, vector in enumerate(chosen):
        yield from _term(vector, "term", 6)
        yield Line(f"        group: g{number // GROUP}")
    for vector in others[::GROUP]:
        yield Line(f"  facet-{vector.number}:")
        for name in ("label", "short", "help"):
            named = f"Facet {vector.number}"
            yield _indented(4, _field(vector, "facet", name, named))
        yield from (Line("    terms:"), Line("      one: {label: One}"))
    yield from (Line("sections:"), Line("  description: {label: Description}"))
    yield Line("  evaluation: {label: Evaluation}")
    for vector in others[::GROUP]:
        yield Line(f"  section-{vector.number}:")
        yield _indented(4, _field(vector, "section", "label", f"Section {vector.number}"))
        yield _indented(4, _field(vector, "section", "help"))
    yield Line("news:")
    for vector in others:
        yield from _term(vector, "category", 2)
    if not others:
        yield Line("  community: {label: Community}")


def _term(vector: Vector, kind: str, width: int) -> Iterator[Line]:
    label = _field(vector, kind, "label", f"Term {vector.number}")
    key = f"{'c' if kind == 'category' else 'v'}{vector.number}:"
    yield _indented(width, Line(key, label.spot, key))
    yield _indented(width + 2, label)
    yield _indented(width + 2, _field(vector, kind, "definition"))
    yield _indented(width + 2, _field(vector, kind, "help"))
    yield _indented(width + 2, _field(vector, kind, "aliases", before=f"alias {vector.number} "))


def _indented(width: int, line: Line) -> Line:
    blanks = " " * width
    return line._replace(text=blanks + line.text, instead=line.instead and blanks + line.instead)


VOCABULARY = """facets:
  category:
    label: Category
    many: false
    terms:
      good-practice: {label: Good practices}
      policy-paper: {label: Policy papers}
  country:
    label: Country
    terms:
      belgium: {code: BE}
      greece: {code: GR}
  vector:
    label: Vectors
    groups:"""
