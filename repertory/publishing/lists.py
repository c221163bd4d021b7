"""Long lists cut into pages that link to each other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

from repertory.publishing import urls
from repertory.publishing.view import View

Item = TypeVar("Item")
NEIGHBOURS = 2  # pages to which a page links on either side


class PageLink(NamedTuple):
    """A link to another page of a list; `follows_gap` where pages before it are left out."""

    number: int
    href: str
    follows_gap: bool


class Pagination(NamedTuple):
    """Where a page stands in its list; `previous` and `next` are links, or ""."""

    number: int
    total: int
    previous: str
    next: str
    pages: tuple[PageLink, ...]


class ListPage(NamedTuple, Generic[Item]):
    """A page of the list that begins at the address `first`: the view from it, its items."""

    view: View
    items: Sequence[Item]
    first: str
    number: int
    total: int

    def title(self, name: str) -> str:
        """Return the page's title, with its number from the second page on."""
        return name if self.number == 1 else f"{name}, page {self.number} of {self.total}"

    @property
    def pagination(self) -> Pagination:
        """Return the links to the other pages of the list."""

        def href(other: int) -> str:
            is_page = 1 <= other <= self.total
            return self.view.href(urls.numbered(self.first, other)) if is_page else ""

        number, total = self.number, self.total
        near = range(max(1, number - NEIGHBOURS), min(total, number + NEIGHBOURS) + 1)
        shown = sorted({1, *near, total})
        pages = tuple(
            PageLink(page, href(page), follows_gap=page - before > 1)
            for before, page in zip([0, *shown], shown, strict=False)
        )
        return Pagination(number, total, href(number - 1), href(number + 1), pages)


def list_pages(view: View, items: Sequence[Item]) -> Iterator[ListPage[Item]]:
    """Yield the pages of the list that begins at the view's path; an empty list has one page."""
    size = view.settings.page_size
    total = max(1, -(-len(items) // size))
    for number in range(1, total + 1):
        here = replace(view, path=urls.numbered(view.path, number))
        yield ListPage(here, items[(number - 1) * size : number * size], view.path, number, total)
