"""What the search loads: a manifest, shards of the index, words, sets of practices and cards."""

import marshal
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from operator import attrgetter

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.base.step import Steps, Store
from repertory.base.text import fold
from repertory.catalog.catalog import Catalog
from repertory.catalog.related import Pair
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
from repertory.publishing.output import Part, as_json
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
    return Part(urls.SEARCH_WHOLE, key, content, can_wait=True)


def _by_number(
    view: View, practices: Sequence[Practice], fronts: Sequence[bytes], store: Store
) -> tuple[str, list[Part]]:
    """Return the files that say something of practices by their numbers, and the version of all.

    They are the sets of facets, the cards and the order of titles. What is in a file is looked at
    only where it is made from something else than last time.
    """
    nothing: dict[str, tuple[bytes, bytes]] = {}
    known = store.noted("search by number", nothing)
    found, parts = {}, []
    for part in _numbered(view, practices, fronts):
        key, shown = known.get(part.path, (b"", b""))
        shown = shown if key == part.key else digest(part.content())
        found[part.path] = part.key, shown
        parts.append(part._replace(key=shown))
    if found != known:
        store.note("search by number", found)
    return short_digest(b"".join(shown for _, shown in found.values())), parts


def _numbered(view: View, practices: Sequence[Practice], fronts: Sequence[bytes]) -> Iterator[Part]:
    """Yield the files whose version the manifest tells, made from what their keys tell."""
    labels = {pair: number for number, pair in enumerate(_labels(view))}
    vocabulary = digest(view.language, repr(view.catalog.taxonomy), repr([*labels]))
    every = digest(vocabulary, b"".join(fronts))
    for facet in view.used_facets():
        content = partial(facets.having, view.catalog, facet)
        yield Part(urls.search_facet(facet.id), every, cache(content))
    for start in range(0, len(practices), CARDS):
        end = start + CARDS
        content = partial(_cards, view, practices[start:end], labels)
        key = digest(vocabulary, b"".join(fronts[start:end]))
        yield Part(urls.search_cards(start // CARDS), key, cache(content))
    yield Part(urls.SEARCH_TITLES, every, cache(partial(_by_title, practices)))


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


def _cards(view: View, practices: Sequence[Practice], labels: Mapping[Pair, int]) -> bytes:
    """Return what results show of some practices, together in a file.

    A card has the values of `CARD` in turn; terms are numbers of labels in the manifest, and the
    language is "" where it is the site's.
    """
    telling = [facet.id for facet in view.ways_in() if facet.id != COUNTRY]

    def card(practice: Practice) -> tuple[object, ...]:
        def terms(facet: str, most: int | None = None) -> list[int]:
            return [labels[facet, term] for term in practice.terms.get(facet, ())[:most]]

        return (
            practice.id,
            practice.title,
            practice.summary,
            practice.language,
            terms(COUNTRY),
            years(practice.period),
            [n for facet in telling for n in terms(facet, 2)][:TERMS_ON_CARD],
        )

    return as_json([card(practice) for practice in practices])


def _labels(view: View) -> dict[Pair, str]:
    """Return the labels of all terms that cards may show, by facet and term."""
    ways_in = view.ways_in()
    shown = [facet for facet in view.used_facets() if facet.id == COUNTRY or facet in ways_in]
    pairs = ((facet.id, term) for facet in shown for term in facet.terms)
    return {pair: view.term_label(*pair) for pair in pairs}


def _by_title(practices: Sequence[Practice]) -> bytes:
    """Return the numbers of the practices in the order of their titles."""
    places = range(len(practices))
    return as_json(sorted(places, key=lambda n: (fold(practices[n].title), practices[n].id)))
