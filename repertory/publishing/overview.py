"""The overview: one facet set against another, with the practices where their terms meet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import sqrt
from typing import NamedTuple

from repertory.base.settings import Settings
from repertory.base.text import counted
from repertory.catalog.catalog import Catalog, sets
from repertory.publishing import frame, reads, urls
from repertory.publishing.output import MARK, Output, Section, Shown, as_csv, as_json
from repertory.publishing.view import EVIDENCE, Group, Link, View, in_sentence, tied
from repertory.reading.taxonomy import Facet, Term

WIDEST = 95  # radius of the largest circle, in a square of 200


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a row and a column meet: its practices, and the strongest evidence for any of them.

    `level` counts evidence from 1 for the weakest, 0 where none is given. The area of the circle
    is as the count. Without practices, `href` leads to where one can be added; a cell without
    `href` is one where no practice may ever be.
    """

    count: int
    level: int
    evidence: str
    radius: int
    name: str
    href: str


class Row(NamedTuple):
    """A term of the one facet, and a cell for each term of the other."""

    label: str
    cells: tuple[Cell, ...]


def sections(catalog: Catalog, settings: Settings) -> Iterator[Section]:
    """Yield the overview of the first two facets with its data, where there are two.

    The data are the overview as CSV, and what the browser needs to set any two facets side by
    side: a list of {"id", "label", "inside": its label inside a sentence, "bits": address of its
    sets of practices, "only": {facet: terms that bar all others}, "groups": [[label, [[term,
    label]]]]}.
    """
    view = View(catalog, settings, urls.OVERVIEW)
    if len(view.crossed()) < 2:
        return
    outputs = (
        Output(view.path, partial(_page, view), changed=catalog.practices[0].added),
        Output(urls.OVERVIEW_CSV, partial(_as_csv, view), indexed=False),
        Output(urls.OVERVIEW_TERMS, partial(_terms_of_all, view), indexed=False),
    )
    yield Section(view.path, reads.fronts(catalog, settings), lambda: outputs)


def _page(view: View) -> Shown:
    rows, columns = view.crossed()
    levels = tuple(_label(view, term) for term in evidence_levels(view))
    return frame.page(
        view,
        "overview.html",
        title="Overview",
        description="Where there are practices, how well they are known to work, and the gaps.",
        scripts=("bits.js", "overview.js"),
        styles=("pictures.css",),
        caption=f"Practices by {_name(view, rows)} and {_name(view, columns)}",
        groups=_crossed(view),
        columns=tuple(
            Group(g.label, tuple(_label(view, t) for t in g.items))
            for g in term_groups(view, columns)
        ),
        width=len(_terms(view, columns)),
        levels=levels,
        facets=tuple(Link(facet.short(view.language), facet.id) for facet in view.crossable()),
        chosen=(rows.id, columns.id),
        total=len(view.catalog.practices),
        terms=view.href(urls.OVERVIEW_TERMS),
        evidence=EVIDENCE if levels else "",
        practices=view.href(urls.PRACTICES),
        contribute=view.href(urls.CONTRIBUTE),
        csv=view.href(urls.OVERVIEW_CSV),
    )


def _as_csv(view: View) -> bytes:
    return MARK + as_csv(_lines(view, *view.crossed()))


def _terms_of_all(view: View) -> bytes:
    facets = [
        {
            "id": facet.id,
            "label": facet.short(view.language),
            "inside": _name(view, facet),
            "bits": view.href(urls.search_facet(facet.id)),
            "only": _only(view, facet),
            "groups": [
                [group.label, [[term.id, _label(view, term)] for term in group.items]]
                for group in term_groups(view, facet)
            ],
        }
        for facet in view.crossable()
    ]
    return as_json(facets)


@lru_cache(maxsize=1)
def _crossed(view: View) -> tuple[Group[Row], ...]:
    return cross(view, *view.crossed())


def cross(view: View, rows: Facet, columns: Facet) -> tuple[Group[Row], ...]:
    """Return the table of two facets, its rows grouped as their facet is."""
    down, across = term_groups(view, rows), _terms(view, columns)
    having = sets(view.catalog)

    def practices(row: Term, column: Term) -> int:
        return having.get((rows.id, row.id), 0) & having.get((columns.id, column.id), 0)

    most = max(practices(r, c).bit_count() for r in _terms(view, rows) for c in across)
    only = [_only(view, facet) for facet in (rows, columns)]

    def cell(row: Term, column: Term) -> Cell:
        first, second = only[0] | {rows.id: (row.id,)}, only[1] | {columns.id: (column.id,)}
        never = any(set(first[f]).isdisjoint(second[f]) for f in first.keys() & second.keys())
        met = practices(row, column)
        if never and not met:
            return Cell(0, 0, "", 0, "", "")
        names = f"{_label(view, row)}, {_label(view, column)}"
        query = urls.chosen([(rows.id, row.id), (columns.id, column.id)])
        return _cell(view, met, most, names, query)

    def line(row: Term) -> Row:
        return Row(_label(view, row), tuple(cell(row, column) for column in across))

    return tuple(Group(group.label, tuple(map(line, group.items))) for group in down)


def _only(view: View, facet: Facet) -> dict[str, tuple[str, ...]]:
    """Return the facets of which a record that has this one can only have the terms given."""
    many = {other.id: other.many for other in view.catalog.taxonomy.facets.values()}
    return {other: terms for other, terms in facet.only.items() if not many[other]}


def term_groups(view: View, facet: Facet) -> tuple[Group[Term], ...]:
    """Return the facet's terms by group; of the deprecated ones only those that have records."""
    terms = [t for t in facet.terms.values() if view.count(facet.id, t.id) or not t.deprecated]
    return tuple(
        Group(label, tuple(members)) for label, members in facet.grouped(terms, view.language)
    )


def _terms(view: View, facet: Facet) -> tuple[Term, ...]:
    return tuple(term for group in term_groups(view, facet) for term in group.items)


def _cell(view: View, met: int, most: int, names: str, query: str) -> Cell:
    """Return the cell of a set of practices (bits); `most` is the size of the largest one."""
    count = met.bit_count()
    if not count:
        href = view.href(urls.CONTRIBUTE) + query
        return Cell(0, 0, "", 0, f"No practice yet: add one for {names}", href)
    levels, having = evidence_levels(view), sets(view.catalog)
    found = [(met & having.get((EVIDENCE, level.id), 0)).bit_count() for level in levels]
    best = max((n for n, known in enumerate(found, 1) if known), default=0)
    evidence = _label(view, levels[best - 1]) if best else ""
    name = f"{counted(count, 'practice')}: {names}"
    if best:
        name += f"; strongest evidence: {evidence} ({found[best - 1]} of {count})"
    radius = int(WIDEST * sqrt(count / most) + 0.5)  # half up, as Math.round in overview.js
    return Cell(count, best, evidence, radius, name, view.href(urls.PRACTICES) + query)


def evidence_levels(view: View) -> tuple[Term, ...]:
    """Return the terms of evidence, the weakest first, where a record has one."""
    facet = next((facet for facet in view.crossable() if facet.id == EVIDENCE), None)
    return _terms(view, facet) if facet else ()


def _lines(view: View, rows: Facet, columns: Facet) -> Iterator[Sequence[str | int]]:
    """Yield the lines of the CSV: one for each cell where practices may be."""
    labels = [facet.short(view.language) for facet in (rows, columns)]
    yield (*labels, "Practices", "Strongest evidence")
    for group in _crossed(view):
        for row in group.items:
            for column, cell in zip(_terms(view, columns), row.cells, strict=True):
                if cell.href:
                    yield row.label, _label(view, column), cell.count, cell.evidence


def _label(view: View, term: Term) -> str:
    return tied(term.label(view.language))


def _name(view: View, facet: Facet) -> str:
    return in_sentence(facet.short(view.language))
