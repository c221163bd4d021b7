"""The plain pages: those of content/pages, and the page for lost visitors."""

from collections.abc import Iterator

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, urls
from repertory.publishing.output import Kept, Output
from repertory.publishing.view import View


def outputs(catalog: Catalog, settings: Settings) -> Iterator[Output]:
    """Yield the pages of content/pages and the page for lost visitors."""
    for page in catalog.pages:
        yield frame.page(
            View(catalog, settings, urls.page(page.id)),
            "page.html",
            title=page.title,
            description=page.summary,
            summary=page.summary,
            html=Kept(page.prose.kept),
            contents=frame.contents(page.prose),
        )
    yield _not_found(View(catalog, settings, urls.NOT_FOUND))


def _not_found(view: View) -> Output:
    return frame.page(
        view,
        "404.html",
        title="There is no such page",
        indexed=False,
        search=view.href(urls.PRACTICES),
        all_practices=view.href(urls.PRACTICES),
    )
