"""The search index while it is built: Lunr's, with one field whose words have weights."""

from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from zlib import crc32

from lunr.builder import Builder
from lunr.token_set import TokenSet

FIELD = "text"


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


def cut(words: Sequence[str], size: Callable[[str], int], smallest: int) -> Iterator[list[str]]:
    """Cut sorted words into ranges of at least `smallest` in size, but for the last.

    On average they are twice as large. A range begins with the word that has the least checksum
    of all that stand less than `smallest` from it, on either side (the local maximum chunking of
    Bjørner, Blass and Gurevich 2010): an edited word moves no cut that is further away.
    """
    keys = [(crc32(word.encode()), word) for word in words]
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
