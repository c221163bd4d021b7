"""The pages of the news: the list, the list of each category, and each item."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, reads, urls
from repertory.publishing.lists import ListPage, list_pages
from repertory.publishing.output import BodyText, Output, Section, Shown
from repertory.publishing.view import Link, View, outside
from repertory.reading.model import NewsItem
from repertory.reading.prose import NO_PROSE, Prose


def sections(catalog: Catalog, settings: Settings, prose: Mapping[str, Prose]) -> Iterator[Section]:
    """Yield the lists of news and every item; a site without news has none of them."""
    if not catalog.news:
        return
    yield _list(View(catalog, settings, urls.NEWS), "News", catalog.news)
    for category in catalog.taxonomy.news.values():
        items = tuple(item for item in catalog.news if category.id in item.categories)
        if items:
            view = View(catalog, settings, urls.news_category(category.id))
            title = f"News: {category.label(settings.language)}"
            yield _list(view, title, items, map(urls.news_category, category.formerly))
    around = reads.around(catalog, settings)
    for item in catalog.news:
        view = View(catalog, settings, urls.news_item(item.id))
        body = prose.get(item.path, NO_PROSE)
        page = Output(view.path, partial(_item, view, item, body), changed=item.added)
        former = frame.redirects(view, item.title, map(urls.news_item, item.formerly))
        outputs = (page, *former)
        key = digest(around, item.key, body.shown)
        yield Section(view.path, key, partial(tuple, outputs))


def _list(
    first: View, title: str, items: Sequence[NewsItem], former: Iterable[str] = ()
) -> Section:
    """Return the pages of a list and its redirects; each page shows which categories there are."""
    key = digest(reads.around(first.catalog, first.settings), reads.keys(first.catalog.news))
    pages = (
        Output(page.view.path, partial(_list_page, page, title), changed=items[0].added)
        for page in list_pages(first, items)
    )
    outputs = (*pages, *frame.redirects(first, title, former))
    return Section(first.path, key, lambda: outputs)


def _list_page(page: ListPage[NewsItem], title: str) -> Shown:
    view, is_all = page.view, page.first == urls.NEWS
    return frame.page(
        view,
        "news.html",
        title=page.title(title),
        description=f"{title}, the newest first.",
        heading=title,
        news=view.news_lines(page.items),
        all_news=None if is_all else Link("All news", view.href(urls.NEWS)),
        categories=tuple(_categories(view)) if is_all else (),
        pagination=page.pagination,
    )


def _categories(view: View) -> Iterator[Link]:
    for category in view.catalog.taxonomy.news.values():
        if any(category.id in item.categories for item in view.catalog.news):
            label = category.label(view.language)
            yield Link(label, view.href(urls.news_category(category.id)))


def _item(view: View, item: NewsItem, prose: Prose) -> Shown:
    return frame.page(
        view,
        "news-item.html",
        title=item.title,
        description=item.summary,
        added=item.added,
        summary=item.summary,
        categories=tuple(view.news_categories(item)),
        html=BodyText(prose.kept, prose.copies),
        contents=frame.contents(prose),
        source=outside(item.source),
        all_news=view.href(urls.NEWS),
    )
