"""Which records are related: by the terms they share, each weighted by its rarity."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import accumulate, islice
from math import log
from operator import or_
from typing import NamedTuple, TypeAlias

from repertory.base.digest import digest
from repertory.reading.model import Practice

REACH = 200  # postings looked at for a record: the cost must not grow with their square
KEPT = 5
GRAIN = 4  # steps of a weight for each factor e of rarity

Pair: TypeAlias = tuple[str, str]  # facet and term
Postings: TypeAlias = Mapping[Pair, Sequence[Practice]]


class Related(NamedTuple):
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
        self._bits: dict[Pair, Mapping[str, int]] = {}
        self._keys: dict[Pair, bytes] = {}
        self._sums: dict[str, int] = {}
        self._practices: dict[str, Practice] = {}
        self._last: tuple[str, tuple[Related, ...]] = "", ()

    def of(self, practice: Practice) -> tuple[Related, ...]:
        """Return the records that share most with one, best first.

        Candidates come from the rarest terms' postings, REACH of them at most; equal scores keep
        the order of the postings, newest first.
        """
        if self._last[0] != practice.id:  # a page and its digest ask one after the other
            self._last = practice.id, tuple(self._found(practice))
        return self._last[1]

    def _found(self, practice: Practice) -> Iterator[Related]:
        own = self._own(practice)
        candidates: dict[str, int] = {}
        for pair, count in self._looked_at(own):
            found = self._bits.get(pair) or self._bits.setdefault(pair, self._bits_of(pair))
            candidates |= islice(found.items(), count)
        candidates.pop(practice.id, None)
        mine = self._sum(practice)
        scores = {id: -(bits & mine).bit_count() for id, bits in candidates.items()}
        for id in sorted(scores, key=scores.__getitem__)[:KEPT]:
            other = self._practices[id]
            shared = (pair for pair in own if pair[1] in other.terms.get(pair[0], ()))
            yield Related(other, tuple(shared))

    def reads(self, practice: Practice) -> bytes:
        """Return the digest of all that finding the related records reads.

        That are the weights of the record's own terms, and its candidates.
        """
        own = self._own(practice)
        weights = b"".join(map(self._weighed.__getitem__, own))
        looked_at = (pair for pair, _ in self._looked_at(own))
        keys = self._keys
        near = b"".join(keys.get(p) or keys.setdefault(p, self._key_of(p)) for p in looked_at)
        return digest(practice.key, weights, near)

    def shows(self, practice: Practice) -> bytes:
        """Return the digest of the record and of what a page shows of those related to it."""
        shown = [
            (found.practice.id, found.practice.title, found.shared) for found in self.of(practice)
        ]
        return digest(practice.key, repr(shown))

    def _own(self, practice: Practice) -> list[Pair]:
        """Return the terms of a record that tell it from others, the rarest first."""
        return sorted(filter(self._weights.get, pairs(practice)), key=self._rarity.__getitem__)

    def _looked_at(self, own: Iterable[Pair]) -> Iterator[tuple[Pair, int]]:
        """Yield the terms whose first postings are looked at, and how many of these."""
        left = REACH
        for pair in own:
            count = min(left, len(self._postings[pair]))
            yield pair, count
            left -= count
            if not left:
                return

    def _key_of(self, pair: Pair) -> bytes:
        return digest(*(practice.key for practice in self._postings[pair][:REACH]))

    def _bits_of(self, pair: Pair) -> Mapping[str, int]:
        """Return the bits of the first records of a term, by their ids."""
        practices = self._postings[pair][:REACH]
        self._practices |= {practice.id: practice for practice in practices}
        return {practice.id: self._sum(practice) for practice in practices}

    def _sum(self, practice: Practice) -> int:
        """Return the bits of all terms of a record."""
        found = self._sums.get(practice.id)
        if found is None:
            found = reduce(or_, map(self._masks.__getitem__, pairs(practice)), 0)
            self._sums[practice.id] = found
        return found

    @cached_property
    def _masks(self) -> Mapping[Pair, int]:
        """The bits of each term."""
        weights = self._weights.values()
        places = accumulate(weights, initial=0)
        masks = (
            ((1 << weight) - 1) << place for weight, place in zip(weights, places, strict=False)
        )
        return dict(zip(self._weights, masks, strict=True))

    @cached_property
    def _weighed(self) -> Mapping[Pair, bytes]:
        return {pair: digest(*pair, str(weight)) for pair, weight in self._weights.items()}


def pairs(practice: Practice) -> Iterator[Pair]:
    """Yield the facet and the term of every term that a practice has."""
    for facet, terms in practice.terms.items():
        for term in terms:
            yield facet, term
