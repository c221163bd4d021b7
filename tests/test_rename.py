"""Renaming, joining and accepting terms, in vocabularies and records of many styles."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from repertory.base.step import File, Function
from repertory.editing.edits import write
from repertory.editing.rename import rename
from repertory.editing.request import Refused
from repertory.reading.files import read_contents, read_vocabulary
from repertory.reading.model import Practice
from repertory.reading.site import Fronts, read_fronts
from tests.worlds import Texts, settings_of

Value = TypeVar("Value")
IDS = ("one", "two-three", "four", "five", "one-two")
NAMES = ("Sense of belonging", "Σχολείο", "A: colon", "Comma, and [bracket]", "It's #1", '"Quoted"')
FRESH = ("fresh", "one-two-three", "a")
RECORDS = ("a", "b", "c")


class World(NamedTuple):
    """A vocabulary, the lines of each term in it, and records, by their paths."""

    files: Mapping[str, str]
    entries: Mapping[str, Sequence[str]]
    used: Mapping[str, Sequence[str]]


def in_quotes(text: str) -> str:
    """Return a text in single quotes, as YAML wants it."""
    return "'" + text.replace("'", "''") + "'"


@st.composite
def a_list(draw: st.DrawFn, key: str, items: Sequence[str]) -> list[str]:
    """Draw the lines of a list, in brackets or with dashes."""
    if not items:
        return []
    styles = [
        [f"{key}: [{', '.join(items)}]  # one"],
        [f"{key}: [", *(f"  {item},  # one" for item in items), "]  # four"],
        [f"{key}: [ {items[0]}", *(f"  , {item}" for item in items[1:]), "  ]"],
        [f"{key}:  # two-three", *(f"  -  {item}  # one" for item in items)],
        [f"{key}:", *(f"- {item}" for item in items)],
    ]
    return draw(st.sampled_from(styles))


@st.composite
def a_term(draw: st.DrawFn, id: str, broader: str, in_line: bool) -> list[str]:
    """Draw the lines of a term: in braces, all in one line if they must be, or below its key."""
    label = in_quotes(f"{draw(st.sampled_from(NAMES))} {id}")
    labels = [label, f"{{en: {label}}}", f"{{de: {label}, en: English {id}}}"]
    names = [in_quotes(f"{name} {id}") for name in draw(st.sets(st.sampled_from(NAMES[:3])))]
    alias = draw(st.sampled_from([f"Alias {id}", in_quotes(f"{id}: an alias")]))
    former = draw(st.lists(st.sampled_from([f"old-{id}", f"'older-{id}'"]), unique=True))
    pairs = [f"label: {draw(st.sampled_from(labels))}"]
    pairs += [f"broader: {broader}"] if broader else []
    pairs += draw(st.sampled_from([[], ["definition: It is one."], [f"aliases: {alias}"]]))
    key = draw(st.sampled_from([id, f'"{id}"']))
    style = "line" if in_line else draw(st.sampled_from(["line", "braces", "below"]))
    if style != "below":
        pairs += [f"formerly: [{', '.join(former)}]"] if former else []
        pairs = draw(st.permutations(pairs))
        between = ", " if style == "line" else ",  # said of one\n  "
        return f"{key}: {{{between.join(pairs)}}}".split("\n")
    parts = [[pair] for pair in pairs] + [draw(a_list("formerly", former))]
    parts += [] if "aliases: " in str(pairs) else [draw(a_list("aliases", names))]
    parts += [["# said of four"], ["help: >-", "  One.", "", "  Two-three."]]
    lines = [line for part in draw(st.permutations(parts)) for line in part]
    return [f"{key}:  # a remark on one", *(f"  {line}" if line else "" for line in lines)]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a vocabulary of one facet and one that is only for some of its terms, and records."""
    ids = draw(st.lists(st.sampled_from(IDS), min_size=2, unique=True))
    braces = draw(st.booleans())
    entries: dict[str, Sequence[str]] = {}
    for id in ids:
        broader = draw(st.sampled_from(["", *entries]))
        entries[id] = draw(a_term(id, broader, braces))
    lines = ["facets:", "  outcome:", "    label: Outcome"]
    if braces:
        lines.append(f"    terms: {{{', '.join(entry[0] for entry in entries.values())}}}")
    else:
        lines.append("    terms:")
        for entry in entries.values():
            lines += draw(st.sampled_from([[], [""], ["      # two-three", ""]]))
            lines += [f"      {line}" if line else "" for line in entry]
    only = draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    lines += ["", "  action:", "    label: Action", f"    only: {{outcome: [{', '.join(only)}]}}"]
    lines += ["    terms: {doing: {label: Doing}}"]
    files = {"taxonomy.yaml": "\n".join(lines) + "\n"}
    used: dict[str, Sequence[str]] = {}
    for record in draw(st.lists(st.sampled_from(RECORDS), unique=True)):
        path = f"content/practices/{record}.md"
        used[path] = draw(st.lists(st.sampled_from(ids), unique=True))
        files[path] = draw(a_record(record, used[path]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return World({path: text.replace("\n", end) for path, text in files.items()}, entries, used)


@st.composite
def a_record(draw: st.DrawFn, name: str, terms: Sequence[str]) -> str:
    """Draw a record with these terms, in any style."""
    quote = st.sampled_from(["", "'", '"'])
    marks = ["" if term.startswith('"') else draw(quote) for term in terms]
    items = [f"{mark}{term}{mark}" for term, mark in zip(terms, marks, strict=True)]
    lines = draw(a_list("outcome", items))
    if len(items) == 1 and draw(st.booleans()):
        lines = [f"outcome: {items[0]} # two-three"]
    head = f"title: Title {name}\nsummary: one, two-three and four.\nadded: 2026-01-01"
    return "\n".join(["---", head, *lines, "---", "one two-three four", ""])


def laid_out(root: Path, files: Mapping[str, str]) -> Path:
    """Write a world into a folder."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return root


def steps(
    name: str,
    function: Function[File, Value],
    items: Sequence[File],
    key: Callable[[File], bytes],
) -> Sequence[tuple[bytes, Value]]:
    """Run a step of the build without a cache."""
    return [(key(item), function(item, Texts()).value) for item in items]


def fronts_of(root: Path) -> Fronts:
    """Read the front matter of a world."""

    contents, _ = read_contents(root, {})
    return read_fronts(settings_of(root), contents, read_vocabulary(root)[1], steps)


def renamed(root: Path, *words: str) -> Fronts:
    """Rename a term and write what changes; return what is read then."""
    renaming = rename(settings_of(root), fronts_of(root), *words)
    write({root / path: change for path, change in renaming.files.items()})
    return fronts_of(root)


def texts(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """Return what files have, with their line ends."""
    return {path: (root / path).read_bytes().decode() for path in paths}


def terms_of(fronts: Fronts) -> dict[str, set[str]]:
    """Return the outcomes of each record."""
    practices = [record for record in fronts.records.values() if isinstance(record, Practice)]
    return {practice.path: set(practice.terms.get("outcome", ())) for practice in practices}


@given(worlds(), st.data())
def test_renaming_there_and_back_is_the_identity(world: World, data: st.DataObject) -> None:
    old, new = data.draw(st.sampled_from(list(world.entries))), data.draw(st.sampled_from(FRESH))
    with TemporaryDirectory() as folder:
        root = laid_out(Path(folder), world.files)
        before = fronts_of(root)
        assert not [problem for problem in before.problems if problem.level == "error"]
        after = renamed(root, "outcome", old, new)
        terms, others = (
            before.taxonomy.facets["outcome"].terms,
            after.taxonomy.facets["outcome"].terms,
        )
        assert [new if id == old else id for id in terms] == list(others)
        assert others[new].labels == terms[old].labels
        assert others[new].formerly == (old, *terms[old].formerly)
        assert [new if t.broader == old else t.broader for t in terms.values()] == [
            t.broader for t in others.values()
        ]
        expected = {
            path: {new if id == old else id for id in ids} for path, ids in world.used.items()
        }
        assert terms_of(after) == expected
        renamed(root, "outcome", new, old)
        assert texts(root, world.files) == world.files


@given(worlds(), st.data())
def test_joining_leaves_the_old_term_nowhere(world: World, data: st.DataObject) -> None:
    old, new = data.draw(st.permutations(list(world.entries)))[:2]
    with TemporaryDirectory() as folder:
        root = laid_out(Path(folder), world.files)
        before = fronts_of(root).taxonomy.facets["outcome"].terms
        above = [new]
        while before[above[-1]].broader:
            above.append(before[above[-1]].broader)
        assume(old not in above)  # it would be broader than itself
        after = renamed(root, "outcome", old, new)
        terms = after.taxonomy.facets["outcome"].terms
        assert list(terms) == [id for id in before if id != old]
        assert set(terms[new].names()) == {*before[new].names(), *before[old].names()}
        expected = {
            path: {new if id == old else id for id in ids} for path, ids in world.used.items()
        }
        assert terms_of(after) == expected
        assert not {"name-for-id", "term-given-twice"} & {p.rule for p in after.problems}
        for path in world.used:
            was, now = world.files[path], texts(root, [path])[path]
            assert was.partition("outcome:")[0] == now.partition("outcome:")[0]
            assert was.rpartition("---")[2] == now.rpartition("---")[2]
        touched = {f"      {line}" for id in (old, new) for line in world.entries[id]}
        lines = world.files["taxonomy.yaml"].splitlines()
        rest = iter(texts(root, ["taxonomy.yaml"])["taxonomy.yaml"].splitlines())
        assert all(old in line or line in {"", *touched} or line in rest for line in lines)


@given(worlds(), st.data())
def test_a_proposal_becomes_a_term_in_the_style_of_the_others(
    world: World, data: st.DataObject
) -> None:
    label, new = "new: «School: climate»", data.draw(st.sampled_from(["", *world.entries]))
    proposals = dict(world.files)
    for path in world.used:
        items = [*data.draw(st.permutations(world.used[path]))][:1]
        items.insert(data.draw(st.integers(0, 1)), '"NEW:  «school: CLIMATE» "')
        proposals[path] = data.draw(a_record(path[-4], items))
    assume(world.used)
    with TemporaryDirectory() as folder:
        root = laid_out(Path(folder), proposals)
        before = terms_of(fronts_of(root))
        after = renamed(root, "outcome", label, new)
        id = new or "school-climate"
        assert terms_of(after) == {path: {*ids, id} for path, ids in before.items()}
        terms = after.taxonomy.facets["outcome"].terms
        assert list(terms) == [*world.entries, *([] if new else [id])]
        assert new or terms[id].labels == {"en": "«school: CLIMATE»"}
        assert "proposed-term" not in {problem.rule for problem in after.problems}


@pytest.mark.parametrize(
    ("term", "words", "instead"),
    [
        ("{code: BE}", ("be", "Belgium: all of it"), (
            '{formerly: [be], code: BE, aliases: [Belgium], label: "Belgium: all of it"}'
        )),
        ("\n        label: {de: Eins}\n        aliases: 'the, first'", ("be", "One"), (
            "\n        formerly: [be]\n        label: {en: One, de: Eins}"
            "\n        aliases: [Eins, \"the, first\"]"
        )),
        ("{label: 'Be', formerly: [a,b]}", ("be", "b"), "{label: 'Be', formerly: [a]}"),
        ("{label: Be, formerly: [a]} # end", ("be", "a"), "{label: Be} # end"),
        ("\n        label: Be\n        formerly:\n        - a\n        help: H", ("be", "a"), (
            "\n        label: Be\n        help: H"
        )),
        ("{label: \"Be\"}", ("be", "B e"), '{formerly: [be], label: "B e", aliases: [Be]}'),
        ("{label: Be, aliases: [one, BE!, two]}", ("be", "Be!"), (
            "{label: Be!, aliases: [one, Be, two]}"
        )),
        ("{label: Be, aliases: Be!}", ("be", "Be!"), "{label: Be!, aliases: Be}"),
        ("{label: Be, aliases: [be, Be!]}", ("be", "Be!"), "{label: Be!, aliases: [be]}"),
        ("{label: Be, aliases: [BE]}", ("be", "BE"), "{label: BE}"),
        ("\n        label: Be\n        aliases:\n        - be\n        - Be!", ("be", "Be!"), (
            "\n        label: Be!\n        aliases:\n        - be"
        )),
        ("\n        code: BE\n        aliases:\n        - belgium\n        - Belgique", (
            "be", "Belgique"
        ), "changed safely"),
        ("{label: Be}", ("be", "be"), "has that name"),
        ("{label: Be}", ("be", "BE"), "{label: BE}"),
        ("{label: Be, aliases: []}", ("be", "One"), "in one line"),
        ("\n        label: >-\n          Be\n          two", ("be", "One"), "in one line"),
    ],
)  # fmt: skip
def test_what_is_written(term: str, words: tuple[str, str], instead: str, tmp_path: Path) -> None:
    head, tail = "facets:\n  kind:\n    label: Kind\n    terms:\n      ", "\n"
    root = laid_out(tmp_path, {"taxonomy.yaml": f"{head}be: {term}{tail}"})
    try:
        renamed(root, "kind", *words)
    except Refused as refused:
        assert instead in str(refused)
        return
    text = texts(root, ["taxonomy.yaml"])["taxonomy.yaml"]
    assert text.removeprefix(head).partition(": ")[2] == instead + tail
