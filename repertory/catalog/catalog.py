"""All records together, with the indexes that pages and rules need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from repertory.catalog.related import Pair, pairs
from repertory.reading.model import NewsItem, Page, Practice
from repertory.reading.taxonomy import Facet, Taxonomy


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """Everything that the site is made from; practices and news newest first.

    `facets` are those that at least one practice uses.
    """

    taxonomy: Taxonomy
    practices: tuple[Practice, ...]
    news: tuple[NewsItem, ...]
    pages: tuple[Page, ...]
    by_term: Mapping[Pair, tuple[Practice, ...]]  # (facet, term) -> newest first
    facets: tuple[Facet, ...]


def newest_first(records: Iterable[Practice]) -> tuple[Practice, ...]:
    """Sort practices by the day they were added, the same day's by id.

    Nothing but these two decides, so that an edited record keeps its place.
    """
    by_id = sorted(records, key=lambda record: record.id)
    return tuple(sorted(by_id, key=lambda record: record.added, reverse=True))


def assemble(taxonomy: Taxonomy, records: Iterable[Practice | NewsItem | Page]) -> Catalog:
    """Bring records together and index them."""
    every = tuple(records)
    ordered = newest_first(record for record in every if isinstance(record, Practice))
    news = [record for record in every if isinstance(record, NewsItem)]
    pages = [record for record in every if isinstance(record, Page)]
    by_term: dict[Pair, list[Practice]] = {}
    for practice in ordered:
        for pair in pairs(practice):
            by_term.setdefault(pair, []).append(practice)
    indexed = {pair: tuple(found) for pair, found in by_term.items()}
    used = {facet for facet, _ in indexed}
    return Catalog(
        taxonomy=taxonomy,
        practices=ordered,
        news=tuple(sorted(news, key=lambda item: (item.added, item.id), reverse=True)),
        pages=tuple(sorted(pages, key=lambda page: page.id)),
        by_term=indexed,
        facets=tuple(facet for facet in taxonomy.facets.values() if facet.id in used),
    )


@lru_cache(maxsize=1)
def sets(catalog: Catalog) -> Mapping[Pair, int]:
    """Return the practices that have each term as a set of bits: bit n is practice number n.

    The oldest practice is number 0, so that the numbers stay when a new one comes.
    """
    places = {practice.id: place for place, practice in enumerate(catalog.practices)}
    found = {}
    for pair, practices in catalog.by_term.items():
        digits = bytearray(b"0") * len(places)  # as numbers are written: the highest bit first
        for practice in practices:
            digits[places[practice.id]] = ord("1")
        found[pair] = int(digits, 2)
    return found
