"""Words as the search knows them: split, folded and stemmed as search-worker.js does it."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer
from stopwordsiso import stopwords

from repertory.base.text import fold

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

LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")


def split(text: str) -> list[str]:
    """Return the words of a text in small letters: all runs of letters and digits."""
    return LETTERS_AND_DIGITS.findall(unicodedata.normalize("NFC", text).lower())


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """Return a word without accents and ending; it is only folded where there is no stemmer.

    The stemmers are Snowball's of version 2.2.0, which stem folded words as the browser's do.
    """
    folded = fold(word)
    algorithm = STEMMERS.get(language)
    if algorithm is None:
        return folded
    stemmed: str = _stemmer(algorithm).stemWord(folded)
    return stemmed


def common_words(languages: Iterable[str]) -> list[str]:
    """Return the folded words that every text of these languages has, sorted."""
    every = set().union(*(stopwords(language) for language in languages))
    return sorted({fold(word) for text in every for word in split(text)})


@lru_cache
def _stemmer(algorithm: str) -> snowballstemmer.basestemmer.BaseStemmer:
    return snowballstemmer.stemmer(algorithm)
