"""All practices as data for others: a table and JSON, one practice a line, the oldest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.base.step import Made, Shelf, Steps
from repertory.catalog.catalog import Catalog
from repertory.catalog.related import Pair
from repertory.publishing import facets, reads, urls
from repertory.publishing.output import MARK, Part, as_csv, as_json
from repertory.publishing.view import View
from repertory.reading.model import Practice

TEXTS = ("organisation", "website", "place", "period", "reach", "source")


@dataclass(frozen=True, slots=True)
class Lines:
    """Makes the line of a practice in either file, for a step of the build.

    `used` are the facets in use, and `labels` the names of their terms; `around` is the digest of
    both.
    """

    settings: Settings
    used: tuple[str, ...]
    labels: Mapping[Pair, str]
    around: bytes

    def key(self, practice: Practice) -> bytes:
        """Return the digest of all that the lines are made from."""
        return digest("lines", self.around, practice.key)

    def __call__(self, practice: Practice, _: Shelf) -> Made[tuple[bytes, bytes]]:
        """Return the line of the table, and that of the JSON."""
        labels = (
            "; ".join(self.labels[facet, term] for term in practice.terms.get(facet, ()))
            for facet in self.used
        )
        texts = (str(getattr(practice, name)) for name in TEXTS)
        cells = (practice.id, practice.title, practice.summary, *labels, *texts)
        days = (practice.added.isoformat(), str(practice.reviewed or ""))
        line = as_csv([(*cells, *days, _page(practice, self.settings))])
        return Made((line, as_json(_as_data(practice, self.settings)).strip()))


def parts(catalog: Catalog, settings: Settings, steps: Steps) -> Iterator[Part]:
    """Yield data/practices.csv and data/practices.json, whose lines a step makes.

    Line n (after the header, or the opening bracket) is practice number n, so that the explorer
    can offer any list of practices by taking lines.
    """
    view, fronts = View(catalog, settings, urls.ALL_AS_CSV), reads.fronts(catalog, settings)
    used = tuple(facet.id for facet in catalog.facets)
    labels = {pair: view.term_label(*pair) for pair in catalog.by_term}
    made = Lines(settings, used, labels, reads.around(catalog, settings))
    head = ("id", "title", "summary", *used, *TEXTS, "added", "reviewed", "page")

    @cache
    def lines() -> tuple[list[bytes], list[bytes]]:
        pairs = [pair for _, pair in steps("lines", made, facets.numbered(catalog), made.key)]
        return [line for line, _ in pairs], [line for _, line in pairs]

    def table() -> bytes:
        return b"".join([MARK, as_csv([head]), *lines()[0]])

    yield Part(urls.ALL_AS_CSV, fronts, table)
    yield Part(urls.ALL_AS_JSON, fronts, lambda: b"[\n" + b",\n".join(lines()[1]) + b"\n]\n")


def _as_data(practice: Practice, settings: Settings) -> Mapping[str, object]:
    """Return a practice by the keys of its front matter, the terms by their ids."""
    found: dict[str, object] = {"id": practice.id, "page": _page(practice, settings)}
    found |= {"title": practice.title, "summary": practice.summary, **practice.terms}
    found |= {name: getattr(practice, name) for name in TEXTS}
    found |= {"added": practice.added.isoformat()}
    found |= {"reviewed": practice.reviewed.isoformat() if practice.reviewed else ""}
    found |= {"same_as": practice.same_as, "written_in": practice.language}
    found |= {"proposed": practice.proposed}
    return {name: value for name, value in found.items() if value}


def _page(practice: Practice, settings: Settings) -> str:
    """Return the address of a practice's page: the public one, or that inside the site."""
    address = urls.practice(practice.id)
    return urls.absolute(address, settings.address) if settings.address else address
