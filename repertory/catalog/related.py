"""Which records are related: by the terms they share, each weighted by its rarity."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import TypeAlias

from repertory.base.digest import digest
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
        self._weights = {
            pair: round(GRAIN * log(total / len(found))) for pair, found in postings.items()
        }
        self._rarity = {pair: (-weight, pair) for pair, weight in self._weights.items()}
        self._first = {pair: [p.id for p in found[:REACH]] for pair, found in postings.items()}

    def of(self, practice: Practice) -> tuple[Related, ...]:
        """Return the records that share most with one, best first.

        Candidates come from the rarest terms' postings, REACH of them at most; equal scores keep
        the order of the postings, newest first.
        """
        own = self._own(practice)
        candidates: dict[str, None] = {}
        for pair, count in self._looked_at(own):
            candidates |= dict.fromkeys(self._first[pair][:count])
        candidates.pop(practice.id, None)
        bits = self._bits
        mine = bits.get(practice.id, 0)
        scores = {id: -(bits[id] & mine).bit_count() for id in candidates}
        best = (self._practices[id] for id in sorted(scores, key=scores.__getitem__)[:KEPT])
        return tuple(Related(other, self._shared(own, other)) for other in best)

    def reads(self, practice: Practice) -> bytes:
        """Return the digest of all that finding the related records reads.

        That are the weights of the record's own terms, and its candidates.
        """
        own = self._own(practice)
        weights = b"".join(map(self._weighed.__getitem__, own))
        near = b"".join(self._near[pair] for pair, _ in self._looked_at(own))
        return digest(practice.key, weights, near)

    def _own(self, practice: Practice) -> list[Pair]:
        """Return the terms of a record that tell it from others, the rarest first."""
        return sorted(filter(self._weights.get, _pairs(practice)), key=self._rarity.__getitem__)

    def _looked_at(self, own: Iterable[Pair]) -> Iterator[tuple[Pair, int]]:
        """Yield the terms whose postings are looked at, and how many of these."""
        left = REACH
        for pair in own:
            count = min(left, len(self._first[pair]))
            yield pair, count
            left -= count
            if not left:
                return

    @cached_property
    def _practices(self) -> Mapping[str, Practice]:
        return {p.id: p for found in self._postings.values() for p in found}

    @cached_property
    def _bits(self) -> Mapping[str, int]:
        found = dict.fromkeys(self._practices, 0)
        place = 0
        for pair, practices in self._postings.items():
            bits = ((1 << self._weights[pair]) - 1) << place
            place += self._weights[pair]
            for practice in practices:
                found[practice.id] |= bits
        return found

    @cached_property
    def _weighed(self) -> Mapping[Pair, bytes]:
        return {pair: digest(*pair, str(weight)) for pair, weight in self._weights.items()}

    @cached_property
    def _near(self) -> Mapping[Pair, bytes]:
        """The digests of the first postings of each term."""
        found = self._postings.items()
        return {pair: digest(*(p.key for p in practices[:REACH])) for pair, practices in found}

    def _shared(self, own: Sequence[Pair], other: Practice) -> tuple[Pair, ...]:
        theirs = set(_pairs(other))
        return tuple(pair for pair in own if pair in theirs)


def _pairs(practice: Practice) -> Iterator[Pair]:
    for facet, terms in practice.terms.items():
        for term in terms:
            yield facet, term
