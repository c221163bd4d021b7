"""What pages read, as digests: while these are the same, so is what the pages show."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import attrgetter

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.reading.model import Record
from repertory.reading.prose import NO_PROSE, Prose


@lru_cache(maxsize=2)
def around(catalog: Catalog, settings: Settings) -> bytes:
    """Return the digest of what every page may show beside its own content.

    That are the settings, the vocabulary, which of its terms have a practice (those have pages),
    the titles of the plain pages, and whether there are practices and news at all.
    """
    used = sorted(catalog.by_term)
    pages = [(page.id, page.title) for page in catalog.pages]
    whether = bool(catalog.practices), bool(catalog.news)
    return digest(repr((settings, catalog.taxonomy, used, pages, whether)))


@lru_cache(maxsize=2)
def fronts(catalog: Catalog, settings: Settings) -> bytes:
    """Return the digest of everything but what stands in the bodies of the records."""
    others = keys(catalog.news), keys(catalog.pages)
    return digest(around(catalog, settings), keys(catalog.practices), *others)


def keys(records: Iterable[Record]) -> bytes:
    """Return what tells these records from others, bodies apart: one after another."""
    return b"".join(map(attrgetter("key"), records))


def bodies(records: Iterable[Record], prose: Mapping[str, Prose]) -> bytes:
    """Return what tells the bodies of these records from others, one after another."""
    return b"".join(prose.get(record.path, NO_PROSE).shown for record in records)
