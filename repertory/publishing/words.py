"""Words as the search knows them: split, folded and stemmed as search-worker.js does it."""

import re
from collections.abc import Iterable

import regex
import snowballstemmer

from repertory.base.text import composed, fold

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

WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*")  # as in search-worker.js
EUROPEAN = re.compile("[\0-\u024f\u2000-\u206f]*")  # signs of which none is a mark: for these,
EUROPEAN_WORD = re.compile(r"[^\W_]+")  # this is the same, in three quarters of the time
HAS_DIGIT = regex.compile("[0-9]")


def split(text: str) -> list[str]:
    """Return the words of a text in small letters: runs of letters, with their marks, and digits.

    Most accents are composed with their letter (NFC). Other marks are vowels, in Hindi or Arabic,
    or what is left of a capital letter: the dot of the İ in İzmir.
    """
    text = composed(text).lower()
    return (EUROPEAN_WORD if EUROPEAN.fullmatch(text) else WORD).findall(text)


def stemmed(languages: Iterable[str]) -> list[str]:
    """Return those of the languages that have a stemmer at both ends."""
    return [language for language in languages if language in STEMMERS]


class Stem(dict[str, str]):
    """The stem of every word of a language, made when it is first asked for.

    A word is without accents and ending; it is only folded where there is no stemmer. The
    stemmers are Snowball's of version 2.2.0, which stem folded words as the browser's do. What
    has digits has no ending, and the browser's for English would take a 3 for a y. What would
    have no letter left, as ίδιο in Greek, is kept, since Lunr passes over an empty word.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        algorithm = STEMMERS.get(language)
        self._stemmer = snowballstemmer.stemmer(algorithm) if algorithm else None

    def __missing__(self, word: str) -> str:
        """Stem a word, and remember it."""
        stem = folded = fold(word) or word
        if self._stemmer and not HAS_DIGIT.search(folded):
            stem = self._stemmer.stemWord(folded) or folded
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
    from stopwordsiso import stopwords  # late: it reads those of all languages

    every = set().union(*(stopwords(language) for language in languages))
    return sorted({fold(word) for text in every for word in split(text)})
