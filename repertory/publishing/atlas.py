"""The map: practices by country, on a map of Europe of equal tiles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import NamedTuple

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, reads, urls
from repertory.publishing.output import Output, Section, Shown, alone
from repertory.publishing.view import COUNTRY, TermLine, View
from repertory.reading.taxonomy import Facet

# Each country (ISO 3166 code) where its neighbours expect it, as far as equal tiles allow.
EUROPE = """
IS .. .. NO SE FI .. .. .. .. ..
.. .. .. .. .. EE RU .. .. .. ..
IE GB .. DK .. LV BY .. .. .. ..
.. .. NL DE PL LT UA .. .. .. ..
.. BE LU CZ SK HU RO MD .. .. ..
.. FR CH LI AT SI HR RS BG GE AZ
PT ES AD MC IT SM BA XK MK TR AM
.. .. .. .. VA .. ME AL GR .. ..
.. .. .. .. MT .. .. .. .. CY ..
"""
PLACES = {
    code: (column, row)
    for row, line in enumerate(EUROPE.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != ".."
}
WIDTH = 1 + max(column for column, _ in PLACES.values())
HEIGHT = 1 + max(row for _, row in PLACES.values())
SIZE = 40  # of a tile, in the units of the drawing
STEPS = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """A country on the map; without practices it has neither name nor link. `step` is its shade."""

    code: str
    x: int
    y: int
    name: str = ""
    href: str = ""
    count: int = 0
    step: int = 0


class Step(NamedTuple):
    """A shade of the map and the counts that it stands for: "4", "5–9"."""

    number: int
    counts: str


def sections(catalog: Catalog, settings: Settings) -> Iterator[Section]:
    """Yield the map, where countries have codes."""
    view = View(catalog, settings, urls.MAP)
    facet = view.countries()
    if facet:
        content, changed = partial(_map, view, facet), catalog.practices[0].added
        yield alone(reads.fronts(catalog, settings), Output(view.path, content, changed=changed))


def _map(view: View, facet: Facet) -> Shown:
    lines = view.term_lines(facet, facet.terms)
    used = sorted((line for line in lines if line.count), key=lambda line: -line.count)
    starts = step_starts(used[0].count)
    europe, elsewhere = _tiles(view, starts)
    return frame.page(
        view,
        "map.html",
        title="Map",
        description="How many practices each country has.",
        styles=("pictures.css",),
        label=facet.label(view.language),
        size=SIZE,
        width=WIDTH * SIZE,
        height=HEIGHT * SIZE,
        europe=europe,
        elsewhere=elsewhere,
        strip=-(-len(elsewhere) // WIDTH) * SIZE,
        steps=tuple(_steps(starts, used[0].count)),
        countries=tuple(used),
        unused=tuple(line.text for line in lines if not line.count),
    )


def step_starts(most: int) -> tuple[int, ...]:
    """Return the counts at which the shades begin, each about the same factor above the last."""
    return tuple(sorted({ceil(round(most ** (step / STEPS), 6)) for step in range(STEPS)}))


def _steps(starts: Sequence[int], most: int) -> Iterator[Step]:
    for number, (first, after) in enumerate(zip(starts, [*starts[1:], most + 1], strict=True), 1):
        yield Step(number, str(first) if after == first + 1 else f"{first}–{after - 1}")


def _tiles(view: View, starts: Sequence[int]) -> tuple[tuple[Tile, ...], tuple[Tile, ...]]:
    """Return the tiles of Europe, and of the other countries that have practices."""
    terms = view.catalog.taxonomy.facets[COUNTRY].terms.values()
    coded = [(t.code.upper(), view.term_line(COUNTRY, t.id)) for t in terms if t.code]
    lines = dict(sorted(coded, key=lambda pair: pair[1].count))  # of one code, the fullest term
    europe = tuple(_tile(code, place, lines.get(code), starts) for code, place in PLACES.items())
    others = [code for code, line in sorted(lines.items()) if line.count and code not in PLACES]
    elsewhere = (
        _tile(code, (n % WIDTH, n // WIDTH), lines[code], starts) for n, code in enumerate(others)
    )
    return europe, tuple(elsewhere)


def _tile(code: str, place: tuple[int, int], line: TermLine | None, starts: Sequence[int]) -> Tile:
    x, y = (SIZE * n for n in place)
    if line is None or not line.count:
        return Tile(code, x, y)
    step = sum(start <= line.count for start in starts)
    return Tile(code, x, y, line.text, line.href, line.count, step)
