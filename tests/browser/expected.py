"""What queries should find, by plain sets of words."""

from collections import defaultdict
from collections.abc import Sequence

from repertory.base.text import fold
from repertory.catalog.catalog import Catalog
from repertory.publishing.words import Stems, common_words, split
from repertory.reading.model import Practice
from tests.browser.engine import LANGUAGES
from tests.worlds import SITES, text_of

SHORTEST_BEGINNING = 3
STEMS = Stems(LANGUAGES)


def texts(practice: Practice) -> str:
    """Return all that is written in a practice itself."""
    written = (practice.title, practice.summary, practice.organisation, practice.place)
    return " ".join((*written, text_of(SITES / "languages", practice.path)))


class Expected:
    """The practices of each stem, and the stems of each beginning."""

    def __init__(self, practices: Sequence[Practice], catalog: Catalog) -> None:
        self.practices = practices
        self.common = set(common_words(LANGUAGES))
        self.words: set[str] = set()
        self.numbers: defaultdict[str, set[int]] = defaultdict(set)
        for number, practice in enumerate(practices):
            self._add(number, texts(practice), practice.language)
            for facet, terms in practice.terms.items():
                for term in terms:
                    found = catalog.taxonomy.facets[facet].terms[term]
                    first = next(iter(found.labels))
                    for language, name in found.labels.items():
                        self._add(number, name, language)
                    for alias in found.aliases:
                        self._add(number, alias, first)

    def _add(self, number: int, text: str, language: str) -> None:
        for word in split(text):
            self.words.add(word)
            self.numbers[STEMS[language][word]].add(number)

    def having(self, word: str) -> set[int]:
        """Return the practices that have a word, whatever language it is taken for."""
        stems = {fold(word), *(STEMS[language][word.lower()] for language in LANGUAGES)}
        return set().union(*(self.numbers.get(each, set()) for each in stems))

    def beginning(self, word: str) -> set[int]:
        """Return the practices that have a word, or one that begins so."""
        longer = [each for each in self.words if fold(each).startswith(fold(word))]
        enough = len(fold(word)) >= SHORTEST_BEGINNING
        return self.having(word).union(*map(self.having, longer if enough else ()))

    def of(self, query: str) -> tuple[set[int], int, int]:
        """Return what a query finds, how many of its words each has, and how many there are.

        Common words do not count unless there are no others; nothing is mistyped.
        """
        words = list(dict.fromkeys(split(query)))
        counted = [word for word in words if fold(word) not in self.common] or words
        sets = [
            self.beginning(word) if word == words[-1] and query[-1] != " " else self.having(word)
            for word in counted
        ]
        having = {n: sum(n in found for found in sets) for n in range(len(self.practices))}
        most = max(having.values())
        return {n for n, count in having.items() if count == most > 0}, most, len(sets)
