"""All practices as data for others: a table and JSON, one practice a line, the oldest first."""

from collections.abc import Iterator, Mapping
from functools import partial

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import facets, reads, urls
from repertory.publishing.output import Output, Section, alone, as_csv, as_json
from repertory.publishing.view import View
from repertory.reading.model import Practice

TEXTS = ("organisation", "website", "place", "period", "reach", "source")


def sections(catalog: Catalog, settings: Settings) -> Iterator[Section]:
    """Yield data/practices.csv and data/practices.json.

    Line n (after the header, or the opening bracket) is practice number n, so that the explorer
    can offer any list of practices by taking lines.
    """
    fronts = reads.fronts(catalog, settings)
    for path, content in ((urls.ALL_AS_CSV, _as_csv), (urls.ALL_AS_JSON, _as_json)):
        view = View(catalog, settings, path)
        yield alone(fronts, Output(path, partial(content, view), indexed=False))


def _as_csv(view: View) -> bytes:
    used = view.used_facets()
    names = [facet.id for facet in used]
    table = [("id", "title", "summary", *names, *TEXTS, "added", "reviewed", "page")]
    for practice in facets.numbered(view.catalog):
        labels = ("; ".join(view.labels(practice, facet.id)) for facet in used)
        texts = (str(getattr(practice, name)) for name in TEXTS)
        cells = (practice.id, practice.title, practice.summary, *labels, *texts)
        days = (practice.added.isoformat(), str(practice.reviewed or ""))
        table.append((*cells, *days, _page(practice, view.settings)))
    return as_csv(table)


def _as_json(view: View) -> bytes:
    practices = facets.numbered(view.catalog)
    lines = (as_json(_as_data(practice, view.settings)).strip() for practice in practices)
    return b"[\n" + b",\n".join(lines) + b"\n]\n"


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
