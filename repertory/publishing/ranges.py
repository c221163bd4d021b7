"""Sorted keys, cut into ranges by what stands in them: an edit changes those it touches alone."""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeAlias
from zlib import crc32

from repertory.base.digest import digest


class Entry(NamedTuple):
    """What stands under a key, without tabs and line breaks, and how much it counts in a cut."""

    size: int
    text: str


class Range(NamedTuple):
    """Keys that stand together: the first, the digest of their entries, the name of their file."""

    first: str
    key: bytes
    file: str


Entries: TypeAlias = dict[str, Entry]  # by key, in the order of utf16
Change: TypeAlias = Callable[[str, Entry], Entry]  # from size 0 or to size 0: added or removed
Texts: TypeAlias = Mapping[bytes, bytes]  # the entries of ranges by their digests
NONE = Entry(0, "")


def recut(
    ranges: Sequence[Range],
    keys: Iterable[str],
    change: Change,
    smallest: int,
    keep: Callable[[Entries], Range],
    texts: Texts,
) -> tuple[Range, ...]:
    """Return the ranges once the entries of some keys have changed, as if all were cut anew.

    Where a cut was and still is one, nothing on one side decides what is cut on the other. So only
    ranges with changed keys are cut again, together with their neighbours where a cut between
    them is no longer sure. `keep` puts the entries of a new range where `texts` has them.
    """
    changed = _changed(ranges, keys, change, texts)
    found: list[Range] = []
    start = 0
    for end in range(1, max(1, len(ranges)) + 1):
        behind = ranges[end] if end < len(ranges) else None
        if behind and not _stays(behind.first, changed, end, len(ranges), smallest):
            continue
        if changed.keys().isdisjoint(range(start, end)):
            found += ranges[start:end]
        else:
            parts = (
                changed[n] if n in changed else entries_of(texts[ranges[n].key])
                for n in range(start, end)
            )
            found += map(keep, _cut(parts, behind.first if behind else "", smallest))
        start = end
    return tuple(found)


def _changed(
    ranges: Sequence[Range], keys: Iterable[str], change: Change, texts: Texts
) -> dict[int, Entries]:
    """Return the entries of the ranges in which keys have changed, by the number of the range."""
    firsts = [utf16(found.first) for found in ranges]
    touched: defaultdict[int, list[str]] = defaultdict(list)
    for key in keys:
        touched[max(0, bisect_right(firsts, utf16(key)) - 1)].append(key)
    found = {}
    for number, some in touched.items():
        entries = entries_of(texts[ranges[number].key]) if ranges else {}
        before = len(entries)
        entries |= {key: change(key, entries.get(key, NONE)) for key in some}
        if len(entries) > before:
            entries = {key: entries[key] for key in sorted(entries, key=utf16)}
        found[number] = {key: entry for key, entry in entries.items() if entry.size}
    return found


def _stays(
    first: str, changed: Mapping[int, Entries], number: int, count: int, smallest: int
) -> bool:
    """Tell whether the range of that number surely begins with the same key as before."""
    before, own = changed.get(number - 1), changed.get(number)
    if own is not None and (
        first not in own
        or not (number == count - 1 or _size(own) >= smallest)
        or not _is_least(first, own.items(), smallest)
    ):
        return False
    return before is None or (
        _size(before) >= smallest and _is_least(first, reversed(before.items()), smallest)
    )


def _size(entries: Entries) -> int:
    return sum(entry.size for entry in entries.values())


def _is_least(first: str, entries: Iterable[tuple[str, Entry]], smallest: int) -> bool:
    """Tell whether none of the entries that lead away from a key is near it and has less checksum.

    Before the key, one that is just too far away may be taken for near: then more is cut anew.
    """
    least, distance = _checksum(first), 0
    for key, entry in entries:
        if distance >= smallest:
            break
        if _checksum(key) < least:
            return False
        distance += entry.size
    return True


def _cut(parts: Iterable[Entries], behind: str, smallest: int) -> Iterator[Entries]:
    """Cut ranges anew as one, before the first key of the next one, "" where there is none."""
    entries = {key: entry for part in parts for key, entry in part.items()}
    if behind and _size(entries) < 2 * smallest:  # no key is far enough from both ends
        yield entries
        return
    keys = [*entries, behind] if behind else list(entries)
    for some in cut(keys, lambda key: entries.get(key, NONE).size, smallest):
        if some != [behind]:
            yield {key: entries[key] for key in some}


def cut(words: Sequence[str], size: Callable[[str], int], smallest: int) -> Iterator[list[str]]:
    """Cut sorted words into ranges of at least `smallest` in size, but for the last.

    On average they are twice as large. A range begins with the word that has the least checksum
    of all that stand less than `smallest` from it, on either side (the local maximum chunking of
    Bjørner, Blass and Gurevich 2010): an edited word moves no cut that is further away.
    """
    keys = list(map(_checksum, words))
    places = list(accumulate(map(size, words), initial=0))
    near: deque[int] = deque()  # the least of those around a word first, then the least behind it
    start = ahead = 0
    for i in range(len(words)):
        while ahead < len(words) and places[ahead] - places[i] < smallest:
            while near and keys[near[-1]] > keys[ahead]:
                near.pop()
            near.append(ahead)
            ahead += 1
        while places[i] - places[near[0]] >= smallest:
            near.popleft()
        if near[0] == i and places[i] >= smallest:
            yield list(words[start:i])
            start = i
    if words:
        yield list(words[start:])


def _checksum(key: str) -> tuple[int, str]:
    return crc32(key.encode()), key


def utf16(text: str) -> bytes:
    """Return a key that sorts texts as JavaScript does."""
    return text.encode("utf-16-be")


def text_of(entries: Entries) -> tuple[bytes, bytes]:
    """Return the digest of a range's entries, and the entries as text."""
    lines = (f"{key}\t{entry.size}\t{entry.text}" for key, entry in entries.items())
    text = "\n".join(lines).encode()
    return digest(text), text


def entries_of(text: bytes) -> Entries:
    """Return the entries of a range again."""
    lines = (line.split("\t") for line in text.decode().split("\n"))
    return {key: Entry(int(size), content) for key, size, content in lines}
