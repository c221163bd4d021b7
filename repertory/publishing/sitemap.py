"""The map of the site: every file that it consists of, one module per kind of page."""

from collections.abc import Mapping
from functools import lru_cache

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import (
    atlas,
    browse,
    conformance,
    contribute,
    explorer,
    feeds,
    news,
    overview,
    pictures,
    plain,
    practice,
    safety,
)
from repertory.publishing.output import Section
from repertory.reading.prose import Prose


def plan(catalog: Catalog, settings: Settings, prose: Mapping[str, Prose]) -> tuple[Section, ...]:
    """Return every file of the site but those of the theme, the search and the data, in sections.

    `prose` is what is known of the bodies, by the paths of the records.
    """
    pages = (
        *_without_bodies(catalog, settings),
        *practice.sections(catalog, settings, prose),
        *news.sections(catalog, settings, prose),
        *plain.sections(catalog, settings, prose),
    )
    return (
        *pages,
        pictures.section(prose),
        *feeds.feed(catalog, settings),
        *feeds.for_robots(catalog, settings, pages),
        *safety.sections(settings),
    )


@lru_cache(maxsize=1)
def _without_bodies(catalog: Catalog, settings: Settings) -> tuple[Section, ...]:
    """Return the sections that show no bodies: they are the same while the catalog is."""
    return (
        *browse.sections(catalog, settings),
        *explorer.sections(catalog, settings),
        *overview.sections(catalog, settings),
        *atlas.sections(catalog, settings),
        *contribute.sections(catalog, settings),
        *conformance.sections(catalog, settings),
    )
