"""The formats of the search index, read back as plainly as can be."""

import re
from base64 import b64decode
from collections.abc import Iterator
from itertools import accumulate


def plain(text: str) -> Iterator[str]:
    """Yield the words of a front-coded text."""
    word = ""
    for alike, rest in re.findall("([A-Z])([^A-Z]*)", text):
        word = word[: ord(alike) - ord("A")] + rest
        yield word


def frequencies(text: str) -> dict[int, list[int]]:
    """Return the numbers of a posting by frequency."""
    parts = (part.rpartition("-") for part in text.split(" "))
    return {int(frequency or 1): unpacked(packed) for frequency, _, packed in parts}


def unpacked(text: str) -> list[int]:
    """Return the numbers that stand in a posting."""
    low = ord(text[0]) - ord("A")
    whole = f"{text[1:]:A<{-(-len(text[1:]) // 4) * 4}}"
    bits = "".join(f"{byte:08b}" for byte in b64decode(whole))[: 6 * len(text[1:])]
    parts = re.findall(f"(1*)0([01]{{{low}}})", bits)
    gaps = ((len(ones) << low) + int(rest or "0", 2) for ones, rest in parts)
    return [number - 1 for number in accumulate(gap + 1 for gap in gaps)]
