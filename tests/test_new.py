"""A new practice: any title is written as it is, and only what must be filled in is missing."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repertory.editing.new import record, write
from repertory.reading.document import read_document
from repertory.reading.records import PRACTICE_KEYS, read_practice
from repertory.reading.site import front_problems
from repertory.reading.source import collect
from repertory.reading.taxonomy import Facet, Taxonomy
from repertory.reading.vocabulary import Languages, read_taxonomy
from tests.worlds import SITES, TODAY, checked, lay_out, settings_of

PATH = "content/practices/park.md"
LANGUAGES = Languages("en", ("en", "de", "nl"))
ROOT = Path(__file__).parents[1]
SMALL, REAL = (
    collect(read_taxonomy(root, LANGUAGES, PRACTICE_KEYS))[0] for root in (SITES / "small", ROOT)
)
TITLES = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\ufeff")
    | st.sampled_from("""'":#-?[]{}|>&*!%@`\\, “”=~"""),
    max_size=150,
)


def test_a_record_has_every_field_and_facet_once() -> None:
    text = record("Park", REAL, TODAY)
    assert "\nadded: 2026-11-01\n" in text
    assert "\n#reviewed:\n" in text, "nobody has reviewed what is not written yet"
    starts = [line.lstrip("#").split(":")[0] for line in text.split("\n") if line[:2] != "# "]
    for key in (*PRACTICE_KEYS, *REAL.facets):
        assert starts.count(key) == 1
    for facet in REAL.facets.values():
        assert all(term in text for term in facet.terms)
    assert max(map(len, text.split("\n"))) < 80


def test_it_says_where_a_facet_may_stand_and_which_terms_are_not_to_be_used() -> None:
    text = record("Park", SMALL, TODAY)
    assert "# Only where category is good-practice.\n# One of these:\n" in text
    assert "reading-aloud" not in text
    needed = Facet("why", {"en": "Why"}, {}, {}, required=True, only={"category": ("a", "b")})
    text = record("Park", Taxonomy({"why": needed}, {}, {}), TODAY)
    assert "# Why:\n# Needed where category is a or b.\n" in text
    assert "\n#why: []\n" in text


@given(TITLES)
def test_whatever_the_title_only_what_must_be_filled_in_is_missing(title: str) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        try:
            path = write(root, title, SMALL, TODAY)
        except ValueError:
            assert list(root.rglob("*.md")) == []
            return
        data = (root / path).read_bytes()
    problems = [each for each in front_problems(path, SMALL, data) if each.rule != "markup-in-text"]
    assert {problem.rule for problem in problems} == {"empty-field"}
    missing = [problem.source.split(":")[0] for problem in problems]
    assert missing == ["summary", "category", "country"]
    document, _ = collect(read_document(root, path, data=data))
    assert document
    practice, _ = collect(read_practice(document, SMALL))
    assert (practice.title, practice.added) == (" ".join(title.split()), TODAY)


def test_what_is_filled_in_is_a_good_practice(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "world", SITES / "small")
    path = write(root, "Homework: a club", SMALL, TODAY)
    missing = [problem.rule for problem in checked(settings_of(root)).problems]
    assert missing == ["empty-field"] * 3 + ["empty-body"]
    text = (root / path).read_text("utf-8") + "They read.\n"
    text = text.replace("\nsummary:", "\nsummary: Students help.")
    text = text.replace("\ncategory:", "\ncategory: good-practice")
    text = text.replace("\ncountry: []", "\ncountry: [belgium]").replace(
        "\n#target: []", "\ntarget: [children]"
    )
    (root / path).write_text(text, encoding="utf-8")
    found = checked(settings_of(root))
    assert found.problems == ()
    assert found.catalog
    practice = next(each for each in found.catalog.practices if each.path == path)
    assert practice.title == "Homework: a club"
    assert practice.terms["target"] == ("children",)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("!?", "A title needs letters or digits"),
        ("a\x07b", "no signs that cannot be seen"),
        ("a\udcffb", "no signs that cannot be seen"),
        ("a" * 151, "shorten it by 1 character."),
        ("No", "There is content/practices/no.md already."),
        ("Aux", "A file cannot be called aux. Windows keeps this name for itself"),
    ],
)
def test_a_title_that_cannot_be_one_is_refused(title: str, said: str, tmp_path: Path) -> None:
    folder = tmp_path / "content" / "practices"
    folder.mkdir(parents=True)
    (folder / "NO.md").touch()
    with pytest.raises(ValueError, match=said):
        write(tmp_path, title, SMALL, date(2026, 1, 1))
    assert [file.name for file in folder.iterdir()] == ["NO.md"]
