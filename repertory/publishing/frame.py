"""What pages have around their own content: the frame, redirects to them, a table of contents."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from repertory.publishing import urls
from repertory.publishing.output import Output
from repertory.publishing.view import Link, View
from repertory.reading.prose import Prose

LONG_TEXT = 2500  # characters from which a text gets a table of contents
MANY_HEADINGS = 3


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link of the navigation.

    `current` is what aria-current says: "page" on that very page, "true" in its part of the site.
    """

    text: str
    href: str
    current: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page shows around its own content.

    `root` is the way to the root of the site; `scripts` and `styles` are names of assets
    beyond those of every page.
    """

    language: str
    title: str
    description: str
    site_name: str
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
    changed: date | None = None,
    **data: object,
) -> Output:
    """Return the page at the view's path with its frame and its own data."""
    settings = view.settings
    frame = Frame(
        language=view.language,
        title=title,
        description=description,
        site_name=settings.name,
        root=_root(view),
        home=view.href(urls.HOME),
        navigation=_navigation(view),
        browse=_browse(view),
        pages=_pages(view),
        licence=Link(settings.licence, settings.licence_address),
        repository=settings.repository,
        canonical=urls.absolute(view.path, settings.address) if settings.address else "",
        feed=view.href(urls.FEED) if has_feed(view) else "",
        scripts=scripts,
        styles=styles,
        indexed=indexed,
    )
    return Output(view.path, template, {"frame": frame, **data}, changed, indexed)


def redirects(view: View, title: str, former: Iterator[str]) -> Iterator[Output]:
    """Yield a page at each former address that leads to the view's page."""
    canonical = urls.absolute(view.path, view.settings.address) if view.settings.address else ""
    for address in former:
        there = Link(title, urls.link(view.path, address))
        yield Output(
            address,
            "redirect.html",
            {"language": view.language, "there": there, "canonical": canonical},
            indexed=False,
        )


def contents(prose: Prose) -> tuple[Link, ...]:
    """Return the level-two headings of a text that is long enough to need a table of contents."""
    links = tuple(Link(h.text, f"#{h.anchor}") for h in prose.headings if h.level == 2)
    is_long = len(links) >= MANY_HEADINGS or len(prose.text) > LONG_TEXT
    return links if is_long and len(links) > 1 else ()


def has_feed(view: View) -> bool:
    """Tell whether the site has a feed: it needs a public address, and something to tell."""
    return bool(view.settings.address and (view.catalog.practices or view.catalog.news))


def _root(view: View) -> str:
    if view.path == urls.NOT_FOUND and view.settings.address:
        return urls.from_host(view.settings.address)
    return urls.root_from(view.path)


def _navigation(view: View) -> tuple[NavLink, ...]:
    language = view.language
    parts = [("All practices", urls.PRACTICES)]
    parts += [(facet.short(language), urls.facet(facet.id)) for facet in view.ways_in()]
    if view.catalog.news:
        parts.append(("News", urls.NEWS))
    parts += [(page.title, urls.page(page.id)) for page in view.catalog.pages if page.id == "about"]
    links = [NavLink(text, view.href(to), _current(to, view.path)) for text, to in parts]
    return (*links, NavLink("Search", f"{view.href(urls.PRACTICES)}#search", ""))


def _current(address: str, page_address: str) -> str:
    if address == page_address:
        return "page"
    folder = address.rpartition("/")[0]
    return "true" if folder and page_address.startswith(f"{folder}/") else ""


def _browse(view: View) -> tuple[Link, ...]:
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


def _pages(view: View) -> tuple[Link, ...]:
    pages = (Link(page.title, view.href(urls.page(page.id))) for page in view.catalog.pages)
    return (*pages, Link("Add a practice", view.href(urls.CONTRIBUTE)))
