"""The pages of the news: the list, the list of each category, and each item."""

from collections.abc import Iterator, Sequence

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, urls
from repertory.publishing.lists import list_pages
from repertory.publishing.output import Kept, Output
from repertory.publishing.view import Link, View, outside
from repertory.reading.model import NewsItem


def outputs(catalog: Catalog, settings: Settings) -> Iterator[Output]:
    """Yield the lists of news and every item; a site without news has none of them."""
    if not catalog.news:
        return
    yield from _list(View(catalog, settings, urls.NEWS), "News", catalog.news)
    for category in catalog.taxonomy.news.values():
        items = tuple(item for item in catalog.news if category.id in item.categories)
        if items:
            view = View(catalog, settings, urls.news_category(category.id))
            yield from _list(view, f"News: {category.label(settings.language)}", items)
    for item in catalog.news:
        view = View(catalog, settings, urls.news_item(item.id))
        yield _item(view, item)
        yield from frame.redirects(view, item.title, map(urls.news_item, item.formerly))


def _list(first: View, title: str, items: Sequence[NewsItem]) -> Iterator[Output]:
    for page in list_pages(first, items):
        view = page.view
        yield frame.page(
            view,
            "news.html",
            title=page.title(title),
            description=f"{title}, the newest first.",
            changed=items[0].added,
            heading=title,
            news=view.news_lines(page.items),
            all_news=Link("All news", view.href(urls.NEWS)) if first.path != urls.NEWS else None,
            categories=tuple(_categories(view)) if first.path == urls.NEWS else (),
            pagination=page.pagination,
        )


def _categories(view: View) -> Iterator[Link]:
    for category in view.catalog.taxonomy.news.values():
        if any(category.id in item.categories for item in view.catalog.news):
            label = category.label(view.language)
            yield Link(label, view.href(urls.news_category(category.id)))


def _item(view: View, item: NewsItem) -> Output:
    return frame.page(
        view,
        "news-item.html",
        title=item.title,
        description=item.summary,
        changed=item.added,
        added=item.added,
        summary=item.summary,
        categories=tuple(view.news_categories(item)),
        html=Kept(item.prose.kept),
        contents=frame.contents(item.prose),
        source=outside(item.source),
        all_news=view.href(urls.NEWS),
    )
