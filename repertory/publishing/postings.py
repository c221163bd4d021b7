"""The search index while it is built: Lunr's, with one field whose words have weights."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar
from zlib import crc32

from lunr.builder import Builder
from lunr.token_set import TokenSet

FIELD = "text"
CUTS = 4  # a shard ends at every fourth word or so, once it is large enough

Item = TypeVar("Item")


class Postings(Builder):  # type: ignore[misc]  # lunr has no type hints
    """Lunr's builder for words that are already split, stemmed and counted.

    A word's frequency in a record is the sum of the weights of the places where it stands, as if
    a title of weight 10 were written ten times: the simple BM25 extension to weighted fields of
    Robertson, Zaragoza and Taylor (2004). `terms` maps a word to {frequency: numbers of records},
    `lengths` has the sum of the frequencies of each record.
    """

    def __init__(self) -> None:
        super().__init__()
        self.field(FIELD)
        self.refs: list[str] = []
        self.lengths: list[int] = []
        self.terms: defaultdict[str, dict[int, array[int]]] = defaultdict(dict)

    def add_counts(self, ref: str, counts: Mapping[str, int]) -> None:
        """Add the next record with the weighted frequency of each of its words."""
        number = len(self.refs)
        self.refs.append(ref)
        self.lengths.append(sum(counts.values()))
        for word, frequency in counts.items():
            if frequency not in self.terms[word]:
                self.terms[word][frequency] = array("L")
            self.terms[word][frequency].append(number)

    def sorted_terms(self) -> list[str]:
        """Return the words in JavaScript's order, which is by UTF-16 units."""
        return sorted(self.terms, key=utf16)

    def serialised(self) -> dict[str, object]:
        """Return the whole index as an unmodified lunr.js loads it; only once."""
        for ref, length in zip(self.refs, self.lengths, strict=True):
            self._documents[ref] = {}
            self.field_lengths[f"{FIELD}/{ref}"] = length
            self.field_term_frequencies[f"{FIELD}/{ref}"] = {}
        for index, word in enumerate(self.sorted_terms()):
            found: dict[str, dict[str, object]] = {}
            for frequency, numbers in self.terms[word].items():
                for number in numbers:
                    ref = self.refs[number]
                    found[ref] = {}
                    self.field_term_frequencies[f"{FIELD}/{ref}"][word] = frequency
            self.inverted_index[word] = {"_index": index, FIELD: found}
        self.document_count = len(self.refs)
        index_of_lunr: dict[str, object] = self.build().serialize()
        index_of_lunr["invertedIndex"] = list(self.inverted_index.items())  # in JavaScript's order
        return index_of_lunr

    def _create_token_set(self) -> None:
        self.token_set = TokenSet()  # the browser makes its own from the words


def utf16(text: str) -> bytes:
    """Return a key that sorts texts as JavaScript does."""
    return text.encode("utf-16-be")


def delta(numbers: Iterable[int]) -> list[int]:
    """Return rising numbers as the first and the differences."""
    before, differences = 0, []
    for number in numbers:
        differences.append(number - before)
        before = number
    return differences


def cut(words: Iterable[str], size: Callable[[str], int], smallest: int) -> Iterator[list[str]]:
    """Cut sorted words into ranges of at least `smallest` in size, but for the last.

    A range ends before a word that only the word itself decides on (content-defined chunks, as
    Muthitacharoen, Chen and Mazières 2001 have them), so that an edited record moves no further
    cuts than those beside its words.
    """
    part: list[str] = []
    weight = 0
    for word in words:
        if weight >= smallest and crc32(word.encode()) % CUTS == 0:
            yield part
            part, weight = [], 0
        part.append(word)
        weight += size(word)
    if part:
        yield part
