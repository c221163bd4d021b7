"""How well the vocabulary is used, and how complete and fresh the practices are."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from repertory.base.text import fold, nearest
from repertory.catalog.catalog import Catalog
from repertory.reading.model import Practice
from repertory.reading.prose import NO_PROSE, Prose
from repertory.reading.taxonomy import OPENING, Facet, Taxonomy, Term

FRESH = timedelta(days=730)
ALIKE = 85  # rapidfuzz's ratio, 0 to 100: from NEAR on, national and regional funds would be alike
COUNTED = ("organisation", "website", "period", "reach", "source", "reviewed")
"""The fields that every practice could have, and need not: the others depend on what it is."""

ByFacet: TypeAlias = Mapping[str, tuple[str, ...]]  # facet -> ids of terms


class Proposed(NamedTuple):
    """A term that records propose: its facet and name, the paths of the records, a near term."""

    facet: str
    label: str
    records: tuple[str, ...]
    near: str


class Alike(NamedTuple):
    """Two terms of a facet with names that are near: how near, from 85 to 100."""

    facet: str
    terms: tuple[str, str]
    names: tuple[str, str]
    likeness: int


class Lacking(NamedTuple):
    """What a practice has not: keys of fields, ids of facets, ids of sections."""

    fields: tuple[str, ...]
    facets: tuple[str, ...]
    sections: tuple[str, ...]


class Fullness(NamedTuple):
    """How complete a practice is, in percent, and the keys and sections that it lacks."""

    path: str
    percent: int
    lacks: tuple[str, ...]


class Health(NamedTuple):
    """What `stats` tells.

    `left_out` is the number of records that have errors. Terms that are no longer to be used are
    left out too. `without_label` maps languages to the terms that have no name in them;
    `completeness` has every practice, the least complete first; `stale` are the paths of those that
    nobody has seen to for two years, with the day of the last time.
    """

    practices: int
    left_out: int
    proposed: tuple[Proposed, ...]
    unused: ByFacet
    used_once: ByFacet
    alike: tuple[Alike, ...]
    without_definition: ByFacet
    without_label: Mapping[str, ByFacet]
    completeness: tuple[Fullness, ...]
    stale: tuple[tuple[str, date], ...]


def health(
    catalog: Catalog,
    prose: Mapping[str, Prose],
    languages: Iterable[str],
    today: date,
    left_out: int = 0,
) -> Health:
    """Look the vocabulary and the practices over.

    A term with a code, of a country or a language, needs no definition, and is never taken for
    another one with a code.
    """
    taxonomy, practices = catalog.taxonomy, catalog.practices
    terms = [(facet.id, term) for facet in taxonomy.facets.values() for term in _current(facet)]
    count = {(f, t.id): len(catalog.by_term.get((f, t.id), ())) for f, t in terms}
    fullness = (_fullness(practice, prose, taxonomy) for practice in practices)
    stale = ((p.path, p.updated) for p in practices if today - p.updated > FRESH)
    return Health(
        practices=len(practices),
        left_out=left_out,
        proposed=tuple(_proposed(catalog)),
        unused=_by_facet((f, t) for f, t in terms if count[f, t.id] == 0),
        used_once=_by_facet((f, t) for f, t in terms if count[f, t.id] == 1),
        alike=tuple(pair for facet in taxonomy.facets.values() for pair in _alike(facet)),
        without_definition=_by_facet((f, t) for f, t in terms if not t.definition and not t.code),
        without_label={
            language: _by_facet((f, t) for f, t in terms if language not in t.labels)
            for language in languages
        },
        completeness=tuple(sorted(fullness, key=lambda found: (found.percent, found.path))),
        stale=tuple(sorted(stale, key=lambda found: (found[1], found[0]))),
    )


def _current(facet: Facet) -> Iterator[Term]:
    return (term for term in facet.terms.values() if not term.deprecated)


def _by_facet(terms: Iterable[tuple[str, Term]]) -> ByFacet:
    found: dict[str, tuple[str, ...]] = {}
    for facet, term in terms:
        found[facet] = (*found.get(facet, ()), term.id)
    return found


def _proposed(catalog: Catalog) -> Iterator[Proposed]:
    """Yield what is proposed, each once under the name that the newest record has."""
    found: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for practice in catalog.practices:
        for facet, labels in practice.proposed.items():
            for label in labels:
                paths = found.setdefault((facet, fold(label)), (label, []))[1]
                paths.append(practice.path)
    for (facet, _), (label, paths) in sorted(found.items()):
        terms = catalog.taxonomy.facets[facet].terms.values()
        owners = {name: term.id for term in terms for name in term.names()}
        near = owners.get(nearest(label, owners) or "", "")
        yield Proposed(facet, label, tuple(sorted(paths)), near)


def _alike(facet: Facet) -> Iterator[Alike]:
    """Yield the pairs of terms of which a label or alias of one is near to one of the other."""
    from rapidfuzz import fuzz, process  # late: only this needs it

    owners = {
        fold(name): (term, name)
        for term in _current(facet)
        for name in (term.label(), *term.aliases)
    }
    names = list(owners)
    best: dict[frozenset[str], Alike] = {}
    for place, (name, (term, written)) in enumerate(owners.items(), 1):
        for other, ratio, _ in process.extract(
            name, names[place:], scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
        ):
            second, as_written = owners[other]
            if term.id == second.id or (term.code and second.code):
                continue
            pair, likeness = frozenset((term.id, second.id)), round(ratio)
            if pair not in best or likeness > best[pair].likeness:
                terms = term.id, second.id
                best[pair] = Alike(facet.id, terms, (written, as_written), likeness)
    yield from sorted(best.values(), key=lambda found: -found.likeness)


def _fullness(practice: Practice, prose: Mapping[str, Prose], taxonomy: Taxonomy) -> Fullness:
    """Return how complete a practice is: the share that it has of what it could have."""
    lacking, wanted = lacks(practice, prose.get(practice.path, NO_PROSE), taxonomy)
    sections = (f"“{taxonomy.sections[id].label()}”" for id in lacking.sections)
    names = (*lacking.fields, *lacking.facets, *sections)
    return Fullness(practice.path, 100 * (wanted - len(names)) // wanted, names)


def lacks(practice: Practice, prose: Prose, taxonomy: Taxonomy) -> tuple[Lacking, int]:
    """Return what a practice could have and has not, and the number of all that it could have.

    That are some fields (COUNTED), the facets that are for it, and the recommended sections. A
    proposed term counts.
    """
    facets = [facet.id for facet in taxonomy.facets.values() if facet.is_for(practice.terms)]
    named = (taxonomy.section_of(text) for level, _, text in prose.headings if level == 2)
    there = {section.id for section in named if section}
    recommended = [
        section.id
        for section in taxonomy.sections.values()
        if section.recommended and section.id != OPENING
    ]
    has = {*practice.terms, *practice.proposed}
    lacking = Lacking(
        tuple(name for name in COUNTED if not getattr(practice, name)),
        tuple(id for id in facets if id not in has),
        tuple(id for id in recommended if id not in there),
    )
    return lacking, len(COUNTED) + len(facets) + len(recommended)
