"""The page of a practice, and the redirects from its former addresses."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.base.step import NotKept
from repertory.base.text import listed
from repertory.catalog.catalog import Catalog
from repertory.catalog.related import Neighbourhood, Related
from repertory.publishing import frame, reads, urls
from repertory.publishing.output import BodyText, Output, Section, Shown
from repertory.publishing.view import (
    CATEGORY,
    COUNTRY,
    EVIDENCE,
    TARGET,
    Group,
    Link,
    View,
    in_sentence,
    outside,
    tied,
    years,
)
from repertory.reading.model import Practice
from repertory.reading.prose import NO_PROSE, Prose
from repertory.reading.source import CHANGED, RECORD_BYTES, plain_bytes
from repertory.reading.taxonomy import Facet

SECTIONS = 128  # of practices: few to look through, and each soon planned again
LONG_CELL = 24  # characters
TERMS_AT_A_GLANCE = 2
NEWS_BESIDE = 2  # news items beside a record
MOST_REASONS = 3


class Glance(NamedTuple):
    """One cell of the strip that sums a practice up.

    `is_facet` tells whether a facet says it; `level` is 0 but for evidence, whose terms count
    from 1 for the weakest.
    """

    label: str
    text: str
    is_facet: bool = False
    level: int = 0

    @property
    def is_long(self) -> bool:
        """Tell whether the cell needs more room than the others."""
        return len(self.text) > LONG_CELL


class Fact(NamedTuple):
    """A facet of a practice with the terms it has, and the names of those it proposes."""

    label: str
    groups: tuple[Group[Link], ...]
    proposed: tuple[str, ...]


class Figure(NamedTuple):
    """A picture: its link, what it shows in words, and its size in pixels."""

    href: str
    alt: str
    width: int
    height: int


class Neighbour(NamedTuple):
    """A related practice, and why it is one."""

    title: str
    href: str
    reason: str


def sections(catalog: Catalog, settings: Settings, prose: Mapping[str, Prose]) -> Iterator[Section]:
    """Yield the pages of the practices and their redirects, some together.

    A practice's page shows what its record says and those of others, so that only an edited body
    leaves the other pages of a section alone.
    """
    every = reads.fronts(catalog, settings)
    together: dict[int, list[Practice]] = defaultdict(list)
    for practice in catalog.practices:
        together[crc32(practice.id.encode()) % SECTIONS].append(practice)
    for number, practices in sorted(together.items()):
        key = digest(every, reads.bodies(practices, prose))
        outputs = partial(_outputs, catalog, settings, practices, prose)
        yield Section(f"practices {number}", key, outputs)


def _outputs(
    catalog: Catalog,
    settings: Settings,
    practices: Iterable[Practice],
    prose: Mapping[str, Prose],
) -> Iterator[Output]:
    for practice in practices:
        view = View(catalog, settings, urls.practice(practice.id))
        body = prose.get(practice.path, NO_PROSE)
        content = partial(_page, view, practice, body)
        told = partial(_told, view, practice, body)
        reading, shown = partial(told, Neighbourhood.reads), partial(told, Neighbourhood.shows)
        yield Output(view.path, content, reading, shown, changed=practice.updated)
        yield _source(settings, practice, body)
        yield from frame.redirects(view, practice.title, map(urls.practice, practice.formerly))


def _source(settings: Settings, practice: Practice, prose: Prose) -> Output:
    """Return a copy of the record's file: the form to suggest a change begins with it."""
    content = partial(_copied, settings.root, practice.path)
    reading = partial(digest, practice.key, prose.kept)
    return Output(urls.source(practice.id), content, reading, indexed=False)


def _copied(root: Path, path: str) -> bytes:
    """Return what a record's file has; raises NotKept where it is gone since it was read."""
    data = plain_bytes(root / path, RECORD_BYTES)
    if data is None:
        raise NotKept(CHANGED)
    return data


def _told(
    view: View, practice: Practice, prose: Prose, near: Callable[[Neighbourhood, Practice], bytes]
) -> bytes:
    """Return the digest of a page's record and of all beside it, where `near` tells of its like."""
    return digest(
        reads.around(view.catalog, view.settings),
        prose.shown,
        near(neighbourhood(view.catalog), practice),
        reads.keys(view.catalog.news[:NEWS_BESIDE]),
    )


@lru_cache(maxsize=2)
def neighbourhood(catalog: Catalog) -> Neighbourhood:
    """Return all practices, to be asked which of them are related to one."""
    return Neighbourhood(catalog.by_term, len(catalog.practices))


def _page(view: View, practice: Practice, prose: Prose) -> Shown:
    return frame.page(
        view,
        "practice.html",
        title=practice.title,
        description=practice.summary,
        above=_above(view, practice),
        summary=practice.summary,
        language=practice.language,
        glance=tuple(glance(view, practice)),
        facts=tuple(facts(view, practice)),
        figure=_figure(practice, prose),
        contents=frame.contents(prose),
        html=BodyText(prose.kept, prose.copies),
        organisation=practice.organisation,
        website=outside(practice.website),
        place=practice.place,
        source=outside(practice.source),
        same_as=tuple(map(outside, practice.same_as)),
        added=practice.added,
        reviewed=practice.reviewed,
        related=tuple(neighbour(view, r) for r in neighbourhood(view.catalog).of(practice)),
        news=view.news_lines(view.catalog.news[:NEWS_BESIDE]),
        suggest=f"{view.href(urls.CONTRIBUTE)}?change={practice.id}",
    )


def _above(view: View, practice: Practice) -> Link:
    """Return the link up: to the practice's category, or to all practices."""
    for category in practice.terms.get(CATEGORY, ()):
        return view.term_link(CATEGORY, category)
    return Link("All practices", view.href(urls.PRACTICES))


def glance(view: View, practice: Practice) -> Iterator[Glance]:
    """Yield the cells of the strip that sums a practice up."""
    yield from _glance_at_facet(view, practice, COUNTRY)
    if practice.period:
        label = years(practice.period)
        yield Glance("Years", label[0].upper() + label[1:])
    if practice.reach:
        yield Glance("Reach", practice.reach)
    yield from _glance_at_facet(view, practice, TARGET)
    yield from _glance_at_facet(view, practice, EVIDENCE)


def _glance_at_facet(view: View, practice: Practice, facet_id: str) -> Iterator[Glance]:
    terms = practice.terms.get(facet_id)
    if not terms:
        return
    facet = view.catalog.taxonomy.facets[facet_id]
    level = list(facet.terms).index(terms[0]) + 1 if facet_id == EVIDENCE else 0
    labels = view.labels(practice, facet_id)
    shown, more = labels[:TERMS_AT_A_GLANCE], len(labels) - TERMS_AT_A_GLANCE
    text = listed((*shown, f"{more}\N{NO-BREAK SPACE}more") if more > 0 else shown)
    yield Glance(facet.short(view.language), text, is_facet=True, level=level)


def facts(view: View, practice: Practice) -> Iterator[Fact]:
    """Yield the facets of a practice with the terms it has, in the order of taxonomy.yaml."""
    for facet in view.catalog.taxonomy.facets.values():
        terms, proposed = practice.terms.get(facet.id, ()), practice.proposed.get(facet.id, ())
        if terms or proposed:
            groups = tuple(_groups(view, facet, terms))
            names = tuple(tied(name[:1].upper() + name[1:]) for name in proposed)
            yield Fact(tied(facet.label(view.language)), groups, names)


def _groups(view: View, facet: Facet, terms: tuple[str, ...]) -> Iterator[Group[Link]]:
    for label, members in facet.grouped((facet.terms[id] for id in terms), view.language):
        yield Group(label, tuple(view.term_link(facet.id, term.id) for term in members))


def _figure(practice: Practice, prose: Prose) -> Figure | None:
    for copy in prose.copies:
        if practice.image and copy.file == practice.image.file:
            return Figure(copy.file, practice.image.alt, copy.width, copy.height)
    return None


def neighbour(view: View, near: Related) -> Neighbour:
    """Return a related practice with its reason: "Same target: ...; same country: Belgium"."""
    shared: dict[str, list[str]] = {}
    for facet_id, term_id in near.shared[:MOST_REASONS]:
        shared.setdefault(facet_id, []).append(view.term_label(facet_id, term_id))
    facets = view.catalog.taxonomy.facets
    reasons = (
        f"same {in_sentence(facets[facet_id].short(view.language))}: {', '.join(terms)}"
        for facet_id, terms in shared.items()
    )
    reason = "; ".join(reasons)
    href = view.href(urls.practice(near.practice.id))
    return Neighbour(near.practice.title, href, reason[:1].upper() + reason[1:])
