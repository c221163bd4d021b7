"""The search index: what is counted, how it is cut, and what an edit changes of it."""

import json
import os
import random
import subprocess
import sys
from base64 import b64decode
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repertory.base.settings import Boosts, Settings
from repertory.catalog.catalog import assemble
from repertory.publishing import facets, index, reader, search
from repertory.publishing.ranges import utf16
from repertory.publishing.words import WORD, Stems, split
from repertory.reading.model import Practice
from repertory.reading.prose import NO_PROSE, Prose
from tests.memory import SETTINGS, TAXONOMY, TOPICS, files
from tests.unpacking import frequencies, plain
from tests.worlds import SITES, lay_out

RECORDS = 200
SMALL_SHARD, SMALL_LIST = 100, 20  # so that 200 records have some dozens of each
FIRST_DAY = date(2024, 1, 1)


def practice(number: int, body: str = "", **other: str) -> Practice:
    """Return a practice; it has one topic more for each of its number's last two bits."""
    return Practice(
        id=f"p{number:03}",
        path=f"p{number:03}",
        title=other.get("title", f"Title {number}"),
        summary=other.get("summary", ""),
        terms={"topic": tuple(("water", "fire", "wood")[: number % 4])} if number % 4 else {},
        added=FIRST_DAY + timedelta(days=number),
        key=body.encode(),
        language=other.get("language", ""),
    )


@pytest.fixture(scope="module")
def records() -> list[Practice]:
    """Return 200 practices, whose bodies have common words and rare ones as real texts have."""
    chance = random.Random(5)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aiou"]
    words = sorted({"".join(chance.choices(syllables, k=3)) for _ in range(1500)})
    shares = [1 / (rank + 1) for rank in range(len(words))]
    chance.shuffle(shares)
    return [practice(n, " ".join(chance.choices(words, shares, k=60))) for n in range(RECORDS)]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 200 records have many shards and lists of words."""
    monkeypatch.setattr(index, "SHARD", SMALL_SHARD)
    monkeypatch.setattr(index, "WORD_LIST", SMALL_LIST)


def shards(found: Mapping[str, bytes]) -> Iterator[dict[str, dict[int, list[int]]]]:
    """Yield the shards in the order of the manifest: {word: {frequency: numbers}}."""
    for name in json.loads(found["search/index.json"])["shards"]["file"]:
        shard = json.loads(found[f"search/shards/{name}.json"])
        words, texts = list(plain(shard["words"])), shard["postings"].split(";")
        yield {word: frequencies(text) for word, text in zip(words, texts, strict=True)}


def weights(
    record: Practice, labels: Mapping[str, int], settings: Settings, prose: Prose = NO_PROSE
) -> tuple[dict[str, int], Counter[str]]:
    """Return the weighted frequencies of a record's words, and how often it has each as written."""
    stem = Stems(settings.languages)[record.language or settings.language]
    read, text = reader.Written(record, prose), record.key.decode()
    counts, written = reader.weights(read, text, labels, stem, settings.boosts)
    return {word: count for word, count in counts.items() if count}, Counter(written)


def test_what_is_quicker_to_find_is_the_same() -> None:
    for sign in map(chr, range(0x2100)):
        text = f"a{sign}b {sign}"
        assert split(text) == WORD.findall(normalize("NFC", text).lower())


def test_a_word_counts_by_where_it_stands() -> None:
    prose = Prose(((2, "map", "Map"),))
    record = practice(0, "road map map", title="Road", summary="A road")._replace(place="Map")
    counts, forms = weights(record, {"map": 1, "vuur": 2}, SETTINGS, prose)
    assert counts == {"road": 10 + 4 + 1, "a": 4, "map": 4 + 1 + 2 * 1 + 6, "vuur": 12}
    assert forms == {"road": 3, "a": 1, "map": 4}


def test_the_weights_are_settings() -> None:
    record = practice(0, "road", title="Road", summary="Map")
    plain = replace(SETTINGS, boosts=Boosts(title=1, summary=0, body=3))
    assert weights(record, {}, plain)[0] == {"road": 4}
    assert files([record], plain) != files([record])


def test_a_record_is_stemmed_in_its_language() -> None:
    for language, stem in (("en", "school"), ("nl", "schol"), ("", "school"), ("fi", "schools")):
        record = practice(0, title="schools" if language != "nl" else "scholen", language=language)
        assert weights(record, {}, SETTINGS)[0] == {stem: 10}, language


def test_names_of_terms_count_once_in_each_language() -> None:
    found = {word: shard[word] for shard in shards(files([practice(2)])) for word in shard}
    ten, six = {10: [0]}, {6: [0]}  # water is of two languages, but one word; vur is from vuur
    assert found == {"titl": ten, "2": ten, "water": six, "fire": six, "vur": six, "flame": six}


@pytest.mark.usefixtures("small_parts")
def test_shards_hold_every_word_once_and_in_order(records: list[Practice]) -> None:
    found = files(records)
    manifest = json.loads(found["search/index.json"])
    parts = list(shards(found))
    words = list(chain(*parts))
    assert len(parts) > 20
    assert words == sorted(set(words), key=utf16)
    assert manifest["shards"]["first"] == [next(iter(part)) for part in parts]
    counted: dict[int, int] = Counter()
    for frequency, numbers in (pair for p in parts for fs in p.values() for pair in fs.items()):
        for number in numbers:
            counted[number] += frequency
    assert [counted[number] for number in range(RECORDS)] == manifest["lengths"]


EDITS = {
    "a word at the start of the alphabet": "{body} aaaa",
    "a word at its end": "{body} żżż 字",
    "a known word once more": "{body} {word}",
    "new words in a row": "{body} aa1 aa2 aa3 aa4 aa5 aa6 aa7 aa8 aa9",
    "new words here and there": "{body} baz kez liz mez nuz poz suz tuz vaz zuz",
    "without its first half": "{half}",
}


def edited(records: list[Practice], edit: str, number: int) -> tuple[list[Practice], set[str]]:
    """Return records with one of them edited, and the words that it has not as often as before."""
    old = records[number]
    text = old.key.decode()
    words = text.split()
    half = " ".join(words[len(words) // 2 :])
    body = EDITS[edit].format(body=text, word=words[0], half=half)
    new = old._replace(key=body.encode())
    before, after = (weights(record, {}, SETTINGS)[0] for record in (old, new))
    changed = {word for word in before | after if before.get(word) != after.get(word)}
    return [*records[:number], new, *records[number + 1 :]], changed


def rewritten(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    """Return the files that are new, or have other bytes."""
    return {path for path, content in after.items() if before.get(path) != content}


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("number", [0, 57, 111, RECORDS - 1])
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_rewrites_only_the_shards_it_touches(
    records: list[Practice], edit: str, number: int
) -> None:
    """Those where a changed word stands or stood, or beside them, where a cut has moved."""
    other, changed = edited(records, edit, number)
    before, after = files(records), files(other)
    paths = rewritten(before, after)
    manifest = json.loads(after["search/index.json"])["shards"]
    anew = {n for n, name in enumerate(manifest["file"]) if f"search/shards/{name}.json" in paths}
    firsts = [utf16(first) for first in manifest["first"]]
    touched = {bisect_right(firsts, utf16(word)) - 1 for word in changed}
    assert touched & anew
    assert anew <= {beside for n in touched for beside in (n - 1, n, n + 1)}
    assert {path for path in paths if path.count("/") == 1} == {
        "search/index.json",
        "search/lunr-index.json",
    }
    assert {path.split("/")[1] for path in paths if path.count("/") > 1} <= {"shards", "words"}


@pytest.mark.usefixtures("small_parts")
def test_most_shards_stay_as_they_are(records: list[Practice]) -> None:
    before, kept = files(records), []
    for edit in ("a word at the start of the alphabet", "new words in a row"):
        after = files(edited(records, edit, 57)[0])
        parts = {path for path in after if "/shards/" in path or "/words/" in path}
        kept.append(len(parts - rewritten(before, after)) / len(parts))
    assert min(kept) > 0.8


def test_a_new_summary_changes_only_its_card(records: list[Practice]) -> None:
    new = records[10]._replace(summary="Title")
    paths = rewritten(files(records), files([*records[:10], new, *records[11:]]))
    assert {path for path in paths if "/cards/" in path} == {
        f"search/cards/{10 // search.CARDS}.json"
    }
    assert not any("/facets/" in path or "titles" in path for path in paths)


def test_a_record_of_a_later_day_changes_no_number(records: list[Practice]) -> None:
    """Wherever it stands in the alphabet; a facet without it keeps its bytes too."""
    for id in ("a", "zz"):
        new = practice(RECORDS)._replace(id=id, title=id)
        before, after = (assemble(TAXONOMY, r) for r in (records, [new, *records]))
        ids = [record.id for record in facets.numbered(before)]
        assert [record.id for record in facets.numbered(after)] == [*ids, id]
        paths = rewritten(files(records), files([new, *records]))
        assert {path for path in paths if "/cards/" in path} == {
            f"search/cards/{RECORDS // search.CARDS}.json"
        }
        assert not any("/facets/" in path for path in paths)


def test_the_same_day_is_ordered_by_id() -> None:
    records = [practice(n)._replace(added=FIRST_DAY) for n in (3, 1, 2)]
    numbered = facets.numbered(assemble(TAXONOMY, records))
    assert [record.id for record in numbered] == ["p003", "p002", "p001"]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_bits_are_the_practices_with_the_term(topics: list[int]) -> None:
    records = [practice(n)._replace(terms=practice(t).terms) for n, t in enumerate(topics)]
    catalog = assemble(TAXONOMY, records)
    found = {f.id: json.loads(facets.having(catalog, f))["terms"] for f in catalog.facets}
    plain = {
        term: {n for n, record in enumerate(records) if term in record.terms.get("topic", ())}
        for term in TOPICS
    }
    used = {term: numbers for term, numbers in plain.items() if numbers}
    read = {term: members(bits) for term, bits in found.get("topic", {}).items()}
    assert read == used


def members(bits: str) -> set[int]:
    """Return the numbers in a set of bits."""
    every = enumerate(b64decode(bits))
    return {8 * place + bit for place, byte in every for bit in range(8) if byte >> bit & 1}


def test_the_order_of_sets_does_not_matter(tmp_path: Path, root: Path) -> None:
    world = lay_out(tmp_path, SITES / "languages")
    script = (
        "import sys; from pathlib import Path; from hashlib import sha256;"
        "from repertory.base.settings import Settings; from tests.worlds import built;"
        "languages = ('en', 'de', 'el', 'es', 'fr', 'it', 'nl');"
        "settings = Settings(root=Path(sys.argv[1]), name='W', languages=languages);"
        "built(settings, settings.root / sys.argv[2]);"
        "files = sorted((settings.root / sys.argv[2] / 'search').rglob('*.json'));"
        "print(len(files), sha256(b''.join(f.read_bytes() for f in files)).hexdigest())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", script, world, seed],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=root,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert int(said[0].split()[0]) > 15
    assert said[0] == said[1] == said[2]
