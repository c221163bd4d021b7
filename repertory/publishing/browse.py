"""The ways to the practices: the home page, the list by title, the pages of facets and terms."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.base.text import counted, fold
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, reads, urls
from repertory.publishing.lists import ListPage, list_pages
from repertory.publishing.output import Output, Section, Shown, alone
from repertory.publishing.spread import spreads
from repertory.publishing.view import PracticeLine, TermLine, View, in_sentence, tied
from repertory.reading.model import Practice
from repertory.reading.taxonomy import Facet, Term

NEWEST_AT_HOME = 5
NEWS_AT_HOME = 3
TERMS_AT_HOME = 6


class WayIn(NamedTuple):
    """A facet on the home page: its terms with most practices, and the link to all of them."""

    label: str
    href: str
    total: int
    terms: tuple[TermLine, ...]


class Letter(NamedTuple):
    """The practices whose titles begin with a letter, or with none ("#")."""

    letter: str
    anchor: str
    practices: tuple[PracticeLine, ...]


class TermList(NamedTuple):
    """Terms under a heading, or under ""; `unused` are those that no practice has."""

    label: str
    terms: tuple[TermLine, ...]
    unused: tuple[str, ...]


def sections(catalog: Catalog, settings: Settings) -> Iterator[Section]:
    """Yield the home page, the list of all practices by title, and every facet's pages."""
    fronts, newest = reads.fronts(catalog, settings), catalog.practices[:1]
    changed = newest[0].added if newest else None
    for path, content in ((urls.HOME, _home), (urls.A_TO_Z, _a_to_z)):
        view = View(catalog, settings, path)
        yield alone(fronts, Output(path, partial(content, view), changed=changed))
    for facet in catalog.facets:
        view = View(catalog, settings, urls.facet(facet.id))
        key = digest(reads.around(catalog, settings), repr(_counts(view, facet)))
        yield alone(key, Output(view.path, partial(_facet, view, facet)))
        for term in facet.terms.values():
            if view.count(facet.id, term.id):
                yield _term(View(catalog, settings, urls.term(facet.id, term.id)), facet, term)
            elif term.formerly:
                yield Section(
                    f"{facet.id} {term.id}",
                    reads.around(catalog, settings),
                    partial(_redirects, view, facet, term),
                )


def _counts(view: View, facet: Facet) -> list[int]:
    return [view.count(facet.id, term) for term in facet.terms]


def _home(view: View) -> Shown:
    settings, catalog = view.settings, view.catalog
    newest = catalog.practices[:NEWEST_AT_HOME]
    return frame.page(
        view,
        "home.html",
        title=settings.name,
        description=settings.purpose,
        purpose=settings.purpose or settings.name,
        search=view.href(urls.PRACTICES),
        ways=tuple(_way_in(view, facet) for facet in view.ways_in()),
        newest=view.practice_lines(newest),
        whole=tuple(frame.pictures_of_the_whole(view)),
        contribute=view.href(urls.CONTRIBUTE),
        all_practices=view.href(urls.PRACTICES),
        total=len(catalog.practices),
        news=view.news_lines(catalog.news[:NEWS_AT_HOME]),
        all_news=view.href(urls.NEWS),
    )


def _way_in(view: View, facet: Facet) -> WayIn:
    used = [line for line in view.term_lines(facet, facet.terms) if line.count]
    most = sorted(used, key=lambda line: -line.count)[:TERMS_AT_HOME]
    href = view.href(urls.facet(facet.id))
    return WayIn(f"By {in_sentence(facet.short(view.language))}", href, len(used), tuple(most))


def _a_to_z(view: View) -> Shown:
    practices = view.catalog.practices
    return frame.page(
        view,
        "a-z.html",
        title="All practices from A to Z",
        description=f"All {counted(len(practices), 'practice')} by title.",
        total=len(practices),
        letters=tuple(_letters(view)),
        newest_first=view.href(urls.PRACTICES),
    )


def _letters(view: View) -> Iterator[Letter]:
    """Yield the practices by first letter; titles that begin otherwise come first, under "#"."""
    by_title = sorted(
        view.catalog.practices, key=lambda p: (_letter(p) != "#", _sorted_as(p), p.id)
    )
    for letter, practices in groupby(by_title, key=_letter):
        anchor = "other" if letter == "#" else f"letter-{letter.lower()}"
        yield Letter(letter, anchor, view.practice_lines(practices))


def _letter(practice: Practice) -> str:
    first = _sorted_as(practice)[:1]
    return first.upper() if first.isalpha() else "#"


def _sorted_as(practice: Practice) -> str:
    """Return the title as it is sorted: without accents, case and opening quotation marks."""
    return re.sub(r"^[\W_]+", "", fold(practice.title))


def _facet(view: View, facet: Facet) -> Shown:
    return frame.page(
        view,
        "facet.html",
        title=tied(facet.label(view.language)),
        description=_question(facet),
        question=_question(facet),
        groups=tuple(_term_lists(view, facet)),
    )


def _question(facet: Facet) -> str:
    """Return the first sentence of the facet's help: the others are advice to authors."""
    return re.split(r"(?<=[.?!])\s", facet.help, maxsplit=1)[0]


def _term_lists(view: View, facet: Facet) -> Iterator[TermList]:
    for label, members in facet.grouped(facet.terms.values(), view.language):
        yield from _term_list(label, view.term_lines(facet, (term.id for term in members)))


def _term_list(label: str, lines: Iterable[TermLine]) -> Iterator[TermList]:
    """Yield the terms as a list, where there are any."""
    terms = tuple(lines)
    if terms:
        used = tuple(line for line in terms if line.count)
        yield TermList(label, used, tuple(line.text for line in terms if not line.count))


def _term(first: View, facet: Facet, term: Term) -> Section:
    """Return the pages of a term."""
    practices = first.catalog.by_term[facet.id, term.id]
    neighbours = tuple(_neighbours(first, facet, term))  # the same on all: one folder
    around = digest(reads.around(first.catalog, first.settings), repr(neighbours))

    def read(page: ListPage[Practice]) -> bytes:
        shown = practices if page.number == 1 else page.items  # the first tells of all
        return digest(around, repr((page.total, len(practices))), reads.keys(shown))

    def outputs() -> Iterator[Output]:
        for page in list_pages(first, practices):
            content = partial(_term_page, page, facet, term, neighbours)
            yield Output(page.view.path, content, partial(read, page), changed=practices[0].added)
        yield from _redirects(first, facet, term)

    return Section(first.path, digest(around, reads.keys(practices)), outputs)


def _redirects(view: View, facet: Facet, term: Term) -> Iterator[Output]:
    """Yield a page at each former address of a term that leads to the view's page."""
    former = (urls.term(facet.id, former) for former in term.formerly)
    return frame.redirects(view, tied(term.label(view.language)), former)


def _term_page(
    page: ListPage[Practice], facet: Facet, term: Term, neighbours: tuple[TermList, ...]
) -> Shown:
    view, label = page.view, tied(term.label(page.view.language))
    total = view.count(facet.id, term.id)
    return frame.page(
        view,
        "term.html",
        title=page.title(label),
        description=term.definition or f"{counted(total, 'practice')}: {label}.",
        label=label,
        facet=facet.label(view.language),
        facet_href=view.href(urls.facet(facet.id)),
        definition=term.definition,
        help=term.help,
        explorer=view.href(urls.PRACTICES) + urls.chosen([(facet.id, term.id)]),
        total=total,
        practices=view.practice_lines(page.items),
        pagination=page.pagination,
        spreads=tuple(spreads(view, facet, term)) if page.number == 1 else (),
        neighbours=neighbours,
    )


def _neighbours(view: View, facet: Facet, term: Term) -> Iterator[TermList]:
    """Yield the lists of terms that a reader of this one may want next."""
    others = [other for other in facet.terms.values() if other.id != term.id]
    related = {
        "Broader": [other.id for other in others if other.id == term.broader],
        "Narrower": [other.id for other in others if other.broader == term.id],
    }
    if term.group:
        label = f"Also in {facet.group_label(term.group, view.language)}"
        related[label] = [other.id for other in others if other.group == term.group]
    for label, term_ids in related.items():
        yield from _term_list(label, view.term_lines(facet, term_ids))
