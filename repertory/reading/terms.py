"""The terms of a record: ids of taxonomy.yaml, or what people wrote instead."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from repertory.base.problem import Finding, Repair, rule
from repertory.base.slugs import slugged
from repertory.base.text import fold, listed, nearest
from repertory.reading.fields import wrong_type
from repertory.reading.proposals import (
    proposal,
    proposed_term,
    unclear_proposal,
    unquoted_proposal,
)
from repertory.reading.source import Reading
from repertory.reading.syntax import missing_dash
from repertory.reading.taxonomy import Facet, Taxonomy, Term
from repertory.reading.tree import Items, Node, Pairs, Scalar

SEPARATORS = re.compile(r"\s*(?:[,;/•·，、{}\[\]]|\s-|\b(?:and|und|et|en|e|y|και)\b)\s*")
LONGEST_LIST = 500  # characters of a value that are looked through for several terms
SHOWN = 8  # allowed terms that a message lists


class Chosen(NamedTuple):
    """What a record has of a facet: ids in the order of taxonomy.yaml, and names it proposes."""

    terms: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()


def named(term: Term) -> str:
    """Return a term as messages name it: id, and label where that says more."""
    label = term.label()
    return term.id if fold(label).replace(" ", "-") == term.id else f"{term.id} ({label})"


def allowed(facet: Facet) -> str:
    """Return which terms of a facet can be chosen, or where all of them are listed."""
    terms = [term.id for term in facet.terms.values() if not term.deprecated]
    if len(terms) <= SHOWN:
        return f"Allowed: {listed(terms)}." if terms else ""
    more = f"the page fields.html of the site lists all {len(terms)}"
    return f"Allowed: {listed([*terms[:SHOWN], f'{len(terms) - SHOWN} more'])}; {more}."


def meant(value: str, terms: Mapping[str, Term]) -> Term | None:
    """Return the term that has `value` as id, label in any language, alias or code, folded."""
    wanted = fold(value)
    for term in terms.values():
        if any(fold(name) == wanted for name in term.names()):
            return term
    return None


@rule("error")
def unknown_term(node: Scalar, facet: Facet) -> Iterator[Finding]:
    """A value is not a term of its facet.

    Terms are the words of taxonomy.yaml: with free words, nobody would find all records alike.
    """
    owners = {name: term for term in facet.terms.values() for name in term.names()}
    near = nearest(node.value, owners)
    hint = f"Did you mean {named(owners[near])}?" if near else allowed(facet)
    yield Finding(node.place, f"“{node.value[:60]}” is not a term of {facet.id}.", hint)


@rule("error")
def several_terms_in_one(
    node: Scalar, facet: Facet, parts: Mapping[str, str], in_list: bool
) -> Iterator[Finding]:
    """Several terms stand in one text instead of a list.

    A list is written in brackets with commas, or with one dash a line.
    """
    message = f"“{node.value[:60]}” are several terms of {facet.id} in one text."
    text = f"[{', '.join(dict.fromkeys(id for id in parts.values() if id))}]"
    words = [word.strip() for word in re.split("[,;]", node.value[:LONGEST_LIST])]
    is_known = all(word in parts and meant(word, facet.terms) for word in words)
    is_whole = node.lines == 1 and not in_list and len(node.value) <= LONGEST_LIST
    repair = Repair(*node.place[1:4], text) if is_known and is_whole and facet.many else None
    unknown = [f"“{word}”" for word, id in parts.items() if not id]
    hint = f"Write {facet.id}: {text}"
    if unknown:
        are = "is no term" if len(unknown) == 1 else "are no terms"
        hint = f"{listed(unknown)} {are} of {facet.id}. Write the others as a list: {text}"
    yield Finding(node.place, message, hint, repair)


@rule("warning")
def name_for_id(node: Scalar, term: Term) -> Iterator[Finding]:
    """A term is called by its label or another name instead of its id.

    It is understood; but ids stay the same when labels are improved or translated.
    """
    message = f"“{node.value}” is a name of the term {term.id}."
    yield Finding(node.place, message, f"Write {term.id}", node.rewritten(term.id))


@rule("error")
def term_of_another_facet(
    node: Scalar, facet: Facet, owner: Facet, term: Term
) -> Iterator[Finding]:
    """A value is a term, but of another facet."""
    message = f"“{node.value}” is not a term of {facet.id}: that is a term of {owner.id}."
    yield Finding(node.place, message, f"Move it to the line {owner.id}: [{term.id}]")


@rule("warning")
def term_given_twice(node: Scalar, facet: Facet, repair: Repair | None) -> Iterator[Finding]:
    """A record has the same term twice."""
    message = f"“{node.value}” is given twice in {facet.id}."
    yield Finding(node.place, message, "Delete one of the two.", repair)


@rule("error")
def too_many_terms(node: Node, facet: Facet, count: int) -> Iterator[Finding]:
    """A facet that takes exactly one term has several."""
    if count > 1 and not facet.many:
        yield Finding(node.place, f"{facet.id} takes one term, and here are {count}.", "Keep one.")


@rule("warning")
def deprecated_term(node: Scalar, facet: Facet, term: Term) -> Iterator[Finding]:
    """A term is no longer to be used.

    taxonomy.yaml says since when, and which term takes its place.
    """
    if term.deprecated:
        message = f"“{term.id}” is no longer to be used, since {term.deprecated.isoformat()}."
        other = facet.terms.get(term.replaced_by)
        hint = f"Use {named(other)}." if other else ""
        yield Finding(node.place, message, hint)


@rule("error")
def facet_not_for_category(
    key: Scalar, facet: Facet, other: Facet, terms: tuple[str, ...]
) -> Iterator[Finding]:
    """A facet is used in a record that it is not meant for.

    Some facets belong to some records only: policy papers have no type of action, for instance.
    """
    allowed = facet.only[other.id]
    if not set(allowed) & set(terms):
        wanted = listed(allowed, "or")
        message = f"{facet.id} is only for records with {other.id} {wanted}."
        yield Finding(key.place, message, f"Delete the line, or check {other.id}.")


def facet_terms(taxonomy: Taxonomy, facet: Facet, node: Node) -> Reading[Chosen]:
    """Read the terms of one facet."""
    found: dict[str, Term] = {}
    for index, item in enumerate(node.values if isinstance(node, Items) else (node,)):
        if not isinstance(item, Scalar):
            label = unquoted_proposal(item)
            if isinstance(item, Pairs) and label is not None:
                yield from unclear_proposal(item, label)
            else:
                yield from wrong_type(item, facet.id, "a list of terms")
            continue
        term = facet.terms.get(item.value)
        if not term:
            term = yield from _term(taxonomy, facet, item, in_list=isinstance(node, Items))
        if term and term.id in found:
            repair = node.without(index) if isinstance(node, Items) else None
            yield from term_given_twice(item, facet, repair)
        elif term:
            found[term.id] = term
            yield from deprecated_term(item, facet, term)
    yield from too_many_terms(node, facet, len(found))
    proposed = (term.label() for id, term in found.items() if id not in facet.terms)
    return Chosen(tuple(id for id in facet.terms if id in found), tuple(proposed))


def _term(taxonomy: Taxonomy, facet: Facet, item: Scalar, in_list: bool) -> Reading[Term | None]:
    """Find the term that one value means, or make one of what it proposes.

    Only the facets of practices take proposals, and no categories of news.
    """
    value = item.value.strip()
    if value in facet.terms:
        return facet.terms[value]
    label = proposal(value)
    if label is not None and facet is taxonomy.facets.get(facet.id):
        return (yield from _proposed(facet, item, label))
    term = meant(value, facet.terms)
    if term:
        yield from name_for_id(item, term)
        return term
    if in_list and item.lines > 1 and not item.quoted:
        first = item.place.source[item.place.column - 1 :].strip()
        yield from missing_dash(item.place, value.removeprefix(first))
        return None
    parts = _parts(value[:LONGEST_LIST], facet)
    if parts:
        yield from several_terms_in_one(item, facet, parts, in_list)
        return None
    for other in taxonomy.facets.values():
        elsewhere = meant(value, other.terms)
        if elsewhere:
            yield from term_of_another_facet(item, facet, other, elsewhere)
            return None
    yield from unknown_term(item, facet)
    return None


def _proposed(facet: Facet, item: Scalar, label: str) -> Reading[Term | None]:
    term = meant(label, facet.terms) or facet.terms.get(slugged(label))
    if term:
        yield from name_for_id(item, term)
        return term
    faults = tuple(unclear_proposal(item, label))
    yield from faults or proposed_term(item, facet, label)
    return None if faults else Term(f"new: {fold(label)}", {"": label})


def _parts(value: str, facet: Facet) -> Mapping[str, str]:
    """Return what one text enumerates, with the ids that are meant; {} where it is no enumeration.

    Between commas one term that is known lets the others be guessed, or be "" where they are near
    to none; between blanks all are known.
    """
    words = [word for word in SEPARATORS.split(value) if word]
    if len(words) > 1 and any(meant(word, facet.terms) for word in words):
        owners = {name: term.id for term in facet.terms.values() for name in term.names()}
        found = {word: meant(word, facet.terms) for word in words}
        return {
            word: term.id if term else owners.get(nearest(word, owners) or "", "")
            for word, term in found.items()
        }
    parts = {word: meant(word, facet.terms) for word in value.split()}
    known = {word: term.id for word, term in parts.items() if term}
    return known if len(known) == len(parts) > 1 else {}
