"""The postings of the search index: weighed as Lunr does, packed, and altered."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import log2

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lunr.builder import Builder
from lunr.index import Index

from repertory.publishing.output import as_json
from repertory.publishing.postings import altered, front_coded, packed, unpacked, whole
from repertory.publishing.ranges import utf16
from repertory.publishing.words import split
from tests.unpacking import frequencies, plain

COUNTS = st.lists(
    st.dictionaries(st.text("abcdéż", min_size=1, max_size=3), st.integers(1, 9)),
    min_size=1,
    max_size=6,
).filter(any)


def vectors(index: Mapping[str, object]) -> dict[str, dict[str, float]]:
    """Return the field vectors of a serialised index by word."""
    serialised = json.loads(json.dumps(index))
    word_of = {posting["_index"]: word for word, posting in serialised["invertedIndex"]}
    return {
        ref: {word_of[i]: w for i, w in zip(vector[::2], vector[1::2], strict=True)}
        for ref, vector in serialised["fieldVectors"]
    }


@given(COUNTS)
def test_the_serialised_index_is_that_of_lunr(records: list[dict[str, int]]) -> None:
    """Lunr's own builder is fed each word as often as it counts."""
    builder = Builder()
    builder.field("text")
    for number, counts in enumerate(records):
        text = " ".join(word for word, count in counts.items() for _ in range(count))
        builder.add({"id": f"r{number}", "text": text})
    postings: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, counts in enumerate(records):
        for word, count in counts.items():
            postings[word][count].append(number)
    words = sorted(postings, key=utf16)
    refs, lengths = (
        [f"r{number}" for number in range(len(records))],
        [sum(r.values()) for r in records],
    )
    written = whole(refs, lengths, ((word, altered("", {}, postings[word])) for word in words))
    serialised, stock = json.loads(written), builder.build().serialize()
    assert written == as_json(serialised)
    assert vectors(serialised) == vectors(stock)
    assert dict(serialised, fieldVectors=0, invertedIndex=0) == dict(
        stock, fieldVectors=0, invertedIndex=0
    )
    loaded = Index.load(written.decode())
    for word in postings:
        expected = {f"r{n}" for n, counts in enumerate(records) if word in counts}
        assert {found["ref"] for found in loaded.query(_asking(loaded, word))} == expected


def _asking(index: Index, word: str) -> object:
    query = index.create_query()
    query.term(word, use_pipeline=False)
    return query


NUMBERS = st.sets(st.integers(0, 10_000), min_size=1).map(sorted)


@given(st.dictionaries(st.integers(1, 40), NUMBERS, min_size=1))
def test_a_posting_can_be_unpacked(by_frequency: dict[int, list[int]]) -> None:
    assert frequencies(altered("", {}, by_frequency)) == by_frequency


@given(NUMBERS)
def test_numbers_are_unpacked_as_they_were(numbers: list[int]) -> None:
    assert unpacked(packed(numbers)) == numbers


FREQUENCIES = st.dictionaries(st.integers(0, 50), st.integers(1, 4))  # by record


@given(FREQUENCIES, FREQUENCIES)
def test_an_altered_posting_is_that_of_what_it_is_then(
    before: dict[int, int], after: dict[int, int]
) -> None:
    def by_frequency(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for number, frequency in sorted(pairs):
            found[frequency].append(number)
        return found

    taken = by_frequency(before.items() - after.items())
    put = by_frequency(after.items() - before.items())
    old, new = (altered("", {}, by_frequency(each.items())) for each in (before, after))
    assert altered(old, taken, put) == new


@pytest.mark.parametrize("share", [2, 8, 50, 400])
def test_random_numbers_are_packed_well(share: int) -> None:
    """Nearly as small as can be: Shannon's entropy is what a random set needs."""
    numbers = sorted(random.Random(3).sample(range(1_000 * share), 1_000))
    needed = log2(share) - (share - 1) * log2(1 - 1 / share)  # bits each
    assert needed <= len(packed(numbers)) * 6 / 1_000 < 1.05 * needed


@example(["a" * 30 + end for end in "xyz"])
@given(st.lists(st.text()).map(lambda texts: sorted(text.lower() for text in texts)))
def test_words_can_be_front_coded(texts: list[str]) -> None:
    words = [word for text in texts for word in split(text)]
    assert list(plain(front_coded(words))) == words
