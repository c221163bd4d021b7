"""Terms that taxonomy.yaml does not have yet, which a record proposes: "new: school climate"."""

import re
import shlex
from collections.abc import Iterator

from repertory.base.problem import Finding, Repair, rule
from repertory.base.report import COMMAND
from repertory.base.slugs import LONGEST_SLUG, slugged
from repertory.base.text import nearest
from repertory.reading.excerpt import quoted
from repertory.reading.taxonomy import Facet
from repertory.reading.tree import Node, Pairs, Scalar

PROPOSAL = re.compile(r"\s*new\s*:(.*)", re.DOTALL | re.IGNORECASE)


def proposal(value: str) -> str | None:
    """Return the name that a value proposes, which may be ""; None where it proposes none."""
    found = PROPOSAL.fullmatch(value)
    return " ".join(found[1].split()) if found else None


def accepting(facet_id: str, label: str, *more: str) -> str:
    """Return the command that accepts a proposed term; `more` are its further words."""
    words = shlex.join(["rename", facet_id, f"new: {label}", *more])
    return f"{COMMAND} {words}"


def unquoted_proposal(node: Node) -> str | None:
    """Return the name that is proposed without quotes, which YAML takes for a key with a value."""
    if not isinstance(node, Pairs) or len(node.pairs) != 1:
        return None
    key, value = node.pairs[0]
    if key.value.lower() != "new" or not isinstance(value, Scalar):
        return None
    return " ".join(value.value.split())


@rule("warning")
def proposed_term(node: Scalar, facet: Facet, label: str) -> Iterator[Finding]:
    """A record proposes a term that its facet does not have yet.

    Its page shows the term with the word "proposed". Lists, filters and counts leave it out until a
    maintainer accepts it; `stats` lists all that are proposed.
    """
    owners = {name: term for term in facet.terms.values() for name in term.names()}
    near = owners.get(nearest(label, owners) or "")
    instead = f" If {near.id} is meant, write that." if near else ""
    command = accepting(facet.id, label)
    hint = f"You need do nothing: an editor decides.{instead} The editor accepts it with: {command}"
    yield Finding(node.place, f"“{label}” is proposed as a new term of {facet.id}.", hint)


@rule("error")
def unclear_proposal(node: Scalar | Pairs, label: str) -> Iterator[Finding]:
    """A term is proposed, but its name cannot be told.

    A proposed term is the word new, a colon, a blank and a few words, all in double quotes: without
    these, YAML takes the words before the colon for a key.
    """
    place, repair = node.place, None
    if not slugged(label) or len(label) > LONGEST_SLUG:
        fault, how = "has no name", "in a few words"
        if len(label) > LONGEST_SLUG:
            fault = "is too long"
        elif label:
            fault, how = f"{fault} that an address can be made of", "in letters from a to z"
        hint = f'Write it {how}: "new: school climate"'
        yield Finding(place, f"The proposed term {fault}.", hint)
    elif isinstance(node, Pairs):
        key, value = node.pairs[0]
        if place.column == key.place.column and place.line == value.place.line:
            width = value.place.column + value.place.width - place.column
            place = place._replace(width=width)
            repair = Repair(place.line, place.column, width, quoted(f"new: {label}"))
        hint = f"Write {quoted(f'new: {label}')}"
        yield Finding(place, "A proposed term needs quotes around it.", hint, repair)
