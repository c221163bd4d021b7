"""The page "Add a practice": how to propose one, and a record to copy."""

from collections.abc import Iterator
from functools import partial
from textwrap import fill
from typing import NamedTuple

from repertory.base.settings import Settings
from repertory.base.text import listed
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, reads, urls
from repertory.publishing.output import Output, Section, Shown, alone
from repertory.publishing.view import Link, View
from repertory.reading.records import PRACTICE_KEYS, REQUIRED
from repertory.reading.taxonomy import Facet

HINTS = {
    "title": "The name of the practice.",
    "summary": "One or two sentences, at most 300 characters: who does what, for whom.",
    "added": "The day on which you write this, as year-month-day.",
}


class Line(NamedTuple):
    """A line of the record that names terms of a facet, and the comment before it."""

    facet: str
    comment: str
    text: str
    terms: tuple[str, ...]
    many: bool


def sections(catalog: Catalog, settings: Settings) -> Iterator[Section]:
    """Yield the page."""
    view = View(catalog, settings, urls.CONTRIBUTE)
    yield alone(reads.around(catalog, settings), Output(view.path, partial(_page, view)))


def _page(view: View) -> Shown:
    catalog, settings = view.catalog, view.settings
    repository, branch = settings.repository.rstrip("/"), settings.branch
    taxonomy = catalog.taxonomy
    about = (Link(p.title, view.href(urls.page(p.id))) for p in catalog.pages if p.id == "about")
    optional = [key for key in PRACTICE_KEYS if key not in (*REQUIRED, "formerly")]
    return frame.page(
        view,
        "contribute.html",
        title="Add a practice",
        description="How to propose a practice for this site.",
        scripts=("contribute.js",),
        styles=("pictures.css",),
        new_file=f"{repository}/new/{branch}/content/practices" if repository else "",
        guide=f"{repository}/blob/{branch}/CONTRIBUTING.md" if repository else "",
        about=next(about, Link("", "")),
        start=tuple((f"# {HINTS.get(key, '')}".rstrip(), f"{key}:") for key in REQUIRED),
        lines=tuple(_line(facet, view.language) for facet in taxonomy.facets.values()),
        end=_comment(f"Where you know them, also: {', '.join(optional)}."),
        sections=listed([f"“{s.label(view.language)}”" for s in taxonomy.sections.values()]),
    )


def _line(facet: Facet, language: str) -> Line:
    terms = tuple(term.id for term in facet.terms.values() if not term.deprecated)
    choice = "any of" if facet.many else "one of"
    for other, allowed in facet.only.items():
        choice = f"only where {other} is {listed(allowed, 'or')}, {choice}"
    empty = f"{facet.id}: []" if facet.many else f"{facet.id}:"
    return Line(
        facet=facet.id,
        comment=_comment(f"{facet.short(language)}: {choice} {', '.join(terms)}"),
        text=empty if facet.required and not facet.only else f"# {empty}",
        terms=terms,
        many=facet.many,
    )


def _comment(text: str) -> str:
    """Return a text as a comment of a record, in lines that fit a page."""
    return fill(
        text,
        width=76,
        initial_indent="# ",
        subsequent_indent="#   ",
        break_on_hyphens=False,
        break_long_words=False,
    )
