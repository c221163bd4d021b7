"""What the search loads: a manifest, shards of the index, words, sets of practices and cards."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from pathlib import PurePosixPath
from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.settings import Boosts, Settings
from repertory.base.step import Made, Shelf
from repertory.base.text import fold
from repertory.catalog.catalog import Catalog
from repertory.catalog.related import Pair
from repertory.publishing import facets, urls
from repertory.publishing.output import Data, as_json
from repertory.publishing.postings import Postings, cut, front_coded, posting, utf16
from repertory.publishing.view import COUNTRY, View, years
from repertory.publishing.words import Stem, Stems, common_words, split, stemmed
from repertory.reading.model import Practice
from repertory.reading.prose import TEXT
from repertory.reading.taxonomy import Taxonomy

MOST_WHOLE = 2000  # records up to which the whole index is written too, as lunr.js loads it
SHARD = 2500  # postings of the smallest shard; on average they have twice as many
WORD_LIST = 750  # words of the shortest list of words, in the same way
CARDS = 5  # cards in a file
CARD = ("id", "title", "summary", "language", "countries", "years", "terms")
TERMS_ON_CARD = 4


class Words(NamedTuple):
    """The words of a practice: stemmed, with their weighted frequencies, and all as written."""

    stemmed: str
    counts: "array[int]"
    written: str


def outputs(catalog: Catalog, settings: Settings, words: Iterable[Words]) -> Iterator[Data]:
    """Yield all files below search/; docs/search.md tells what they hold.

    `words` are those of all practices, in the order of their numbers.
    """
    practices = facets.numbered(catalog)
    postings, forms = _indexed(catalog, practices, words)
    if len(practices) <= MOST_WHOLE and practices:
        yield Data(urls.SEARCH_WHOLE, as_json(postings.serialised()))
    view = View(catalog, settings, urls.PRACTICES)
    by_number = [*facets.outputs(catalog), *_cards(view, practices)]
    by_number.append(Data(urls.SEARCH_TITLES, as_json(_by_title(practices))))
    yield from by_number
    shards = list(_shards(postings))
    lists = list(_word_lists(forms))
    yield from (file for _, file in (*shards, *lists))
    languages = {practice.language or settings.language for practice in practices}
    manifest = {
        "total": len(practices),
        "cards": CARDS,
        "card": CARD,
        "version": _digest(b"".join(file.content for file in by_number)),
        "language": settings.language,
        "languages": stemmed(settings.stemmed),
        "shards": _directory(shards),
        "words": _directory(lists),
        "common": " ".join(common_words(languages)),
        "labels": list(_labels(view).values()),
        "lengths": postings.lengths,
    }
    yield Data(urls.SEARCH_MANIFEST, as_json(manifest))


def _indexed(
    catalog: Catalog, practices: Sequence[Practice], words: Iterable[Words]
) -> tuple[Postings, Counter[str]]:
    """Return the postings of all practices, and how often each word is written."""
    postings = Postings()
    forms: Counter[str] = Counter()
    for pair, having in catalog.by_term.items():
        for _, text in _texts(catalog.taxonomy, pair):
            forms.update(dict.fromkeys(split(text), len(having)))
    for practice, (stemmed_, counts, written) in zip(practices, words, strict=True):
        postings.add_counts(practice.id, dict(zip(stemmed_.split(), counts, strict=True)))
        forms.update(written.split())
    return postings, forms


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the words of practices, for a step of the build; `labels` are those of all terms."""

    settings: Settings
    labels: Mapping[Pair, tuple[str, ...]]
    digests: Mapping[Pair, bytes]

    @classmethod
    def of(cls, taxonomy: Taxonomy, settings: Settings) -> "Reader":
        """Return the reader for a site."""
        stems = _stems(settings.stemmed)
        pairs = [(facet.id, term) for facet in taxonomy.facets.values() for term in facet.terms]
        labels = {pair: tuple(_names(taxonomy, pair, stems)) for pair in pairs}
        return cls(settings, labels, {pair: digest(*words) for pair, words in labels.items()})

    def key(self, practice: Practice) -> bytes:
        """Return the digest of all that the words of a practice are made from."""
        made_by = repr((self.settings.boosts, self.settings.stemmed, self.settings.language))
        texts = (practice.title, practice.summary, practice.organisation, practice.place)
        labels = (self.digests[pair] for pair in _pairs(practice))
        return digest("words", made_by, *texts, practice.language, practice.prose.kept, *labels)

    def __call__(self, practice: Practice, shelf: Shelf) -> Made[Words]:
        """Return the words of a practice, whose text the shelf has."""
        of_terms = Counter(chain.from_iterable(self.labels[pair] for pair in _pairs(practice)))
        stem = _stems(self.settings.stemmed)[practice.language or self.settings.language]
        text = str(shelf.bulk(practice.prose.kept, TEXT))
        counts, written = weights(practice, text, of_terms, stem, self.settings.boosts)
        numbers = array("I", counts.values())
        return Made(Words(" ".join(counts), numbers, " ".join(written)))


@lru_cache(maxsize=1)
def _stems(languages: tuple[str, ...]) -> Stems:
    """Return the stems, which are remembered: a site has each word many times."""
    return Stems(languages)


def _pairs(practice: Practice) -> Iterator[Pair]:
    return ((facet, term) for facet, terms in practice.terms.items() for term in terms)


def weights(
    practice: Practice, text: str, labels: Mapping[str, int], stem: Stem, boosts: Boosts
) -> tuple[dict[str, int], list[str]]:
    """Return a practice's stemmed words with their weighted frequencies, and its words as written.

    `text` is that of its body, and `labels` are the stemmed words of its terms with how often they
    stand there.
    """
    counts = {word: boosts.terms * count for word, count in labels.items()}
    written = []
    for weight, words in _weighted(practice, text, boosts):
        written += words
        for form, count in Counter(words).items():
            word = stem[form]
            counts[word] = counts.get(word, 0) + weight * count
    return counts, written


def _weighted(practice: Practice, text: str, boosts: Boosts) -> Iterator[tuple[int, list[str]]]:
    """Yield the words of each part of a practice with their weight."""
    yield boosts.title, split(practice.title)
    yield boosts.summary, split(practice.summary)
    yield boosts.names, split(f"{practice.organisation} {practice.place}")
    headings = " ".join(heading.text for heading in practice.prose.headings)
    yield boosts.headings - boosts.body, split(headings)  # which stand in the body too
    yield boosts.body, split(text)


def _texts(taxonomy: Taxonomy, pair: Pair) -> Iterator[tuple[str, str]]:
    """Yield the names of a term, each with its language."""
    facet, term = pair
    found = taxonomy.facets[facet].terms[term]
    yield from found.labels.items()
    for alias in found.aliases:
        yield next(iter(found.labels)), alias


def _names(taxonomy: Taxonomy, pair: Pair, stems: Stems) -> Iterator[str]:
    """Yield the stemmed words of a term's names; the same name in two languages counts once."""
    texts = _texts(taxonomy, pair)
    names = {tuple(stems[language][word] for word in split(text)) for language, text in texts}
    for words in sorted(names):
        yield from words


def _shards(postings: Postings) -> Iterator[tuple[str, Data]]:
    """Yield the postings by ranges of words, each with its first word."""

    def size(word: str) -> int:
        return sum(map(len, postings.terms[word].values()))

    for words in cut(postings.sorted_terms(), size, SHARD):
        numbers = ";".join(posting(postings.terms[word]) for word in words)
        shard = {"words": front_coded(words), "postings": numbers}
        yield words[0], _named("shards", as_json(shard))


def _word_lists(forms: Counter[str]) -> Iterator[tuple[str, Data]]:
    """Yield the words as they are written most, by ranges of their folded forms."""
    best: dict[str, str] = {}
    for word, _ in sorted(forms.items(), key=lambda item: (-item[1], item[0])):
        best.setdefault(fold(word), word)
    for words in cut(sorted(best, key=utf16), lambda word: 1, WORD_LIST):
        yield words[0], _named("words", as_json(front_coded(best[word] for word in words)))


def _named(folder: str, content: bytes) -> Data:
    """Return a file whose name is that of its content, so that a browser never keeps an old one."""
    return Data(urls.search_file(folder, _digest(content)), content)


def _directory(files: Iterable[tuple[str, Data]]) -> dict[str, list[str]]:
    """Return the first words of the ranges, and the names of their files."""
    found = [(first, PurePosixPath(file.path).stem) for first, file in files]
    return {"first": [first for first, _ in found], "file": [name for _, name in found]}


def _cards(view: View, practices: Sequence[Practice]) -> Iterator[Data]:
    """Yield what results show of each practice, some together in a file.

    A card has the values of `CARD` in turn; terms are numbers of labels in the manifest, and the
    language is "" where it is the site's.
    """
    numbers = {pair: number for number, pair in enumerate(_labels(view))}
    telling = [facet.id for facet in view.ways_in() if facet.id != COUNTRY]

    def card(practice: Practice) -> tuple[object, ...]:
        def terms(facet: str) -> list[int]:
            return [numbers[facet, term] for term in practice.terms.get(facet, ())]

        return (
            practice.id,
            practice.title,
            practice.summary,
            practice.language,
            terms(COUNTRY),
            years(practice.period),
            [n for facet in telling for n in terms(facet)[:2]][:TERMS_ON_CARD],
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


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:10]
