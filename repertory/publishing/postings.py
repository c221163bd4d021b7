"""The search index while it is built: Lunr's, with one field whose words have weights."""

from array import array
from base64 import b64encode
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import accumulate, pairwise, repeat, takewhile
from math import log
from operator import eq
from zlib import crc32

from lunr import __TARGET_JS_VERSION__
from lunr.builder import Builder
from lunr.idf import idf

FIELD = "text"
MOST_ALIKE = 25  # letters that a capital can count


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
        self.terms: defaultdict[str, defaultdict[int, array[int]]] = defaultdict(_by_frequency)

    def add_counts(self, ref: str, counts: Mapping[str, int]) -> None:
        """Add the next record with the weighted frequency of each of its words."""
        number = len(self.refs)
        self.refs.append(ref)
        self.lengths.append(sum(counts.values()))
        for word, frequency in counts.items():
            if frequency:  # a boost may be 0
                self.terms[word][frequency].append(number)

    def sorted_terms(self) -> list[str]:
        """Return the words in JavaScript's order, which is by UTF-16 units."""
        return sorted(self.terms, key=utf16)

    def serialised(self) -> dict[str, object]:
        """Return the whole index as an unmodified lunr.js loads it.

        The weights are Lunr's: BM25, as Robertson and Zaragoza (2009) have it.
        """
        average = sum(self.lengths) / len(self.lengths)
        long = [self._k1 * (1 - self._b + self._b * length / average) for length in self.lengths]
        vectors: list[list[float]] = [[] for _ in self.refs]
        inverted = []
        for index, word in enumerate(self.sorted_terms()):
            postings = self.terms[word]
            having: dict[str, object] = {
                self.refs[number]: {} for numbers in postings.values() for number in numbers
            }
            posting = {"_index": index, FIELD: having}
            rarity = idf(posting, len(self.refs)) * (self._k1 + 1)
            for frequency, numbers in postings.items():
                for number in numbers:
                    weight = rarity * frequency / (long[number] + frequency)
                    vectors[number] += (index, round(weight, 3))
            inverted.append((word, posting))
        return {
            "version": __TARGET_JS_VERSION__,
            "fields": [FIELD],
            "fieldVectors": [
                (f"{FIELD}/{ref}", vector) for ref, vector in zip(self.refs, vectors, strict=True)
            ],
            "invertedIndex": inverted,
            "pipeline": [],
        }


def _by_frequency() -> "defaultdict[int, array[int]]":
    return defaultdict(partial(array, "I"))


def utf16(text: str) -> bytes:
    """Return a key that sorts texts as JavaScript does."""
    return text.encode("utf-16-be")


def posting(by_frequency: Mapping[int, Sequence[int]]) -> str:
    """Return the records that have a word as text: "packed 6-packed", the frequency 1 unsaid."""
    parts = ((f, packed(numbers)) for f, numbers in sorted(by_frequency.items()))
    return " ".join(f"{f}-{part}" if f != 1 else part for f, part in parts)


def packed(numbers: Sequence[int]) -> str:
    """Return rising numbers as text: a capital, then in Base64 the gaps before each of them.

    The gaps are in Rice's code (Rice and Plaunt 1971): all but the low bits of a gap in ones, a
    zero, the low bits. How many bits are low (A is 0) follows from the mean of the gaps, and is
    within 3 % of the shortest where they are random (Kiely 2004). Ones fill the last letter.
    """
    gaps = [after - before - 1 for before, after in pairwise((-1, *numbers))]
    low = max(0, int(log(2) * (sum(gaps) / len(gaps) + 1)).bit_length() - 1)
    bits = "".join(map(_rice, gaps, repeat(low)))
    whole = bits + "1" * (-len(bits) % 24)  # four letters are three bytes
    text = b64encode(int(whole, 2).to_bytes(len(whole) // 8, "big")).decode("ascii")
    return chr(ord("A") + low) + text[: -(-len(bits) // 6)]


@lru_cache(maxsize=65_536)
def _rice(gap: int, low: int) -> str:
    return "1" * (gap >> low) + (f"0{gap & ((1 << low) - 1):0{low}b}" if low else "0")


def front_coded(words: Iterable[str]) -> str:
    """Return sorted words as one text without blanks: "AwordEsDk" is word, words, work.

    A capital before each tells how many letters it begins with that the word before has too; the
    words themselves are in lower case.
    """
    coded, before = [], ""
    for word in words:
        alike = sum(takewhile(bool, map(eq, before[:MOST_ALIKE], word)))
        coded.append(chr(ord("A") + alike) + word[alike:])
        before = word
    return "".join(coded)


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
