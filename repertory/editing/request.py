"""What a renaming asks for, understood: which term, and what is to become of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from repertory.base.problem import Problem
from repertory.base.report import COMMAND
from repertory.base.slugs import SLUG, slugged
from repertory.base.text import fold, listed, nearest
from repertory.reading.model import NewsItem, Practice, Record
from repertory.reading.proposals import proposal
from repertory.reading.taxonomy import Taxonomy, Term
from repertory.reading.terms import meant, named

NEWS = "news"


class Refused(Exception):
    """Nothing is renamed, and why; `problems` are those of the content that stand in the way."""

    def __init__(self, reason: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(reason)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be done among the terms of a facet, or the categories of news.

    The term `old` gets the id `new` or, where there is a term of that id, is joined with it. Where
    `old` is None, what records have `proposed` becomes that term. `label` is the name that the term
    gets in the language of the site, or "" where it keeps its own.
    """

    facet: str
    terms: Mapping[str, Term]
    old: Term | None
    proposed: str
    new: str
    label: str = ""

    @property
    def key(self) -> str:
        """The key of the front matter under which records have the terms."""
        return "category" if self.facet == NEWS else self.facet

    @property
    def joins(self) -> bool:
        """Tell whether another term takes the old one's place."""
        return self.new in self.terms and (self.old is None or self.old.id != self.new)

    def terms_of(self, record: Record) -> tuple[str, ...]:
        """Return the terms that a record has here."""
        if isinstance(record, NewsItem):
            return record.categories if self.facet == NEWS else ()
        return record.terms.get(self.facet, ()) if isinstance(record, Practice) else ()

    def concerns(self, record: Record) -> bool:
        """Tell whether a record has what is to be renamed, under any of its names."""
        if self.old:
            return self.old.id in self.terms_of(record)
        names = record.proposed.get(self.facet, ()) if isinstance(record, Practice) else ()
        return any(fold(name) == fold(self.proposed) for name in names)

    def is_old(self, value: str) -> bool:
        """Tell whether a value of a record is to be exchanged.

        Names of a term that stays are left, since they mean it as before.
        """
        if self.old is None:
            return fold(proposal(value) or "") == fold(self.proposed)
        is_moved = self.joins or (value.strip() == self.old.id != self.new)
        return is_moved and self._term(value) == self.old

    def is_new(self, value: str) -> bool:
        """Tell whether a value of a record means the term that takes the old one's place.

        A term that a proposal becomes may stand there already, of another proposal of it.
        """
        if self.old is None and not self.joins:
            return value.strip() == self.new
        term = self._term(value) if self.joins else None
        return term is not None and term.id == self.new

    def _term(self, value: str) -> Term | None:
        return self.terms.get(value.strip()) or meant(value, self.terms)


def understood(
    taxonomy: Taxonomy, records: Iterable[Record], facet: str, old: str, new: str
) -> Request:
    """Understand what is typed: a facet, a term or proposal, and an id or name, or "".

    Raises Refused where there is no such thing, or it can be meant in two ways.
    """
    if facet != NEWS and facet not in taxonomy.facets:
        near = nearest(facet, [*taxonomy.facets, NEWS])
        hint = f"Did you mean {near}?" if near else f"There are {listed([*taxonomy.facets, NEWS])}."
        raise Refused(f"There is no facet “{facet}”. {hint}")
    terms = taxonomy.news if facet == NEWS else taxonomy.facets[facet].terms
    proposed = proposal(old)
    if proposed is not None:
        return _acceptance(facet, terms, proposed, records, new)
    term = terms.get(old) or meant(old, terms)
    if term is None:
        owners = {name: term for term in terms.values() for name in term.names()}
        near = nearest(old, owners)
        hint = f" Did you mean {named(owners[near])}?" if near else ""
        raise Refused(f"{facet} has no term “{old}”.{hint}")
    if not new:
        raise Refused(f"Say what {term.id} is to be called: rename {facet} {term.id} NEW")
    if new == term.id:
        left = "" if old == new else f" Records that still have {old} get it by `{COMMAND} fix`."
        raise Refused(f"{term.id} has that name already.{left}")
    id, label = _named(new, "", terms, term)
    return Request(facet, terms, term, "", id, label)


def _acceptance(
    facet: str, terms: Mapping[str, Term], proposed: str, records: Iterable[Record], new: str
) -> Request:
    """Understand which term a proposal becomes: one of its own name where none is given."""
    names = [
        name
        for record in records
        if isinstance(record, Practice)
        for name in record.proposed.get(facet, ())
    ]
    same = [name for name in names if fold(name) == fold(proposed)]
    if not same:
        near = nearest(proposed, names)
        hint = f" Did you mean “new: {near}”?" if near else ""
        raise Refused(f"No record proposes “{proposed}” for {facet}.{hint}")
    id, label = _named(new or slugged(same[0]), same[0], terms, None)
    return Request(facet, terms, None, proposed, id, label[:1].upper() + label[1:])


def _named(new: str, label: str, terms: Mapping[str, Term], term: Term | None) -> tuple[str, str]:
    """Return the id and the label that a term gets: `new` is an id, or a label to make one of."""
    if new in terms:
        if terms[new].deprecated:
            instead = terms[new].replaced_by
            hint = f" {named(terms[instead])} is used instead." if instead in terms else ""
            raise Refused(f"{named(terms[new])} is no longer to be used.{hint}")
        return new, ""
    if not SLUG.fullmatch(new):
        label, new = " ".join(new.split()), slugged(new)
    if not SLUG.fullmatch(new) or proposal(label) is not None:
        raise Refused(f"“{label}” cannot be the name of a term: write a few words, or an id.")
    other = terms.get(new) or meant(new, terms) or (meant(label, terms) if label else None)
    if other and other is not term:
        hint = f"To join the two, write {other.id} instead."
        raise Refused(f"“{label or new}” is a name of the term {named(other)}. {hint}")
    return new, label
