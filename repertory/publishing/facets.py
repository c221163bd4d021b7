"""Which practices have which term, as sets of bits: what filters and their counts are made from."""

from base64 import b64encode
from collections.abc import Iterator, Sequence

from repertory.catalog.catalog import Catalog
from repertory.publishing import urls
from repertory.publishing.output import Data, as_json
from repertory.reading.model import Practice


def outputs(catalog: Catalog) -> Iterator[Data]:
    """Yield a file for each facet in use: {"terms": {term: bits}}.

    Bit n (bit n % 8 of byte n // 8, the bytes in Base64) tells whether practice number n has the
    term; zeros at the end are left out, so that the newest practice changes only the terms it has.
    """
    numbers = {practice.id: n for n, practice in enumerate(numbered(catalog))}
    for facet in catalog.taxonomy.facets.values():
        terms = {}
        for term in facet.terms:
            practices = catalog.by_term.get((facet.id, term), ())
            if practices:
                terms[term] = bits([numbers[practice.id] for practice in practices])
        if terms:
            yield Data(urls.search_facet(facet.id), as_json({"terms": terms}))


def numbered(catalog: Catalog) -> Sequence[Practice]:
    """Return the practices in the order of their numbers: the newest comes last."""
    return catalog.practices[::-1]


def bits(numbers: Sequence[int]) -> str:
    """Return a set of small numbers, the greatest first, as bits in Base64."""
    digits = bytearray(b"0") * (numbers[0] + 1)
    for number in numbers:
        digits[numbers[0] - number] = ord("1")
    found = int(digits, 2).to_bytes(-(-len(digits) // 8), "little")
    return b64encode(found).decode("ascii")
