"""Which practices have which term, as sets of bits: what filters and their counts are made from."""

from base64 import b64encode
from collections.abc import Iterator, Sequence

from repertory.catalog.catalog import Catalog, sets
from repertory.publishing import urls
from repertory.publishing.output import Data, as_json
from repertory.reading.model import Practice


def outputs(catalog: Catalog) -> Iterator[Data]:
    """Yield a file for each facet in use: {"terms": {term: bits}}.

    Bit n (bit n % 8 of byte n // 8, the bytes in Base64) tells whether practice number n has the
    term; zeros at the end are left out, so that the newest practice changes only the terms it has.
    """
    having = sets(catalog)
    for facet in catalog.facets:
        pairs = [(facet.id, term) for term in facet.terms]
        terms = {pair[1]: _written(having[pair]) for pair in pairs if pair in having}
        yield Data(urls.search_facet(facet.id), as_json({"terms": terms}))


def numbered(catalog: Catalog) -> Sequence[Practice]:
    """Return the practices in the order of their numbers: the newest comes last."""
    return catalog.practices[::-1]


def _written(having: int) -> str:
    size = -(-having.bit_length() // 8)
    return b64encode(having.to_bytes(size, "little")).decode("ascii")
