"""What is wrong with YAML that cannot be read, in the words of somebody who never saw YAML."""

import re
from collections.abc import Iterator

import yaml

from repertory.base.problem import Finding, Place, Problem, Repair, rule
from repertory.base.text import counted, misspelt, nearest
from repertory.reading.excerpt import CURLY, Excerpt, indent, key_of, quoted
from repertory.reading.suspect import Suspect, suspects

CLOSED_EARLY = re.compile(r"""('(?:[^']|'')*'|"(?:[^"\\]|\\.)*")\s*(?=[^\s#,\]}])""")
BULLET = re.compile(r"\s*[•·▪◦*–—]\s+(?=\S)")
STARTS = ("[", "{", "-", "?", ",", "|", ">", "]", "}", "*", "&", "!", "%", "@", "`")
SIGN_FAULTS = ("cannot start any token", "expected alphabetic or numeric", "find expected '!'",
               "undefined tag handle")  # fmt: skip


@rule("error")
def tab_indentation(suspect: Suspect) -> Iterator[Finding]:
    """A line of the front matter begins with a tab.

    YAML allows only blanks at the beginning of a line.
    """
    found = re.match(r"\s*\t\s*", suspect.line)
    if found and suspect.begins_entry():
        repair = Repair(suspect.number, 1, len(found[0]), "")
        place = suspect.place(1, len(found[0]))
        yield Finding(place, "The line begins with a tab.", "Delete the tab.", repair)
    elif found:
        place = suspect.place(found[0].index("\t") + 1, found[0].count("\t"))
        tabs = found[0][place.column - 1 :]
        repair = Repair(place.line, place.column, len(tabs), tabs.replace("\t", "  "))
        hint = "Replace the tab by two blanks."
        yield Finding(place, "The line begins with a tab.", hint, repair)


@rule("error")
def curly_quotes(suspect: Suspect) -> Iterator[Finding]:
    """Curly quotes stand where YAML needs straight ones.

    Word processors turn " into “ and ”. YAML takes those for letters of the text.
    """
    key, value, column = suspect.pair() or ("", "", 0)
    if value[:1] in tuple(CURLY) and re.search(r":(\s|$)", value):
        spans = value[-1] in CURLY and not set(value[1:-1]) & set(CURLY.replace("’", ""))
        text = value[1:-1] if spans else value
        hint = f"Write {key}: {quoted(text)}"
        yield Finding(suspect.place(column, 1), "A curly quote does not count as a quote.", hint)


@rule("error")
def apostrophe_in_quotes(suspect: Suspect) -> Iterator[Finding]:
    """A quoted text ends too early, at an apostrophe or quote inside it.

    Between single quotes an apostrophe ends the text; so does a double quote between double ones.
    """
    key, value, column = suspect.pair() or ("", "", 0)
    early = CLOSED_EARLY.match(value)
    if early:
        what = "an apostrophe" if value[0] == "'" else "a quote"
        text = value[1:-1] if value[-1] == value[0] else value
        place = suspect.place(column + early.end(1) - 1, 1)
        hint = f"Write {key}: {quoted(text)}"
        is_clear = re.fullmatch(r"'[^']*(\w'\w[^']*)+'", value)
        repair = suspect.in_quotes(text) if is_clear else None
        yield Finding(place, f"The quoted text ends here, at {what} inside it.", hint, repair)


@rule("error")
def unclosed_quote(suspect: Suspect) -> Iterator[Finding]:
    """A text begins with a quote, and no quote ends it.

    Everything behind the quote, to the end of the front matter, would belong to the text.
    """
    ends = "unexpected end" in suspect.said or "document indicator" in suspect.said
    if ends and "quoted scalar" in suspect.said:
        place = suspect.context
        text = place.source[place.column - 1 :]
        hint = f"Put {text[:1]} at its end."
        if re.match(r"'\w", text) and text.count("'") == 1:
            hint = f"Put the whole text in double quotes: {quoted(text)}"
        yield Finding(place, "A quote opens here and is never closed.", hint)


@rule("error")
def backslash_in_quotes(suspect: Suspect) -> Iterator[Finding]:
    """A backslash stands in a text between double quotes.

    YAML takes it together with the next letter for a special sign.
    """
    if "escape" in suspect.said:
        hint = "Write two backslashes, or put the text in single quotes."
        message = "A backslash means something else between double quotes."
        yield Finding(suspect.stop, message, hint)


@rule("error")
def missing_dash(place: Place, text: str) -> Iterator[Finding]:
    """An item of a list has no dash before it.

    A list is written with one line for each term, every line beginning with a dash and a blank.
    """
    message = "A line of this list does not begin with a dash and a blank."
    item = text.strip().lstrip("-").strip()
    if re.match(r"new\s*:", item, re.IGNORECASE):
        item = quoted(item)
    elif key := key_of(item):  # an item is no key with a value
        item = key["key"] if key["gap"] or not key["value"] else item
    yield Finding(place, message, f"Write - {item}")


def _without_dash(suspect: Suspect) -> Iterator[Problem]:
    """Find a line that stands among the items of a list without being one, or has a bullet."""
    bullet = BULLET.match(suspect.line)
    is_below = suspect.above.lstrip().startswith("- ") and indent(suspect.line) >= indent(
        suspect.above
    )
    is_text = bool(suspect.line.strip()) and not suspect.line.lstrip().startswith("-")
    is_item = ":" not in suspect.line or "expected '-'" in suspect.said
    if bullet or (is_below and is_text and is_item and not suspect.begins_entry()):
        yield from missing_dash(suspect.place(), suspect.line[bullet.end() if bullet else 0 :])


@rule("error")
def unclosed_bracket(suspect: Suspect) -> Iterator[Finding]:
    """A list in brackets is not closed, or a comma is missing in it.

    A list is written [one, two]: a bracket on each side and a comma between the terms.
    """
    if "flow" in suspect.said:
        place = suspect.context
        sign = place.source[place.column - 1 : place.column]
        closing = "}" if sign == "{" else "]"
        message = f"The list that opens here with {sign} is not closed, or lacks a comma."
        hint = f"Write the terms with commas between them, and {closing} at the end."
        yield Finding(place, message, hint)


@rule("error")
def unquoted_sign(place: Place, repair: Repair | None = None) -> Iterator[Finding]:
    """A text begins with a sign that means something else in YAML.

    A text that begins with @, `, %, *, &, !, [, {, >, |, -, ? or a comma needs quotes around it.
    """
    text = place.source[place.column - 1 :]
    hint = f"Put the text in double quotes: {quoted(text)}"
    message = f"A text cannot begin with {text[:1]} unless it is quoted."
    yield Finding(place, message, hint, repair)


def _begins_with_sign(suspect: Suspect) -> Iterator[Problem]:
    """Find a sign at the beginning of a text, where the parser stopped or behind a key."""
    if any(words in suspect.said for words in SIGN_FAULTS):
        place = suspect.stop if "start any token" in suspect.said else suspect.context
        place = Place(place.path, place.line, place.column, 1, place.source)
        _, value, column = suspect.pair() or ("", "", 0)
        is_clear = value.startswith(("@", "`", "%")) and suspect.place(column, 1) == place
        yield from unquoted_sign(place, suspect.in_quotes(value) if is_clear else None)
        return
    _, value, column = suspect.pair() or ("", "", 0)
    is_list = re.fullmatch(r"\[.*\]|\{.*\}|[|>][+-]?", value)
    if value.startswith(STARTS) and not is_list:
        yield from unquoted_sign(suspect.place(column, 1))


@rule("error")
def unquoted_colon(suspect: Suspect) -> Iterator[Finding]:
    """A text without quotes has a colon followed by a blank.

    YAML takes the words before the colon for a key.
    """
    found = key_of(suspect.line)
    if not found or found["value"].startswith(("'", '"', "[", "{", "|", ">", "#")):
        return
    colon = re.search(r":(\s|$)", found["value"])
    if colon and found["gap"]:
        place = suspect.place(found.start("value") + colon.start() + 1, 1)
        text = f"{found['key']}: {quoted(found['value'])}"
        repair = suspect.in_quotes(found["value"])
    elif " " in found["key"] and found["indent"]:
        place = suspect.place(found.end("key") + 1, 1)
        text, repair = f'"... {suspect.line.strip()}"', None
    else:
        return
    hint = f"Put the whole text in double quotes: {text}"
    yield Finding(place, "A colon inside a text needs quotes around the text.", hint, repair)


@rule("error")
def missing_blank(suspect: Suspect) -> Iterator[Finding]:
    """There is no blank after the colon behind a key, or after the dash before an item.

    Without it the whole line is one word to YAML.
    """
    found = re.match(r"^(\s*)([A-Za-z][\w-]*:|-)(?!//)([^\s-].*)$", suspect.line)
    if found:
        sign = "dash" if found[2] == "-" else "colon"
        text = found[3] if len(found[3]) < 60 else "..."
        is_key = not found[1] and misspelt(found[2][:-1], suspect.excerpt.known)
        is_item = not found[2][1:] and re.search(r"^\s*-|:\s*$", suspect.above)
        repair = Repair(suspect.number, found.end(2) + 1, 0, " ") if is_key or is_item else None
        place, message = suspect.place(found.end(2), 1), f"A blank is missing after this {sign}."
        yield Finding(place, message, f"Write {found[2]} {text}", repair)


@rule("error")
def missing_colon(suspect: Suspect) -> Iterator[Finding]:
    """A line of the front matter has no colon.

    Every line is a key, a colon, a blank and a value, or an item of a list.
    """
    found = re.match(r"^([A-Za-z][\w-]*)(\s*[=;：]|(?=\s|$))(\s*)(.*)$", suspect.line)
    if found and nearest(found[1], suspect.excerpt.known):
        hint = f"Write {found[1]}: {found[4].strip()[:60] or '...'}"
        is_clear = found[2] and misspelt(found[1], suspect.excerpt.known)
        colon = ":" if found[3] or not found[4] else ": "
        width = len(found[2])
        repair = Repair(suspect.number, found.end(1) + 1, width, colon) if is_clear else None
        yield Finding(suspect.place(), "There is no colon in this line.", hint, repair)


@rule("error")
def line_not_continued(suspect: Suspect) -> Iterator[Finding]:
    """A line seems to go on with the text of the line above, but is not indented.

    A value stands in one line; the lines after it begin with two blanks.
    """
    is_text = re.match(r"[\w\"'(“„«]", suspect.line) and not suspect.pair()
    is_value = re.match(r"https?://", suspect.line)
    if (is_text or is_value) and suspect.above.strip():
        hint = "Join the two lines, or begin this one with two blanks."
        yield Finding(suspect.place(), "This line seems to continue the line above it.", hint)


@rule("error")
def wrong_indentation(suspect: Suspect) -> Iterator[Finding]:
    """A line does not begin below the lines that it belongs with.

    Keys of the same kind begin in the same column.
    """
    is_item = suspect.line.lstrip().startswith("- ")
    if not is_item and not suspect.pair():
        return
    lines = suspect.excerpt.lines()
    alike = [n for n in lines if n < suspect.number and lines[n].strip()]
    alike = [n for n in alike if lines[n].lstrip().startswith("- ") == is_item]
    own = indent(suspect.line)
    if not alike or indent(lines[alike[-1]]) == own:
        return
    depth = indent(lines[alike[-1]] if is_item else lines[alike[0]])
    if depth == own:
        return
    message = f"The line begins with {counted(own, 'blank')}; the line that it belongs with"
    message += f" (line {alike[-1]}) begins with {depth}."
    hint = f"Begin it with {counted(depth, 'blank')}." if depth else "Begin it without blanks."
    yield Finding(suspect.place(1, max(1, own)), message, hint)


@rule("error")
def yaml_syntax(suspect: Suspect) -> Iterator[Finding]:
    """The front matter is not valid YAML.

    YAML is the notation of the lines between the two --- lines: key, colon, blank, value.
    """
    message = f"This cannot be understood ({suspect.said.split(';')[0]})."
    hint = "Look at this line and the one above it, and compare them with a record that works."
    yield Finding(suspect.stop, message, hint)


DIAGNOSES = (
    tab_indentation,
    curly_quotes,
    apostrophe_in_quotes,
    backslash_in_quotes,
    unclosed_quote,
    _without_dash,
    unclosed_bracket,
    _begins_with_sign,
    unquoted_colon,
    missing_blank,
    missing_colon,
    line_not_continued,
    wrong_indentation,
    yaml_syntax,
)
"""What may be wrong, the most telling first."""


def explain(
    excerpt: Excerpt, fault: yaml.MarkedYAMLError
) -> tuple[tuple[Problem, ...], Excerpt, frozenset[str]]:
    """Say what is wrong; return that, the excerpt without the entry, and the key passed over."""
    suspected = tuple(suspects(excerpt, fault))
    for diagnose in DIAGNOSES:
        for suspect in suspected:
            problems = tuple(diagnose(suspect))
            if problems:
                return problems, *excerpt.without(problems[0].line)
    raise AssertionError("yaml_syntax always finds something")
