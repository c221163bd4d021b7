"""The words of all records as ranges: of postings, and of the forms in which words are written."""

import pickle
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import NamedTuple, TypeAlias

from repertory.base.settings import Settings
from repertory.base.step import Steps, Store
from repertory.base.text import fold
from repertory.catalog.catalog import Catalog
from repertory.catalog.related import Pair, pairs
from repertory.publishing.facets import numbered
from repertory.publishing.output import as_json
from repertory.publishing.postings import altered, front_coded
from repertory.publishing.ranges import Entries, Entry, Range, recut, text_of
from repertory.publishing.reader import Reader, Words, Written, names_as_written
from repertory.reading.model import Practice
from repertory.reading.prose import NO_PROSE, Prose

SHARD = 2500  # postings of the smallest shard; on average they have twice as many
WORD_LIST = 750  # words of the shortest list of words, in the same way
MOST_CHANGED = 0.2  # share of the records from which on it is quicker to fold all anew

Numbers: TypeAlias = "defaultdict[int, array[int]]"  # of records, by frequency
Terms: TypeAlias = defaultdict[str, Numbers]
Changes: TypeAlias = Iterable[tuple[int, Words, Words]]  # a record's words, before and after


class Index(NamedTuple):
    """The words of all records.

    `lengths` are the sums of the frequencies of each record's words, by number; `names` counts the
    words of terms' names.
    """

    lengths: tuple[int, ...] = ()
    names: Mapping[str, int] = {}
    shards: tuple[Range, ...] = ()
    lists: tuple[Range, ...] = ()


class Stock(NamedTuple):
    """The entries of ranges by their digests, and the files of new ranges by their names."""

    texts: dict[bytes, bytes]
    files: dict[str, bytes]


class State(NamedTuple):
    """An index with what it was made from, for the next build to go on from.

    By number, `fronts` and `bodies` are digests of what the search reads of records, and `words`
    the keys of their words; `digests` are those of the names of terms.
    """

    made_by: bytes = b""
    digests: Mapping[Pair, bytes] = {}
    fronts: tuple[bytes, ...] = ()
    bodies: tuple[bytes, ...] = ()
    words: tuple[bytes, ...] = ()
    made: Index = Index()


class Begun(NamedTuple):
    """An index that is being made: the last one, and what has changed since.

    `touched` are the numbers of records whose words are `made`, `old` the words that those had.
    """

    last: State
    now: State
    touched: Sequence[int]
    old: Mapping[int, Words]
    texts: dict[bytes, bytes]
    made: Iterable[tuple[bytes, Words]]


def begin(
    catalog: Catalog,
    settings: Settings,
    prose: Mapping[str, Prose],
    fronts: tuple[bytes, ...],
    steps: Steps,
    store: Store,
) -> Begun:
    """Begin the index of all practices: the words of those that have changed are under way.

    `fronts` are digests of what is read of the practices but for their bodies. If much has
    changed, or something of the last index is lost, all is put into an empty one.
    """
    practices, reader = numbered(catalog), Reader.of(catalog.taxonomy, settings)
    written = [Written(practice, prose.get(practice.path, NO_PROSE)) for practice in practices]
    bodies = tuple(body.kept for _, body in written)
    last = store.noted("search", State())
    touched = _touched(last, reader, practices, fronts, bodies)
    before = _found(last, touched, len(practices), store)
    if before is None or last.made_by != reader.made_by:
        last, touched, before = State(), range(len(practices)), ({}, {})
    now = State(reader.made_by, reader.digests, fronts, bodies)
    made = steps("words", reader, [written[number] for number in touched], reader.key)
    return Begun(last, now, touched, *before, made)


def completed(begun: Begun, catalog: Catalog, store: Store) -> tuple[Index, Stock]:
    """Return the index of all practices, and what its ranges hold.

    What has changed since the last index is taken out of it and put into it.
    """
    last, total = begun.last, len(begun.now.fronts)
    known, stock = set(begun.texts), Stock(begun.texts, {})
    keys = [*last.words, *[b""] * (total - len(last.words))]

    def changes() -> Iterator[tuple[int, Words, Words]]:
        for number, (key, words) in zip(begun.touched, begun.made, strict=True):
            keys[number] = key
            yield number, begun.old.get(number, Words()), words
        for number in range(total, len(last.words)):
            yield number, begun.old[number], Words()

    index = folded(last.made, changes(), names_as_written(catalog), total, stock)
    for key in begun.texts.keys() - known:
        store.keep(key, [begun.texts[key]])
    words = tuple(keys[:total])
    store.use([*words, *(found.key for found in (*index.shards, *index.lists))])
    now = begun.now._replace(words=words, made=index)
    if now != last:
        store.note("search", now)
    return index, stock


def _touched(
    last: State,
    reader: Reader,
    practices: Sequence[Practice],
    fronts: Sequence[bytes],
    bodies: Sequence[bytes],
) -> Sequence[int]:
    """Return the numbers of the practices whose words may be others than in the last index."""
    renamed = {pair for pair, one in reader.digests.items() if last.digests.get(pair) != one}
    known = len(last.words)
    return [
        number
        for number, practice in enumerate(practices)
        if number >= known
        or fronts[number] != last.fronts[number]
        or bodies[number] != last.bodies[number]
        or (renamed and not renamed.isdisjoint(pairs(practice)))
    ]


def _found(
    last: State, touched: Sequence[int], total: int, store: Store
) -> tuple[dict[int, Words], dict[bytes, bytes]] | None:
    """Return the old words of changed practices, and the entries of all ranges.

    There is nothing to go on from where something of it is lost, or much has changed.
    """
    known = len(last.words)
    numbers = [*(number for number in touched if number < known), *range(total, known)]
    if len(touched) + max(0, known - total) > MOST_CHANGED * total:
        return None
    ranges = [found.key for found in (*last.made.shards, *last.made.lists)]
    words = store.find([last.words[number] for number in numbers])
    texts = dict(store.find(ranges))
    if not words.keys() >= {last.words[number] for number in numbers} or len(texts) < len(ranges):
        return None
    return {number: pickle.loads(words[last.words[number]]) for number in numbers}, texts


def folded(
    index: Index, changes: Changes, names: Mapping[str, int], total: int, stock: Stock
) -> Index:
    """Return the index once the words of some records, in order, or of terms' names have changed.

    It is the same as if all records were folded into an empty one. `stock` has the entries of
    its ranges, and gets new ones.
    """
    taken, put = _terms(), _terms()
    forms = Counter(names)
    forms.subtract(index.names)
    lengths = [*index.lengths, *[0] * (total - len(index.lengths))]
    for number, before, after in changes:
        old = set(before.frequencies())
        _add(taken, number, old.difference(after.frequencies()) if old else ())
        _add(put, number, {*after.frequencies()} - old if old else after.frequencies())
        lengths[number] = sum(after.counts)
        forms.update(after.written.split())
        if before.written:
            forms.subtract(before.written.split())
    return Index(
        tuple(lengths[:total]),
        names,
        _shards(index.shards, taken, put, stock),
        _word_lists(index.lists, forms, stock),
    )


def _add(terms: Terms, number: int, frequencies: Iterable[tuple[str, int]]) -> None:
    for word, frequency in frequencies:
        terms[word][frequency].append(number)


def _terms() -> Terms:
    return defaultdict(_numbers)


def _numbers() -> Numbers:
    return defaultdict(partial(array, "I"))


def _shards(ranges: tuple[Range, ...], taken: Terms, put: Terms, stock: Stock) -> tuple[Range, ...]:
    """Return the ranges of words with their postings."""

    def change(word: str, entry: Entry) -> Entry:
        less: Mapping[int, Sequence[int]] = taken.pop(word) if word in taken else {}
        more: Mapping[int, Sequence[int]] = put.pop(word) if word in put else {}
        size = entry.size - sum(map(len, less.values())) + sum(map(len, more.values()))
        return Entry(size, altered(entry.text, less, more))

    return recut(
        ranges, taken.keys() | put.keys(), change, SHARD, _keeping(shard, stock), stock.texts
    )


def _word_lists(
    ranges: tuple[Range, ...], forms: Mapping[str, int], stock: Stock
) -> tuple[Range, ...]:
    """Return the ranges of folded words with the forms in which they are written."""
    by_word: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for form, count in forms.items():
        if count:
            by_word[fold(form)][form] = count

    def change(word: str, entry: Entry) -> Entry:
        parts = entry.text.split()
        counts = dict(zip(parts[::2], map(int, parts[1::2]), strict=True))
        for form, count in by_word[word].items():
            counts[form] = counts.get(form, 0) + count
        most = sorted((-count, form) for form, count in counts.items() if count)
        return Entry(int(bool(most)), " ".join(f"{form} {-count}" for count, form in most))

    return recut(ranges, by_word, change, WORD_LIST, _keeping(word_list, stock), stock.texts)


def shard(entries: Entries) -> bytes:
    """Return words and their postings as a file."""
    postings = ";".join(entry.text for entry in entries.values())
    return as_json({"words": front_coded(entries), "postings": postings})


def word_list(entries: Entries) -> bytes:
    """Return words as they are written most as a file."""
    return as_json(front_coded(entry.text.partition(" ")[0] for entry in entries.values()))


def _keeping(content: Callable[[Entries], bytes], stock: Stock) -> Callable[[Entries], Range]:
    """Return what makes a range of entries; its file is called after its content."""

    def keep(entries: Entries) -> Range:
        key, text = text_of(entries)
        file = content(entries)
        name = short_digest(file)
        stock.texts[key], stock.files[name] = text, file
        return Range(next(iter(entries)), key, name)

    return keep


def short_digest(content: bytes) -> str:
    """Return a name for what a file holds, so that a browser never takes an old one for it."""
    return sha256(content).hexdigest()[:10]
