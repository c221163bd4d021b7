"""Words as the search knows them: split, folded and stemmed as search-worker.js does it."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

import snowballstemmer
from stopwordsiso import stopwords

from repertory.base.text import fold, is_mark

STEMMERS = {
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
}
"""The languages that can be stemmed, with the names of Snowball's algorithms for them."""

MARKS = "".join(filter(is_mark, map(chr, chain(range(0x300, 0x20000), range(0xE0100, 0xE01F0)))))
WORD = re.compile(rf"[^\W_]+(?:(?![\0-\u02ff])[{MARKS}]+[^\W_]*)*")  # the (?!) is for speed
HAS_DIGIT = re.compile("[0-9]")


def split(text: str) -> list[str]:
    """Return the words of a text in small letters: runs of letters, with their marks, and digits.

    Most accents are composed with their letter (NFC). Other marks are vowels, in Hindi or Arabic,
    or what is left of a capital letter: the dot of the İ in İzmir.
    """
    return WORD.findall(unicodedata.normalize("NFC", text).lower())


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """Return a word without accents and ending; it is only folded where there is no stemmer.

    The stemmers are Snowball's of version 2.2.0, which stem folded words as the browser's do. What
    has digits has no ending, and the browser's for English would take a 3 for a y. What would
    have no letter left, as ίδιο in Greek, is kept, since Lunr passes over an empty word.
    """
    folded = fold(word) or word
    algorithm = STEMMERS.get(language)
    if algorithm is None or HAS_DIGIT.search(folded):
        return folded
    return _stemmer(algorithm).stemWord(folded) or folded


def common_words(languages: Iterable[str]) -> list[str]:
    """Return the folded words that every text of these languages has, sorted."""
    every = set().union(*(stopwords(language) for language in languages))
    return sorted({fold(word) for text in every for word in split(text)})


@lru_cache
def _stemmer(algorithm: str) -> snowballstemmer.basestemmer.BaseStemmer:
    return snowballstemmer.stemmer(algorithm)
