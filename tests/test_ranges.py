"""Ranges of sorted keys: where they are cut, and what a change cuts anew."""

from collections.abc import Mapping
from itertools import chain

from hypothesis import example, given
from hypothesis import strategies as st

from repertory.publishing.ranges import (
    Entries,
    Entry,
    Range,
    cut,
    entries_of,
    recut,
    text_of,
    utf16,
)


@given(st.sets(st.text(min_size=1)).map(sorted), st.integers(1, 20))
def test_cuts_lose_nothing_and_come_only_after_enough(words: list[str], smallest: int) -> None:
    parts = list(cut(words, len, smallest))
    assert list(chain(*parts)) == words
    assert all(sum(map(len, part)) >= smallest for part in parts[:-1])


class Texts(dict[bytes, bytes]):
    """The entries of ranges; tells which were read and which were made."""

    def __init__(self) -> None:
        super().__init__()
        self.read: set[bytes] = set()
        self.made = 0

    def __getitem__(self, key: bytes) -> bytes:
        self.read.add(key)
        return super().__getitem__(key)

    def keep(self, entries: Entries) -> Range:
        """Keep the entries of a range."""
        self.made += 1
        key, text = text_of(entries)
        self[key] = text
        return Range(next(iter(entries)), key, "")


def changed(
    ranges: tuple[Range, ...], sizes: Mapping[str, int], smallest: int, texts: Texts
) -> tuple[Range, ...]:
    """Return the ranges once keys have other sizes; a key of size 0 is removed."""

    def change(key: str, entry: Entry) -> Entry:
        return Entry(sizes[key], f"{entry.text}x")

    return recut(ranges, sizes, change, smallest, texts.keep, texts)


KEYS = st.text("abcdé\U00010428\uff4a", min_size=1, max_size=3)
SIZES = st.dictionaries(KEYS, st.integers(1, 9), min_size=20, max_size=80)
CHANGES = st.dictionaries(KEYS, st.integers(0, 9), max_size=6)


@given(SIZES, st.lists(CHANGES, max_size=4), st.integers(1, 30))
def test_a_change_cuts_as_if_all_were_cut_anew(
    sizes: dict[str, int], changes: list[dict[str, int]], smallest: int
) -> None:
    texts = Texts()
    ranges = changed((), sizes, smallest, texts)
    for change in changes:
        ranges = changed(ranges, change, smallest, texts)
        sizes = {key: size for key, size in {**sizes, **change}.items() if size}
        words = sorted(sizes, key=utf16)
        found = [entries_of(texts[each.key]) for each in ranges]
        assert [list(entries) for entries in found] == list(cut(words, sizes.__getitem__, smallest))
        assert {k: entry.size for part in found for k, entry in part.items()} == sizes
        assert [each.first for each in ranges] == [next(iter(entries)) for entries in found]


@example({key * n: 5 for key in "abcd" for n in range(1, 9)}, "cccc", 9, 5)
@given(SIZES, KEYS, st.integers(0, 9), st.integers(1, 20))
def test_a_change_reads_only_the_ranges_beside_it(
    sizes: dict[str, int], key: str, size: int, smallest: int
) -> None:
    texts = Texts()
    ranges = changed((), sizes, smallest, texts)
    texts.read, texts.made = set(), 0
    after = changed(ranges, {key: size}, smallest, texts)
    number = max(0, sum(utf16(each.first) <= utf16(key) for each in ranges) - 1)
    beside = {each.key for each in ranges[max(0, number - 1) : number + 2]}
    assert ranges[number].key in texts.read
    assert texts.read <= beside
    assert {each for each in ranges if each.key not in beside} <= set(after)
