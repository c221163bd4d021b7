"""Long lists cut into pages that link to each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from repertory.publishing import urls
from repertory.publishing.view import Link, View

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where a page stands in its list; `previous` and `next` are links, or ""."""

    number: int
    total: int
    previous: str
    next: str
    pages: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Item]):
    """One page of a list: the view from its address, and its part of the items."""

    view: View
    items: Sequence[Item]
    pagination: Pagination

    def title(self, name: str) -> str:
        """Return the page's title, with its number from the second page on."""
        number, total = self.pagination.number, self.pagination.total
        return name if number == 1 else f"{name}, page {number} of {total}"


def list_pages(view: View, items: Sequence[Item]) -> Iterator[ListPage[Item]]:
    """Yield the pages of the list that begins at the view's path; an empty list has one page."""
    size = view.settings.page_size
    total = max(1, -(-len(items) // size))
    for number in range(1, total + 1):
        here = replace(view, path=urls.numbered(view.path, number))
        links = tuple(
            Link(str(n), here.href(urls.numbered(view.path, n))) for n in range(1, total + 1)
        )
        pagination = Pagination(
            number=number,
            total=total,
            previous=links[number - 2].href if number > 1 else "",
            next=links[number].href if number < total else "",
            pages=links,
        )
        yield ListPage(here, items[(number - 1) * size : number * size], pagination)
