"""A Document becomes a Practice, a NewsItem or a Page."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from repertory.base.problem import Finding, Place, rule
from repertory.reading.body import PICTURE, bad_picture_name
from repertory.reading.document import Document
from repertory.reading.fields import (
    a_line,
    day,
    is_empty,
    keys,
    language,
    missing_field,
    period,
    slugs,
    summary,
    take,
    text,
    title,
    url,
    urls,
)
from repertory.reading.model import Image, NewsItem, Page, Practice
from repertory.reading.practice_fields import PRACTICE_FIELDS
from repertory.reading.source import Reading
from repertory.reading.taxonomy import Facet, Taxonomy
from repertory.reading.terms import Chosen, allowed, facet_not_for_category, facet_terms
from repertory.reading.tree import Node, Pairs

PRACTICE_KEYS = tuple(field.key for field in PRACTICE_FIELDS)
REQUIRED = tuple(field.key for field in PRACTICE_FIELDS if field.required)
NEWS_KEYS = (*REQUIRED, "category", "source", "formerly")
PAGE_KEYS = ("title", "summary")
NO_FACETS: Mapping[str, Facet] = {}
NEVER = date.min


@rule("error")
def missing_alt_text(place_of: Node, file: str) -> Iterator[Finding]:
    """A picture has no description in words.

    Who cannot see the picture is told the description; one sentence on what it shows is enough.
    """
    hint = "Add a line image_alt: with a sentence that says what the picture shows."
    yield Finding(place_of.place, f"The picture {file} is not described.", hint)


@rule("warning")
def alt_without_picture(node: Node) -> Iterator[Finding]:
    """A picture is described, but none is named, so that the description is not shown."""
    hint = "Add a line image: with the name of the file, or delete this one."
    yield Finding(node.place, "This describes a picture, and the record names none.", hint)


@rule("error")
def practice_in_other_folder(document: Document, taxonomy: Taxonomy) -> Iterator[Finding]:
    """A practice lies in the folder of news items or plain pages."""
    facets = [key for key, _ in document.front.pairs if key.value in taxonomy.facets]
    if len(facets) > 1:
        hint = f"Move the file to content/practices/{document.id}.md"
        yield Finding(facets[1].place, "This looks like a practice, in another folder.", hint)


def read_practice(document: Document, taxonomy: Taxonomy) -> Reading[Practice]:
    """Read a practice; what has errors is left at its default, and reported."""
    front, facets = document.front, taxonomy.facets
    known = (*PRACTICE_KEYS, *facets)
    required = (
        *REQUIRED,
        *(id for id, facet in facets.items() if facet.required and not facet.only),
    )
    adding = partial(_adding, facets=facets)
    yield from keys(front, known, required, "a practice", document.start, adding)
    chosen = yield from _terms(front, document.start, taxonomy)
    return Practice(
        id=document.id,
        path=document.path,
        title=(yield from take(front, "title", title, "")),
        summary=(yield from take(front, "summary", summary, "")),
        terms={facet: found.terms for facet, found in chosen.items() if found.terms},
        added=(yield from take(front, "added", day, NEVER)),
        proposed={facet: found.proposed for facet, found in chosen.items() if found.proposed},
        organisation=(yield from take(front, "organisation", text, "")),
        website=(yield from take(front, "website", url, "")),
        place=(yield from take(front, "place", text, "")),
        period=(yield from take(front, "period", period, "")),
        reach=(yield from take(front, "reach", text, "")),
        source=(yield from take(front, "source", url, "")),
        reviewed=(yield from take(front, "reviewed", day, None)),
        image=(yield from _image(front)),
        same_as=(yield from take(front, "same_as", urls, ())),
        formerly=(yield from take(front, "formerly", slugs, ())),
        language=(yield from take(front, "written_in", language, "")),
    )


def read_news_item(document: Document, taxonomy: Taxonomy) -> Reading[NewsItem]:
    """Read a news item."""
    front = document.front
    yield from keys(front, NEWS_KEYS, REQUIRED, "a news item", document.start, _adding)
    choice = Facet("category", {"en": "Category"}, taxonomy.news, {})
    read = partial(_chosen, taxonomy=taxonomy, facet=choice)
    categories = yield from take(front, "category", read, Chosen())
    return NewsItem(
        id=document.id,
        path=document.path,
        title=(yield from take(front, "title", title, "")),
        summary=(yield from take(front, "summary", summary, "")),
        added=(yield from take(front, "added", day, NEVER)),
        categories=categories.terms,
        source=(yield from take(front, "source", url, "")),
        formerly=(yield from take(front, "formerly", slugs, ())),
    )


def read_page(document: Document, taxonomy: Taxonomy) -> Reading[Page]:
    """Read a plain page; `taxonomy` is taken so that all three kinds are read alike."""
    front = document.front
    yield from keys(front, PAGE_KEYS, ("title",), "a page", document.start)
    return Page(
        id=document.id,
        path=document.path,
        title=(yield from take(front, "title", title, "")),
        summary=(yield from take(front, "summary", summary, "")),
    )


def _adding(name: str, facets: Mapping[str, Facet] = NO_FACETS) -> str:
    """Return how a field that is missing is added: with a date or a term to copy."""
    if name in facets:
        facet = facets[name]
        term = next(iter(facet.terms), "...")
        return f"{allowed(facet)} Add a line like {name}: {f'[{term}]' if facet.many else term}"
    field = next(field for field in PRACTICE_FIELDS if field.key == name)
    return f"Add a line like {name}: {field.example}" if field.kind == "date" else a_line(name)


def _chosen(name: str, node: Node, *, taxonomy: Taxonomy, facet: Facet) -> Reading[Chosen | None]:
    return (yield from facet_terms(taxonomy, facet, node))


def _terms(front: Pairs, start: Place, taxonomy: Taxonomy) -> Reading[dict[str, Chosen]]:
    """Read the terms of all facets, and check that the record may have those facets."""
    nodes = {key.value: (key, node) for key, node in front.pairs if not is_empty(node)}
    chosen: dict[str, Chosen] = {}
    for facet in taxonomy.facets.values():
        if facet.id in nodes:
            chosen[facet.id] = yield from facet_terms(taxonomy, facet, nodes[facet.id][1])
    terms = {facet: found.terms for facet, found in chosen.items() if found.terms}
    for facet in taxonomy.facets.values():
        for other in facet.only:
            if facet.id in nodes and other in terms:
                key = nodes[facet.id][0]
                yield from facet_not_for_category(key, facet, taxonomy.facets[other], terms[other])
        is_missing = facet.id not in nodes and facet.id not in front.broken
        if facet.required and facet.only and facet.is_for(terms) and is_missing:
            hint = _adding(facet.id, taxonomy.facets)
            yield from missing_field(start, facet.id, "a practice", hint)
    return chosen


def _image(front: Pairs) -> Reading[Image | None]:
    file = yield from take(front, "image", text, "")
    alt = yield from take(front, "image_alt", text, "")
    if not file:
        yield from alt_without_picture(front.by_key()["image_alt"]) if alt else ()
        return None
    node = front.by_key()["image"]
    yield from bad_picture_name(node.place, file)
    if not alt:
        yield from missing_alt_text(node, file)
    return Image(file, alt) if PICTURE.fullmatch(file) else None
