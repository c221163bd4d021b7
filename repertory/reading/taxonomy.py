"""The controlled vocabulary as values: facets, their terms, and the sections of a record."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from repertory.base.text import fold

OPENING = "description"  # the section that a text begins with, without its heading
Labels = Mapping[str, str]  # language code -> text


def in_language(labels: Labels, language: str) -> str:
    """Return the label in `language`, or else the first: the default language's."""
    return labels.get(language) or next(iter(labels.values()), "")


@dataclass(frozen=True, slots=True)
class Term:
    """One allowed value of a facet (or one news category).

    `labels` holds every language there is, the site's default language first; `formerly` are the
    ids that it had before, or that terms had which were joined with it.
    """

    id: str
    labels: Labels
    group: str = ""
    definition: str = ""
    help: str = ""
    aliases: tuple[str, ...] = ()
    broader: str = ""
    deprecated: date | None = None
    replaced_by: str = ""
    code: str = ""
    formerly: tuple[str, ...] = ()

    def label(self, language: str = "") -> str:
        """Return the term's name in `language`, or in the default language."""
        return in_language(self.labels, language)

    def names(self) -> Iterator[str]:
        """Yield everything people may write for the term: id, labels, aliases, former ids, code."""
        yield self.id
        yield from self.labels.values()
        yield from self.aliases
        yield from self.formerly
        if self.code:
            yield self.code


@dataclass(frozen=True, slots=True)
class Facet:
    """One dimension by which records are described, found and counted.

    `only` maps another facet's id to the terms of it that a record must have one of to use this
    facet at all. `groups` maps a group's id to its labels.
    """

    id: str
    labels: Labels
    terms: Mapping[str, Term]
    short_labels: Labels
    help: str = ""
    required: bool = False
    many: bool = True
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, Labels] = field(default_factory=dict)

    def label(self, language: str = "") -> str:
        """Return the facet's full name."""
        return in_language(self.labels, language)

    def short(self, language: str = "") -> str:
        """Return the facet's name for tight places."""
        return in_language(self.short_labels or self.labels, language)

    def is_for(self, terms: Mapping[str, tuple[str, ...]]) -> bool:
        """Tell whether a record with these terms, by facet, may use this facet."""
        return all(set(ids) & set(terms.get(other, ())) for other, ids in self.only.items())

    def group_label(self, group: str, language: str = "") -> str:
        """Return the name of one of the facet's groups, or "" for none."""
        return in_language(self.groups[group], language) if group else ""

    def grouped(self, terms: Iterable[Term], language: str) -> Iterator[tuple[str, list[Term]]]:
        """Yield the terms of each group that has any, under its name; first those without."""
        members: dict[str, list[Term]] = {}
        for term in terms:
            members.setdefault(term.group, []).append(term)
        for group in ("", *self.groups):
            if group in members:
                yield self.group_label(group, language), members[group]


@dataclass(frozen=True, slots=True)
class Section:
    """A level-two heading that a record's body may have."""

    id: str
    labels: Labels
    help: str = ""
    aliases: tuple[str, ...] = ()
    recommended: bool = False

    def label(self, language: str = "") -> str:
        """Return the heading in `language`."""
        return in_language(self.labels, language)

    def matches(self, heading: str) -> bool:
        """Tell whether a heading is this section's id, label in any language, or alias."""
        wanted = fold(heading)
        return any(fold(name) == wanted for name in (self.id, *self.labels.values(), *self.aliases))


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All of taxonomy.yaml; the order of every mapping is the order of the file."""

    facets: Mapping[str, Facet]
    sections: Mapping[str, Section]
    news: Mapping[str, Term]

    def section_of(self, heading: str) -> Section | None:
        """Return the section that a heading names, or None."""
        return next((s for s in self.sections.values() if s.matches(heading)), None)
