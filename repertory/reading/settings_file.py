"""The Settings(...) of build.py, checked like the records before Python gets to see it."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from repertory.base.problem import Finding, rule
from repertory.base.settings import DARK_PAPER, LIGHT_PAPER, Boosts
from repertory.reading.dates import bad_date
from repertory.reading.fields import (
    Reader,
    bad_url,
    is_empty,
    keys,
    language,
    scalar,
    several,
    summary,
    text,
    title,
    url,
)
from repertory.reading.source import Reading, Source, read_source
from repertory.reading.tree import Items, Node, Pairs, Scalar

PATH = "build.py"
# Others are texts.
KINDS: dict[str, type] = {"root": Path, "languages": tuple, "page_size": int, "boosts": Boosts}
SECURITY = ("security_contact", "security_until")  # both or none
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
READABLE = 4.5  # contrast ratio that WCAG 2.2, criterion 1.4.3, asks of text


@rule("error")
def settings_not_found(source: Source) -> Iterator[Finding]:
    """build.py has no Settings(...), or is not valid Python."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        line, column = getattr(fault, "lineno", 1) or 1, getattr(fault, "offset", 1) or 1
        message = f"This is not valid Python: {getattr(fault, 'msg', fault)}."
        yield Finding(source.place(line, column, 1), message, "Is a comma or a quote missing here?")
        return
    if _call(tree) is None:
        yield Finding(
            source.place(1), "build.py has no Settings(...).", 'Write: return Settings(name="...")'
        )


@rule("error")
def wrong_setting(node: Node, name: str, kind: type) -> Iterator[Finding]:
    """A setting is a number where it should be a text, or the like."""
    wanted = {
        str: "a text in quotes",
        int: "a number without quotes",
        tuple: 'like ("en", "de")',
        Path: "Path(__file__).parent",
        Boosts: "like Boosts(title=10)",
    }
    hint = 'One language alone is ("en",) with a comma.' if kind is tuple else ""
    yield Finding(node.place, f"“{name}” should be {wanted[kind]}.", hint)


@rule("error")
def bad_colour(node: Scalar, name: str) -> Iterator[Finding]:
    """A colour is not written as # and six digits, or cannot be read on the page.

    Links have the accent colour, so it needs a contrast of 4.5 to 1 with the page (WCAG 2.2,
    criterion 1.4.3): `accent` with the light page, `accent_dark` with the dark one.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", node.value):
        yield Finding(node.place, f"“{name}” is not a colour.", 'Write it like "#0b5c6b".')
        return
    paper = DARK_PAPER if name == "accent_dark" else LIGHT_PAPER
    ratio = contrast(node.value, paper)
    if ratio < READABLE:
        message = (
            f"“{name}” has a contrast of {ratio:.1f} to 1 with the page; {READABLE} is needed."
        )
        hint = "Choose a lighter colour." if name == "accent_dark" else "Choose a darker colour."
        yield Finding(node.place, message, hint)


@rule("error")
def bad_email(node: Scalar, name: str) -> Iterator[Finding]:
    """A setting is no e-mail address."""
    if not EMAIL.fullmatch(node.value):
        yield Finding(node.place, f"“{name}” is not an e-mail address.", 'Like "us@example.org".')


@rule("error")
def bad_contact(node: Scalar, name: str) -> Iterator[Finding]:
    """Where holes can be told is neither an e-mail address nor a page of the web.

    It stands in .well-known/security.txt (RFC 9116), where those look who have found a hole.
    """
    if not EMAIL.fullmatch(node.value) and not re.fullmatch(r"https://[^\s/]+\S*", node.value):
        hint = 'Like "us@example.org" or "https://example.org/security".'
        yield Finding(node.place, f"“{name}” is neither an e-mail address nor a page.", hint)


@rule("warning")
def contact_out_of_date(node: Scalar, today: date) -> Iterator[Finding]:
    """The day is over until which somebody surely reads what is told of holes.

    Who finds one does not trust an older security.txt, and may tell everybody instead.
    """
    if date.fromisoformat(node.value) < today:
        later = today.replace(year=today.year + 1, day=1)
        hint = f'If somebody still reads it, write a day within a year, like "{later}".'
        yield Finding(node.place, "“security_until” is over: nobody trusts the contact.", hint)


@rule("error")
def bad_number(node: Scalar, name: str) -> Iterator[Finding]:
    """A setting is not a whole number, or is too small."""
    if not node.value.isdigit() or node.value == "0":
        yield Finding(node.place, f"“{name}” should be a whole number, 1 or more.")


@rule("error")
def address_without_slash(node: Scalar, name: str) -> Iterator[Finding]:
    """The address of the site does not end in a slash."""
    if not node.value.endswith("/"):
        yield Finding(node.place, f"“{name}” does not end in a slash.", f'Write "{node.value}/"')


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours #rrggbb, 1 to 21, by WCAG 2.2's definition."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def check_settings(root: Path, today: date) -> Reading[None]:
    """Check the settings in build.py, if there is one; values that are computed are trusted."""
    if not (root / PATH).exists():
        return
    source = yield from read_source(root, PATH)
    if source is None:
        return
    faults = list(settings_not_found(source))
    yield from faults
    call = None if faults else _call(ast.parse(source.text))
    if call is None:
        return
    known = [(word.arg, word) for word in call.keywords if word.arg]
    pairs = Pairs(
        tuple((_key(source, name, word), _node(source, word.value)) for name, word in known),
        source.place(call.lineno, call.col_offset + 1, len("Settings")),
    )
    written = Pairs(tuple(pair for pair in pairs.pairs if not is_empty(pair[1])), pairs.place)
    given = {key.value: node for key, node in written.pairs}
    needed = ["root", "name", *(SECURITY if given.keys() & SECURITY else ())]
    yield from keys(written, SETTINGS, needed, "a site", pairs.place, _setting)
    for (key, node), (_, word) in zip(pairs.pairs, known, strict=True):
        try:
            value = ast.literal_eval(word.value)
        except (ValueError, TypeError):  # the latter where a key can be none: {[]: 1}
            continue
        kind = KINDS.get(key.value, str)
        if key.value in SETTINGS and type(value) is not kind:
            yield from wrong_setting(node, key.value, kind)
        elif key.value in SETTINGS and not is_empty(node):
            good = yield from SETTINGS[key.value](key.value, node)
            if good and key.value == "security_until" and isinstance(node, Scalar):
                yield from contact_out_of_date(node, today)


def _setting(name: str) -> str:
    """Return how a setting that is missing is added."""
    value = "Path(__file__).parent" if name == "root" else '"..."'
    return f"Add {name}={value}, between the brackets of Settings."


def _call(tree: ast.AST) -> ast.Call | None:
    """Return the first call of Settings."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Settings"
        ):
            return node
    return None


def _key(source: Source, name: str, word: ast.keyword) -> Scalar:
    column = len(source.lines[word.lineno - 1].encode()[: word.col_offset].decode()) + 1
    return Scalar(name, source.place(word.lineno, column, len(name)), 0, quoted=True)


def _node(source: Source, value: ast.expr) -> Node:
    """Return a literal as a node, so that settings are read as the fields of records are."""
    line = source.lines[value.lineno - 1].encode()
    column = len(line[: value.col_offset].decode()) + 1
    end = value.end_col_offset if value.end_lineno == value.lineno else len(line)
    place = source.place(value.lineno, column, len(line[value.col_offset : end].decode()))
    if isinstance(value, ast.Tuple | ast.List):
        return Items(tuple(_node(source, item) for item in value.elts), place)
    text = value.value if isinstance(value, ast.Constant) else ast.unparse(value)
    return Scalar(str(text), place, 0, quoted=True)


colour = scalar("a colour", bad_colour)
number = scalar("a whole number", bad_number)
address = scalar("a single web address", bad_url, address_without_slash)
SETTINGS: dict[str, Reader[object]] = {
    "root": scalar("a folder"),
    "name": title,
    "purpose": summary,
    "address": address,
    "repository": url,
    "branch": text,
    "email": scalar("a single e-mail address", bad_email),
    "security_contact": scalar("a single address", bad_contact),
    "security_until": scalar("a single date", bad_date),
    "language": language,
    "languages": several(language),
    "accent": colour,
    "accent_dark": colour,
    "licence": text,
    "licence_address": url,
    "page_size": number,
    "boosts": scalar("boosts"),
}
"""Every setting and how it is read; a test compares the names with those of Settings."""
