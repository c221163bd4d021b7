"""The form's answers become a file that reads as they were, and a change leaves the rest alone."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from repertory.base.settings import THEME
from repertory.base.slugs import SLUG
from repertory.base.text import FAINT, UNSEEN
from repertory.reading.document import read_body, read_document
from repertory.reading.model import Practice
from repertory.reading.practice_fields import PRACTICE_FIELDS
from repertory.reading.records import PRACTICE_KEYS, read_practice
from repertory.reading.source import collect
from repertory.reading.vocabulary import Languages, read_taxonomy
from repertory.writing.assets import IN_PAGES, NODE_MODULES
from tests.worlds import SITES

pytestmark = pytest.mark.browser

LANGUAGES = Languages("en", ("en", "de", "nl"))
TAXONOMY, _ = collect(read_taxonomy(SITES / "small", LANGUAGES, PRACTICE_KEYS))
KEYS = ["title", "summary", *TAXONOMY.facets, *PRACTICE_KEYS[3:], "added"]
SECTIONS = [
    {"id": s.id, "label": s.label(), "names": [s.id, *s.labels.values(), *s.aliases]}
    for s in TAXONOMY.sections.values()
    if s.id != "description"
]
CHANGE = """([text, front, parts, keys, sections]) => {
  const file = record.parse(text ?? record.EMPTY, sections);
  return record.changed(file, front, parts, keys, sections);
}"""
READ = "([text, sections]) => record.values(record.parse(text, sections))"
Front = Mapping[str, Any]

# Everything that one may write: letters of all kinds, and the signs that mean something in YAML.
SIGNS = st.sampled_from(
    [*" :#-'\"[]{},&*!|>%@`?\\~=.", ": ", " #", "null", "“", "»", "é", "λ", "😀"]
)
LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"])
TEXT = (
    st.lists(SIGNS | LETTERS, max_size=40)
    .map("".join)
    .map(lambda text: unicodedata.normalize("NFC", " ".join(text.split())))
)
LINE = TEXT.filter(lambda text: bool(text) and not UNSEEN.search(text + FAINT.sub("\0", text)))
DAYS = st.dates(min_value=date(1000, 1, 1)).map(str)
ADDRESS = st.sampled_from(
    [
        "https://a.example/b?c=d&e=f#g",
        "http://λ.example/,[x]{y}",
        "HTTPS://a.b:80/'q'/:",
        "https://x.y",
    ]
)
YEARS = st.sampled_from(["2019", "2019-", "2019-2022", "0000"])
BODY = (
    st.lists(LINE.filter(lambda line: not line.startswith(("#", "---", "```", "~~~"))), min_size=1)
    .map("\n\n".join)
    .filter(lambda text: not text.startswith((" ", "\t")))
)


@st.composite
def fronts(draw: st.DrawFn) -> Front:
    """Draw what a form may hold in its fields, so that the record is valid."""
    front: dict[str, Any] = {"title": draw(LINE), "summary": draw(LINE), "added": draw(DAYS)}
    for facet in TAXONOMY.facets.values():
        terms = list(facet.terms)
        number = draw(st.integers(int(facet.required), len(terms) if facet.many else 1))
        chosen = draw(st.permutations(terms))[:number]
        front[facet.id] = list(chosen) if facet.many else "".join(chosen)
    kinds = {
        "text": LINE,
        "address": ADDRESS,
        "years": YEARS,
        "date": DAYS,
        "language": st.sampled_from(["nl", "no", "el"]),
        "addresses": st.lists(ADDRESS, unique=True),
    }
    for field in PRACTICE_FIELDS:
        if field.asked and not field.required and not field.key.startswith("image"):
            empty = [] if field.kind == "addresses" else ""
            front[field.key] = draw(st.just(empty) | kinds[field.kind])
    return front


@pytest.fixture(scope="module")
def script(browser: Browser) -> Iterator[Page]:
    """Return a page in which the script that reads and changes records runs, and nothing else."""
    page = browser.new_page()
    package, file = IN_PAGES["vendor/js-yaml.js"]
    page.add_script_tag(content=(NODE_MODULES / package / file).read_text("utf-8"))
    page.add_script_tag(content=(THEME / "assets" / "record.js").read_text("utf-8"))
    yield page
    page.close()


def changed(page: Page, text: str | None, front: Front, parts: Mapping[str, str]) -> str:
    """Return what the form makes of a file, or of none."""
    found: str = page.evaluate(CHANGE, [text, dict(front), dict(parts), KEYS, SECTIONS])
    return found


def practice_of(text: str) -> Practice:
    """Read a record as `check` does; it must be free of errors."""
    document, problems = collect(
        read_document(Path(), "content/practices/a.md", data=text.encode())
    )
    assert document
    practice, more = collect(read_practice(document, TAXONOMY))
    wrong = [p for p in (*problems, *more) if p.level == "error"]
    assert [p for p in wrong if p.rule != "facet-not-for-category"] == []
    return practice


def shown(practice: Practice) -> Front:
    """Return a practice as the form holds it."""
    front: dict[str, Any] = {key: getattr(practice, key, "") for key in PRACTICE_KEYS}
    front |= {"written_in": practice.language, "added": str(practice.added)}
    front |= {"reviewed": str(practice.reviewed or ""), "same_as": list(practice.same_as)}
    for facet in TAXONOMY.facets.values():
        ids = list(practice.terms.get(facet.id, ()))
        front[facet.id] = ids if facet.many else "".join(ids)
    return front


def same(one: Front, other: Front) -> bool:
    """Tell whether two forms hold the same; the order of terms does not count."""
    return all(
        sorted(value) == sorted(other[key]) if isinstance(value, list) else value == other[key]
        for key, value in one.items()
    )


@given(fronts(), BODY, st.dictionaries(st.sampled_from([s["id"] for s in SECTIONS]), BODY))
def test_a_form_becomes_a_record_that_says_the_same(
    script: Page, front: Front, body: str, parts: Mapping[str, str]
) -> None:
    text = changed(script, None, front, {"": body, **parts})
    assert same(front, shown(practice_of(text)))
    found, _ = collect(read_body(Path(), "content/practices/a.md", text.encode()))
    labels = {str(s["id"]): str(s["label"]) for s in SECTIONS}
    expected = [body, *(f"## {labels[id]}\n\n{parts[id]}" for id in labels if id in parts)]
    assert found
    assert found.text == "\n" + "\n\n".join(part.rstrip() for part in expected) + "\n"
    read = script.evaluate(READ, [text, SECTIONS])
    assert read["parts"] == {id: part.rstrip() for id, part in {"": body, **parts}.items()}


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Front]:
    """Draw a record as people write it: in any order, with comments, quotes, lists of all kinds."""
    front = draw(fronts())
    lines: list[str] = []
    for key in draw(st.permutations(list(front))):
        value = front[key]
        if draw(st.booleans()):
            lines += draw(st.sampled_from([["# above"], [""], ["", "# x: [y]  "]]))
        if value:
            lines += draw(entry(key, value))
    lines += draw(st.sampled_from([[], ["# the end"], ["mine: {a: [b], c: 'd'}"]]))
    eol = draw(st.sampled_from(["\n", "\r\n"]))
    head = draw(st.sampled_from(["", "\ufeff"])) + "---"
    body = draw(st.sampled_from(["", "\nText.", "\n\nText\n\n\n## Replication\n\nA\n", "Text  \n"]))
    return eol.join([head, *lines, "---", *body.split("\n")]), front


def entry(key: str, value: str | list[str]) -> st.SearchStrategy[list[str]]:
    """Return the ways in which an entry of the front matter may be written."""
    behind = st.sampled_from(["", "  # behind", " "])
    if isinstance(value, str):
        return st.builds(lambda written, end: [f"{key}: {written}{end}"], scalar(value), behind)
    words = st.tuples(*map(scalar, value))
    flow = st.builds(lambda all, end: [f"{key}: [{', '.join(all)}]{end}"], words, behind)
    high = words.map(lambda all: [f"{key}: [", *(f"  {word}, # of {key}" for word in all), "  ]"])
    block = st.builds(
        lambda all, end: [f"{key}:", *(f"  - {word}{end}" for word in all)], words, behind
    )
    return flow | high | block


def scalar(value: str) -> st.SearchStrategy[str]:
    """Return the ways in which a text may be written in YAML."""
    double = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    single = "'" + value.replace("'", "''") + "'"
    plain = [value] if SLUG.fullmatch(value) or re.fullmatch(r"\d[\d-]*", value) else []
    return st.sampled_from([double, single, *plain])


@given(files())
def test_a_form_in_which_nothing_is_changed_leaves_every_byte(
    script: Page, drawn: tuple[str, Front]
) -> None:
    text, front = drawn
    read = script.evaluate(READ, [text, SECTIONS])
    known = {key: value for key, value in read["front"].items() if key in front}
    assert changed(script, text, known, read["parts"]) == text
    assert same(known, front)
    assert {key for key, value in front.items() if value} == known.keys()


@given(files(), fronts(), st.data())
def test_a_change_says_what_it_should_and_leaves_the_rest(
    script: Page, drawn: tuple[str, Front], other: Front, data: st.DataObject
) -> None:
    text, front = drawn
    keys = data.draw(st.lists(st.sampled_from(sorted(front)), unique=True, max_size=4))
    wanted = {**front, **{key: other[key] for key in keys}}
    after = changed(script, text, wanted, script.evaluate(READ, [text, SECTIONS])["parts"])
    assert same(wanted, shown(practice_of(re.sub(r"mine: .*", "", after))))
    same_keys = [key for key in front if same({key: front[key]}, wanted)]
    for key in same_keys:
        assert lines_of(text, key) == lines_of(after, key)
    kept = [line for line in text.splitlines() if line.startswith(("# ", "mine:"))]
    assert [line for line in after.splitlines() if line.startswith(("# ", "mine:"))] == kept
    assert text.split("---", 2)[2] == after.split("---", 2)[2] or "---" in str(wanted)


def lines_of(text: str, key: str) -> list[str]:
    """Return the lines of an entry, with their comments."""
    found = re.search(rf"^{key}:.*(\r?\n[ ]+.*)*", text, re.MULTILINE)
    return found[0].splitlines() if found else []


CASES: dict[str, tuple[str, Front, str]] = {
    "a comma in the next line": (
        "outcome: [ belonging\n  , friends\n  ]",
        {"outcome": ["friends"]},
        "outcome: [ \n  friends\n  ]",
    ),
    "remarks in a list": (
        "outcome: [ belonging # a\n  , friends # b\n  ]",
        {"outcome": ["friends", "reading"]},
        "outcome: [  # a\n  friends, reading # b\n  ]",
    ),
    "a bracket in the first column": (
        "outcome: [\n  belonging, # a\n  friends\n]",
        {"outcome": ["friends"]},
        "outcome: [\n  # a\n  friends\n]",
    ),
    "a text of several lines": ("place: >-\n  a\n  b\n# c", {"place": "d"}, "place: d\n# c"),
    "a text of several lines without any": ("place: |\n# c", {"place": "d"}, "place: d\n# c"),
    "no value": ("place:", {"place": "d"}, "place: d"),
    "no value and a remark": ("place: # c", {"place": "d"}, 'place: "d" # c'),
    "a remark behind quotes": ("place: 'a' # c", {"place": "d"}, 'place: "d" # c'),
    "an unusual blank": ("place:\u00a0Ghent", {"place": "d"}, "place:\u00a0d"),
    "a blank before the colon": ("place : a", {"place": "d"}, "place : d"),
    "quotes around the key": ('"place": a', {"place": "d"}, '"place": d'),
    "a term given twice": (
        "outcome: [friends, friends]",
        {"outcome": ["friends", "reading"]},
        "outcome: [friends, friends, reading]",
    ),
    "one value where there may be many": (
        "outcome: friends",
        {"outcome": ["friends", "reading"]},
        "outcome: [friends, reading]",
    ),
    "an empty list": ("outcome: []", {"outcome": ["reading"]}, "outcome: [reading]"),
    "a key that is taken out": ("place: a\nreach: b", {"place": ""}, "reach: b"),
    "indented keys": (
        "  place: a\n  reach: b",
        {"period": "2019"},
        "  place: a\n  period: 2019\n  reach: b",
    ),
    "a list of which nothing stays": (
        "outcome:\n- friends # a\n# b\n- reading\nplace: c",
        {"outcome": ["belonging"]},
        "outcome:\n# b\n- belonging\nplace: c",
    ),
}  # fmt: skip


@pytest.mark.parametrize("id", ["constructor", "toString", "__proto__"])
def test_a_section_may_be_called_as_what_every_object_has(script: Page, id: str) -> None:
    section = {"id": id, "label": "Who built it", "names": [id, "Who built it"]}
    text = "---\ntitle: T\n---\nText.\n\n## Who built it\n\nForty people.\n"
    read = "([text, section]) => Object.entries(record.values(record.parse(text, [section])).parts)"
    found = script.evaluate(read, [text, section])
    assert dict(found)[id].strip() == "Forty people."


@pytest.mark.parametrize("name", CASES)
def test_a_change_keeps_how_a_record_is_written(script: Page, name: str) -> None:
    before, front, after = CASES[name]
    assert changed(script, f"---\n{before}\n---\nText.\n", front, {}) == (
        f"---\n{after}\n---\nText.\n"
    )


@pytest.mark.parametrize(
    ("body", "parts", "after"),
    [
        ("##Evaluation\nA\n", {"evaluation": "B"}, "##Evaluation\nB\n"),
        ("## *Replication* ##\nA", {"reproducibility": "B"}, "## *Replication* ##\nB"),
        ("T\n\nReproducibility\n---\nA\n", {"reproducibility": "B"},
         "T\n\nReproducibility\n---\nB\n"),
        ("````\n```\n## Evaluation\n````\nA", {"": "T"}, "T"),
        ("```\n## Evaluation\n```\nA", {"evaluation": "B"},
         "```\n## Evaluation\n```\nA\n\n## Evaluation ex post\n\nB\n"),
        ("T\n\n## Replication\n\nA\n", {"evaluation": "B"},
         "T\n\n## Evaluation ex post\n\nB\n\n## Replication\n\nA\n"),
        ("T\n\n## Replication\n\nA\n", {"reproducibility": ""}, "T\n\n"),
        ("T\n\n## Strange\n\nA\n", {"": "U"}, "U\n\n## Strange\n\nA\n"),
    ],
)  # fmt: skip
def test_a_section_is_found_and_changed(
    script: Page, body: str, parts: Mapping[str, str], after: str
) -> None:
    assert changed(script, f"---\n---\n{body}", {}, parts) == f"---\n---\n{after}"
