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
        weights = {pair: round(GRAIN * log(total / len(found))) for pair, found in postings.items()}
        self._rarity = {pair: (-weight, pair) for pair, weight in weights.items()}
        self._tells = {pair for pair, weight in weights.items() if weight}
        self._first = {pair: [p.id for p in found[:REACH]] for pair, found in postings.items()}
        self._practices = {p.id: p for found in postings.values() for p in found}
        self._bits = dict.fromkeys(self._practices, 0)
        place = 0
        for pair, found in postings.items():
            bits = ((1 << weights[pair]) - 1) << place
            place += weights[pair]
            for practice in found:
                self._bits[practice.id] |= bits

    def of(self, practice: Practice) -> tuple[Related, ...]:
        """Return the records that share most with one, best first.

        Candidates come from the rarest terms' postings, REACH of them at most; equal scores keep
        the order of the postings, newest first.
        """
        own = sorted(
            filter(self._tells.__contains__, _pairs(practice)), key=self._rarity.__getitem__
        )
        candidates: dict[str, None] = {}
        looked_at = 0
        for pair in own:
            if looked_at >= REACH:
                break
            found = self._first[pair][: REACH - looked_at]
            candidates |= dict.fromkeys(found)
            looked_at += len(found)
        candidates.pop(practice.id, None)
        bits = self._bits
        mine = bits.get(practice.id, 0)
        scores = {id: -(bits[id] & mine).bit_count() for id in candidates}
        best = (self._practices[id] for id in sorted(scores, key=scores.__getitem__)[:KEPT])
        return tuple(Related(other, self._shared(own, other)) for other in best)

    def _shared(self, own: Sequence[Pair], other: Practice) -> tuple[Pair, ...]:
        theirs = set(_pairs(other))
        return tuple(pair for pair in own if pair in theirs)


def _pairs(practice: Practice) -> Iterator[Pair]:
    for facet, terms in practice.terms.items():
        for term in terms:
            yield facet, term
