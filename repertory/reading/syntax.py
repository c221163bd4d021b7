"""What is wrong with YAML that cannot be read, in the words of somebody who never saw YAML."""

import re
from collections.abc import Iterator

import yaml

from repertory.base.problem import Finding, Place, Problem, rule
from repertory.base.text import counted
from repertory.reading.excerpt import CURLY, KEY, Excerpt, indent, quoted


@rule("error")
def tab_indentation(excerpt: Excerpt, suspects: tuple[int, ...]) -> Iterator[Finding]:
    """A line of the front matter begins with a tab.

    YAML allows only blanks at the beginning of a line.
    """
    lines = excerpt.lines()
    for number in suspects:
        found = re.match(r"\s*\t\s*", lines.get(number, ""))
        if found:
            place = excerpt.place(number, found[0].index("\t") + 1, found[0].count("\t"))
            yield Finding(place, "The line begins with a tab.", "Replace the tab by two blanks.")
            return


@rule("error")
def curly_quotes(excerpt: Excerpt, suspects: tuple[int, ...]) -> Iterator[Finding]:
    """Curly quotes stand where YAML needs straight ones.

    Word processors turn " into “ and ”. YAML takes those for letters of the text.
    """
    for number in suspects:
        found = KEY.match(excerpt.lines().get(number, ""))
        if found and found["value"][:1] in tuple(CURLY) and re.search(r":(\s|$)", found["value"]):
            place = excerpt.place(number, found.start("value") + 1, 1)
            hint = f"Write {found['key']}: {quoted(found['value'].strip(CURLY + ' '))}"
            yield Finding(place, "A curly quote does not count as a quote.", hint)
            return


@rule("error")
def apostrophe_in_quotes(excerpt: Excerpt, suspects: tuple[int, ...]) -> Iterator[Finding]:
    """A quoted text ends too early, at an apostrophe or quote inside it.

    Between single quotes an apostrophe ends the text; so does a double quote between double ones.
    """
    closed = re.compile(
        r"""('(?:[^']|'')*'|"(?:[^"\\]|\\.)*")(?=[^\s,\]}])|("[^"]*")(?=\s+[^\s#])"""
    )
    for number in suspects:
        found = KEY.match(excerpt.lines().get(number, ""))
        text = found["value"].strip() if found else ""
        early = closed.match(text)
        if found and early:
            place = excerpt.place(number, found.start("value") + early.end(), 1)
            what = "an apostrophe" if text[0] == "'" else "a quote"
            inner = text[1:-1] if text[-1] == text[0] else text[1:]
            hint = f"Write {found['key']}: {quoted(inner)}"
            yield Finding(place, f"The quoted text ends here, at {what} inside it.", hint)
            return


@rule("error")
def unclosed_quote(excerpt: Excerpt, fault: yaml.MarkedYAMLError) -> Iterator[Finding]:
    """A text begins with a quote, and no quote ends it.

    Everything behind the quote, to the end of the front matter, would belong to the text.
    """
    ends = "unexpected end" in (fault.problem or "") or "document indicator" in (
        fault.problem or ""
    )
    if ends and "quoted scalar" in (fault.context or "") and fault.context_mark:
        mark = fault.context_mark
        place = excerpt.place(excerpt.first_line + mark.line, mark.column + 1, 1)
        sign = place.source[mark.column : mark.column + 1]
        yield Finding(place, "A quote opens here and is never closed.", f"Put {sign} at its end.")


@rule("error")
def backslash_in_quotes(excerpt: Excerpt, fault: yaml.MarkedYAMLError) -> Iterator[Finding]:
    """A backslash stands in a text between double quotes.

    YAML takes it together with the next letter for a special sign.
    """
    if "escape" in (fault.problem or "") and fault.problem_mark:
        mark = fault.problem_mark
        place = excerpt.place(excerpt.first_line + mark.line, mark.column + 1, 1)
        yield Finding(place, "A backslash means something else between double quotes.",
                      "Write two backslashes, or put the text in single quotes.")  # fmt: skip


@rule("error")
def unclosed_bracket(excerpt: Excerpt, fault: yaml.MarkedYAMLError) -> Iterator[Finding]:
    """A list in brackets is not closed, or a comma is missing in it.

    A list is written [one, two]: a bracket on each side and a comma between the terms.
    """
    if "flow" in (fault.context or "") and fault.context_mark:
        mark = fault.context_mark
        place = excerpt.place(excerpt.first_line + mark.line, mark.column + 1, 1)
        sign = place.source[mark.column : mark.column + 1]
        closing = {"[": "]", "{": "}"}.get(sign, "]")
        message = (
            f"The list that opens here with {sign} is not closed, or a comma is missing in it."
        )
        yield Finding(
            place, message, f"Write the terms with commas between them, and {closing} at the end."
        )


@rule("error")
def unquoted_sign(place: Place) -> Iterator[Finding]:
    """A text begins with a sign that means something else in YAML.

    A text that begins with @, `, %, *, & or ! needs quotes around it.
    """
    text = place.source[place.column - 1 :]
    hint = f"Put the text in double quotes: {quoted(text)}"
    yield Finding(place, f"A text cannot begin with {text[:1]} unless it is quoted.", hint)


@rule("error")
def unquoted_colon(excerpt: Excerpt, suspects: tuple[int, ...]) -> Iterator[Finding]:
    """A text without quotes has a colon followed by a blank.

    YAML takes the words before the colon for a key.
    """
    lines = excerpt.lines()
    for number in suspects:
        found = KEY.match(lines.get(number, ""))
        if not found or found["value"][:1] in tuple("\"'[{|>#"):
            continue
        colon = re.search(r":(\s|$)", found["value"])
        if colon and found["gap"]:
            place = excerpt.place(number, found.start("value") + colon.start() + 1, 1)
            text = f"{found['key']}: {quoted(found['value'])}"
        elif " " in found["key"] and found["indent"]:
            place = excerpt.place(number, found.end("key") + 1, 1)
            text = f'"... {lines[number].strip()}"'
        else:
            continue
        hint = f"Put the whole text in double quotes: {text}"
        yield Finding(place, "A colon inside a text needs quotes around the text.", hint)
        return


@rule("error")
def missing_dash(place: Place, text: str) -> Iterator[Finding]:
    """An item of a list has no dash before it.

    A list is written with one line for each term, every line beginning with a dash and a blank.
    """
    message = "A line of this list does not begin with a dash and a blank."
    yield Finding(place, message, f"Write - {text.strip().lstrip('-').strip()}")


@rule("error")
def missing_blank(excerpt: Excerpt, suspects: tuple[int, ...]) -> Iterator[Finding]:
    """There is no blank after the colon behind a key.

    Without it the whole line is one word to YAML.
    """
    for number in suspects:
        found = re.match(r"^(\s*)([A-Za-z_-]+):(?!//)(\S.*)$", excerpt.lines().get(number, ""))
        if found:
            place = excerpt.place(number, found.end(2) + 1, 1)
            hint = f"Write {found[2]}: {found[3]}"
            yield Finding(place, "A blank is missing after this colon.", hint)
            return


@rule("error")
def missing_colon(excerpt: Excerpt, suspects: tuple[int, ...]) -> Iterator[Finding]:
    """A line of the front matter has no colon.

    Every line is a key, a colon, a blank and a value, or an item of a list.
    """
    for number in suspects:
        line = excerpt.lines().get(number, "")
        if re.match(r"^[A-Za-z_][\w-]*(\s*=\s*|\s+|$)", line) and ":" not in line:
            word = re.split(r"[\s=]", line)[0]
            rest = line[len(word) :].lstrip(" =")
            hint = f"Write {word}: {rest}" if rest else f"Write {word}: and its value behind it"
            yield Finding(excerpt.place(number), "There is no colon in this line.", hint)
            return


@rule("error")
def wrong_indentation(excerpt: Excerpt, suspects: tuple[int, ...]) -> Iterator[Finding]:
    """A line does not begin below the lines that it belongs with.

    Keys of the same kind begin in the same column.
    """
    lines = excerpt.lines()
    for number in suspects:
        line = lines.get(number, "")
        is_item = line.lstrip().startswith("- ")
        if not is_item and not KEY.match(line):
            continue
        alike = [n for n in lines if n < number and lines[n].strip()]
        alike = [n for n in alike if lines[n].lstrip().startswith("- ") == is_item]
        if not alike or indent(lines[alike[-1]]) == indent(line):
            continue
        depth = indent(lines[alike[-1]] if is_item else lines[alike[0]])
        message = (
            f"The line begins with {counted(indent(line), 'blank')}; the line that it belongs with"
        )
        message += f" (line {alike[-1]}) begins with {depth}."
        place = excerpt.place(number, 1, max(1, indent(line)))
        hint = f"Begin it with {counted(depth, 'blank')}." if depth else "Begin it without blanks."
        yield Finding(place, message, hint)
        return


@rule("error")
def yaml_syntax(excerpt: Excerpt, fault: yaml.MarkedYAMLError) -> Iterator[Finding]:
    """The front matter is not valid YAML.

    YAML is the notation of the lines between the two --- lines: key, colon, blank, value.
    """
    mark = fault.problem_mark or fault.context_mark
    line = excerpt.first_line + (mark.line if mark else 0)
    column = mark.column + 1 if mark else 1
    message = f"This cannot be understood ({fault.problem or 'not valid YAML'})."
    yield Finding(excerpt.place(line, column, 1), message, "Compare it with a record that works.")


def explain(
    excerpt: Excerpt, fault: yaml.MarkedYAMLError
) -> tuple[tuple[Problem, ...], Excerpt, frozenset[str]]:
    """Say what is wrong; return that, the excerpt without the entry, and the key passed over."""
    problems = _diagnose(excerpt, fault)
    return problems, *excerpt.without(problems[0].line)


def _diagnose(excerpt: Excerpt, fault: yaml.MarkedYAMLError) -> tuple[Problem, ...]:
    """Ask the rules for syntax, the most telling first."""
    suspects = _suspects(excerpt, fault)
    sign, dashless = _sign(excerpt, fault), _dashless(excerpt, fault, suspects)
    for problems in (
        tab_indentation(excerpt, tuple(excerpt.lines())),
        curly_quotes(excerpt, suspects),
        apostrophe_in_quotes(excerpt, suspects),
        backslash_in_quotes(excerpt, fault),
        unclosed_quote(excerpt, fault),
        unclosed_bracket(excerpt, fault),
        unquoted_sign(sign) if sign else iter(()),
        missing_dash(dashless, dashless.source) if dashless else iter(()),
        unquoted_colon(excerpt, suspects),
        missing_blank(excerpt, suspects),
        missing_colon(excerpt, suspects),
        wrong_indentation(excerpt, suspects),
        yaml_syntax(excerpt, fault),
    ):
        found = tuple(problems)
        if found:
            return found
    raise AssertionError("yaml_syntax always finds something")


def _sign(excerpt: Excerpt, fault: yaml.MarkedYAMLError) -> Place | None:
    """Return the place of a sign that cannot begin a text, if that is what stopped the parser."""
    marks = {
        "cannot start any token": fault.problem_mark,
        "expected alphabetic or numeric": fault.context_mark,
        "find expected '!'": fault.context_mark,
        "undefined tag handle": fault.problem_mark,
    }
    for words, mark in marks.items():
        if mark and words in (fault.problem or ""):
            return excerpt.place(excerpt.first_line + mark.line, mark.column + 1, 1)
    return None


def _dashless(
    excerpt: Excerpt, fault: yaml.MarkedYAMLError, suspects: tuple[int, ...]
) -> Place | None:
    """Return the place of a line that stands among the items of a list without being one."""
    lines = excerpt.lines()
    for number in suspects:
        above = [n for n in lines if n < number and lines[n].strip()][-1:]
        text, item = lines.get(number, ""), lines[above[0]] if above else ""
        is_below = item.lstrip().startswith("- ") and indent(text) >= indent(item)
        is_text = text.strip() and not text.lstrip().startswith("-")
        if is_below and is_text and (":" not in text or "expected '-'" in (fault.problem or "")):
            return excerpt.place(number)
    return None


def _suspects(excerpt: Excerpt, fault: yaml.MarkedYAMLError) -> tuple[int, ...]:
    """Return the lines that may be the cause: where the parser stopped, and those before."""
    lines = excerpt.lines()
    last = max(lines)
    marks = [m.line for m in (fault.problem_mark, fault.context_mark) if m]
    stops = [min(excerpt.first_line + line, last) for line in marks] or [excerpt.first_line]
    before = [n for n in lines if n < stops[0] and lines[n].strip()][-1:]
    return tuple(dict.fromkeys([stops[0], *before, *stops[1:]]))
