"""Reads the words of a practice: stemmed and weighed, and as they are written."""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.settings import Boosts, Settings
from repertory.base.step import Made, Shelf
from repertory.catalog.catalog import Catalog
from repertory.catalog.related import Pair, pairs
from repertory.publishing.words import Stem, Stems, split
from repertory.reading.model import Practice
from repertory.reading.prose import TEXT, Prose
from repertory.reading.taxonomy import Taxonomy


class Words(NamedTuple):
    """The words of a practice: stemmed, with their weighted frequencies, and all as written.

    Stemmed words are in lines, since a letter may be folded to several words; the others have
    blanks between them.
    """

    stemmed: str = ""
    counts: "array[int]" = array("I")
    written: str = ""

    def frequencies(self) -> Iterator[tuple[str, int]]:
        """Yield each stemmed word with its weighted frequency; a boost of 0 leaves it out."""
        pairs = zip(self.stemmed.splitlines(), self.counts, strict=True)
        return pairs if 0 not in self.counts else (pair for pair in pairs if pair[1])


class Written(NamedTuple):
    """A practice, and what is known of its body."""

    practice: Practice
    prose: Prose

    @property
    def path(self) -> str:
        """Return the path of the record."""
        return self.practice.path


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the words of practices, for a step of the build.

    `labels` are the stemmed words of all terms' names, and `digests` theirs.
    """

    settings: Settings
    made_by: bytes
    labels: Mapping[Pair, tuple[str, ...]]
    digests: Mapping[Pair, bytes]

    @classmethod
    def of(cls, taxonomy: Taxonomy, settings: Settings) -> "Reader":
        """Return the reader for a site."""
        stems = _stems(settings.stemmed)
        terms = [(facet.id, term) for facet in taxonomy.facets.values() for term in facet.terms]
        labels = {pair: tuple(_names(taxonomy, pair, stems)) for pair in terms}
        made_by = repr((settings.boosts, settings.stemmed, settings.language))
        digests = {pair: digest(*words) for pair, words in labels.items()}
        return cls(settings, digest("words", made_by), labels, digests)

    def key(self, written: Written) -> bytes:
        """Return the digest of all that the words of a practice are made from."""
        practice, prose = written
        texts = (practice.title, practice.summary, practice.organisation, practice.place)
        labels = b"".join([self.digests[pair] for pair in pairs(practice)])
        return digest(self.made_by, *texts, practice.language, prose.kept, labels)

    def __call__(self, written: Written, shelf: Shelf) -> Made[Words]:
        """Return the words of a practice, whose text the shelf has."""
        practice, prose = written
        of_terms = Counter(chain.from_iterable(self.labels[pair] for pair in pairs(practice)))
        stem = _stems(self.settings.stemmed)[practice.language or self.settings.language]
        text = str(shelf.bulk(prose.kept, TEXT))
        counts, forms = weights(written, text, of_terms, stem, self.settings.boosts)
        numbers = array("I", counts.values())
        return Made(Words("\n".join(counts), numbers, " ".join(forms)))


@lru_cache(maxsize=1)
def _stems(languages: tuple[str, ...]) -> Stems:
    """Return the stems, which are remembered: a site has each word many times."""
    return Stems(languages)


def weights(
    written: Written, text: str, labels: Mapping[str, int], stem: Stem, boosts: Boosts
) -> tuple[dict[str, int], list[str]]:
    """Return a practice's stemmed words with their weighted frequencies, and its words as written.

    `text` is that of its body, and `labels` are the stemmed words of its terms with how often they
    stand there.
    """
    forms = split(text)
    found = Counter(map(stem.__getitem__, forms))
    counts = {word: boosts.body * count for word, count in found.items()}
    for word, count in labels.items():
        counts[word] = counts.get(word, 0) + boosts.terms * count
    for weight, words in _weighted(written, boosts):
        forms += words
        for form in words:
            word = stem[form]
            counts[word] = counts.get(word, 0) + weight
    return counts, forms


def _weighted(written: Written, boosts: Boosts) -> Iterator[tuple[int, list[str]]]:
    """Yield the words of each part of a practice but its body, with their weight."""
    practice, prose = written
    yield boosts.title, split(practice.title)
    yield boosts.summary, split(practice.summary)
    yield boosts.names, split(f"{practice.organisation} {practice.place}")
    headings = " ".join(text for _, _, text in prose.headings)
    yield boosts.headings - boosts.body, split(headings)  # which stand in the body too


def names_as_written(catalog: Catalog) -> Counter[str]:
    """Return how often each word stands in names of terms, once for every practice that has it."""
    forms: Counter[str] = Counter()
    for pair, having in catalog.by_term.items():
        for _, text in _texts(catalog.taxonomy, pair):
            forms.update(dict.fromkeys(split(text), len(having)))
    return forms


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
