"""Related records: by rare terms, symmetric in kind, and at a cost that grows with the records."""

from datetime import date

from repertory.catalog.catalog import assemble
from repertory.catalog.related import REACH, Neighbourhood, Related
from repertory.reading.model import Practice
from repertory.reading.taxonomy import Taxonomy


def practice(number: int, **terms: str) -> Practice:
    """Return a practice with these terms."""
    return Practice(
        id=f"p{number:05}",
        path="",
        title=f"Practice {number:05}",
        summary="",
        terms={facet: tuple(ids.split()) for facet, ids in terms.items()},
        added=date(2026, 1, 1),
    )


def related(records: list[Practice]) -> dict[str, tuple[Related, ...]]:
    """Return the neighbours of every record."""
    catalog = assemble(Taxonomy({}, {}, {}), records)
    neighbourhood = Neighbourhood(catalog.by_term, len(records))
    return {record.id: neighbourhood.of(record) for record in records}


def test_a_rare_term_counts_more_than_a_common_one() -> None:
    records = [practice(n, country="belgium") for n in range(20)]
    records += [practice(20, country="belgium", outcome="rare"), practice(21, outcome="rare")]
    found = related(records)
    assert found["p00020"][0].practice.id == "p00021"
    assert found["p00020"][0].shared == (("outcome", "rare"),)
    assert found["p00021"][0].practice.id == "p00020"


def test_a_term_that_all_records_have_relates_none() -> None:
    records = [practice(n, country="belgium") for n in range(10)]
    assert not any(related(records).values())


def test_no_record_is_related_to_itself() -> None:
    records = [practice(n, outcome="one") for n in range(3)] + [practice(3, outcome="two")]
    found = related(records)
    for id, neighbours in found.items():
        assert id not in {neighbour.practice.id for neighbour in neighbours}


def test_the_cost_of_a_record_has_a_bound() -> None:
    records = [practice(n, outcome="common") for n in range(REACH * 3)]
    records.append(practice(99_999, outcome="other"))
    found = related(records)
    newest = {record.id for record in records[:REACH]}
    assert {n.practice.id for n in found[records[-2].id]} <= newest
