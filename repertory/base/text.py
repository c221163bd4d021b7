"""How words are folded, compared, counted and listed, and which signs nobody sees."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
    | {"ß": "ss", "ς": "σ", "’": "'"}
)
UNSEEN = re.compile(  # controls, line ends of other kinds, no characters, and what turns text round
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
SMALL_FAINT = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\uffa0\ufff0-\ufffb"
)
FAINT = re.compile(  # what some scripts and emoji need, and nothing else
    f"[{SMALL_FAINT}\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
PERHAPS_FAINT = re.compile(f"[{SMALL_FAINT}\U00010000-\U0010ffff]")  # found in a third of the time
FIRST_MARK = "\u0300"  # no accent has a lower number
LATE_MARKS = "\uff9e\uff9f"  # which become accents only where letters are made plain (NFKD)
MOST_MARKS = 30  # in a row: Unicode composes no more of them together (UAX #15, stream-safe text)
NEAR = 75  # rapidfuzz's ratio, 0 to 100, from which two words count as meant alike


def composed(text: str) -> str:
    """Return `text` with each letter and its accents as one sign (NFC).

    To put accents in order takes time by the square of their number, so between crowds of them
    stands U+034F, as UAX #15 has it for streams.
    """
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _crowds().sub("\\g<0>\u034f", text))


def crowd(text: str) -> int | None:
    """Return where in `text` more than MOST_MARKS accents stand together, or None."""
    some = text[::MOST_MARKS]  # of a crowd, one is among these
    if max(some, default="") < FIRST_MARK or not any(map(_is_mark, {*some})):
        return None
    found = _crowds().search(text)
    return found.start() if found else None


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M" or sign in LATE_MARKS


@cache
def _crowds() -> Any:
    import regex  # late: few texts need it

    mark = rf"[\p{{M}}{LATE_MARKS}]"
    return regex.compile(rf"{mark}{{{MOST_MARKS}}}(?={mark})")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return `text` without case, accents and superfluous blanks, for comparing.

    As search-worker.js does it: with lower() and not casefold(), which browsers do not have.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    bare = "".join(map(_bare, text))  # sign by sign, since to put accents in order takes long
    return " ".join(bare.lower().translate(UNDECOMPOSED).split())


@cache
def _bare(sign: str) -> str:
    decomposed = unicodedata.normalize("NFKD", sign)
    return "".join(each for each in decomposed if unicodedata.category(each)[0] != "M")


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name that `word` was probably meant to be, or None.

    The same text but for case and accents comes first, then the one with the highest
    similarity (rapidfuzz's ratio of the normalised indel distance, at least NEAR).
    """
    from rapidfuzz import fuzz, process  # late: only mistakes need it

    folded = {name: _spoken(name) for name in sorted(set(names))}
    found = process.extractOne(_spoken(word), folded, scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[2] if found else None


def misspelt(word: str, names: Iterable[str]) -> str | None:
    """Return the one name that `word` is but for case, accents and one letter at most, or None.

    Two letters that have changed places count as one. None, too, where there are several such
    names, or so few letters that one of them makes another word.
    """
    from rapidfuzz.distance import OSA  # late: only mistakes need it

    wanted = _spoken(word)
    within = 1 if len(wanted) > 3 else 0
    far = {name: OSA.distance(wanted, _spoken(name), score_cutoff=1) for name in set(names)}
    nearest_first = sorted((distance, name) for name, distance in far.items() if distance <= within)
    if not nearest_first or [distance for distance, _ in nearest_first[:2]] in ([0, 0], [1, 1]):
        return None
    return nearest_first[0][1]


def _spoken(name: str) -> str:
    """Return a name as one hears it: folded, and without its hyphens."""
    return fold(name).replace("-", " ").replace("_", " ")


def visible(text: str) -> str:
    """Return `text` with signs that cannot be seen written out, as a terminal may show it."""
    unseen = {sign for sign in set(text) - set(" \n\N{NO-BREAK SPACE}") if not sign.isprintable()}
    return text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in unseen})


def in_line(text: str) -> str:
    """Return `text` as a terminal may show it in one line: ends of lines are written out too."""
    return visible(text).replace("\n", "\\n")


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return "1 record", "2 records", "1,200 records"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
