"""The body of a record becomes Prose: Markdown, then an allow-list, then our own heading ids."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from html import unescape
from itertools import chain, islice
from posixpath import dirname, join, normpath, relpath
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

import nh3
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE

from repertory.base.budget import OverBudget
from repertory.base.problem import Place
from repertory.base.slugs import slugged
from repertory.base.text import composed
from repertory.reading.addresses import REL, followed, is_address, is_mail
from repertory.reading.body import (
    PICTURE,
    Body,
    bad_link,
    bad_picture_name,
    body_too_large,
    body_too_nested,
    empty_body,
    empty_section,
    h1_in_body,
    list_not_seen,
    picture_without_words,
    raw_html,
    section_given_twice,
    skipped_level,
    text_not_shown,
    too_many_brackets,
    too_much_markup,
    unknown_section,
)
from repertory.reading.converter import Converter
from repertory.reading.prose import Heading, Link, Picture, Prose
from repertory.reading.source import Reading, harmful, unseen
from repertory.reading.taxonomy import Taxonomy

LONGEST_LINK = 4_000
SCHEMES = frozenset({"http", "https", "mailto"})
TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote",
    "pre", "code", "em", "strong", "a", "img", "sup", "abbr", "div",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title", "class", "rel"},
    "abbr": {"title"},
    "code": {"class"},
    "div": {"class"},
    "img": {"src", "alt", "title"},
    "li": {"id"},
    "ol": {"start"},
    "sup": {"id"},
}
OWN_VALUES = {  # attributes that only our Markdown extensions may set, and what they set
    "class": re.compile(r"footnote(-ref|-backref)?|language-[\w+-]+"),
    "id": re.compile(r"fn(ref)?\d*:[\w-]+"),
    "rel": re.compile(REL),
}
ENTITY = re.compile(r"&(?:#\w+|\w+);?")
ANCHORED = re.compile(r"(<h[2-6] id=[^>]*>.*?</h[2-6]>)", re.DOTALL)
HEADING = re.compile(r"<h([2-6])>(.*?)</h\1>", re.DOTALL)
FOOTNOTE_SIGN = re.compile(r"<sup.*?</sup>", re.DOTALL)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
SCROLLING = (
    r'<div class="table" role="group" aria-label="Table" tabindex="0">\g<0></div>'  # by keyboard
)


class Notes(NamedTuple):
    """What is noted about a text while it is converted."""

    body: Body
    links: list[Link]
    pictures: list[Picture]
    refused: list[str]
    titles: list[str]


class Survey(Treeprocessor):
    """Notes links, pictures and first-level headings of a text, and turns links to their pages."""

    notes: Notes  # on the text that is converted next

    def run(self, root: Element) -> None:
        """Walk through the elements of a text, once inline Markdown is done."""
        for element in root.iter():
            if element.tag == "a":
                self._link(element)
            elif element.tag == "img":
                self._picture(element)
            elif element.tag == "h1":
                self.notes.titles.append("".join(element.itertext()))
                element.tag = "h2"

    def _link(self, element: Element) -> None:
        notes = self.notes
        whole = element.get("href", "").replace(AMP_SUBSTITUTE, "&")
        written = unescape(whole[:LONGEST_LINK])
        href = followed(written)
        scheme, host, path, _, fragment = _split(href)
        is_whole = len(whole) <= LONGEST_LINK
        is_elsewhere = scheme or host or unseen(unquote(path)) or not is_whole
        if is_elsewhere and not (is_whole and (is_mail(href) or is_address(href))):
            notes.refused.append(written)
            href = ""
        elif is_elsewhere and scheme != "mailto":
            element.set("rel", REL)
        elif path and not is_elsewhere:
            page, address = _inside(notes.body.source.path, unquote(path))
            notes.links.append(Link(written, address, notes.body.find(written, "](")))
            href = quote(page) + (f"#{fragment}" if fragment else "")
        element.set("href", href.replace("&", "&amp;"))  # entities are decoded once, not again

    def _picture(self, element: Element) -> None:
        file = unquote(element.get("src", ""))
        place = self.notes.body.find(element.get("src", ""), "](")
        element.set("src", file)
        self.notes.pictures.append(Picture(file, element.get("alt", ""), place))


def _split(href: str) -> tuple[str, str, str, str, str]:
    """Split an address as browsers do, with slashes either way; "?" as scheme where it is none."""
    try:
        return urlsplit(href.replace("\\", "/"))
    except ValueError:
        return ("?", "", "", "", "")


def _inside(path: str, link: str) -> tuple[str, str]:
    """Resolve a relative link: return the page as seen from here, and as seen from the site's root.

    Records may be linked as they lie in the repository (mint.md), by their id (mint), or as other
    programs address them, from the site's root (/practices/mint/).
    """
    folder = dirname(path)
    here = published(folder)
    if link.endswith(".md"):
        address = published(normpath(join(folder, link))).removesuffix(".md") + ".html"
    elif re.search(r"\.\w+$", link):
        address = normpath(join(here, link))
    else:
        address = normpath(join(here, link))
        is_folder = link.endswith("/") and not re.search(r"(practices|news)/[^/]+/$", link)
        address += "/index.html" if is_folder else ".html"
    address = address.lstrip("/")
    return relpath(address, here or "."), address


def published(path: str) -> str:
    """Return where a path of the content folder is in the site: pages stand at its root."""
    return re.sub(r"^content(/|$)(pages(/|$))?", "", path)


def convert(body: Body) -> tuple[str, Notes]:
    """Return the body as HTML that is not yet safe, and what was noted about it.

    Raises RecursionError where lists or quotations stand inside each other too deeply.
    """
    converter, survey = _converter()
    converter.reset()
    survey.notes = Notes(body, [], [], [], [])
    try:
        return converter.convert(body.text), survey.notes
    except (RecursionError, OverBudget):
        _converter.cache_clear()  # what it was cut off in may be left half done
        raise


@lru_cache(maxsize=1)
def _converter() -> tuple[Converter, Survey]:
    survey = Survey()
    return Converter(survey), survey


def read_prose(body: Body, taxonomy: Taxonomy | None = None) -> Reading[tuple[Prose, str, str]]:
    """Turn a body into Prose, its HTML and its text.

    With a taxonomy, second-level headings are sections of that.
    """
    yield from empty_body(body)
    bounds = body_too_large, body_too_nested, too_many_brackets, too_much_markup
    beyond = tuple(islice(chain.from_iterable(bound(body) for bound in bounds), 1))
    if beyond:
        yield from beyond
        return Prose(), "", ""
    yield from raw_html(body)
    yield from list_not_seen(body)
    yield from text_not_shown(body)
    try:
        html, notes = convert(body)
    except RecursionError:
        yield from body_too_nested(body, is_too_deep=True)
        return Prose(), "", ""
    yield from h1_in_body(body, notes.titles)
    for target in notes.refused:
        yield from bad_link(body, target)
    for picture in notes.pictures:
        yield from bad_picture_name(picture.place, picture.file)
        yield from picture_without_words(picture)
    html = sanitised(html)
    sign = unseen(html)
    place = _entity(body, sign[0]) if sign else body.source.place(body.first_line)
    harm = list(harmful(place, html))
    if harm:
        yield from harm
        return Prose(), "", ""
    html, headings = with_anchors(html, body, taxonomy)
    if taxonomy:
        yield from _sections([h for h in headings if h.text not in notes.titles], taxonomy)
    yield from skipped_level(headings)
    parts = ANCHORED.split(html)
    texts = [plain(part) for part in parts]
    yield from _emptiness(headings, parts[2::2], texts[2::2])
    html = TABLE.sub(SCROLLING, html).replace("<pre>", '<pre tabindex="0">')
    good = tuple(picture for picture in notes.pictures if PICTURE.fullmatch(picture.file))
    text = " ".join(filter(None, texts))
    found = tuple((heading.level, heading.anchor, heading.text) for heading in headings)
    return Prose(found, tuple(notes.links), good, len(text)), html, text


def sanitised(html: str) -> str:
    """Return what the allow-list lets through; `class` and `id` as our extensions write them.

    A letter and its accent, which may be an entity, become one sign: within a text or a tag, for
    an accent behind a tag would change the tag.
    """
    clean = ALLOW_LIST.clean(html)
    if unicodedata.is_normalized("NFC", clean):
        return clean
    return re.sub("[^<>]+", lambda part: composed(part[0]), clean)


def _entity(body: Body, sign: str) -> Place:
    """Return where a text has the entity that stands for a sign."""
    for number, line in enumerate(body.text.split("\n"), body.first_line):
        for found in ENTITY.finditer(line):
            if sign in unescape(found[0]):
                return body.source.place(number, found.start() + 1, len(found[0]))
    return body.source.place(body.first_line)


def _own(tag: str, attribute: str, value: str) -> str | None:
    pattern = OWN_VALUES.get(attribute)
    return value if pattern is None or pattern.fullmatch(value) else None


ALLOW_LIST = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_own,
    url_schemes=set(SCHEMES),
    link_rel=None,
)


def plain(html: str) -> str:
    """Return the text of HTML, one blank between blocks."""
    bare = re.sub(r'<a class="footnote-backref".*?</a>|</?\w[^>]*>', " ", html)
    return " ".join(unescape(bare).split())


def with_anchors(
    html: str, body: Body, taxonomy: Taxonomy | None
) -> tuple[str, tuple[Heading, ...]]:
    """Give every heading an id made from its text, unique and unlike those of the theme."""
    headings: list[Heading] = []
    taken: Counter[str] = Counter()

    def anchored(found: re.Match[str]) -> str:
        text = plain(FOOTNOTE_SIGN.sub("", found[2]))
        stem = _stem(text)
        taken[stem] += 1
        anchor = stem if taken[stem] == 1 else f"{stem}--{taken[stem]}"  # no slug has two hyphens
        level = int(found[1])
        section = taxonomy.section_of(text) if taxonomy and level == 2 else None
        place = body.find(text, "# ", after=headings[-1].place.line if headings else 0)
        headings.append(Heading(level, anchor, text, place, section.id if section else ""))
        return f'<h{level} id="{anchor}">{found[2]}</h{level}>'

    return HEADING.sub(anchored, html), tuple(headings)


@lru_cache(maxsize=1000)
def _stem(heading: str) -> str:
    """Return what a heading's id begins with: records have the same sections."""
    return f"s-{slugged(heading, 0) or 'section'}"


def _sections(headings: Sequence[Heading], taxonomy: Taxonomy) -> Reading[None]:
    """Check the second-level headings of a practice."""
    first: dict[str, Heading] = {}
    for heading in headings:
        if heading.level != 2:
            continue
        if not heading.section:
            yield from unknown_section(heading, tuple(taxonomy.sections.values()))
        elif heading.section in first:
            yield from section_given_twice(heading, first[heading.section])
        else:
            first[heading.section] = heading


def _emptiness(
    headings: tuple[Heading, ...], parts: Sequence[str], texts: Sequence[str]
) -> Reading[None]:
    """Report headings with nothing before the next heading of their level or a higher one.

    `parts` are the HTML below each of them, and `texts` the same without markup.
    """
    below = zip(parts, texts, strict=True)
    for heading, following, (part, text) in zip(
        headings, [*headings, None][1:], below, strict=True
    ):
        ends = following is None or following.level <= heading.level
        if ends and not text and "<img" not in part:
            yield from empty_section(heading)
