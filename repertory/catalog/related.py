"""Which records are related: by the terms they share, each weighted by its rarity."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TypeAlias

from repertory.reading.model import Practice

REACH = 200  # postings looked at for a record: the cost must not grow with their square
KEPT = 5
GRAIN = 4  # steps of a weight for each factor e of rarity

Pair: TypeAlias = tuple[str, str]  # facet and term
Postings: TypeAlias = Mapping[Pair, Sequence[Practice]]


@dataclass(frozen=True, slots=True)
class Related:
    """A neighbour of a record and the terms they share, the rarest first, as (facet, term)."""

    practice: Practice
    shared: tuple[Pair, ...]


class Neighbourhood:
    """All records as sets of bits, in which a term has as many bits as it weighs.

    A term that two records share counts ln(total / records that have it), the inverse document
    frequency of Spärck Jones (1972), in steps of 1 / GRAIN. The score of two records is then the
    number of bits that they have in common.
    """

    def __init__(self, postings: Postings, total: int) -> None:
        self._postings = postings
        weights = {pair: round(GRAIN * log(total / len(found))) for pair, found in postings.items()}
        self._rarity = {pair: (-weight, pair) for pair, weight in weights.items()}
        self._bits: dict[Pair, int] = {}
        place = 0
        for pair, weight in weights.items():
            self._bits[pair] = ((1 << weight) - 1) << place
            place += weight
        self._known: dict[str, int] = {}

    def of(self, practice: Practice) -> tuple[Related, ...]:
        """Return the records that share most with one, best first.

        Candidates come from the rarest terms' postings, REACH of them at most; equal scores keep
        the order of the postings, newest first.
        """
        own = sorted(_pairs(practice), key=self._rarity.__getitem__)
        candidates: dict[str, Practice] = {}
        looked_at = 0
        for pair in own:
            if looked_at >= REACH or not self._bits[pair]:
                break
            found = self._postings[pair][: REACH - looked_at]
            candidates |= {other.id: other for other in found}
            looked_at += len(found)
        candidates.pop(practice.id, None)
        mine = self._of(practice)
        scores = {id: -(self._of(other) & mine).bit_count() for id, other in candidates.items()}
        best = sorted(scores, key=scores.__getitem__)[:KEPT]
        return tuple(Related(candidates[id], self._shared(own, candidates[id])) for id in best)

    def _shared(self, own: Sequence[Pair], other: Practice) -> tuple[Pair, ...]:
        theirs = set(_pairs(other))
        return tuple(pair for pair in own if pair in theirs and self._bits[pair])

    def _of(self, practice: Practice) -> int:
        bits = self._known.get(practice.id)
        if bits is None:
            bits = self._known[practice.id] = sum(self._bits[pair] for pair in _pairs(practice))
        return bits


def _pairs(practice: Practice) -> Iterator[Pair]:
    for facet, terms in practice.terms.items():
        for term in terms:
            yield facet, term
