"""The body of a file, and the rules for what stands in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from repertory.base.problem import Finding, Place, rule
from repertory.base.text import counted, listed, nearest
from repertory.reading.prose import Heading, Picture
from repertory.reading.source import Source
from repertory.reading.taxonomy import Section

BODY_CHARACTERS = 256 * 1024
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.DOTALL | re.MULTILINE)
RAW_HTML = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>")


class Body(NamedTuple):
    """The part of a file behind its front matter, and the line of the file it begins in."""

    source: Source
    text: str
    first_line: int

    def find(self, text: str) -> Place:
        """Return where `text` stands first in the body."""
        return self.source.find(text, self.first_line)

    def find_link(self, target: str) -> Place:
        """Return where the target of a link stands: between its brackets, not in its words."""
        opening = "]("
        if f"{opening}{target})" not in self.text:
            return self.find(target)
        place = self.find(f"{opening}{target})")
        return replace(place, column=place.column + len(opening), width=len(target))


@rule("error")
def h1_in_body(body: Body, titles: list[str]) -> Iterator[Finding]:
    """The text has a heading of the first level.

    The title of the page is its only one; headings in the text have two hashes.
    """
    for title in titles:
        place = body.find(title)
        yield Finding(place, f"“{title}” is a heading of the first level.", f"Write ## {title}")


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
            message = f"“{heading.text}” is of level {heading.level}, below one of level {before}."
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
    """A link leads neither to the web, nor to a mail address, nor to a file of the site."""
    hint = "Write the whole address, beginning with https://"
    yield Finding(body.find(target), f"The link “{target[:60]}” cannot be followed safely.", hint)


@rule("error")
def image_from_elsewhere(body: Body, target: str) -> Iterator[Finding]:
    """A picture in the text is not a file beside the record.

    Pictures from other sites vanish, and tell those sites who reads the page.
    """
    hint = "Put the picture beside the record and write only its file name."
    yield Finding(body.find(target), f"The picture “{target[:60]}” is not beside the record.", hint)


@rule("warning")
def raw_html(body: Body) -> Iterator[Finding]:
    """The text has HTML in it.

    Records are Markdown; HTML is shown as the letters that it is written with.
    """
    plain = CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), body.text)
    for number, line in enumerate(plain.split("\n"), body.first_line):
        found = RAW_HTML.search(line)
        if found:
            place = body.source.place(number, found.start() + 1, len(found[0]))
            hint = "Use Markdown: **bold**, *italic*, [text](address), ## heading."
            yield Finding(place, f"{found[0][:40]} would be shown as it is written.", hint)


@rule("error")
def body_too_large(body: Body) -> Iterator[Finding]:
    """A text is longer than a record can be: 256 KB."""
    if len(body.text) > BODY_CHARACTERS:
        message = f"The text has {counted(len(body.text), 'character')}; 262,144 are read."
        yield Finding(body.source.place(body.first_line), message, "Is this the right file?")


@rule("error")
def body_too_nested(body: Body) -> Iterator[Finding]:
    """Lists or quotations stand inside each other too deeply to be understood."""
    message = "Too many lists or quotations stand inside each other in this text."
    yield Finding(
        body.source.place(body.first_line), message, "Begin lines with one - or > at most."
    )


@rule("error")
def picture_without_words(picture: Picture) -> Iterator[Finding]:
    """A picture in the text has no description in words.

    Who cannot see the picture is told the description that stands in the brackets.
    """
    if not picture.alt.strip():
        hint = f"Write ![what the picture shows]({picture.file})"
        yield Finding(picture.place, f"The picture {picture.file} is not described.", hint)
