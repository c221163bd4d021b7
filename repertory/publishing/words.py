"""Words as the search knows them: split, folded and stemmed as search-worker.js does it."""

import re
import unicodedata
from collections.abc import Iterable

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


def stemmed(languages: Iterable[str]) -> list[str]:
    """Return those of the languages that have a stemmer at both ends."""
    return [language for language in languages if language in STEMMERS]


class Stem(dict[str, str]):
    """The stem of every word of a language, made when it is first asked for.

    A word is without accents and ending; it is only folded where there is no stemmer. The
    stemmers are Snowball's of version 2.2.0, which stem folded words as the browser's do.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        algorithm = STEMMERS.get(language)
        self._stemmer = snowballstemmer.stemmer(algorithm) if algorithm else None

    def __missing__(self, word: str) -> str:
        """Stem a word, and remember it."""
        folded = fold(word)
        stem: str = self._stemmer.stemWord(folded) if self._stemmer else folded
        return self.setdefault(word, stem)


class Stems(dict[str, Stem]):
    """The stems of each language of a site; the words of other languages are only folded."""

    def __init__(self, languages: Iterable[str]) -> None:
        super().__init__()
        self._stemmed = stemmed(languages)

    def __missing__(self, language: str) -> Stem:
        """Begin a language."""
        known = language if language in self._stemmed else ""
        return self.setdefault(language, Stem(known))


def common_words(languages: Iterable[str]) -> list[str]:
    """Return the folded words that every text of these languages has, sorted."""
    every = set().union(*(stopwords(language) for language in languages))
    return sorted({fold(word) for text in every for word in split(text)})
