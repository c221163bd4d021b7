"""How words are folded, compared, counted and listed."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
    | {"ß": "ss", "ς": "σ", "’": "'"}
)
NEAR = 75  # rapidfuzz's ratio, 0 to 100, from which two words count as meant alike


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return `text` without case, accents and superfluous blanks, for comparing.

    As search-worker.js does it: with lower() and not casefold(), which browsers do not have.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in decomposed if unicodedata.category(sign)[0] != "M")
    return " ".join(bare.lower().translate(UNDECOMPOSED).split())


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name that `word` was probably meant to be, or None.

    The same text but for case and accents comes first, then the one with the highest
    similarity (rapidfuzz's ratio of the normalised indel distance, at least NEAR).
    """
    from rapidfuzz import fuzz, process  # late: only mistakes need it

    folded = {name: fold(name).replace("-", " ").replace("_", " ") for name in sorted(set(names))}
    wanted = fold(word).replace("-", " ").replace("_", " ")
    found = process.extractOne(wanted, folded, scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[2] if found else None


def visible(text: str) -> str:
    """Return `text` with signs that cannot be seen written out, as a terminal may show it."""
    return "".join(
        sign if sign.isprintable() or sign in " \n\N{NO-BREAK SPACE}" else f"\\u{ord(sign):04x}"
        for sign in text
    )


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return "1 record", "2 records", "1,200 records"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
