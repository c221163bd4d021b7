"""What the search loads: a manifest, shards of the index, words, sets of practices and cards."""

import marshal
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.base.step import Steps, Store
from repertory.base.text import fold
from repertory.catalog.catalog import Catalog
from repertory.publishing import facets, reads, urls
from repertory.publishing.index import (
    Begun,
    Index,
    Stock,
    begin,
    completed,
    shard,
    short_digest,
    word_list,
)
from repertory.publishing.output import Data, Part, as_json
from repertory.publishing.postings import whole
from repertory.publishing.ranges import Entries, Range, entries_of
from repertory.publishing.view import COUNTRY, View, years
from repertory.publishing.words import common_words, stemmed
from repertory.reading.model import Practice
from repertory.reading.prose import Prose

MOST_WHOLE = 2000  # records up to which the whole index is written too, as lunr.js loads it
CARDS = 5  # cards in a file
CARD = ("id", "title", "summary", "language", "countries", "years", "terms")
TERMS_ON_CARD = 4
READ = attrgetter(
    "id", "title", "summary", "language", "terms", "period", "organisation", "place"
)  # all that the search reads of a practice but its body


class ByNumber(NamedTuple):
    """The files that say something of practices by their numbers, made from what `key` tells.

    Each has its path and the digest of its content; `version` is that of all of them.
    """

    key: bytes
    version: str
    files: tuple[tuple[str, bytes], ...]


def parts(
    catalog: Catalog, settings: Settings, prose: Mapping[str, Prose], steps: Steps, store: Store
) -> Iterator[Part]:
    """Return all files below search/; docs/search.md tells what they hold.

    The words of records are begun at once by the step "words", those of changed records alone if
    the store has what the last build left there for the next.
    """
    fronts = _fronts(catalog, settings, store)
    begun = begin(catalog, settings, prose, fronts, steps, store)
    return _parts(catalog, settings, fronts, begun, store)


def _parts(
    catalog: Catalog, settings: Settings, fronts: tuple[bytes, ...], begun: Begun, store: Store
) -> Iterator[Part]:
    """Yield all files below search/."""
    practices = facets.numbered(catalog)
    index, stock = completed(begun, catalog, store)
    if practices and len(practices) <= MOST_WHOLE:
        yield _whole(practices, index, stock)
    view = View(catalog, settings, urls.PRACTICES)
    version, by_number = _by_number(view, practices, fronts, store)
    yield from by_number
    yield from _named("shards", index.shards, shard, stock)
    yield from _named("words", index.lists, word_list, stock)
    manifest = as_json(
        {
            "total": len(practices),
            "cards": CARDS,
            "card": CARD,
            "version": version,
            "language": settings.language,
            "languages": stemmed(settings.stemmed),
            "shards": _directory(index.shards),
            "words": _directory(index.lists),
            "common": _common(practices, settings, store),
            "labels": list(_labels(view).values()),
            "lengths": index.lengths,
        }
    )
    yield Part(urls.SEARCH_MANIFEST, digest(manifest), lambda: manifest)


def _fronts(catalog: Catalog, settings: Settings, store: Store) -> tuple[bytes, ...]:
    """Return the digests of what the search reads of each practice but its body."""
    practices = facets.numbered(catalog)
    nothing: tuple[bytes, tuple[bytes, ...]] = b"", ()
    key, fronts = store.noted("search fronts", nothing)
    if key != reads.fronts(catalog, settings):
        fronts = tuple(digest(marshal.dumps(READ(practice), 2)) for practice in practices)
        store.note("search fronts", (reads.fronts(catalog, settings), fronts))
    return fronts


def _whole(practices: Sequence[Practice], index: Index, stock: Stock) -> Part:
    """Return the whole index, which has the weights of words too."""
    refs = [practice.id for practice in practices]

    def content() -> bytes:
        entries = (entries_of(stock.texts[found.key]) for found in index.shards)
        postings = ((word, entry.text) for some in entries for word, entry in some.items())
        return whole(refs, index.lengths, postings)

    key = digest("\n".join(refs), *(found.key for found in index.shards))
    return Part(urls.SEARCH_WHOLE, key, content)


def _by_number(
    view: View, practices: Sequence[Practice], fronts: Sequence[bytes], store: Store
) -> tuple[str, list[Part]]:
    """Return the sets of facets, the cards and the order of titles, with the version of all."""

    @cache
    def contents() -> dict[str, bytes]:
        titles = Data(urls.SEARCH_TITLES, as_json(_by_title(practices)))
        files = (*facets.outputs(view.catalog), *_cards(view, practices), titles)
        return {file.path: file.content for file in files}

    key = digest(view.language, repr(view.catalog.taxonomy), b"".join(fronts))
    known = store.noted("search by number", ByNumber(b"", "", ()))
    if known.key != key:
        files = tuple((path, digest(content)) for path, content in contents().items())
        known = ByNumber(key, short_digest(b"".join(contents().values())), files)
        store.note("search by number", known)
    made = (Part(path, one, partial(_one, contents, path)) for path, one in known.files)
    return known.version, list(made)


def _one(contents: Callable[[], Mapping[str, bytes]], path: str) -> bytes:
    return contents()[path]


def _named(
    folder: str, ranges: Sequence[Range], content: Callable[[Entries], bytes], stock: Stock
) -> Iterator[Part]:
    """Yield the files of ranges, which are called after their content."""

    def made(found: Range) -> bytes:
        return stock.files.get(found.file) or content(entries_of(stock.texts[found.key]))

    for found in ranges:
        yield Part(urls.search_file(folder, found.file), b"", partial(made, found))


def _directory(ranges: Sequence[Range]) -> dict[str, list[str]]:
    """Return the first words of the ranges, and the names of their files."""
    return {"first": [found.first for found in ranges], "file": [found.file for found in ranges]}


def _common(practices: Sequence[Practice], settings: Settings, store: Store) -> str:
    """Return the words that every text has, of the languages in which practices are written."""
    languages = sorted({practice.language or settings.language for practice in practices})
    nothing: tuple[list[str], str] = [], ""
    known, words = store.noted("common words", nothing)
    if known != languages:
        words = " ".join(common_words(languages))
        store.note("common words", (languages, words))
    return words


def _cards(view: View, practices: Sequence[Practice]) -> Iterator[Data]:
    """Yield what results show of each practice, some together in a file.

    A card has the values of `CARD` in turn; terms are numbers of labels in the manifest, and the
    language is "" where it is the site's.
    """
    numbers: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for number, (facet, term) in enumerate(_labels(view)):
        numbers[facet][term] = number
    telling = [facet.id for facet in view.ways_in() if facet.id != COUNTRY]

    def card(practice: Practice) -> tuple[object, ...]:
        def terms(facet: str, most: int | None = None) -> list[int]:
            return [numbers[facet][term] for term in practice.terms.get(facet, ())[:most]]

        return (
            practice.id,
            practice.title,
            practice.summary,
            practice.language,
            terms(COUNTRY),
            years(practice.period),
            [n for facet in telling for n in terms(facet, 2)][:TERMS_ON_CARD],
        )

    for start in range(0, len(practices), CARDS):
        cards = [card(practice) for practice in practices[start : start + CARDS]]
        yield Data(urls.search_cards(start // CARDS), as_json(cards))


def _labels(view: View) -> dict[tuple[str, str], str]:
    """Return the labels of all terms that cards may show, by facet and term."""
    ways_in = view.ways_in()
    shown = [facet for facet in view.used_facets() if facet.id == COUNTRY or facet in ways_in]
    pairs = ((facet.id, term) for facet in shown for term in facet.terms)
    return {pair: view.term_label(*pair) for pair in pairs}


def _by_title(practices: Sequence[Practice]) -> list[int]:
    """Return the numbers of the practices in the order of their titles."""
    return sorted(range(len(practices)), key=lambda n: (fold(practices[n].title), practices[n].id))
