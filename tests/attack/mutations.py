"""Bytes near those of good files and of known mistakes, changed by chance along their structure."""

import re
from collections.abc import Callable, Sequence
from random import Random

MOST = 330_000  # bytes: a little more than is read of a record
TOKENS = (
    "---", "- ", "-", ": ", ":", "? ", "[", "]", "{", "}", ", ", "#", " #", "&a ", "*a", "!!str ",
    "<<: ", "| ", ">", "'", '"', "''", "\\", '"\\0"', "%", "@", "`", "~", "\t", "\r", "\r\n", "\n",
    "\n\n", "\n  ", "\n- ", "\n---\n", "...\n", "\xa0", "\u2028", "\u202e", "\u200b", "\ufeff",
    "\x00", "\x1b[31m", "**", "*", "_", "__", "``", "```\n", "~~~\n", "# ", "## ", "###### ", "![",
    "](", "[^1]", "[^1]: ", "[a]: ", "*[a]: ", "<", "</", "<!--", "-->", "<a href=", "&amp;", "&#",
    "&#x0;", "&", "|", "\n| --- |\n", "\n: ", "> ", "\n===\n", "  \n", "\\[", "(", ")", "https://",
    "javascript:", "mailto:", "www.", "a@b.c", "%00", "%2e%2e/", "../", ".md", ".png", "new: ",
    "\x02", "\x03", "wzxhzdk:0", "klzzwxh:0000", "title: ", "summary: ", "outcome: ", "country: ",
    "added: ", "2026-02-30", "2019-", "99999999999", "formerly: ", "image: ", "image_alt: ",
    "same_as: ", "website: ", "true", "null", "NO", "0x1F", ".inf", "facets:", "terms:", "label: ",
    "broader: ", "replaced_by: ", "aliases: ", "only: ", "code: BE", "\xe9", "e\u0301", "\xdf",
    "\u0130", "\ufb01", "\u0662", "\U0001d518", "a" * 300, "\u0301" * 50,
)  # fmt: skip
"""What means something to YAML, to Markdown, or to the program."""

BRACKETS = (
    *((b"[", b"]"), (b"{a: ", b"}"), (b"- ", b""), (b"> ", b"")),
    *((b"**a *", b"* b**"), (b"![", b"](x)")),
)

Change = Callable[[Random, bytes], bytes]


def token(chance: Random) -> bytes:
    """Return a token, or now and then bytes that may be no UTF-8."""
    if chance.random() < 0.08:
        return chance.randbytes(chance.randint(1, 4))
    return chance.choice(TOKENS).encode()


def place(chance: Random, data: bytes) -> int:
    """Return a place in the bytes, most often beside a sign that means something."""
    if chance.random() < 0.6:
        signs = [found.start() for found in re.finditer(rb"[\n:\[\],#*`-]", data[:20_000])]
        if signs:
            return chance.choice(signs) + chance.randint(0, 1)
    return chance.randint(0, len(data))


def put_in(chance: Random, data: bytes) -> bytes:
    """Put in a token."""
    at = place(chance, data)
    return data[:at] + token(chance) + data[at:]


def taken_out(chance: Random, data: bytes) -> bytes:
    """Take out some bytes."""
    at = place(chance, data)
    return data[:at] + data[at + chance.randint(1, 40) :]


def exchanged(chance: Random, data: bytes) -> bytes:
    """Write a token instead of some bytes."""
    at = place(chance, data)
    return data[:at] + token(chance) + data[at + chance.randint(1, 12) :]


def lines_mixed(chance: Random, data: bytes) -> bytes:
    """Move a line, or write it twice, or indent it."""
    lines = data.split(b"\n")
    line = chance.choice(lines)
    if chance.random() < 0.5:
        lines.remove(line)
    lines.insert(chance.randint(0, len(lines)), b" " * chance.choice((0, 0, 1, 2, 4)) + line)
    return b"\n".join(lines)


def repeated(chance: Random, data: bytes) -> bytes:
    """Repeat a line, or a few tokens, some times or thousands of times."""
    few = b"".join(token(chance) for _ in range(chance.randint(1, 3)))
    what = few if chance.random() < 0.6 else chance.choice(data.split(b"\n")) + b"\n"
    most = max(2, min(MOST - len(data), 10 ** chance.randint(2, 6)) // max(1, len(what)))
    at = place(chance, data)
    return data[:at] + what * chance.randint(2, most) + data[at:]


def nested(chance: Random, data: bytes) -> bytes:
    """Put things into each other."""
    opening, closing = chance.choice(
        [
            (b"[", b"]"),
            (b"{a: ", b"}"),
            (b"- ", b""),
            (b"> ", b""),
            (b"**a *", b"* b**"),
            (b"![", b"](x)"),
        ]
    )
    depth, at = chance.choice((3, 19, 20, 21, 22, 300)), place(chance, data)
    if chance.random() < 0.4:
        steps = b"\n".join(b" " * (n * chance.choice((2, 4))) + b"- a:" for n in range(depth))
        return data[:at] + b"\n" + steps + data[at:]
    return data[:at] + opening * depth + b"x" + closing * depth + data[at:]


CHANGES: Sequence[Change] = (put_in, taken_out, exchanged, lines_mixed, put_in, exchanged, nested)
OFTEN_REPEATED = 0.04  # these take most of the time


def mutated(chance: Random, corpus: Sequence[bytes]) -> bytes:
    """Return a file of the corpus with a few changes, or with its end from another one."""
    data, before = chance.choice(corpus), b""
    if chance.random() < 0.5:  # or too few of the changed records would get as far as a page
        head, fence, text = data.partition(b"\n---\n")
        before, data = (head + fence, text) if text else (b"", data)
    if chance.random() < 0.1:
        other = chance.choice(corpus)
        data = data[: place(chance, data)] + other[place(chance, other) :]
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 6))):
        data = chance.choice(CHANGES)(chance, data)
    if chance.random() < OFTEN_REPEATED:
        data = repeated(chance, data)
    return (before + data)[:MOST]
