"""Which records are related: by the terms they share, each weighted by its rarity."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from repertory.reading.model import Practice

REACH = 300  # postings looked at for a record: the cost must not grow with their square
KEPT = 5

Postings = Mapping[tuple[str, str], Sequence[Practice]]


@dataclass(frozen=True, slots=True)
class Related:
    """A neighbour of a record and the terms they share, the rarest first, as (facet, term)."""

    practice: Practice
    shared: tuple[tuple[str, str], ...]


def related(practice: Practice, postings: Postings, total: int) -> tuple[Related, ...]:
    """Return the records that share most with `practice`, best first.

    A shared term counts ln(total / records that have it), the inverse document frequency of
    Spärck Jones (1972). Candidates come from the rarest terms' postings, REACH of them at most;
    equal scores keep the order of the postings, newest first.
    """
    own = sorted(
        ((facet, term) for facet, terms in practice.terms.items() for term in terms),
        key=lambda pair: (len(postings[pair]), pair),
    )
    weight = {pair: log(total / len(postings[pair])) for pair in own}
    candidates: dict[str, Practice] = {}
    looked_at = 0
    for pair in own:
        if looked_at >= REACH or not weight[pair]:
            break
        for other in postings[pair][: REACH - looked_at]:
            candidates[other.id] = other
            looked_at += 1
    candidates.pop(practice.id, None)
    shared = {
        id: tuple(pair for pair in own if pair[1] in other.terms.get(pair[0], ()) and weight[pair])
        for id, other in candidates.items()
    }
    scores = Counter({id: sum(weight[pair] for pair in pairs) for id, pairs in shared.items()})
    return tuple(Related(candidates[id], shared[id]) for id, _ in scores.most_common(KEPT))
