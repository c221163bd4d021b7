"""The page that says what of the site everybody can use: what was tested, and what was not."""

import json
from collections.abc import Iterator
from datetime import date
from functools import partial

from repertory.base.settings import THEME, Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, reads, urls
from repertory.publishing.output import Output, Section, Shown, alone
from repertory.publishing.view import View

TESTED = THEME / "conformance.json"  # tests/browser/test_conformance.py writes what was tested


def sections(catalog: Catalog, settings: Settings) -> Iterator[Section]:
    """Yield the page, unless the site has one of its own in its place."""
    view = View(catalog, settings, urls.ACCESSIBILITY)
    if all(urls.page(page.id) != view.path for page in catalog.pages):
        yield alone(reads.around(catalog, settings), Output(view.path, partial(_page, view)))


def _page(view: View) -> Shown:
    tested = json.loads(TESTED.read_text("utf-8"))
    criteria = tested["criteria"]
    return frame.page(
        view,
        "accessibility.html",
        title="Accessibility",
        description="What of this site everybody can use, how it was tested, and what was not.",
        tested=tested,
        made=date.fromisoformat(tested["day"]),
        touched=[criterion for criterion in criteria if criterion["rules"]],
        others=[criterion for criterion in criteria if not criterion["rules"]],
        a_to_z=view.href(urls.A_TO_Z),
        contribute=view.href(urls.CONTRIBUTE),
        address=view.settings.address,
        email=view.settings.email,
        about=view.about(),
    )
