"""The pictures of the whole: their numbers are those that plain counting gives."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from io import StringIO
from itertools import permutations
from math import pi, sqrt
from pathlib import Path

import pytest

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog, assemble
from repertory.publishing import atlas, overview, urls
from repertory.publishing.output import Section, Shown, as_csv
from repertory.publishing.overview import WIDEST, cross, term_groups
from repertory.publishing.sitemap import plan
from repertory.publishing.spread import FEWEST, Spread, spreads
from repertory.publishing.view import MOST_CROSSED, View
from repertory.reading.model import Practice
from repertory.reading.taxonomy import Facet, Taxonomy, Term
from tests.worlds import made

# The members of the Council of Europe, its candidates and former members, and the Holy See.
EUROPEAN = """
AL AD AM AT AZ BE BA BG HR CY CZ DK EE FI FR GE DE GR HU IS IE IT LV LI LT LU MT MD MC ME NL MK NO
PL PT RO SM RS SK SI ES SE CH TR UA GB XK BY RU VA
""".split()  # noqa: SIM905
SETTINGS = Settings(root=Path(), name="A world")


def facet(id: str, terms: str, groups: str = "", codes: str = "", **more: object) -> Facet:
    """Return a facet of these terms: "a:x b:y" puts them into groups."""
    pairs = [(name, group) for name, _, group in (t.partition(":") for t in terms.split())]
    by_id = {
        name: Term(name, {"en": name.title()}, group=group, code=code)
        for (name, group), code in zip(pairs, codes.split() or [""] * len(pairs), strict=True)
    }
    labels = {group: {"en": group.title()} for group in groups.split()}
    return Facet(id, {"en": id.title()}, by_id, {}, groups=labels, **more)  # type: ignore[arg-type]


FACETS = (
    facet("outcome", "a:one b:two c:one", groups="one two"),
    facet("country", "belgium greece nowhere", codes="BE GR XX"),
    facet("type-of-action", "run sit"),
    facet("evidence", "none told proven", many=False),
)


def practice(number: int, **terms: str) -> Practice:
    """Return a practice with these terms."""
    return Practice(
        id=f"p{number:02}",
        path="",
        title=f"Practice {number}",
        summary="",
        terms={id.replace("_", "-"): tuple(t.split()) for id, t in terms.items()},
        added=date(2026, 1, 1),
    )


def catalog(*practices: Practice, facets: tuple[Facet, ...] = FACETS) -> Catalog:
    """Return the catalog of these practices."""
    return assemble(Taxonomy({f.id: f for f in facets}, {}, {}), practices)


CATALOG = catalog(
    practice(1, outcome="a b", type_of_action="run", country="belgium", evidence="told"),
    practice(2, outcome="a", type_of_action="run", country="belgium", evidence="none"),
    practice(3, outcome="a", type_of_action="run sit", country="belgium greece", evidence="none"),
    practice(4, outcome="a", type_of_action="run", country="nowhere"),
    practice(5, outcome="b", type_of_action="sit", country="greece"),
)
VIEW = View(CATALOG, SETTINGS, urls.OVERVIEW)


@pytest.mark.parametrize(("rows", "columns"), list(permutations(FACETS, 2)), ids=lambda f: f.id)
def test_a_cell_has_the_number_of_practices_with_both_terms(rows: Facet, columns: Facet) -> None:
    plain = Counter(
        (row, column)
        for p in CATALOG.practices
        for row in p.terms.get(rows.id, ())
        for column in p.terms.get(columns.id, ())
    )
    across = [term.id for group in term_groups(VIEW, columns) for term in group.items]
    down = [term.id for group in term_groups(VIEW, rows) for term in group.items]
    table = [row for group in cross(VIEW, rows, columns) for row in group.items]
    counts = {
        (row_id, column_id): cell.count
        for row_id, row in zip(down, table, strict=True)
        for column_id, cell in zip(across, row.cells, strict=True)
    }
    assert counts == {(r, c): plain[r, c] for r in rows.terms for c in columns.terms}
    for row in table:
        for cell in row.cells:
            area, most = pi * cell.radius**2, max(plain.values())
            assert sqrt(area / pi) == pytest.approx(WIDEST * sqrt(cell.count / most), abs=0.5)


def test_rows_stand_in_their_groups() -> None:
    groups = cross(VIEW, FACETS[0], FACETS[2])
    assert [(g.label, [r.label for r in g.items]) for g in groups] == [
        ("One", ["A", "C"]),
        ("Two", ["B"]),
    ]


def test_a_cell_tells_the_strongest_evidence_and_how_many_have_it() -> None:
    (one, two) = cross(VIEW, FACETS[0], FACETS[2])
    run, sit = one.items[0].cells
    assert (run.level, run.evidence) == (2, "Told")
    assert run.name == "4 practices: A, Run; strongest evidence: Told (1 of 4)"
    assert sit.name == "1 practice: A, Sit; strongest evidence: None (1 of 1)"
    unstated = two.items[0].cells[1]
    assert (unstated.level, unstated.name) == (0, "1 practice: B, Sit")


def test_cells_lead_to_their_list_or_to_where_one_can_be_added() -> None:
    (one, _) = cross(VIEW, FACETS[0], FACETS[2])
    assert one.items[0].cells[0].href == "practices/index.html?outcome=a&type-of-action=run"
    empty = one.items[1].cells[0]
    assert empty.href == "contribute.html?outcome=c&type-of-action=run"
    assert empty.name == "No practice yet: add one for C, Run"


KIND, GOOD = facet("kind", "good paper", many=False), {"kind": ("good",)}


@pytest.mark.parametrize(
    ("rows", "columns", "never"),
    [
        (KIND, facet("action", "a b", only=GOOD), {"paper a", "paper b"}),
        (facet("action", "a", only={"kind": ("paper",)}), KIND, {"a good"}),
        (facet("x", "a", only=GOOD), facet("y", "b", only={"kind": ("paper",)}), {"a b"}),
        (facet("x", "a", only=GOOD), facet("y", "b", only=GOOD), set()),
        (facet("kind", "good paper"), facet("action", "a", only=GOOD), set()),
    ],
)
def test_where_no_practice_may_be_is_no_gap(rows: Facet, columns: Facet, never: set[str]) -> None:
    every = {f.id: f for f in (KIND, rows, columns)}
    view = View(catalog(practice(1, kind="good"), facets=tuple(every.values())), SETTINGS, "")
    across = list(columns.terms)
    found = {
        f"{row.label.lower()} {column}"
        for group in cross(view, rows, columns)
        for row in group.items
        for column, cell in zip(across, row.cells, strict=True)
        if not cell.href
    }
    assert found == never


def test_what_is_there_is_counted_even_where_it_should_not_be() -> None:
    """A record without a kind may have what is for one kind, and what is for another."""
    rows, columns = facet("x", "a", only=GOOD), facet("y", "b", only={"kind": ("paper",)})
    odd = catalog(practice(1, x="a", y="b"), facets=(KIND, rows, columns))
    ((group,),) = [cross(View(odd, SETTINGS, ""), rows, columns)]
    assert group.items[0].cells[0].count == 1


def test_the_overview_begins_with_two_facets_that_a_site_has() -> None:
    assert [f.id for f in VIEW.crossed()] == ["outcome", "type-of-action"]
    few = catalog(practice(1, country="greece", language="greek"), facets=(
        FACETS[1], facet("language", "greek")))  # fmt: skip
    assert [f.id for f in View(few, SETTINGS, "").crossed()] == ["country", "language"]
    one = catalog(practice(1, country="greece"), facets=FACETS[1:2])
    assert list(overview.sections(one, SETTINGS)) == []
    assert urls.OVERVIEW not in {section.name for section in plan(one, SETTINGS, {})}


def test_no_table_is_wider_than_anybody_can_read() -> None:
    many = facet("outcome", "a " + " ".join(f"t-{number}" for number in range(MOST_CROSSED)))
    wide = catalog(*CATALOG.practices, facets=(many, *FACETS[1:]))
    view = View(wide, SETTINGS, "")
    assert "outcome" in [facet.id for facet in view.used_facets()]
    assert [facet.id for facet in view.crossed()] == ["type-of-action", "country"]
    content = made(overview.sections(wide, SETTINGS))[urls.OVERVIEW_TERMS]
    assert isinstance(content, bytes)
    assert [each["id"] for each in json.loads(content)] == ["country", "type-of-action", "evidence"]


def test_the_csv_has_a_line_for_every_cell() -> None:
    table = made(overview.sections(CATALOG, SETTINGS))[urls.OVERVIEW_CSV]
    assert isinstance(table, bytes)
    head, *lines = csv.reader(StringIO(table.decode("utf-8-sig"), newline=""))
    assert head == ["Outcome", "Type-Of-Action", "Practices", "Strongest evidence"]
    assert len(lines) == 3 * 2
    assert ["A", "Run", "4", "Told"] in lines
    assert ["C", "Sit", "0", ""] in lines


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r\n@", "\N{NO-BREAK SPACE}+"])
def test_a_spreadsheet_takes_no_text_for_a_formula(sign: str) -> None:
    ((text, number),) = csv.reader(StringIO(as_csv([(f"{sign}1", -1)]).decode(), newline=""))
    assert (text, number) == (f"'{sign.strip()}1", "-1")


@pytest.mark.parametrize(
    ("written", "guarded"),
    [
        ("a;=1", "a;'=1"),
        ('a; "@b', "a; \"'@b"),
        ("＝1", "'＝1"),
        ("a=1; b-2", "a=1; b-2"),
        ("=1;-2", "'=1;'-2"),
    ],
)
def test_neither_does_one_that_divides_lines_at_semicolons(written: str, guarded: str) -> None:
    ((text,),) = csv.reader(StringIO(as_csv([(written,)]).decode(), newline=""))
    assert text == guarded


def test_the_terms_for_the_browser_are_all_those_of_the_facets() -> None:
    content = made(overview.sections(CATALOG, SETTINGS))[urls.OVERVIEW_TERMS]
    assert isinstance(content, bytes)
    facets = json.loads(content)
    terms = {f["id"]: [t for _, inside in f["groups"] for t, _ in inside] for f in facets}
    assert {id: sorted(ids) for id, ids in terms.items()} == {f.id: sorted(f.terms) for f in FACETS}
    written = {urls.search_facet(facet.id) for facet in CATALOG.facets}
    assert {f["bits"] for f in facets} <= written


def test_the_map_has_every_european_country_once() -> None:
    codes = [code for code in atlas.EUROPE.split() if code != ".."]
    assert sorted(codes) == sorted(EUROPEAN)
    assert len(set(atlas.PLACES.values())) == len(EUROPEAN)
    assert {len(line.split()) for line in atlas.EUROPE.strip().split("\n")} == {atlas.WIDTH}
    north, south = atlas.PLACES["NO"], atlas.PLACES["IT"]
    west, east = atlas.PLACES["PT"], atlas.PLACES["UA"]
    assert north[1] < south[1]
    assert west[0] < east[0]


def shown(sections: Iterable[Section]) -> Mapping[str, object]:
    """Return what the only page of some sections shows."""
    (content,) = made(sections).values()
    assert isinstance(content, Shown)
    return content.data


def map_of(world: Catalog) -> Mapping[str, object]:
    """Return what the map shows."""
    return shown(atlas.sections(world, SETTINGS))


def test_the_map_counts_practices_by_country() -> None:
    data = map_of(CATALOG)
    europe, elsewhere = data["europe"], data["elsewhere"]
    assert isinstance(europe, tuple)
    assert isinstance(elsewhere, tuple)
    assert {t.code: t.count for t in europe if t.count} == {"BE": 3, "GR": 2}
    assert [(t.code, t.name, t.count, t.href) for t in elsewhere] == [
        ("XX", "Nowhere", 1, "country/nowhere.html")
    ]


def test_a_site_without_codes_has_no_map() -> None:
    bare = catalog(practice(1, country="x"), facets=(facet("country", "x"),))
    assert list(atlas.sections(bare, SETTINGS)) == []
    assert urls.MAP not in {section.name for section in plan(bare, SETTINGS, {})}


@pytest.mark.parametrize(
    ("most", "starts"),
    [(1, (1,)), (2, (1, 2)), (3, (1, 2, 3)), (13, (1, 2, 4, 7)), (10_000, (1, 10, 100, 1000))],
)
def test_shades_are_steps_of_one_factor(most: int, starts: tuple[int, ...]) -> None:
    assert atlas.step_starts(most) == starts


def bars_of(world: Catalog, facet_id: str, term_id: str) -> list[Spread]:
    """Return the bars of a term's page."""
    view = View(world, SETTINGS, urls.term(facet_id, term_id))
    facet = world.taxonomy.facets[facet_id]
    return list(spreads(view, facet, facet.terms[term_id]))


def test_bars_tell_how_the_practices_of_a_term_spread() -> None:
    country, action, evidence = bars_of(CATALOG, "outcome", "a")
    assert [s.label for s in (country, action, evidence)] == [
        "Country",
        "Type-Of-Action",
        "Evidence",
    ]
    assert [(b.label, b.count, b.width) for b in country.bars] == [
        ("Belgium", 3, 75.0),
        ("Greece", 1, 25.0),
        ("Nowhere", 1, 25.0),
    ]
    assert country.bars[0].href == "../practices/index.html?outcome=a&country=belgium"
    assert [(b.label, b.count) for b in evidence.bars] == [("None", 2), ("Told", 1)]


def test_few_practices_and_even_spreads_have_no_bars() -> None:
    assert bars_of(CATALOG, "country", "greece") == []
    same = [practice(n, outcome="a", country="belgium") for n in range(FEWEST)]
    assert bars_of(catalog(*same), "outcome", "a") == []
    assert bars_of(catalog(*same, practice(9, outcome="a", country="greece")), "outcome", "a")


def test_only_the_longest_bars_are_shown() -> None:
    names = " ".join("abcdefg")
    world = catalog(
        *(practice(n, outcome="x", country=" ".join("abcdefg"[: n + 1])) for n in range(7)),
        facets=(facet("outcome", "x"), facet("country", names)),
    )
    (spread,) = bars_of(world, "outcome", "x")
    assert [bar.label for bar in spread.bars] == ["A", "B", "C", "D", "E"]
    assert [bar.count for bar in spread.bars] == [7, 6, 5, 4, 3]
    assert spread.more == 2
