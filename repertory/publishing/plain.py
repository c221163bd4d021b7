"""The plain pages: those of content/pages, and the page for lost visitors."""

from collections.abc import Iterator, Mapping
from functools import partial

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, reads, urls
from repertory.publishing.output import BodyText, Output, Section, Shown, alone
from repertory.publishing.view import View
from repertory.reading.model import Page
from repertory.reading.prose import NO_PROSE, Prose


def sections(catalog: Catalog, settings: Settings, prose: Mapping[str, Prose]) -> Iterator[Section]:
    """Yield the pages of content/pages and the page for lost visitors."""
    around = reads.around(catalog, settings)
    for page in catalog.pages:
        view = View(catalog, settings, urls.page(page.id))
        body = prose.get(page.path, NO_PROSE)
        key = digest(around, page.key, body.shown)
        yield alone(key, Output(view.path, partial(_page, view, page, body)))
    view = View(catalog, settings, urls.NOT_FOUND)
    yield alone(around, Output(view.path, partial(_not_found, view), indexed=False))


def _page(view: View, page: Page, prose: Prose) -> Shown:
    return frame.page(
        view,
        "page.html",
        title=page.title,
        description=page.summary,
        summary=page.summary,
        html=BodyText(prose.kept, prose.copies),
        contents=frame.contents(prose),
    )


def _not_found(view: View) -> Shown:
    return frame.page(
        view,
        "404.html",
        title="There is no such page",
        indexed=False,
        search=view.href(urls.PRACTICES),
        all_practices=view.href(urls.PRACTICES),
    )
