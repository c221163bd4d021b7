"""The kinds of values that fields have: a scalar is what its field says, not YAML."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import TypeAlias, TypeVar

from babel import Locale, UnknownLocaleError, localedata

from repertory.base.problem import Finding, Place, Problem, rule
from repertory.base.slugs import DEVICE, LONGEST_SLUG, OF_WINDOWS, SLUG, slugged
from repertory.base.text import counted, fold, listed, misspelt, nearest
from repertory.reading.addresses import DOI, completed, is_address
from repertory.reading.dates import bad_date, bad_period
from repertory.reading.excerpt import CURLY, quoted
from repertory.reading.source import Reading
from repertory.reading.tree import Items, Node, Pairs, Scalar

TITLE, SUMMARY, TEXT = 150, 300, 2_000  # characters that texts may have
Value = TypeVar("Value")
Default = TypeVar("Default")
Reader: TypeAlias = Callable[[str, Node], Reading[Value | None]]
"""Reads the value of a key: yields problems, returns the value or None where it is no good."""
Check: TypeAlias = Callable[[Scalar, str], Iterable[Problem]]
"""A rule for a single value, given with the name of its key."""

LONGEST_LIST = 100
TRUE_OR_FALSE = "true or false"
TRUTHS = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}


@rule("error")
def unknown_key(
    key: Scalar, known: Collection[str], taken: Collection[str], owner: str
) -> Iterator[Finding]:
    """A key is not one that can stand here.

    Every line of the front matter begins with a key that the program knows; others would be lost.
    """
    name = misspelt(key.value, known)
    near = name or nearest(key.value, known)
    hint = f"Did you mean {near}?" if near else f"Known are {listed(sorted(known))}."
    repair = key.rewritten(name) if name and name not in taken else None
    yield Finding(key.place, f"“{key.value}” is no field of {owner}.", hint, repair)


@rule("error")
def missing_field(place: Place, name: str, owner: str, hint: str) -> Iterator[Finding]:
    """A field that every record needs is not there.

    Without it the record could not be shown, or not be found.
    """
    yield Finding(place, f"The field “{name}”, which {owner} needs, is missing.", hint)


@rule("error")
def empty_field(key: Scalar, owner: str) -> Iterator[Finding]:
    """A field that every record needs has no value."""
    message = f"“{key.value}” has no value, but {owner} needs one."
    is_list = key.place.source.rstrip().endswith("[]")
    hint = "Write one between the brackets." if is_list else "Write one behind it."
    yield Finding(key.place, message, _unread(key.place) or hint)


@rule("warning")
def idle_field(key: Scalar) -> Iterator[Finding]:
    """A field has no value.

    What is not known is left out; an empty field says nothing.
    """
    hint = _unread(key.place) or "Write a value behind it, or delete the line."
    yield Finding(key.place, f"“{key.value}” has no value.", hint)


@rule("warning")
def text_behind_hash(node: Scalar, name: str) -> Iterator[Finding]:
    """A text has a # in it that begins a comment.

    YAML does not read what follows a blank and a #.
    """
    end = node.place.column - 1 + node.place.width
    rest = node.place.source[end:]
    if not node.quoted and node.lines == 1 and re.match(r"\s+#", rest):
        column = end + rest.index("#") + 1
        place = node.place._replace(column=column, width=len(rest.strip()))
        whole = quoted(node.place.source[node.place.column - 1 :])
        yield Finding(place, "What follows the # is not read.", f"Write {name}: {whole}")


def _unread(place: Place) -> str:
    """Say what to write where a value is lost because it begins with #."""
    lost = re.match(r"[^#:]*:\s*(#.*)", place.source)
    return f"What follows a # is not read. Write {quoted(lost[1])}" if lost else ""


@rule("error")
def wrong_type(node: Node, name: str, wanted: str) -> Iterator[Finding]:
    """A field has a list where it needs one text, or the other way round."""
    is_now = {Scalar: "a single text", Items: "a list", Pairs: "keys with values"}[type(node)]
    parts: Iterable[Node] = node.values if isinstance(node, Items) else (node,)
    if isinstance(node, Pairs):
        parts = (key for key, _ in node.pairs)
    words = ", ".join(part.value for part in parts if isinstance(part, Scalar) and part.value)
    hint = ""
    if wanted == TRUE_OR_FALSE:
        truth = TRUTHS.get(words.lower(), words.lower())
        hint = f"Write {truth}" if truth in TRUTHS.values() else ""
    elif words and "single" in wanted:
        hint = f"Write {name}: " + ('"..."' if isinstance(node, Pairs) else words)
    elif words and "list" in wanted:
        hint = f"Write {name}: [{words}]"
    yield Finding(node.place, f"“{name}” is {is_now}; it should be {wanted}.", hint)


@rule("error")
def text_too_long(node: Scalar, name: str, limit: int) -> Iterator[Finding]:
    """A text is longer than its place on the page.

    A title may have 150 characters, a summary 300: lists and search results show them whole.
    """
    length = len(" ".join(node.value.split()))
    if length > limit:
        message = f"“{name}” has {length} characters; at most {limit} fit."
        yield Finding(node.place, message, f"Shorten it by {counted(length - limit, 'character')}.")


@rule("error")
def list_too_long(node: Node, name: str, length: int) -> Iterator[Finding]:
    """A list has more than 100 values.

    No practice has so many addresses or former names; each of those becomes a page.
    """
    if length > LONGEST_LIST:
        message = f"“{name}” has {length:,} values; at most {LONGEST_LIST} are read."
        yield Finding(node.place, message, "Keep those that matter.")


@rule("warning")
def quotes_around_text(node: Scalar, name: str) -> Iterator[Finding]:
    """A whole text stands between curly quotes.

    YAML takes curly quotes for letters, so that they would be shown.
    """
    inner = re.fullmatch(f"[{CURLY}]([^{CURLY.replace('’', '')}]+)[{CURLY}]", node.value.strip())
    if inner and not node.quoted:
        hint = f'If they are not part of the text, write "{inner[1]}" with straight quotes.'
        yield Finding(node.place, f"The curly quotes around “{name}” would be shown.", hint)


@rule("warning")
def markup_in_text(node: Scalar, name: str) -> Iterator[Finding]:
    """A plain text has signs of Markdown or HTML in it.

    Title and summary are shown as they are, in lists and search results too.
    """
    found = re.search(r"\*\*|\]\(|</?[a-zA-Z][^<>]*>|^#|&[a-z]+;", node.value)
    if found:
        message = f"“{name}” is shown as plain text, with this “{found[0]}” in it."
        yield Finding(node.place, message, "Take the markup out; it belongs in the text below.")


@rule("error")
def bad_url(node: Scalar, name: str) -> Iterator[Finding]:
    """A web address cannot be opened.

    It begins with https:// or http://, names a host, and has no blanks. What only looks like a
    host, such as n.v.t or p.12, is none.
    """
    value = node.value.strip()
    if is_address(value):
        return
    bare = value.strip("<>\"'" + CURLY)
    hint = "Copy the whole address from the browser; it begins with https://"
    whole = bare if is_address(bare) else completed(bare.removeprefix("//"))
    if whole:
        repair = node.rewritten(whole)
        yield Finding(node.place, f"“{name}” is not a web address.", f"Write {whole}", repair)
        return
    if doi := DOI.fullmatch(bare):
        hint = f"Write https://doi.org/{doi[1]}"
    elif "://" in value and " " in value:
        hint = "Take the blanks out; several addresses are a list: [https://..., https://...]"
    elif " " in value or is_address(f"https://{bare}"):
        hint = "If it is no web address, put it into the text and delete this line."
    yield Finding(node.place, f"“{name}” is not a web address.", hint)


@rule("error")
def unknown_language(node: Scalar, name: str) -> Iterator[Finding]:
    """A language is not a language code.

    Languages are given by their two-letter codes: en, de, fr, el.
    """
    try:
        Locale.parse(node.value if re.fullmatch("[a-z]{2,3}", node.value) else "")
    except (UnknownLocaleError, ValueError):
        code = code_of(node.value, Locale("en").languages)
        hint = f"Write {code if localedata.exists(code) else 'en, de, fr, el ...'}"
        yield Finding(node.place, f"“{node.value}” is no language code.", hint)


def code_of(name: str, names: Mapping[str, str]) -> str:
    """Return the two letters of a country or language by its English name, or ""."""
    codes = {fold(english): code for code, english in names.items() if len(code) == 2}
    return codes.get(fold(name), "")


@rule("error")
def bad_id(node: Scalar, name: str) -> Iterator[Finding]:
    """A name that becomes an address has other signs than a-z, 0-9 and hyphens.

    Addresses are typed, printed and read aloud: lower-case letters, digits and single hyphens. Of
    con, aux and the like there are none either: Windows can have no files that are called so.
    """
    if not SLUG.fullmatch(node.value) or len(node.value) > LONGEST_SLUG:
        slug = slugged(node.value)
        hint = f"Write {slug}" if slug else "Use lower-case letters, digits and hyphens."
        hint = OF_WINDOWS if re.fullmatch(DEVICE, slug) else hint
        yield Finding(node.place, f"“{node.value}” cannot be part of an address.", hint)


def scalar(wanted: str, *rules: Check) -> Reader[str]:
    """Return a reader of single values that `rules` find nothing wrong with.

    Blanks and line breaks in a value become single blanks; `wanted` says what it should be.
    """

    def read(name: str, node: Node) -> Reading[str | None]:
        if not isinstance(node, Scalar):
            yield from wrong_type(node, name, wanted)
            return None
        faults = [problem for check in rules for problem in check(node, name)]
        yield from faults
        is_good = not any(problem.level == "error" for problem in faults)
        return " ".join(node.value.split()) if is_good else None

    return read


def day(name: str, node: Node) -> Reading[date | None]:
    """Read a date."""
    value = yield from scalar("a single date", bad_date)(name, node)
    return date.fromisoformat(value) if value else None


def flag(name: str, node: Node) -> Reading[bool | None]:
    """Read true or false."""
    if isinstance(node, Scalar) and node.value in ("true", "false"):
        return node.value == "true"
    yield from wrong_type(node, name, TRUE_OR_FALSE)
    return None


def several(item: Reader[Value]) -> Reader[tuple[Value, ...]]:
    """Return a reader of lists whose items `item` reads; a single value is a list of one."""

    def read(name: str, node: Node) -> Reading[tuple[Value, ...] | None]:
        if isinstance(node, Pairs):
            yield from wrong_type(node, name, "a list")
            return None
        nodes = node.values if isinstance(node, Items) else (node,)
        too_many = list(list_too_long(node, name, len(nodes)))
        yield from too_many
        if too_many:
            return None
        values = []
        for each in nodes:
            value = yield from item(name, each)
            if value is not None:
                values.append(value)
        return tuple(values)

    return read


def text_up_to(limit: int) -> Reader[str]:
    """Return a reader of texts of at most `limit` characters."""
    too_long = partial(text_too_long, limit=limit)
    return scalar("a single text", too_long, quotes_around_text, markup_in_text, text_behind_hash)


title, summary, text = map(text_up_to, (TITLE, SUMMARY, TEXT))
url = scalar("a single web address", bad_url, text_behind_hash)
period = scalar("a year or a span of years", bad_period)
slug = scalar("a single name", bad_id)
language = scalar("a single language", unknown_language)
texts, urls, slugs = several(text), several(url), several(slug)


def is_empty(node: Node) -> bool:
    """Tell whether a value is nothing: no text, or a list without items."""
    if isinstance(node, Scalar):
        return not node.value.strip() or (node.value in ("~", "null") and not node.quoted)
    return isinstance(node, Items) and not node.values


def a_line(name: str) -> str:
    """Return how a field that is missing is added."""
    return f"Add a line that begins with {name}:"


def keys(
    pairs: Pairs,
    known: Collection[str],
    required: Collection[str],
    owner: str,
    place: Place,
    adding: Callable[[str], str] = a_line,
) -> Reading[None]:
    """Check the keys of a mapping: none unknown, none missing, none empty.

    `adding` tells how one that is missing is added.
    """
    settled = set(pairs.broken)  # what needs no message that it is missing
    taken = {key.value for key, _ in pairs.pairs} | pairs.broken
    for key, value in pairs.pairs:
        if key.value not in known:
            yield from unknown_key(key, known, taken, owner)
            near = misspelt(key.value, known) or nearest(key.value, known) or ""
            settled.add(near)
            taken.add(near)
        elif not is_empty(value):
            settled.add(key.value)
        elif key.value not in pairs.broken:
            is_required = key.value in required
            yield from empty_field(key, owner) if is_required else idle_field(key)
            settled.add(key.value)
    for name in required:
        if name not in settled:
            yield from missing_field(place, name, owner, adding(name))


def take(
    pairs: Pairs, name: str, reader: Reader[Value], default: Default
) -> Reading[Value | Default]:
    """Read the value of a key, or return `default` where it is absent, empty or no good."""
    node = pairs.by_key().get(name)
    if node is None or is_empty(node):
        return default
    value = yield from reader(name, node)
    return default if value is None else value
