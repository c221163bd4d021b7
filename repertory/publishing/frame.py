"""What pages have around their own content: the frame, redirects to them, a table of contents."""

from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import safety, urls
from repertory.publishing.output import Output, Shown
from repertory.publishing.view import Link, View
from repertory.reading.prose import Prose

LONG_TEXT = 2500  # characters from which a text gets a table of contents
MANY_HEADINGS = 3


class NavLink(NamedTuple):
    """A link of the navigation.

    `current` is what aria-current says: "page" on that very page, "true" in its part of the site.
    """

    text: str
    href: str
    current: str


class Frame(NamedTuple):
    """What every page shows around its own content.

    `policy` is the Content-Security-Policy, and `referrer` what other sites are told of where a
    visitor comes from; `root` is the way to the root of the site; `scripts` and `styles` are
    names of assets beyond those of every page.
    """

    language: str
    title: str
    description: str
    site_name: str
    policy: str
    referrer: str
    root: str
    home: str
    navigation: tuple[NavLink, ...]
    browse: tuple[Link, ...]
    pages: tuple[Link, ...]
    licence: Link
    repository: str
    canonical: str
    feed: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    indexed: bool


def page(
    view: View,
    template: str,
    title: str,
    description: str = "",
    *,
    scripts: tuple[str, ...] = (),
    styles: tuple[str, ...] = (),
    indexed: bool = True,
    **data: object,
) -> Shown:
    """Return what the page at the view's path shows: its frame and its own data."""
    settings = view.settings
    frame = Frame(
        language=view.language,
        title=title,
        description=description,
        site_name=settings.name,
        policy=safety.policy(bool(scripts)),
        referrer=safety.REFERRER,
        root=_root(view),
        home=view.href(urls.HOME),
        navigation=_navigation(view.catalog, settings, _seen_from(view)),
        browse=_browse(view.catalog, settings, view.folder),
        pages=_pages(view.catalog, settings, view.folder),
        licence=Link(settings.licence, settings.licence_address),
        repository=settings.repository,
        canonical=urls.absolute(view.path, settings.address) if settings.address else "",
        feed=view.href(urls.FEED) if has_feed(view) else "",
        scripts=scripts,
        styles=styles,
        indexed=indexed,
    )
    return Shown(template, {"frame": frame, **data})


def redirects(view: View, title: str, former: Iterable[str]) -> Iterator[Output]:
    """Yield a page at each former address that leads to the view's page."""
    for address in former:
        yield Output(address, partial(_redirect, view, title, address), indexed=False)


def _redirect(view: View, title: str, address: str) -> Shown:
    canonical = urls.absolute(view.path, view.settings.address) if view.settings.address else ""
    there = Link(title, urls.link(view.path, address))
    return Shown(
        "redirect.html",
        {
            "language": view.language,
            "policy": safety.NOTHING,
            "there": there,
            "canonical": canonical,
        },
    )


def contents(prose: Prose) -> tuple[Link, ...]:
    """Return the level-two headings of a text that is long enough to need a table of contents."""
    links = tuple(Link(text, f"#{anchor}") for level, anchor, text in prose.headings if level == 2)
    is_long = len(links) >= MANY_HEADINGS or prose.length > LONG_TEXT
    return links if is_long and len(links) > 1 else ()


def has_feed(view: View) -> bool:
    """Tell whether the site has a feed: it needs a public address, and something to tell."""
    return bool(view.settings.address and (view.catalog.practices or view.catalog.news))


def _root(view: View) -> str:
    if view.path == urls.NOT_FOUND and view.settings.address:
        return urls.from_host(view.settings.address)
    return urls.root_from(view.path)


# What a page has around it is the same all over a folder, but for the page that the reader is on.


def _seen_from(view: View) -> str:
    """Return where the navigation is seen from: the page where it leads there, or its folder."""
    is_in_navigation = any(to == view.path for _, to in _parts(view))
    return view.path if is_in_navigation else view.folder


def _parts(view: View) -> Iterator[tuple[str, str]]:
    """Yield the texts and addresses of the navigation."""
    yield "All practices", urls.PRACTICES
    for facet in view.ways_in():
        yield facet.short(view.language), urls.facet(facet.id)
    if view.catalog.news:
        yield "News", urls.NEWS
    for page in view.catalog.pages:
        if page.id == "about":
            yield page.title, urls.page(page.id)
    yield "Propose a practice", urls.CONTRIBUTE


@lru_cache(maxsize=8)
def _navigation(catalog: Catalog, settings: Settings, path: str) -> tuple[NavLink, ...]:
    view = View(catalog, settings, path)
    links = [NavLink(text, view.href(to), _current(to, path)) for text, to in _parts(view)]
    return (*links, NavLink("Search", f"{view.href(urls.PRACTICES)}#search", ""))


def _current(address: str, page_address: str) -> str:
    if address == page_address:
        return "page"
    folder = address.rpartition("/")[0]
    return "true" if folder and page_address.startswith(f"{folder}/") else ""


@lru_cache(maxsize=4)
def _browse(catalog: Catalog, settings: Settings, path: str) -> tuple[Link, ...]:
    view = View(catalog, settings, path)
    links = [
        Link(facet.short(view.language), view.href(urls.facet(facet.id)))
        for facet in view.used_facets()
    ]
    return (*links, *pictures_of_the_whole(view))


def pictures_of_the_whole(view: View) -> Iterator[Link]:
    """Yield the links to the overview and the map, where the site has them."""
    if len(view.crossed()) == 2:
        yield Link("Overview", view.href(urls.OVERVIEW))
    if view.countries():
        yield Link("Map", view.href(urls.MAP))


@lru_cache(maxsize=4)
def _pages(catalog: Catalog, settings: Settings, path: str) -> tuple[Link, ...]:
    view = View(catalog, settings, path)
    titles = {urls.page(page.id): page.title for page in view.catalog.pages}
    titles.setdefault(urls.ACCESSIBILITY, "Accessibility")
    titles[urls.CONTRIBUTE] = "Propose a practice"
    return tuple(Link(title, view.href(to)) for to, title in titles.items())
