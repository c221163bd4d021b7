"""What a contributor is asked of facets and sections, and in which words the form judges."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from babel import Locale

from repertory.base.problem import Place, Problem
from repertory.base.slugs import LONGEST_SLUG
from repertory.base.text import listed
from repertory.catalog.rules import said_of_future
from repertory.publishing.view import Group, View
from repertory.reading.body import (
    Body,
    bad_link,
    bad_picture_name,
    h1_in_body,
    skipped_level,
    unknown_section,
)
from repertory.reading.dates import bad_date, bad_period
from repertory.reading.fields import bad_url, empty_field, text_too_long
from repertory.reading.proposals import unclear_proposal
from repertory.reading.prose import Heading
from repertory.reading.source import Source
from repertory.reading.taxonomy import OPENING, Facet, Section, Term
from repertory.reading.tree import Scalar

INSTEAD_OF_TITLE = "Take the # away at the beginning of the line."
INSTEAD_OF_PICTURE = "Leave pictures out here, and send them to the editors by themselves."
FEW_WORDS = "Write it in a few words."
INSTEAD_OF_HEADING = "Write it in bold, **{text}**, or put this part into the next step."
MANY_TERMS = 20  # terms above which a list can be searched


class Choice(NamedTuple):
    """A term that can be chosen; `help` says what is meant, `names` are all that it is called."""

    id: str
    label: str
    help: str
    names: tuple[str, ...]


class FacetQuestion(NamedTuple):
    """A facet: its terms, whether one or many of them can be chosen, and for which records.

    `only` maps other facets to the terms of which a record needs one, and `condition` says so.
    """

    key: str
    label: str
    short: str
    question: str
    required: bool
    many: bool
    only: Mapping[str, tuple[str, ...]]
    condition: str
    groups: tuple[Group[Choice], ...]
    example: str

    @property
    def is_long(self) -> bool:
        """Tell whether there are so many terms that one needs help to find one."""
        return sum(len(group.items) for group in self.groups) > MANY_TERMS


class SectionQuestion(NamedTuple):
    """A section of the text; `names` are the headings that are understood."""

    key: str
    label: str
    help: str
    recommended: bool
    names: tuple[str, ...]

    @property
    def is_opening(self) -> bool:
        """Tell whether the text begins with it, without its heading."""
        return self.key == OPENING


def facets(view: View) -> Iterator[FacetQuestion]:
    """Yield what is asked of each facet."""
    for facet in view.catalog.taxonomy.facets.values():
        groups = tuple(_groups(view, facet))
        every = [choice.id for group in groups for choice in group.items]
        yield FacetQuestion(
            key=facet.id,
            label=facet.label(view.language),
            short=facet.short(view.language),
            question=facet.help,
            required=facet.required,
            many=facet.many,
            only=facet.only,
            condition=_condition(view, facet),
            groups=groups,
            example=f"[{', '.join(every[:2])}]" if facet.many else "".join(every[:1]),
        )


def sections(view: View) -> Iterator[SectionQuestion]:
    """Yield what is asked of each section of the text."""
    for section in view.catalog.taxonomy.sections.values():
        names = section.id, *section.labels.values(), *section.aliases
        label = section.label(view.language)
        yield SectionQuestion(section.id, label, section.help, section.recommended, names)


def wordings(sections: tuple[Section, ...]) -> Mapping[str, str]:
    """Return what `check` says, with {name} and the like where the form fills in an answer.

    The rules themselves are asked, so that form and check cannot come to say different things.
    """
    place, name = Place(""), "{name}"
    body = Body(Source("", "", ("",)), "", 1)

    def node(value: str) -> Scalar:
        return Scalar(value, place)

    long = _said(text_too_long(node("x" * 907), name, limit=901))
    day = _said(bad_date(node("2025-06-31"), name)).replace("2025-06-31", "{value}")
    headings = [Heading(level, "", "{text}", place) for level in (2, 2, 4)]
    skipped = _said(skipped_level(headings[1:])).replace("4", "{level}").replace(" 2", " {before}")
    return {
        "empty": _said(empty_field(node(name), "a practice")),
        "long": long.replace("907", "{length}").replace("901", "{limit}"),
        "address": _said(bad_url(node("x"), name), with_hint=True),
        "date": _said(bad_date(node("x"), name), with_hint=True),
        "day": day.replace("June 2025", "{month}").replace("30", "{days}"),
        "years": _said(bad_period(node("x"), name), with_hint=True),
        "future": said_of_future(name, "{today}"),
        "top": f"{_said(h1_in_body(body, ['{text}']))} {INSTEAD_OF_TITLE}",
        "heading": _said(unknown_section(headings[0], sections), with_hint=True),
        "opening": f"{_said(unknown_section(headings[0], sections))} {INSTEAD_OF_HEADING}",
        "skipped": f"{skipped} Write {{hashes}} {{text}}",
        "link": _said(bad_link(body, "{text}"), with_hint=True),
        "unnamed": f"{_said(unclear_proposal(node(''), ''))} {FEW_WORDS}",
        "wordy": f"{_said(unclear_proposal(node(''), 'x' * (LONGEST_SLUG + 1)))} {FEW_WORDS}",
        "picture": f"{_said(bad_picture_name(place, '{text}'))} {INSTEAD_OF_PICTURE}",
    }


def _said(problems: Iterable[Problem], with_hint: bool = False) -> str:
    problem = next(iter(problems))
    return f"{problem.message} {problem.hint}" if with_hint else problem.message


def languages(view: View) -> Mapping[str, str]:
    """Return the languages of the site but the one that records are written in without saying."""
    others = (code for code in view.settings.languages if code != view.language)
    names = {code: Locale(code).get_display_name(view.language) or code for code in others}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def _groups(view: View, facet: Facet) -> Iterator[Group[Choice]]:
    terms = (term for term in facet.terms.values() if not term.deprecated)
    for label, members in facet.grouped(terms, view.language):
        yield Group(label, tuple(_choice(view, term) for term in members))


def _choice(view: View, term: Term) -> Choice:
    names = tuple(dict.fromkeys(term.names()))
    return Choice(term.id, term.label(view.language), term.definition, names)


def _condition(view: View, facet: Facet) -> str:
    """Say for which records a facet is."""
    known = view.catalog.taxonomy.facets
    parts = []
    for other, ids in facet.only.items():
        labels = [known[other].terms[id].label(view.language) for id in ids]
        parts.append(f"{known[other].short(view.language)} is {listed(labels, 'or')}")
    return f"Only where {listed(parts)}." if parts else ""
