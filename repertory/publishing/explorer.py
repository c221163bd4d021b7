"""The list of all practices, which becomes the explorer, and the comparison of some of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from repertory.base.settings import Settings
from repertory.base.text import counted
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, urls
from repertory.publishing.lists import list_pages
from repertory.publishing.output import Output
from repertory.publishing.view import View
from repertory.reading.taxonomy import Facet

SHOWN_AT_ONCE = 8  # terms of a filter before "show more"
MANY_TERMS = 20  # terms above which a filter can be searched


@dataclass(frozen=True, slots=True)
class Choice:
    """A term in a filter, with the number of practices that have it."""

    id: str
    label: str
    count: int
    is_more: bool  # shown only after "show more"


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """The terms of a filter under the name of their group, or under ""."""

    label: str
    choices: tuple[Choice, ...]

    @property
    def is_more(self) -> bool:
        """Tell whether the group has no term that is shown at once."""
        return all(choice.is_more for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Filter:
    """A facet as a filter; `more` is the number of terms not shown at once."""

    id: str
    label: str
    groups: tuple[ChoiceGroup, ...]
    more: int
    is_open: bool
    is_long: bool


def outputs(catalog: Catalog, settings: Settings) -> Iterator[Output]:
    """Yield the pages of the list of all practices, the first the explorer, and the comparison."""
    first = View(catalog, settings, urls.PRACTICES)
    practices = catalog.practices
    for page in list_pages(first, practices):
        is_explorer = bool(practices) and page.pagination.number == 1
        yield frame.page(
            page.view,
            "practices.html",
            title=page.title("All practices"),
            description=f"All {counted(len(practices), 'practice')}, the newest first.",
            changed=practices[0].added if practices else None,
            scripts=("shortlist.js", "explorer.js") if is_explorer else (),
            styles=("explorer.css",),
            total=len(practices),
            page_size=settings.page_size,
            practices=page.view.practice_lines(page.items),
            is_explorer=is_explorer,
            filters=tuple(_filters(page.view)) if is_explorer else (),
            explorer=page.view.href(urls.PRACTICES),
            a_to_z=page.view.href(urls.A_TO_Z),
            compare=page.view.href(urls.COMPARE),
            downloads=(page.view.href(urls.ALL_AS_CSV), page.view.href(urls.ALL_AS_JSON)),
            pagination=page.pagination,
        )
    here = View(catalog, settings, urls.COMPARE)
    yield frame.page(
        here,
        "compare.html",
        title="Compare practices",
        scripts=("shortlist.js", "compare.js"),
        styles=("explorer.css",),
        indexed=False,
        all_practices=here.href(urls.PRACTICES),
    )


def _filters(view: View) -> Iterator[Filter]:
    """Yield the filters; those that most visitors start from come first and are open."""
    ways_in = view.ways_in()
    others = [facet for facet in view.used_facets() if facet not in ways_in]
    for facet in (*ways_in, *others):
        terms = [term.id for term in facet.terms.values() if view.count(facet.id, term.id)]
        shown = SHOWN_AT_ONCE if len(terms) > SHOWN_AT_ONCE + 1 else len(terms)
        yield Filter(
            id=facet.id,
            label=facet.short(view.language),
            groups=tuple(_groups(view, facet, terms, shown)),
            more=len(terms) - shown,
            is_open=facet in ways_in,
            is_long=len(terms) > MANY_TERMS,
        )


def _groups(view: View, facet: Facet, terms: Iterable[str], shown: int) -> Iterator[ChoiceGroup]:
    """Yield the terms by groups, in each those first that most practices have."""
    ordered = sorted(terms, key=lambda term: -view.count(facet.id, term))
    number = 0
    for group in ("", *facet.groups):
        members = [term for term in ordered if facet.terms[term].group == group]
        choices = []
        for term in members:
            number += 1
            label, count = view.term_label(facet.id, term), view.count(facet.id, term)
            choices.append(Choice(term, label, count, is_more=number > shown))
        if choices:
            label = facet.group_label(group, view.language) if group else ""
            yield ChoiceGroup(label, tuple(choices))
