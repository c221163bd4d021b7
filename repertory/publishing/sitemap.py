"""The map of the site: every file that it consists of, one generator per kind of page."""

from collections.abc import Iterator
from datetime import date
from itertools import chain

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import (
    atlas,
    browse,
    contribute,
    data,
    explorer,
    feeds,
    news,
    overview,
    pictures,
    plain,
    practice,
)
from repertory.publishing.output import Copy, Data, Output


def plan(catalog: Catalog, settings: Settings) -> Iterator[Output | Data | Copy]:
    """Yield every file of the site but the theme's own and those of the search."""
    changes: list[tuple[str, date | None]] = []
    pages = chain(
        browse.outputs(catalog, settings),
        explorer.outputs(catalog, settings),
        practice.outputs(catalog, settings),
        news.outputs(catalog, settings),
        plain.outputs(catalog, settings),
        overview.outputs(catalog, settings),
        atlas.outputs(catalog, settings),
        contribute.outputs(catalog, settings),
    )
    for page in pages:
        yield page
        if page.indexed:
            changes.append((page.path, page.changed))
    yield from pictures.outputs(catalog, settings)
    yield from overview.data(catalog, settings)
    yield from data.outputs(catalog, settings)
    yield from feeds.feed(catalog, settings)
    yield from feeds.sitemap(changes, settings)
