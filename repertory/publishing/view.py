"""The catalog as one page sees it: small values for templates, with links relative to the page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import urlsplit

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.catalog.related import Pair
from repertory.publishing import urls
from repertory.reading.model import NewsItem, Practice
from repertory.reading.taxonomy import Facet

Item = TypeVar("Item")
CATEGORY, COUNTRY, TARGET, EVIDENCE = "category", "country", "target", "evidence"
WAYS_IN = ("outcome", COUNTRY, "type-of-action")  # the three facets that most visitors start from
NEVER_FIRST = (CATEGORY, "language", EVIDENCE)  # facets that do not say what a record is about
MOST_CROSSED = 250  # terms: as many as there are countries, and no table with more can be read


class Link(NamedTuple):
    """A text with a relative link, or "" where there is nothing to link to."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class TermLine:
    """A term in a list: its link ("" while it has no records), its records, its definition."""

    text: str
    href: str
    count: int
    definition: str = ""


class Group(NamedTuple, Generic[Item]):
    """What belongs to the terms of one group, under its name, or under ""."""

    label: str
    items: tuple[Item, ...]


class PracticeLine(NamedTuple):
    """A practice in a list; `language` is "" where it is the site's."""

    title: str
    href: str
    countries: tuple[str, ...]
    years: str
    summary: str
    language: str


class NewsLine(NamedTuple):
    """A news item in a list."""

    title: str
    href: str
    added: date
    summary: str
    categories: tuple[Link, ...]


def years(period: str) -> str:
    """Return a period as readers write it: "2019", "since 2019", "2019–2022"."""
    first, hyphen, last = (part.strip() for part in period.partition("-"))
    if hyphen and not last:
        return f"since {first}"
    return f"{first}–{last}" if last else first


def tied(label: str) -> str:
    """Return a label whose slashes never begin a line."""
    return label.replace(" / ", "\N{NO-BREAK SPACE}/ ")


def in_sentence(label: str) -> str:
    """Return a label as it stands inside a sentence; abbreviations keep their capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def outside(url: str) -> Link:
    """Return a link to another site, under the name of its host."""
    return Link(urlsplit(url).netloc.removeprefix("www."), url)


@dataclass(frozen=True, slots=True)
class View:
    """The catalog and the settings as seen from the page at `path`."""

    catalog: Catalog
    settings: Settings
    path: str

    @property
    def language(self) -> str:
        """Return the language of the page."""
        return self.settings.language

    @property
    def folder(self) -> str:
        """Return where links are seen from: the page's folder, from which all pages see the same.

        The page for lost visitors is seen from nowhere else.
        """
        folder, slash, _ = self.path.rpartition("/")
        return self.path if self.path == urls.NOT_FOUND else folder + slash

    def href(self, address: str) -> str:
        """Return the link from this page to a file of the site.

        A host shows its page for lost visitors at any depth, so that page's links start at the
        host's root.
        """
        if self.path == urls.NOT_FOUND and self.settings.address:
            return urls.from_host(self.settings.address) + urls.link(address, self.path)
        return urls.link(address, self.path)

    def used_facets(self) -> tuple[Facet, ...]:
        """Return the facets that at least one record uses."""
        return self.catalog.facets

    def ways_in(self) -> tuple[Facet, ...]:
        """Return the three facets that lead into the site."""
        used = {facet.id: facet for facet in self.used_facets()}
        chosen = [used[facet_id] for facet_id in WAYS_IN if facet_id in used]
        others = (f for f in used.values() if f.id not in WAYS_IN and f.id not in NEVER_FIRST)
        return (*chosen, *others)[:3]

    def crossed(self) -> tuple[Facet, ...]:
        """Return the two facets that the overview sets against each other, or fewer.

        They are the first ways into the site; countries come later, since they have a map.
        """
        facets = self.crossable()
        first = [facet for facet in self.ways_in() if facet in facets and facet.id != COUNTRY]
        return (*first, *(facet for facet in facets if facet not in first))[:2]

    def crossable(self) -> tuple[Facet, ...]:
        """Return the facets that may stand against each other in the overview."""
        return tuple(f for f in self.used_facets() if len(f.terms) <= MOST_CROSSED)

    def countries(self) -> Facet | None:
        """Return the facet of countries where a map can show it: its terms have ISO codes."""
        facet = self.catalog.taxonomy.facets.get(COUNTRY)
        terms = facet.terms.values() if facet else ()
        return facet if any(term.code and self.count(COUNTRY, term.id) for term in terms) else None

    def about(self) -> Link | None:
        """Return the page that tells who runs the site, where there is one."""
        pages = (page for page in self.catalog.pages if page.id == "about")
        return next((Link(page.title, self.href(urls.page(page.id))) for page in pages), None)

    def count(self, facet_id: str, term_id: str) -> int:
        """Return how many practices have the term."""
        return len(self.catalog.by_term.get((facet_id, term_id), ()))

    def term_label(self, facet_id: str, term_id: str) -> str:
        """Return a term's name."""
        return tied(self.catalog.taxonomy.facets[facet_id].terms[term_id].label(self.language))

    def term_link(self, facet_id: str, term_id: str) -> Link:
        """Return a term's name and link."""
        known = _known_links(self.catalog, self.language, self.folder)
        pair = facet_id, term_id
        return known.get(pair) or known.setdefault(pair, self._term_link(*pair))

    def _term_link(self, facet_id: str, term_id: str) -> Link:
        has_page = self.count(facet_id, term_id) > 0
        href = self.href(urls.term(facet_id, term_id)) if has_page else ""
        return Link(self.term_label(facet_id, term_id), href)

    def term_line(self, facet_id: str, term_id: str) -> TermLine:
        """Return a term with its number of practices and its definition."""
        term = self.catalog.taxonomy.facets[facet_id].terms[term_id]
        link = self.term_link(facet_id, term_id)
        return TermLine(link.text, link.href, self.count(facet_id, term_id), term.definition)

    def term_lines(self, facet: Facet, term_ids: Iterable[str]) -> tuple[TermLine, ...]:
        """Return the terms as lines; of the deprecated ones only those that have records."""
        return tuple(
            self.term_line(facet.id, term_id)
            for term_id in term_ids
            if self.count(facet.id, term_id) or not facet.terms[term_id].deprecated
        )

    def labels(self, practice: Practice, facet_id: str) -> tuple[str, ...]:
        """Return the names of the terms that a practice has of a facet."""
        terms = practice.terms.get(facet_id, ())
        return tuple(self.term_link(facet_id, term).text for term in terms)

    def practice_lines(self, practices: Iterable[Practice]) -> tuple[PracticeLine, ...]:
        """Return practices as lines of a list."""
        known = _known_lines(self.catalog, self.language, self.href(urls.practice("")))
        return tuple(
            known.get(practice.id) or known.setdefault(practice.id, self._practice_line(practice))
            for practice in practices
        )

    def _practice_line(self, practice: Practice) -> PracticeLine:
        return PracticeLine(
            title=practice.title,
            href=self.href(urls.practice(practice.id)),
            countries=self.labels(practice, COUNTRY),
            years=years(practice.period),
            summary=practice.summary,
            language=practice.language,
        )

    def news_lines(self, items: Iterable[NewsItem]) -> tuple[NewsLine, ...]:
        """Return news items as lines of a list."""
        return tuple(
            NewsLine(
                title=item.title,
                href=self.href(urls.news_item(item.id)),
                added=item.added,
                summary=item.summary,
                categories=tuple(self.news_categories(item)),
            )
            for item in items
        )

    def news_categories(self, item: NewsItem) -> Iterator[Link]:
        """Yield the categories of a news item."""
        for category in item.categories:
            label = self.catalog.taxonomy.news[category].label(self.language)
            yield Link(label, self.href(urls.news_category(category)))


# What many pages show is made once for all that see it from a like place.


@lru_cache(maxsize=4)
def _known_lines(catalog: Catalog, language: str, way: str) -> dict[str, PracticeLine]:
    """Return the lines of practices, by their ids, that were made where this is the way to them."""
    return {}


@lru_cache(maxsize=4)
def _known_links(catalog: Catalog, language: str, folder: str) -> dict[Pair, Link]:
    """Return the links of terms that were made for pages of a folder."""
    return {}
