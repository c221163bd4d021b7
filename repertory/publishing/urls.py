"""The addresses of the site: where each page stands, and how one page links to another."""

from collections.abc import Iterable
from functools import lru_cache, partial
from urllib.parse import quote, urlencode, urlsplit

HOME = "index.html"
PRACTICES = "practices/index.html"
A_TO_Z = "practices/a-z.html"
NEWS = "news/index.html"
OVERVIEW = "overview.html"
MAP = "map.html"
CONTRIBUTE = "contribute.html"
FIELDS = "fields.html"
SCHEMA = "data/practice.schema.json"
KNOWN = "data/known.json"
COMPARE = "compare.html"
ACCESSIBILITY = "accessibility.html"
NOT_FOUND = "404.html"
FEED = "feed.xml"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
HEADERS = "_headers"
SECURITY = ".well-known/security.txt"
SEARCH_MANIFEST = "search/index.json"
SEARCH_WHOLE = "search/lunr-index.json"
SEARCH_TITLES = "search/titles.json"
ALL_AS_CSV = "data/practices.csv"
ALL_AS_JSON = "data/practices.json"
OVERVIEW_TERMS = "search/overview.json"
OVERVIEW_CSV = "data/overview.csv"


def practice(practice_id: str) -> str:
    """Return the address of a practice."""
    return f"practices/{practice_id}.html"


def source(practice_id: str) -> str:
    """Return the address of a copy of a practice's file."""
    return f"practices/{practice_id}.md"


def facet(facet_id: str) -> str:
    """Return the address of a facet's list of terms."""
    return f"{facet_id}/index.html"


def term(facet_id: str, term_id: str) -> str:
    """Return the address of a term's first page."""
    return f"{facet_id}/{term_id}.html"


def news_item(item_id: str) -> str:
    """Return the address of a news item."""
    return f"news/{item_id}.html"


def news_category(category_id: str) -> str:
    """Return the address of a news category's first page."""
    return f"news/{category_id}.html"


def page(page_id: str) -> str:
    """Return the address of a plain page."""
    return f"{page_id}.html"


def search_facet(facet_id: str) -> str:
    """Return the address of the sets of practices that a facet's terms have."""
    return f"search/facets/{facet_id}.json"


def search_file(folder: str, name: str) -> str:
    """Return the address of a part of the search index."""
    return f"search/{folder}/{name}.json"


def search_cards(number: int) -> str:
    """Return the address of a file of cards."""
    return f"search/cards/{number}.json"


def chosen(terms: Iterable[tuple[str, str]]) -> str:
    """Return the query by which the list of all practices shows only those with some terms.

    Each term is (facet, term).
    """
    return f"?{urlencode(list(terms))}"


def numbered(address: str, number: int) -> str:
    """Return the address of a list's page of that number: its first page has none."""
    return address if number == 1 else f"{address.removesuffix('.html')}-{number}.html"


def root_from(page_address: str) -> str:
    """Return the way up from a page to the root of the site: "", "../" ..."""
    return "../" * page_address.count("/")


def link(target: str, page_address: str) -> str:
    """Return the relative link from a page to a file of the site."""
    folder, _, name = target.rpartition("/")
    if folder == page_address.rpartition("/")[0]:
        return _quoted(name)
    return root_from(page_address) + _quoted(target)


def absolute(target: str, site_address: str) -> str:
    """Return the public URL of a file of the site; a folder's index is the folder itself."""
    folder, _, name = target.rpartition("/")
    if name == "index.html":
        target = f"{folder}/" if folder else ""
    return site_address + quote(target)


def from_host(site_address: str) -> str:
    """Return the path of the site on its host, "/" or "/good-practices/"."""
    return urlsplit(site_address).path or "/"


# Most addresses are linked from many pages; those of files may have any bytes.
_quoted = lru_cache(maxsize=50_000)(partial(quote, errors="surrogateescape"))
