"""Mending: only what can mean one thing, only the signs concerned, and only once."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repertory.base.problem import Problem
from repertory.editing.fix import Round, rounds
from repertory.reading.document import read_document
from repertory.reading.model import Practice
from repertory.reading.records import PRACTICE_KEYS, read_practice
from repertory.reading.settings_file import check_settings
from repertory.reading.site import front_problems
from repertory.reading.source import collect
from repertory.reading.vocabulary import Languages, read_taxonomy
from tests.test_hostile_reading import SMALL, mutated
from tests.worlds import SITES, TODAY

PATH = "content/practices/park.md"
LANGUAGES = Languages("en", ("en", "de", "nl"))
TAXONOMY, _ = collect(read_taxonomy(SITES / "small", LANGUAGES, PRACTICE_KEYS))
HEAD = "title: In the park\nsummary: They read.\ncategory: good-practice\nadded: 2026-03-01\n"
BODY = "\nThey read.  \nThen they eat.\t\n\n    code  \n"


def problems_of(data: bytes) -> tuple[Problem, ...]:
    """Return what is wrong with the front matter of a practice of the small world."""
    return front_problems(PATH, TAXONOMY, data)


def read(data: bytes) -> Practice | None:
    """Read a practice of the small world."""
    known = frozenset((*PRACTICE_KEYS, *TAXONOMY.facets))
    document, _ = collect(read_document(Path(), PATH, known, data))
    return collect(read_practice(document, TAXONOMY))[0] if document else None


def mended(data: bytes) -> bytes:
    """Mend a practice, and look over the mender's shoulder at every round."""
    for done in rounds(data, problems_of):
        assert done.before == data
        assert done.after == spliced(done) != data
        data = done.after
    assert list(rounds(data, problems_of)) == []
    return data


def spliced(done: Round) -> bytes:
    """Return what a round makes, counted out sign by sign."""
    text = done.before.decode()
    starts, column = {}, 0 if text.startswith("\ufeff") else 1
    line = 1
    for index, sign in enumerate(text):
        starts[line, column] = index
        column += 1
        if sign == "\n" or (sign == "\r" and text[index + 1 : index + 2] != "\n"):
            line, column = line + 1, 1
    starts[line, column] = len(text)
    signs = [*text, ""]
    for (line, column, width, instead), _ in done.changes:
        index = starts[line, column]
        signs[index] = instead + ("" if width else signs[index])
        for _ in range(width):
            index += 2 if text.startswith("\r\n", index) else 1
        for gone in range(starts[line, column] + 1, index):
            signs[gone] = ""
    return "".join(signs).encode()


def body_of(data: bytes) -> str:
    """Return what stands behind the front matter, by lines that end alike."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return re.split(r"^---[ \t]*$", text, maxsplit=2, flags=re.MULTILINE)[-1]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("country: Belgium", "country: belgium"),
        ("country: 'België' # Ghent", "country: 'belgium' # Ghent"),
        ('country: ["BELGIUM",  Hellas ]', 'country: ["belgium",  greece ]'),
        ("outcome:\n - Zugehorigkeitsgefuhl\n - Friends", "outcome:\n - belonging\n - friends"),
        ("country: belgium, Greece", "country: [belgium, greece]"),
        ("outcome: [reading, friends , Reading]", "outcome: [reading, friends]"),
        ("outcome:\n- reading\n- reading\n- friends", "outcome:\n- reading\n- friends"),
        ("contry: [belgium]", "country: [belgium]"),
        ("'Coutnry' : [belgium]", "'country' : [belgium]"),
        ("Country: [belgium]", "country: [belgium]"),
        ("organization: Us", "organisation: Us"),
        ("website: www.a.example", "website: https://www.a.example"),
        ('website: "//a.example/b"  # ours', 'website: "https://a.example/b"  # ours'),
        ("source: <http://a.example/?b=1>", "source: http://a.example/?b=1"),
        ("same_as: [a.example, b.example/c]", "same_as: [https://a.example, https://b.example/c]"),
        ("reviewed: 2025-3-7", "reviewed: 2025-03-07"),
        ("reviewed: '13/3/2025'", "reviewed: '2025-03-13'"),
        ("reviewed: March 7, 2025", "reviewed: 2025-03-07"),
        ("reviewed: 7th of March 2025", "reviewed: 2025-03-07"),
        ("period: 2019 – 2022", "period: 2019-2022"),
        ("period: 2019/20", "period: 2019-2020"),
        ("period: since 2019", "period: 2019-"),
        ("period: 2019 - today", "period: 2019-"),
        ("place: Ghent \t", "place: Ghent"),
        ("outcome:\n\t- reading\n\t- friends", "outcome:\n  - reading\n  - friends"),
        ("place:Ghent", "place: Ghent"),
        ("outcome:\n- reading\n-friends", "outcome:\n- reading\n- friends"),
        ("place = Ghent", "place: Ghent"),
        ("place=Ghent", "place: Ghent"),
        ("place：Ghent", "place: Ghent"),
        ("\tplace: Ghent", "place: Ghent"),
        ("outcome:\n  - reading\n \tplace: Ghent", "outcome:\n  - reading\nplace: Ghent"),
        ("outcome: reading, Friends; Reading", "outcome: [reading, friends]"),
        ('place: Ghent: the "Park"', 'place: "Ghent: the \\"Park\\""'),
        ("place: 'The children's park'", 'place: "The children\'s park"'),
        ("place: @home", 'place: "@home"'),
        ("Place: Ghent: park", 'place: "Ghent: park"'),
        ("Place:Ghent", "place: Ghent"),
        ("contry: [Belgium, BELGIUM]\nplace: a: b  ", 'country: [belgium]\nplace: "a: b"'),
    ],
)
def test_what_can_mean_one_thing_only_is_mended(written: str, meant: str) -> None:
    data = f"---\n{HEAD}{written}\n---\n{BODY}".encode()
    assert mended(data).decode() == f"---\n{HEAD}{meant}\n---\n{BODY}"


@pytest.mark.parametrize(
    "written",
    [
        "country: [belgum]",
        "outcome: [swimming]",
        "lisence: free",
        "summry: Another one.",
        "sumary: One.\nsummry: Two.",
        "website: handbook.pdf",
        "website: htp://a.example",
        "website: ask us",
        "source: 10.1016/j.childyouth.2020.105",
        "source: n.v.t",
        "source: k.A",
        "source: p.12",
        "source: Art.5",
        "source: ISBN.978",
        "source: '3.500'",
        "source: Dr.Smith",
        "source: et.al",
        "source: A.Example/b",
        "reviewed: 3/4/2025",
        "reviewed: 7/3/25",
        "reviewed: before 2025-3-7",
        "reviewed: 2025-3-7 to 2025-4-8",
        "reviewed: 2025-02-30",
        "period: 2022-2019",
        "period: 2019-07",
        "period: 2019 - cancelled",
        "outcome:\n- reading\n- reading # twice",
        "outcome: [\n  reading,\n  reading\n]",
        "country: Greece, elsewhere",
        "category: good-practice, policy-paper",
        "place: Ghent place: Park",
        "reach: from\n  place:Ghent\nplace: 'x",
        "place: Ghent: park  # or not",
        "place: Ghent: park\n  and wood",
        "place: 'Ghent' and 'Park'",
        "reach: |\n  many  \n  children\t",
        'reach: "many\\ \n  children"',
        "organisation: & Co",
        "outcome: [Reading\n  aloud]",
    ],
)
def test_what_leaves_a_doubt_is_not_touched(written: str) -> None:
    data = f"---\n{HEAD}{written}\n---\n{BODY}".encode()
    assert mended(data) == data


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf---\n", b"---\n"),
        (b"---  \n", b"---\n"),
        (b"\n \n---\n", b"---\n"),
        ("\N{EM DASH}\n".encode(), b"---\n"),
        (b"\xef\xbb\xbf----\r\n", b"---\n"),
    ],
)
def test_the_first_line_is_mended(before: bytes, after: bytes) -> None:
    rest = f"{HEAD}---\n{BODY}".encode()
    assert mended(before + rest) == after + rest


def test_a_file_of_a_mac_that_was_in_windows_keeps_its_lines() -> None:
    data = b"---\ncountry: [belgium]\n---\nIls lisent.\nUn e\xcc\x81te\xcc\x81,\nau cafe\xcc\x81.\n"
    (done,) = rounds(data.replace(b"\n", b"\r\n"), problems_of)
    assert done.after == data


def test_what_becomes_a_crowd_of_accents_is_left_as_it_is() -> None:
    data = b"---\nplace: " + ("e" + ("\u0316" * 28 + "\u2060") * 50).encode() + b"\n---\n"
    assert mended(data) == data


def test_a_file_with_crowds_of_accents_is_left_as_it_is() -> None:
    data = b"---\r\ntitle: T\r\n---\r\n" + ("e" + "\u0316\u0300" * 20).encode()
    assert mended(data) == data


def test_lines_end_alike_and_a_body_keeps_its_blanks() -> None:
    data = f"---\n{HEAD}---\n{BODY}".encode()
    assert mended(data.replace(b"\n", b"\r\n")) == data
    assert mended(data.replace(b"\n", b"\r")) == data


def test_what_is_no_text_is_left_alone() -> None:
    data = "---\r\ntitle: Café \r\n---\r\n".encode("latin-1")
    assert mended(data) == data


def test_settings_are_program_text_and_have_no_repairs(tmp_path: Path) -> None:
    (tmp_path / "build.py").write_text(
        'Settings(root=1, purpos="x", repository=("a.example" "/b"))\n'
    )
    _, problems = collect(check_settings(tmp_path, TODAY))
    assert {"unknown-key", "bad-url"} < {problem.rule for problem in problems}
    assert [problem.repair for problem in problems if problem.repair] == []


class Written(NamedTuple):
    """The same in two ways: as it should be, and perhaps with mistakes."""

    good: str
    bad: str


def one(*ways: str) -> st.SearchStrategy[Written]:
    """A text that can be written in several ways, of which the first is right."""
    return st.sampled_from(ways).map(lambda way: Written(ways[0], way))


def misspelt(key: str) -> st.SearchStrategy[Written]:
    """A key, perhaps with one letter too many or too few, or with another case."""
    return one(key, key[:2] + key[3:], f"{key[:2]}x{key[2:]}", key.upper(), f"{key[0]}é{key[2:]}")


def names(id: str) -> st.SearchStrategy[Written]:
    """A term, perhaps by another of its names; those with signs of YAML need quotes."""
    term = next(f.terms[id] for f in TAXONOMY.facets.values() if id in f.terms)
    return one(id, *(way for name in term.names() for way in (name, name.upper(), name.title())))


@st.composite
def listed(draw: st.DrawFn, facet: str) -> Written:
    """A line, or several, with terms of a facet, some of them twice in the bad one."""
    ids = [id for id, term in TAXONOMY.facets[facet].terms.items() if not term.deprecated]
    chosen = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True))
    quotes = st.sampled_from(["", "'", '"'])
    good, bad = [], []
    for id in chosen:
        quote = draw(quotes)
        term = draw(names(id))
        good.append(f"{quote}{term.good}{quote}")
        bad.append(f"{quote}{term.bad}{quote}")
    for id in draw(st.lists(st.sampled_from(chosen), max_size=2)):
        quote = draw(quotes)
        bad.append(f"{quote}{draw(names(id)).bad}{quote}")
    key = draw(misspelt(facet))
    note = draw(st.sampled_from(["", "  # [why], - these"]))
    if draw(st.booleans()):
        comma = draw(st.sampled_from([",", ", ", " , "]))
        rows = [f": [{comma.join(terms)}]{note}" for terms in (good, bad)]
    else:
        depth = draw(one("  ", "\t"))
        rows = [
            f":{note}\n" + "\n".join(f"{indent}- {term}" for term in terms)
            for indent, terms in ((depth.good, good), (depth.bad, bad))
        ]
    return Written(key.good + rows[0], key.bad + rows[1])


@st.composite
def line(draw: st.DrawFn, key: str, *ways: str) -> Written:
    """A line with a single value, perhaps in quotes, perhaps with a comment."""
    value, name = draw(one(*ways)), draw(misspelt(key))
    quote = draw(st.sampled_from(["", "'", '"']))
    note = draw(st.sampled_from(["", " # a: 'note'"]))
    return Written(*(f"{k}: {quote}{v}{quote}{note}" for k, v in zip(name, value, strict=True)))


LINES = (
    st.just(Written("title: Το πάρκο 🌳", "title: Το πάρκο 🌳")),
    st.sampled_from(
        ["summary: They read.", 'summary: "They:\n  read."', "summary: |\n  a  \n\n  b"]
    ).map(lambda text: Written(text, text)),
    line("category", "good-practice", "Good practices", "GOEDE PRAKTIJKEN", "Practice"),
    listed("country"),
    line("added", "2025-03-13", "2025-3-13", "13.3.2025", "13 March 2025", "March 13 2025"),
)
OTHERS = (
    listed("outcome"),
    line("website", "https://a.example/ü", "a.example/ü", "//a.example/ü", "<https://a.example/ü>"),
    line("period", "2019-2022", "2019 - 2022", "2019–2022", "2019 to 2022", "2019/22"),
    st.just(Written("# a comment: of [its own]", "# a comment: of [its own]")),
    st.just(Written("", "")),
    st.just(Written("place: Ghent", "place:Ghent")),
    st.just(Written('reach: "12: a day"', "reach: 12: a day")),
)  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A record as it should be, and the same with mistakes that can be mended."""
    chosen = draw(st.lists(st.sampled_from(OTHERS), unique=True))
    lines = draw(st.permutations([draw(each) for each in (*LINES, *chosen)]))
    body = draw(st.sampled_from([BODY, "\nOne  \ntwo\n", "\n---\n\tThree", "\nτέσσερα 🌳 \n"]))
    good = "\n".join(["---", *(each.good for each in lines), "---", body])
    rows = "\n".join(["---", *(each.bad for each in lines), "---"]).split("\n")
    blanks = st.sampled_from(["", "", "", " ", "\t", "  "])
    in_block = False
    for index, row in enumerate(rows):
        in_block = row == "summary: |" or (in_block and row[:1] in ("", " "))
        rows[index] += "" if in_block else draw(blanks)
    bad = "\n".join([*rows, body]).replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"])))
    return good.encode(), draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + bad.encode()


@given(records())
@settings(max_examples=400)
def test_a_record_with_mistakes_becomes_what_it_was_meant_to_be(pair: tuple[bytes, bytes]) -> None:
    good, bad = pair
    found = mended(bad)
    assert {problem.rule for problem in problems_of(found)} <= {"text-behind-hash"}
    assert read(found) == read(good)
    assert body_of(found) == body_of(bad)
    assert found.count(b"#") == bad.count(b"#")


@given(mutated(SMALL))
@settings(max_examples=1000)
def test_what_reads_well_reads_the_same_when_it_is_mended(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        return
    found = mended(data)
    problems = problems_of(data)
    if not any(problem.level == "error" for problem in problems):
        assert read(found) == read(data)
    if not any(problem.rule.startswith("front-matter") for problem in problems):
        assert body_of(found) == body_of(data)
