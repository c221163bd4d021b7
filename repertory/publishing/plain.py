"""The plain pages: those of content/pages, the search page, and the page for lost visitors."""

from collections.abc import Iterator

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, urls
from repertory.publishing.output import Output
from repertory.publishing.view import Link, View

SEARCH_SCRIPTS = ("vendor/lunr.js", "search.js")


def outputs(catalog: Catalog, settings: Settings) -> Iterator[Output]:
    """Yield the pages of content/pages, the search page and the page for lost visitors."""
    for page in catalog.pages:
        yield frame.page(
            View(catalog, settings, urls.page(page.id)),
            "page.html",
            title=page.title,
            description=page.summary,
            summary=page.summary,
            html=page.prose.html,
            contents=frame.contents(page.prose),
        )
    yield _search(View(catalog, settings, urls.SEARCH))
    yield _not_found(View(catalog, settings, urls.NOT_FOUND))


def _search(view: View) -> Output:
    return frame.page(
        view,
        "search.html",
        title="Search",
        description=f"Search {view.settings.name}.",
        scripts=SEARCH_SCRIPTS,
        index=view.href(urls.SEARCH_INDEX),
        documents=view.href(urls.SEARCH_DOCUMENTS),
        facets=_facets(view),
        all_practices=view.href(urls.PRACTICES),
    )


def _not_found(view: View) -> Output:
    return frame.page(
        view,
        "404.html",
        title="There is no such page",
        indexed=False,
        search=view.href(urls.SEARCH),
        facets=_facets(view),
        all_practices=view.href(urls.PRACTICES),
    )


def _facets(view: View) -> tuple[Link, ...]:
    return tuple(
        Link(facet.short(view.language), view.href(urls.facet(facet.id)))
        for facet in view.used_facets()
    )
