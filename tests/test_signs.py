"""Signs that nobody sees are right where a script or an emoji needs them, and nowhere else."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repertory.base.problem import Repair
from repertory.base.report import excerpt
from repertory.editing.edits import applied
from repertory.reading.document import read_body, read_document
from repertory.reading.markdown import read_prose
from repertory.reading.signs import astray
from repertory.reading.source import collect
from tests.worlds import SITES, built, lay_out, settings_of

PATH = "content/practices/a.md"


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "5\u200cساله",
        "क्\u200dष",
        "שלום (C++\u200e) עולם",
        "ไทย\u200bภาษา",
        "葛\U000e0100",
        "👩🏽\u200d🏫",
        "❤\ufe0f\u200d🔥",
        "1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e007f",
    ],
)
def test_what_a_script_or_an_emoji_needs_is_right(text: str) -> None:
    assert astray(f"Before {text} behind") == {}


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a\u200bb\xadc", [1, 3]),
        ("a\u200db", [1]),
        ("a\u200e b", [1]),
        ("a\u200f b", [1]),
        ("می\u200cx\u200cy", [4]),
        ("😀\u200dx", [1]),
        ("a\ufe0f", [1]),
        ("😀\U000e0067", [1]),
        ("\u3164", [0]),
    ],
)
def test_what_nothing_needs_is_astray(text: str, columns: list[int]) -> None:
    assert list(astray(text)) == columns


def test_letters_and_accents_are_one_sign_and_columns_are_those_that_one_sees() -> None:
    text = unicodedata.normalize("NFD", 'title: Élève\nkëy: x\nplace: "e\\u0301"')
    document, problems = collect(read_document(Path(), PATH, data=f"---\n{text}\n---\n".encode()))
    assert document
    values = {key: getattr(node, "value", "") for key, node in document.front.by_key().items()}
    assert values == {"title": "Élève", "këy": "x", "place": "é"}
    assert not problems
    data = unicodedata.normalize("NFD", "éé [belgum] é").encode()
    assert applied(data, [Repair(1, 5, 6, "belgium")]) == data.replace(b"belgum", b"belgium")


@given(st.text("aeoq \r\n🇦\u1161\u0300\u0301\u0323\u0327\u09c7\u09be각é", max_size=12), st.data())
def test_a_column_is_a_sign_of_reading(text: str, data: st.DataObject) -> None:
    text = text.replace("\r", "").replace("\n", "")
    composed = unicodedata.normalize("NFC", text)
    column = data.draw(st.integers(0, len(composed)))
    before, _, after = (
        applied(text.encode(), [Repair(1, column + 1, 0, "|")]).decode().partition("|")
    )
    halves = unicodedata.normalize("NFC", before), unicodedata.normalize("NFC", after)
    assert halves == (composed[:column], composed[column:])


@given(st.text("aeé\u0301\u0323", max_size=9), st.sampled_from(("\r\n", "\r", "\n")))
def test_the_end_of_a_line_is_one_sign(text: str, end: str) -> None:
    text = unicodedata.normalize("NFD", text)
    repair = Repair(1, len(unicodedata.normalize("NFC", text)) + 1, 1, "\n")
    assert (
        applied(f"{text}{end}e\u0301{end}".encode(), [repair]) == f"{text}\ne\u0301{end}".encode()
    )


def test_accents_that_stand_apart_stay_apart() -> None:
    data = unicodedata.normalize("NFD", "été: á ė̄ x\r\nÅ: é\r\n").encode()
    found = applied(data, [Repair(1, 4, 1, ";"), Repair(2, 2, 1, ";")])
    assert found == data.replace(b":", b";")


def test_a_crowd_that_letters_become_when_they_are_composed_is_refused() -> None:
    data = b"---\ntitle: x" + ("\u0344" * 30).encode() + b"\n---\n"  # each becomes two accents
    _, problems = collect(read_document(Path(), "content/practices/x.md", data=data))
    assert [problem.rule for problem in problems] == ["too-many-accents"]


@given(st.lists(st.text("ae\u0301\u0323\u0958\ufb2a\u09c7\u09be각é", max_size=9), max_size=4))
def test_lines_that_no_repair_names_keep_every_byte(lines: list[str]) -> None:
    data = "\n".join(["ä", *lines]).encode()
    assert applied(data, [Repair(1, 1, 1, "")]) == data.removeprefix("ä".encode())


@pytest.mark.parametrize(
    ("entity", "column"), [("&#8238;", 4), ("&#x2067;", 4), ("\\`&#8297;\\`", 6)]
)
def test_an_entity_turns_nothing_round(entity: str, column: int) -> None:
    data = f"---\ntitle: T\n---\n\nIn {entity} all.\n".encode()
    body, _ = collect(read_body(Path(), PATH, data))
    assert body
    (_, html, text), problems = collect(read_prose(body))
    assert [(p.rule, p.line, p.column) for p in problems] == [("control-character", 5, column)]
    assert (html, text) == ("", "")


def test_an_accent_behind_a_tag_leaves_the_tag_alone() -> None:
    data = b"---\ntitle: T\n---\n\n**a**&#824; e&#769;\n"
    body, _ = collect(read_body(Path(), PATH, data))
    assert body
    assert collect(read_prose(body))[0][1] == "<p><strong>a</strong>\u0338 é</p>"


def test_what_nobody_sees_is_shown_where_it_is_meant() -> None:
    line = "ق\u200cل and fa\u200bmilies"
    assert excerpt(line, 1, 11, 1, "warning")[0] == "    1 | ق\ufffdل and fa\ufffdmilies"
    assert excerpt(line, 1, 1, 1, "warning")[0] == f"    1 | {line}"


def test_texts_are_written_from_the_side_of_their_language(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "world", SITES / "small")
    record = (root / "content/practices/no.md").read_text("utf-8")
    for name, language in (("from-right", "ar"), ("from-left", "el")):
        text = record.replace("title: NO", f"title: {name}\nwritten_in: {language}")
        (root / f"content/practices/{name}.md").write_text(text, encoding="utf-8")
    site = settings_of(root).site
    built(settings_of(root))
    for name, opening in (
        ("from-right", '<h1 lang="ar" dir="rtl">'),
        ("from-left", '<h1 lang="el" dir="ltr">'),
        ("no", '<h1 dir="auto">'),
    ):
        page = (site / f"practices/{name}.html").read_text("utf-8")
        assert opening in page
        assert '<html lang="en">' in page
    assert '<h3 lang="ar" dir="rtl">' in (site / "country/belgium.html").read_text("utf-8")


def test_a_site_in_a_language_from_the_right_is_written_from_there(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "world", SITES / "small")
    settings = replace(settings_of(root), language="ar", languages=("ar", "en"))
    built(settings)
    assert '<html lang="ar" dir="rtl">' in (settings.site / "index.html").read_text("utf-8")
