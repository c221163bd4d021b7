"""Which records are related: by the terms they share, each weighted by its rarity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log
from typing import TypeAlias

from repertory.reading.model import Practice

REACH = 300  # postings looked at for a record: the cost must not grow with their square
KEPT = 5

Pair: TypeAlias = tuple[str, str]  # facet and term
Postings: TypeAlias = Mapping[Pair, Sequence[Practice]]


@dataclass(frozen=True, slots=True)
class Related:
    """A neighbour of a record and the terms they share, the rarest first, as (facet, term)."""

    practice: Practice
    shared: tuple[Pair, ...]


def related(
    practice: Practice, postings: Postings, pairs: Mapping[str, frozenset[Pair]], total: int
) -> tuple[Related, ...]:
    """Return the records that share most with `practice`, best first.

    `postings` maps a term to the records that have it, and `pairs` a record's id to its terms. A
    shared term counts ln(total / records that have it), the inverse document frequency of Spärck
    Jones (1972). Candidates come from the rarest terms' postings, REACH of them at most; equal
    scores keep the order of the postings, newest first.
    """
    own = sorted(pairs[practice.id], key=lambda pair: (len(postings[pair]), pair))
    weight = {pair: log(total / len(postings[pair])) for pair in own}
    candidates: dict[str, Practice] = {}
    looked_at = 0
    for pair in own:
        if looked_at >= REACH or not weight[pair]:
            break
        found = postings[pair][: REACH - looked_at]
        candidates |= {other.id: other for other in found}
        looked_at += len(found)
    candidates.pop(practice.id, None)
    scores = {id: fsum(weight[p] for p in pairs[id] & pairs[practice.id]) for id in candidates}
    best = sorted(scores, key=lambda id: -scores[id])[:KEPT]
    return tuple(
        Related(candidates[id], tuple(p for p in own if p in pairs[id] and weight[p]))
        for id in best
    )
