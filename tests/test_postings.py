"""The postings of the search index: counted, weighed as Lunr does, packed and cut."""

import json
import random
from collections.abc import Mapping
from itertools import chain
from math import log2

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lunr.builder import Builder
from lunr.index import Index

from repertory.publishing.postings import Postings, cut, front_coded, packed, posting
from repertory.publishing.words import split
from tests.unpacking import frequencies, plain


def test_postings_have_frequencies_and_lengths() -> None:
    postings = Postings()
    postings.add_counts("one", {"b": 2, "a": 1})
    postings.add_counts("two", {"b": 1})
    postings.add_counts("three", {"b": 2})
    found = {
        word: {f: list(numbers) for f, numbers in by_frequency.items()}
        for word, by_frequency in postings.terms.items()
    }
    assert found == {"a": {1: [0]}, "b": {2: [0, 2], 1: [1]}}
    assert postings.lengths == [3, 1, 2]
    assert postings.sorted_terms() == ["a", "b"]


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
    postings, builder = Postings(), Builder()
    builder.field("text")
    for number, counts in enumerate(records):
        postings.add_counts(f"r{number}", counts)
        text = " ".join(word for word, count in counts.items() for _ in range(count))
        builder.add({"id": f"r{number}", "text": text})
    serialised, stock = postings.serialised(), builder.build().serialize()
    assert vectors(serialised) == vectors(stock)
    assert dict(serialised, fieldVectors=0, invertedIndex=0) == dict(
        stock, fieldVectors=0, invertedIndex=0
    )
    loaded = Index.load(json.dumps(serialised))
    for word in postings.terms:
        expected = {f"r{n}" for n, counts in enumerate(records) if word in counts}
        assert {found["ref"] for found in loaded.query(_asking(loaded, word))} == expected


def _asking(index: Index, word: str) -> object:
    query = index.create_query()
    query.term(word, use_pipeline=False)
    return query


NUMBERS = st.sets(st.integers(0, 10_000), min_size=1).map(sorted)


@given(st.dictionaries(st.integers(1, 40), NUMBERS, min_size=1))
def test_a_posting_can_be_unpacked(by_frequency: dict[int, list[int]]) -> None:
    assert frequencies(posting(by_frequency)) == by_frequency


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


def test_words_are_in_the_order_of_javascript() -> None:
    postings = Postings()
    postings.add_counts("one", {"\U00010428": 1, "\uff4a": 1, "z": 1})
    assert postings.sorted_terms() == ["z", "\U00010428", "\uff4a"]


@given(st.sets(st.text(min_size=1)).map(sorted), st.integers(1, 20))
def test_cuts_lose_nothing_and_come_only_after_enough(words: list[str], smallest: int) -> None:
    parts = list(cut(words, len, smallest))
    assert list(chain(*parts)) == words
    assert all(sum(map(len, part)) >= smallest for part in parts[:-1])
