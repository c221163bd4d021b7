"""All practices as data for others: a table and JSON, one practice a line, the oldest first."""

from collections.abc import Iterator, Mapping

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import facets, urls
from repertory.publishing.output import Data, as_csv, as_json
from repertory.publishing.view import View
from repertory.reading.model import Practice

TEXTS = ("organisation", "website", "place", "period", "reach", "source")


def outputs(catalog: Catalog, settings: Settings) -> Iterator[Data]:
    """Yield data/practices.csv and data/practices.json.

    Line n (after the header, or the opening bracket) is practice number n, so that the explorer
    can offer any list of practices by taking lines.
    """
    practices = facets.numbered(catalog)
    view = View(catalog, settings, urls.ALL_AS_CSV)
    used = view.used_facets()
    names = [facet.id for facet in used]
    table = [("id", "title", "summary", *names, *TEXTS, "added", "reviewed", "page")]
    for practice in practices:
        labels = ("; ".join(view.labels(practice, facet.id)) for facet in used)
        texts = (str(getattr(practice, name)) for name in TEXTS)
        cells = (practice.id, practice.title, practice.summary, *labels, *texts)
        days = (practice.added.isoformat(), str(practice.reviewed or ""))
        table.append((*cells, *days, _page(practice, settings)))
    yield Data(urls.ALL_AS_CSV, as_csv(table))
    lines = (as_json(_as_data(practice, settings)).strip() for practice in practices)
    yield Data(urls.ALL_AS_JSON, b"[\n" + b",\n".join(lines) + b"\n]\n")


def _as_data(practice: Practice, settings: Settings) -> Mapping[str, object]:
    """Return a practice by the keys of its front matter, the terms by their ids."""
    found: dict[str, object] = {"id": practice.id, "page": _page(practice, settings)}
    found |= {"title": practice.title, "summary": practice.summary, **practice.terms}
    found |= {name: getattr(practice, name) for name in TEXTS}
    found |= {"added": practice.added.isoformat()}
    found |= {"reviewed": practice.reviewed.isoformat() if practice.reviewed else ""}
    found |= {"same_as": practice.same_as, "written_in": practice.language}
    return {name: value for name, value in found.items() if value}


def _page(practice: Practice, settings: Settings) -> str:
    """Return the address of a practice's page: the public one, or that inside the site."""
    address = urls.practice(practice.id)
    return urls.absolute(address, settings.address) if settings.address else address
