"""The list of all practices, which becomes the explorer, and the comparison of some of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.base.text import counted
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, reads, urls
from repertory.publishing.lists import ListPage, list_pages
from repertory.publishing.output import Output, Section, Shown, alone
from repertory.publishing.view import View
from repertory.reading.model import Practice
from repertory.reading.taxonomy import Facet, Term

SHOWN_AT_ONCE = 8  # terms of a filter before "show more"
MANY_TERMS = 20  # terms above which a filter can be searched


@dataclass(frozen=True, slots=True)
class Choice:
    """A term in a filter, with the number of practices that have it."""

    id: str
    label: str
    count: int
    is_more: bool  # shown only after "show more"


class ChoiceGroup(NamedTuple):
    """The terms of a filter under the name of their group, or under ""."""

    label: str
    choices: tuple[Choice, ...]

    @property
    def is_more(self) -> bool:
        """Tell whether the group has no term that is shown at once."""
        return all(choice.is_more for choice in self.choices)


class Filter(NamedTuple):
    """A facet as a filter; `more` is the number of terms not shown at once."""

    id: str
    label: str
    groups: tuple[ChoiceGroup, ...]
    more: int
    is_open: bool
    is_long: bool


def sections(catalog: Catalog, settings: Settings) -> Iterator[Section]:
    """Yield the pages of the list of all practices, the first the explorer, and the comparison."""
    around, fronts = reads.around(catalog, settings), reads.fronts(catalog, settings)
    practices = catalog.practices

    def read(page: ListPage[Practice]) -> bytes:
        if page.number == 1:
            return fronts
        return digest(around, repr((page.total, len(practices))), reads.keys(page.items))

    def outputs() -> Iterator[Output]:
        changed = practices[0].added if practices else None
        for page in list_pages(View(catalog, settings, urls.PRACTICES), practices):
            yield Output(page.view.path, partial(_page, page), partial(read, page), changed=changed)

    yield Section(urls.PRACTICES, fronts, outputs)
    view = View(catalog, settings, urls.COMPARE)
    yield alone(around, Output(view.path, partial(_comparison, view), indexed=False))


def _page(page: ListPage[Practice]) -> Shown:
    view, total = page.view, len(page.view.catalog.practices)
    is_explorer = total > 0 and page.number == 1
    return frame.page(
        view,
        "practices.html",
        title=page.title("All practices"),
        description=f"All {counted(total, 'practice')}, the newest first.",
        scripts=("shortlist.js", "explorer.js") if is_explorer else (),
        styles=("explorer.css",),
        total=total,
        page_size=view.settings.page_size,
        practices=view.practice_lines(page.items),
        is_explorer=is_explorer,
        filters=tuple(_filters(view)) if is_explorer else (),
        explorer=view.href(urls.PRACTICES),
        a_to_z=view.href(urls.A_TO_Z),
        compare=view.href(urls.COMPARE),
        downloads=(view.href(urls.ALL_AS_CSV), view.href(urls.ALL_AS_JSON)),
        pagination=page.pagination,
    )


def _comparison(view: View) -> Shown:
    return frame.page(
        view,
        "compare.html",
        title="Compare practices",
        scripts=("shortlist.js", "compare.js"),
        styles=("explorer.css",),
        indexed=False,
        all_practices=view.href(urls.PRACTICES),
    )


def _filters(view: View) -> Iterator[Filter]:
    """Yield the filters; those that most visitors start from come first and are open."""
    ways_in = view.ways_in()
    others = [facet for facet in view.used_facets() if facet not in ways_in]
    for facet in (*ways_in, *others):
        terms = [term for term in facet.terms.values() if view.count(facet.id, term.id)]
        shown = SHOWN_AT_ONCE if len(terms) > SHOWN_AT_ONCE + 1 else len(terms)
        yield Filter(
            id=facet.id,
            label=facet.short(view.language),
            groups=tuple(_groups(view, facet, terms, shown)),
            more=len(terms) - shown,
            is_open=facet in ways_in,
            is_long=len(terms) > MANY_TERMS,
        )


def _groups(view: View, facet: Facet, terms: Iterable[Term], shown: int) -> Iterator[ChoiceGroup]:
    """Yield the terms by groups, in each those first that most practices have."""
    ordered = sorted(terms, key=lambda term: -view.count(facet.id, term.id))
    number = count(1)
    for label, members in facet.grouped(ordered, view.language):
        choices = (
            Choice(
                term.id,
                view.term_label(facet.id, term.id),
                view.count(facet.id, term.id),
                is_more=next(number) > shown,
            )
            for term in members
        )
        yield ChoiceGroup(label, tuple(choices))
