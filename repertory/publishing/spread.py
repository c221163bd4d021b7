"""How the practices of a term spread over other facets: the small bars of its page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from repertory.catalog.catalog import sets
from repertory.publishing import urls
from repertory.publishing.view import EVIDENCE, View, tied
from repertory.reading.taxonomy import Facet, Term

FEWEST = 4  # practices from which on shares mean something
MOST_FACETS = 3
MOST_BARS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A term that practices of another have too; `width` is their share in percent."""

    label: str
    href: str
    count: int
    width: float


class Spread(NamedTuple):
    """The terms of a facet among some practices, the most frequent first; `more` are left out."""

    label: str
    bars: tuple[Bar, ...]
    more: int


def spreads(view: View, facet: Facet, term: Term) -> Iterator[Spread]:
    """Yield how the term's practices spread over the facets that tell most about them.

    These are the ways into the site and the evidence, so that a visitor meets the same facets on
    every term's page. One over which the practices spread evenly, or not at all, tells nothing.
    """
    having = sets(view.catalog)
    practices = having[facet.id, term.id]
    if practices.bit_count() < FEWEST:
        return
    shown = 0
    for other in _telling(view):
        met = ((t, (practices & having.get((other.id, t), 0)).bit_count()) for t in other.terms)
        counts = {t: count for t, count in met if count}
        if other != facet and len(set(counts.values())) > 1 and shown < MOST_FACETS:
            shown += 1
            yield _spread(view, (facet.id, term.id), other, counts)


def _telling(view: View) -> tuple[Facet, ...]:
    evidence = (facet for facet in view.used_facets() if facet.id == EVIDENCE)
    return (*view.ways_in(), *evidence)


def _spread(view: View, pair: tuple[str, str], other: Facet, counts: Mapping[str, int]) -> Spread:
    in_order = sorted(counts, key=lambda term: -counts[term])
    bars = (
        Bar(
            label=tied(other.terms[term].label(view.language)),
            href=view.href(urls.PRACTICES) + urls.chosen([pair, (other.id, term)]),
            count=counts[term],
            width=round(100 * counts[term] / view.count(*pair), 1),
        )
        for term in in_order[:MOST_BARS]
    )
    return Spread(other.short(view.language), tuple(bars), max(0, len(counts) - MOST_BARS))
