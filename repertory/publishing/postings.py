"""Postings: which records have a word and how often, packed as text, and as lunr.js has them."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate, chain, repeat, takewhile
from json import JSONEncoder
from math import log
from operator import eq, sub
from string import ascii_lowercase, ascii_uppercase, digits

from lunr import __TARGET_JS_VERSION__
from lunr.idf import idf

FIELD = "text"
K1, B = 1.2, 0.75  # Lunr's: how soon a word's frequency is enough, and how far length counts
BASE64 = ascii_uppercase + ascii_lowercase + digits + "+/"
BITS = str.maketrans({letter: f"{number:06b}" for number, letter in enumerate(BASE64)})
QUOTED = JSONEncoder(ensure_ascii=False).encode
MOST_ALIKE = 25  # letters that a capital can count


def altered(
    posting: str, taken: Mapping[int, Sequence[int]], put: Mapping[int, Sequence[int]]
) -> str:
    """Return a posting without some records and with others, each by the word's frequency in them.

    A posting is the text "packed 6-packed", the frequency 1 unsaid, or "" where no record has the
    word.
    """
    parts = _by_frequency(posting)
    for frequency in {*taken, *put}:
        numbers = put.get(frequency, ())
        if frequency in parts:
            before = unpacked(parts.pop(frequency))
            if gone := set(taken.get(frequency, ())):
                before = [number for number in before if number not in gone]
            numbers = sorted([*before, *numbers])
        if numbers:
            parts[frequency] = packed(numbers)
    return " ".join(f"{f}-{part}" if f != 1 else part for f, part in sorted(parts.items()))


def _by_frequency(posting: str) -> dict[int, str]:
    """Return the packed numbers of a posting by frequency."""
    parts = (part.rpartition("-") for part in posting.split())
    return {int(frequency or 1): numbers for frequency, _, numbers in parts}


def packed(numbers: Sequence[int]) -> str:
    """Return rising numbers as text: a capital, then in Base64 the gaps before each of them.

    The gaps are in Rice's code (Rice and Plaunt 1971): all but the low bits of a gap in ones, a
    zero, the low bits. How many bits are low (A is 0) follows from the mean of the gaps, and is
    within 3 % of the shortest where they are random (Kiely 2004). Ones fill the last letter.
    """
    count = len(numbers)
    low = max(0, int(log(2) * ((numbers[-1] + 1 - count) / count + 1)).bit_length() - 1)
    steps = map(sub, numbers, chain((-1,), numbers))
    bits = "".join(map(_rice, steps, repeat(low)))
    whole = bits + "1" * (-len(bits) % 24)  # four letters are three bytes
    text = b64encode(int(whole, 2).to_bytes(len(whole) // 8, "big")).decode("ascii")
    return chr(ord("A") + low) + text[: -(-len(bits) // 6)]


@lru_cache(maxsize=65_536)
def _rice(step: int, low: int) -> str:
    gap = step - 1
    return "1" * (gap >> low) + (f"0{gap & ((1 << low) - 1):0{low}b}" if low else "0")


def unpacked(text: str) -> list[int]:
    """Return the numbers that were packed."""
    low, bits = ord(text[0]) - ord("A"), text[1:].translate(BITS)
    return list(accumulate(map(_step, _codes(low).findall(bits), repeat(low)), initial=-1))[1:]


@cache
def _codes(low: int) -> re.Pattern[str]:
    return re.compile(f"1*0.{{{low}}}")


@lru_cache(maxsize=65_536)
def _step(code: str, low: int) -> int:
    ones = len(code) - 1 - low
    return (ones << low) + int(f"0{code[ones + 1 :]}", 2) + 1


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


def whole(
    refs: Sequence[str], lengths: Sequence[int], postings: Iterable[tuple[str, str]]
) -> bytes:
    """Return the whole index as an unmodified lunr.js loads it.

    `postings` are those of all words, in the order of JavaScript. The weights are Lunr's: BM25, as
    Robertson and Zaragoza (2009) have it, in thousandths.
    """
    average = sum(lengths) / len(lengths)
    long = [K1 * (1 - B + B * length / average) for length in lengths]
    telling = cache(lambda often: [1000 * often / (each + often) for each in long])
    having = [f"{QUOTED(ref)}:{{}}" for ref in refs]
    vectors: list[list[str]] = [[] for _ in refs]
    inverted = []
    for index, (word, posting) in enumerate(postings):
        found = [(unpacked(part), f) for f, part in _by_frequency(posting).items()]
        numbers = [number for some, _ in sorted(found) for number in some]
        records = ",".join([having[number] for number in numbers])
        inverted.append(f'[{QUOTED(word)},{{"_index":{index},"{FIELD}":{{{records}}}}}]')
        rarity = idf({FIELD: dict.fromkeys(numbers)}, len(refs)) * (K1 + 1)
        for some, frequency in found:
            tells = telling(frequency)
            for number in some:
                weight = _thousandths(int(rarity * tells[number] + 0.5))
                vectors[number].append(f"{index},{weight}")
    fields = (
        f'["{FIELD}/{ref}",[{",".join(vector)}]]' for ref, vector in zip(refs, vectors, strict=True)
    )
    parts = (
        f'"version":"{__TARGET_JS_VERSION__}","fields":["{FIELD}"]',
        f'"fieldVectors":[{",".join(fields)}]',
        f'"invertedIndex":[{",".join(inverted)}]',
        '"pipeline":[]',
    )
    return f"{{{','.join(parts)}}}\n".encode()


@lru_cache(maxsize=65_536)
def _thousandths(number: int) -> str:
    return repr(number / 1000)
