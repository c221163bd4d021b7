"""The body of a file, and the rules for what stands in it."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from repertory.base.problem import Finding, Place, rule
from repertory.base.slugs import DEVICE, OF_WINDOWS
from repertory.base.text import counted, listed, nearest
from repertory.reading.prose import Heading, Picture
from repertory.reading.source import Source
from repertory.reading.taxonomy import Section

BODY_CHARACTERS = 256 * 1024
MOST_BRACKETS = 1_500
MOST_WORK = 300_000_000  # half a second: signs of a paragraph times its characters
SIGNS = re.compile(r"[\n\\`*_<&!\[|]")
INDENT = re.compile(r"^[ \t]*", re.MULTILINE)
EMPTY_LINE = re.compile(r"\n[ \t]*\n")
TOO_DEEP = re.compile(r"^(?:[ \t]*(?:>|[*+-][ \t]|\d+\.[ \t])){30}", re.MULTILINE)
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.DOTALL | re.MULTILINE)
PICTURE_TYPES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")
OTHER_PICTURES = (".svg", ".svgz", ".heic", ".heif", ".tif", ".tiff", ".bmp")
PICTURE = re.compile(
    rf"(?!{DEVICE}\.)\w[\w.-]*({'|'.join(map(re.escape, PICTURE_TYPES))})",
    re.IGNORECASE | re.ASCII,
)
RAW_HTML = re.compile(r"</?[a-zA-Z][\w:-]*(\s[^<>]*)?/?>|<!--")
ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s+\S|\s*([•·▪◦–—])\s+\S")
LISTED = re.compile(r"\s*([-*+•·▪◦–—>|]|\d+[.)]|\[|:\s)|\s\s+\S|#")


class Body(NamedTuple):
    """The part of a file behind its front matter, and the line of the file it begins in."""

    source: Source
    text: str
    first_line: int

    def lines(self, sign: str = "") -> Iterator[tuple[int, str]]:
        """Yield the lines that have `sign`, by number in the file, with blanks in place of code."""
        if sign in self.text:
            for number, line in enumerate(_without_code(self.text), self.first_line):
                if sign in line:
                    yield number, line

    def place_at(self, offset: int) -> Place:
        """Return the place of a character of the text."""
        line_start = self.text.rfind("\n", 0, offset) + 1
        line = self.first_line + self.text.count("\n", 0, offset)
        return self.source.place(line, offset - line_start + 1, 1)

    def find(self, text: str, before: str = "", after: int = 0) -> Place:
        """Return where `text` stands first behind the line `after`, if it can be with `before`."""
        lines = _without_code(self.text)
        for opening in dict.fromkeys((before, "")):
            for index in range(max(0, after + 1 - self.first_line), len(lines)):
                column = lines[index].find(opening + text)
                if column >= 0:
                    column += len(opening) + 1
                    return self.source.place(self.first_line + index, column, len(text))
        return self.source.place(self.first_line)


@lru_cache(maxsize=2)
def _without_code(text: str) -> tuple[str, ...]:
    if "`" not in text and "~~~" not in text:
        return tuple(text.split("\n"))
    return tuple(CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text).split("\n"))


@rule("error")
def h1_in_body(body: Body, titles: list[str]) -> Iterator[Finding]:
    """The text has a heading of the first level.

    The title of the page is its only one; headings in the text have two hashes.
    """
    for title in titles:
        place = body.find(title, "# ")
        hint = f"Delete it if it is the title, or write ## {title}"
        yield Finding(place, f"“{title}” is a heading of the first level.", hint)


@rule("error")
def unknown_section(heading: Heading, sections: tuple[Section, ...]) -> Iterator[Finding]:
    """A heading of the second level is not a section that records have.

    The same headings in every record make records comparable; further headings have three hashes.
    """
    labels = [section.label() for section in sections]
    near = nearest(heading.text, labels)
    hint = f"Did you mean ## {near}?" if near else f"Sections are {listed(labels)}; or write ###."
    yield Finding(heading.place, f"“{heading.text}” is not a section of a record.", hint)


@rule("error")
def section_given_twice(heading: Heading, first: Heading) -> Iterator[Finding]:
    """A record has the same section twice."""
    message = f"The section “{heading.text}” is here and in line {first.place.line}."
    yield Finding(heading.place, message, "Join the two.")


@rule("warning")
def empty_section(heading: Heading) -> Iterator[Finding]:
    """A heading has no text below it.

    What is not known is left out, with its heading.
    """
    message = f"There is nothing below the heading “{heading.text}”."
    yield Finding(heading.place, message, "Write something, or delete the heading.")


@rule("error")
def skipped_level(headings: Sequence[Heading]) -> Iterator[Finding]:
    """A heading is more than one level below the one before it.

    Who listens to the page finds the way by its headings, and looks for the level left out.
    """
    before = 1
    for heading in headings:
        if heading.level > before + 1:
            above = f"the heading above it has {before}" if before > 1 else "begin with two"
            message = f"“{heading.text}” has {heading.level} hashes; {above}."
            yield Finding(heading.place, message, f"Write {'#' * (before + 1)} {heading.text}")
        before = heading.level


@rule("error")
def empty_body(body: Body) -> Iterator[Finding]:
    """There is no text behind the front matter."""
    if not body.text.strip():
        hint = "Describe the matter in a few sentences below the second --- line."
        yield Finding(body.source.place(min(body.first_line, len(body.source.lines))),
                      "There is no text below the front matter.", hint)  # fmt: skip


@rule("error")
def bad_link(body: Body, target: str) -> Iterator[Finding]:
    """A link leads neither to the web, nor to a mail address, nor to a file of the site.

    An address with a name before that of the site, https://name@site, hides where it leads.
    """
    hint = "Copy the whole address from the browser; it begins with https://"
    if target.lower().startswith("mailto:"):
        hint = "Write mailto: and an e-mail address, such as mailto:us@example.org"
    yield Finding(body.find(target), f"The link “{target[:60]}” cannot be followed safely.", hint)


@rule("error")
def bad_picture_name(place: Place, name: str) -> Iterator[Finding]:
    """A picture is not named as a file beside the record.

    Pictures lie in the same folder as the record: jpg, png, webp, avif or gif. Those of other
    sites vanish, and tell those sites who reads the page. SVG drawings may carry programs.
    """
    if not PICTURE.fullmatch(name):
        hint = "Put a jpg, png, webp, avif or gif beside the record, and write only its file name."
        if name.lower().endswith(OTHER_PICTURES):
            hint = (
                f"Export it as PNG or JPEG beside the record, and write {_stem(name)}.png or .jpg"
            )
        if re.fullmatch(DEVICE, _stem(name), re.IGNORECASE):
            hint = OF_WINDOWS
        yield Finding(place, f"“{name[:60]}” is not the name of a picture here.", hint)


def _stem(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]


@rule("warning")
def raw_html(body: Body) -> Iterator[Finding]:
    """The text has HTML in it.

    Records are Markdown; HTML is shown as the letters that it is written with.
    """
    for number, line in body.lines("<"):
        for found in RAW_HTML.finditer(line):
            place = body.source.place(number, found.start() + 1, len(found[0]))
            hint = "Use Markdown: **bold**, *italic*, [text](address), ## heading."
            yield Finding(place, f"{found[0][:40]} would be shown as it is written.", hint)


@rule("warning")
def list_not_seen(body: Body) -> Iterator[Finding]:
    """Lines that look like a list would be shown as running text.

    A list begins after an empty line, and every item with a hyphen and a blank, or 1. and a blank.
    """
    above = ""
    for number, line in body.lines():
        item = ITEM.match(line)
        hint = ""
        if item and item[1]:
            hint = f"Begin the line with a hyphen and a blank: - {line.strip()[1:].strip()[:40]}"
        elif item and above.strip() and not LISTED.match(above):
            hint = "Put an empty line before the first item of the list."
        if hint:
            place = body.source.place(number, 1, len(line))
            yield Finding(place, "This line would not be shown as an item of a list.", hint)
        above = line


@rule("warning")
def text_not_shown(body: Body) -> Iterator[Finding]:
    """A line defines something that the text never uses, and is not shown itself.

    [word]: and *[word]: and [^1]: at the beginning of a line define links, abbreviations and
    footnotes in Markdown.
    """
    for number, line in body.lines("]:"):
        found = re.match(r" {0,3}(\*?)\[(\^?[^\]]+)\]:\s+\S", line)
        if found:
            use = found[2] if found[1] else f"[{found[2]}]"
            if body.text.casefold().count(use.casefold()) < 2:
                hint = f"If it is part of the text, write \\{line.strip()[:40]}"
                place = body.source.place(number, 1, len(line))
                yield Finding(place, "This line would not be shown.", hint)


@rule("error")
def body_too_large(body: Body) -> Iterator[Finding]:
    """A text is longer than a record can be: 256 KB."""
    if len(body.text) > BODY_CHARACTERS:
        message = f"The text has {counted(len(body.text), 'character')}; 262,144 are read."
        yield Finding(body.source.place(body.first_line), message, "Is this the right file?")


@rule("error")
def body_too_nested(body: Body, is_too_deep: bool = False) -> Iterator[Finding]:
    """Lists or quotations stand inside each other too deeply."""
    found = TOO_DEEP.search(body.text)
    if is_too_deep and not found:
        found = max(INDENT.finditer(body.text), key=lambda indent: len(indent[0]))
    if found:
        message = "Too many lists or quotations stand inside each other here."
        hint = "Begin the line with one - or > at most, and with few blanks."
        yield Finding(body.place_at(found.start()), message, hint)


@rule("error")
def too_many_brackets(body: Body) -> Iterator[Finding]:
    """A text has more brackets than any text has links: 1,500.

    The time that Markdown takes for them grows with their square.
    """
    found = next(islice(re.finditer(r"\[", body.text), MOST_BRACKETS, None), None)
    if found:
        message = f"There are more than {MOST_BRACKETS:,} brackets [ in this text, up to here."
        yield Finding(body.place_at(found.start()), message, "Take out what repeats itself.")


@rule("error")
def too_much_markup(body: Body) -> Iterator[Finding]:
    """Thousands of signs of Markdown stand in a text without an empty line between them.

    The time that Markdown takes for a paragraph grows with its length for every sign in it.
    """
    if len(body.text) ** 2 <= MOST_WORK:  # no sign needs more than all of the text
        return
    works: list[tuple[int, int, int]] = []
    start = 0
    for gap in (*EMPTY_LINE.finditer(body.text), None):
        end = gap.start() if gap else len(body.text)
        signs = len(SIGNS.findall(body.text, start, end))
        works.append((signs * (end - start), start, signs))
        start = gap.end() if gap else end
    if sum(work for work, _, _ in works) > MOST_WORK:
        work, start, signs = max(works)
        message = f"Here begin {work // signs:,} characters without an empty line, with {signs:,}"
        message += " signs that may mean something in Markdown."
        hint = "Put empty lines between paragraphs, and take out what repeats itself."
        yield Finding(body.place_at(start), message, hint)


@rule("error")
def picture_without_words(picture: Picture) -> Iterator[Finding]:
    """A picture in the text has no description in words.

    Who cannot see the picture is told the description that stands in the brackets.
    """
    if not picture.alt.strip():
        hint = f"Write ![what the picture shows]({picture.file})"
        yield Finding(picture.place, f"The picture {picture.file} is not described.", hint)
