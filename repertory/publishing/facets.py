"""Which practices have which term, as sets of bits: what filters and their counts are made from."""

from base64 import b64encode
from collections.abc import Sequence

from repertory.catalog.catalog import Catalog, sets
from repertory.publishing.output import as_json
from repertory.reading.model import Practice
from repertory.reading.taxonomy import Facet


def having(catalog: Catalog, facet: Facet) -> bytes:
    """Return the file of a facet in use: {"terms": {term: bits}}.

    Bit n (bit n % 8 of byte n // 8, the bytes in Base64) tells whether practice number n has the
    term; zeros at the end are left out, so that the newest practice changes only the terms it has.
    """
    every = sets(catalog)
    found = {term: every[facet.id, term] for term in facet.terms if (facet.id, term) in every}
    return as_json({"terms": {term: _written(practices) for term, practices in found.items()}})


def numbered(catalog: Catalog) -> Sequence[Practice]:
    """Return the practices in the order of their numbers: the newest comes last."""
    return catalog.practices[::-1]


def _written(practices: int) -> str:
    size = -(-practices.bit_length() // 8)
    return b64encode(practices.to_bytes(size, "little")).decode("ascii")
