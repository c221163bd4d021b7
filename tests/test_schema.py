"""The JSON Schema of a record and `check` agree: on every record and on every broken world."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from repertory.publishing.schema import schema
from repertory.reading.document import read_document
from repertory.reading.records import PRACTICE_KEYS, read_practice
from repertory.reading.source import collect
from repertory.reading.taxonomy import Taxonomy
from repertory.reading.tree import Items, Node, Scalar
from repertory.reading.vocabulary import Languages, read_taxonomy
from tests.worlds import SITES, lay_out, settings_of

SMALL = SITES / "small"
RECORDS = "content/practices"
IN_SCHEMA = {
    "unknown-key", "missing-field", "empty-field", "idle-field", "wrong-type", "text-too-long",
    "bad-url", "bad-date", "bad-period", "bad-id", "unknown-language", "bad-picture-name",
    "missing-alt-text", "unknown-term", "name-for-id", "several-terms-in-one",
    "term-of-another-facet", "term-given-twice", "too-many-terms", "facet-not-for-category",
    "unclear-proposal",
}  # fmt: skip
"""The rules of a single file's values, which the schema has too."""
BEYOND = {"bad-period--backwards", "name-for-id--proposal", "unclear-proposal--letters"}
"""No schema tells which of two years is later, which proposal means a term or has no letters."""
BROKEN = sorted(
    path.name
    for path in (SITES / "broken").iterdir()
    if path.name.split("--")[0] in IN_SCHEMA and path.name not in BEYOND
)


@cache
def taxonomy_of(root: Path) -> Taxonomy:
    languages = Languages("en", ("en", "de", "nl"))
    return collect(read_taxonomy(root, languages, PRACTICE_KEYS))[0]


def refused(root: Path, data: Any) -> list[str]:
    """Return what the schema of a site says of values."""
    text = schema(taxonomy_of(root), settings_of(root))
    validator = Draft202012Validator(json.loads(text), format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(data)]


def rules(root: Path, path: str, data: bytes | None = None) -> set[str]:
    """Return the rules of single values that `check` finds broken in a record."""
    document, problems = collect(read_document(root, path, frozenset(), data))
    more = collect(read_practice(document, taxonomy_of(root)))[1] if document else ()
    return {problem.rule for problem in (*problems, *more)} & IN_SCHEMA


def values(root: Path, path: str) -> Any:
    """Return the front matter of a record as an editor that checks by the schema may read it."""
    document, _ = collect(read_document(root, path))
    return value_of(document.front) if document else None


def value_of(node: Node) -> Any:
    if isinstance(node, Scalar):
        return None if node.value in ("~", "null") and not node.quoted else node.value
    if isinstance(node, Items):
        return [value_of(item) for item in node.values]
    return {key.value: value_of(value) for key, value in node.pairs}


def records(root: Path) -> Iterator[Path]:
    """Yield the files of the practices of a site."""
    yield from sorted((root / RECORDS).glob("*.md"))


@pytest.mark.parametrize("site", [SMALL, SITES / "browser"], ids=["small", "browser"])
def test_the_schema_takes_every_record_that_check_takes(site: Path) -> None:
    for file in records(site):
        assert rules(site, f"{RECORDS}/{file.name}") == set(), file
        assert refused(site, values(site, f"{RECORDS}/{file.name}")) == [], file


@pytest.mark.parametrize("name", BROKEN)
def test_the_schema_refuses_every_broken_world_of_its_kind(name: str, tmp_path: Path) -> None:
    root = lay_out(tmp_path / "world", SMALL, SITES / "broken" / name)
    paths = [f"{RECORDS}/{file.name}" for file in records(root)]
    broken = {path for path in paths if rules(root, path)}
    assert {path for path in paths if refused(root, values(root, path))} == broken
    assert broken or name in ELSEWHERE


ELSEWHERE = {
    *(name for name in BROKEN if name.endswith(("--taxonomy", "--settings", "--news"))),
    "wrong-type--former-id",
    "bad-picture-name--in-text", "bad-picture-name--page", "unknown-language",
}  # fmt: skip
"""Worlds in which taxonomy.yaml, build.py, a text or a page breaks the rule."""


NAMES = st.sampled_from([*PRACTICE_KEYS, *taxonomy_of(SMALL).facets, "titel"])
TERMS = [id for facet in taxonomy_of(SMALL).facets.values() for id in facet.terms]
ANSWERS = st.sampled_from(
    [*TERMS, "Belgium", "", "x", "x" * 301, "2019", "2019-2022", "2022-2019", "2025-02-30",
     "2024-02-29", "2025-12-31", "7/3/2025", "https://a.example/b", "a.example", "https://a", "nl",
     "zz", "Old Name", "old-name", "picture.png", "../a.png", "a, b", "ftp://a.example",
     "new: x", "NEW :y", "new:", "new: !"]
)  # fmt: skip


@given(
    st.dictionaries(
        NAMES, ANSWERS | st.lists(ANSWERS, max_size=3) | st.just([["belgium"]]), max_size=8
    )
)
def test_schema_and_check_agree_on_any_values(given_values: dict[str, Any]) -> None:
    whole = {
        "title": "A", "summary": "B", "added": "2025-01-01", "category": "good-practice",
        "country": ["belgium"], **given_values,
    }  # fmt: skip
    lines = (f"{key}: {json.dumps(value)}" for key, value in whole.items())
    text = "\n".join(["---", *lines, "---", "Text."])
    found, broken = refused(SMALL, whole), rules(SMALL, "content/practices/a.md", text.encode())
    assert bool(found) == bool(broken - _beyond(whole)), (found, broken)


def _beyond(whole: dict[str, Any]) -> set[str]:
    """Return the rules that no schema can tell: which of two years is later."""
    years = whole.get("period")
    return {"bad-period"} if years == "2022-2019" else set()
