"""What fields and words mean: scalars by their field, terms by their names, words folded."""

from dataclasses import fields
from pathlib import Path

import pytest

from repertory.base.settings import Settings
from repertory.base.text import counted, fold, listed, nearest
from repertory.reading.model import Practice
from repertory.reading.settings_file import SETTINGS, contrast
from tests.worlds import SITES, checked, lay_out, settings_of


def practice(front: str, tmp_path: Path) -> Practice:
    """Return a practice of the small world with these lines in its front matter."""
    root = lay_out(tmp_path / "world", SITES / "small")
    path = "content/practices/new.md"
    lines = "title: T\nsummary: S.\ncategory: good-practice\ncountry: [belgium]\nadded: 2026-01-01"
    (root / path).write_text(f"---\n{lines}\n{front}\n---\nText.\n", encoding="utf-8")
    catalog = checked(settings_of(root)).catalog
    assert catalog
    return next(record for record in catalog.practices if record.path == path)


@pytest.mark.parametrize(
    "value", ["NO", "010", "12:30", "1.10", "yes", "1e3", "0x1F", ".inf", "2026-01-01", "1_000"]
)
def test_a_text_stays_as_it_is_written(value: str, tmp_path: Path) -> None:
    assert practice(f"reach: {value}", tmp_path).reach == value


def test_null_and_nothing_are_no_values(tmp_path: Path) -> None:
    assert practice("reach: null\nplace: ~\norganisation:", tmp_path).reach == ""
    assert practice('reach: "null"', tmp_path).reach == "null"


def test_terms_are_understood_by_any_name_in_the_order_of_the_vocabulary(tmp_path: Path) -> None:
    record = practice(
        "outcome: [READING, feeling at home, friends, Zugehorigkeitsgefuhl]", tmp_path
    )
    assert record.terms["outcome"] == ("belonging", "friends", "reading")


def test_long_texts_over_several_lines_are_one_line(tmp_path: Path) -> None:
    assert practice("reach: >-\n  many\n  children", tmp_path).reach == "many children"


def test_every_setting_has_a_reader() -> None:
    assert set(SETTINGS) == {field.name for field in fields(Settings)}


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Zugehörigkeit", "zugehorigkeit"),
        ("STRASSE Straße", "strasse strasse"),
        ("Łódź  œuvre", "lodz oeuvre"),
        ("ΣΧΟΛΕΊΟ", "σχολειο"),
        ("Ελλάδα", "ελλαδα"),
    ],
)
def test_folding_forgets_case_accents_and_blanks(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_the_nearest_name_is_near() -> None:
    assert nearest("beligum", ["belgium", "greece"]) == "belgium"
    assert nearest("swimming", ["belgium", "greece"]) is None
    assert nearest("HOST_LANGUAGE", ["host-language"]) == "host-language"


def test_counting_and_listing() -> None:
    assert counted(1, "record") == "1 record"
    assert counted(1200, "record") == "1,200 records"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""
