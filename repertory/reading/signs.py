"""Signs that nobody sees: where a script or an emoji needs them, and where they are astray."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from repertory.base.text import FAINT

# Scripts by their codes: those whose letters join, and those that set no blanks between words.
JOINED = (
    *("Arab", "Syrc", "Nkoo", "Mand", "Mani", "Mong", "Phag", "Adlm", "Rohg", "Deva", "Beng"),
    *("Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh", "Khmr", "Mymr", "Tibt"),
    *("Bali", "Java", "Sund", "Cham", "Lana", "Limb", "Lepc", "Newa", "Tirh"),
)
SPACELESS = ("Thai", "Laoo", "Khmr", "Mymr", "Lana", "Talu", "Tale", "Tavt")
RIGHT_TO_LEFT = r"(?=\p{L})[\p{bc=R}\p{bc=AL}]"


def astray(line: str) -> Mapping[int, str]:
    """Return the signs of a line that nobody sees and nothing needs, by their places, in order."""
    if line.isascii() or not FAINT.search(line):
        return {}
    needed, right_to_left = _needed()
    bare = needed.sub(lambda found: " " * len(found[0]), line)
    marks = "\u061c\u200e\u200f" if right_to_left.search(line) else ""
    return {found.start(): found[0] for found in FAINT.finditer(bare) if found[0] not in marks}


@cache
def _needed() -> tuple[Any, Any]:
    """Return what finds unseen signs that are needed where they stand, and what letters of scripts
    that are written from the right, whose lines may have marks of direction."""
    import regex  # late: few texts need it

    joined = "".join(rf"\p{{scx={script}}}" for script in JOINED)
    spaceless = "".join(rf"\p{{scx={script}}}" for script in SPACELESS)
    needed = (
        rf"(?<=[{joined}])[\u200c\u200d]|[\u200c\u200d](?=[{joined}])",
        r"(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})",
        r"(?<=\p{Emoji})[\ufe0e\ufe0f]",
        r"(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f",  # flags of England, Scotland, Wales
        r"(?<=[\p{scx=Hani}\p{scx=Mymr}\p{scx=Phag}])[\ufe00-\ufe0f\U000e0100-\U000e01ef]",
        rf"(?<=[{spaceless}])\u200b",
        r"(?<=\p{scx=Mong})[\u180b-\u180f]",
        r"(?<=[\p{M}\p{scx=Hebr}])\u034f",
    )
    return regex.compile("|".join(needed)), regex.compile(RIGHT_TO_LEFT)
