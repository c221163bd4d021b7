"""Hostile texts in every field: judged in what a parser makes of them, and in a live browser."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import Page

from tests.attack.arena import Arena, Outcome
from tests.attack.hostile import HOST, Vector, World, build_hostile, vectors
from tests.attack.surfaces import attack_live
from tests.attack.watching import JUDGE
from tests.worlds import bytes_of

HARMLESS = 45  # records of the world that the hostile ones are compared with
LARGER = ["li aria-hidden", "svg preserveAspectRatio"]  # what only pages of larger worlds have
IN_A_WORLD = 110  # vectors, where there are news and pages for each
ONE_OF = 100  # how many vectors stand for one where a browser has little time
AT_ONCE = 40  # pages that are judged together
CALCULATED = tuple("=+-@\t\r＝＋－＠")  # what makes a cell a formula


def attack(arena: Arena) -> Iterator[Outcome]:
    """Build worlds of vectors, and judge what a parser and a browser make of them."""
    every = sorted(vectors(), key=_is_seen)
    unseen = sum(not _is_seen(vector) for vector in every)  # refused one field after another
    size = arena.times(len(every), IN_A_WORLD)
    worlds = [
        build_hostile(arena.folder / f"{first}", chosen, chosen[:: arena.times(40, 1)])
        for first in (0, *range(unseen, len(every), size))
        for chosen in [every[first : first + size if first else unseen]]
    ]
    plain = [Vector(n, "harmless", f"Plain words {n}") for n in range(1, HARMLESS)]
    harmless = build_hostile(arena.folder / "harmless", plain, plain)
    page = arena.browser().new_page()
    page.add_init_script(JUDGE)
    page.goto("about:blank")
    pairs = page.evaluate("pairsOf", list(_pages(harmless).values())) + LARGER
    fallen = [line for world in worlds for line in _judged(page, world, pairs)]
    page.close()
    standing, refused = (sum(len(getattr(w, n)) for w in worlds) for n in ("standing", "refused"))
    figures = f"{len(every)} vectors, {refused:,} refused by check, {standing:,} in pages"
    yield Outcome("Markup, read by a parser", standing + refused, fallen, figures)
    if arena.is_full:
        yield from attack_live(arena, worlds, [])
    else:
        few = build_hostile(arena.folder / "few", every[::ONE_OF], every[:: 2 * ONE_OF])
        yield from attack_live(arena, [few], worlds)


def _is_seen(vector: Vector) -> bool:
    return vector.text.replace("\n", "").isprintable()


def _pages(world: World) -> Mapping[str, str]:
    files = bytes_of(world.settings.site)
    return {path: data.decode() for path, data in files.items() if path.endswith(".html")}


def _judged(page: Page, world: World, pairs: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with the files of a world, read by what programs read them with."""
    files = bytes_of(world.settings.site)
    script = "([files, pairs]) => { known = { files: new Set(files), pairs: new Set(pairs) }; }"
    page.evaluate(script, [list(files), list(pairs)])
    pages = [[path, text, list(_texts(world, path))] for path, text in _pages(world).items()]
    for first in range(0, len(pages), AT_ONCE):
        yield from page.evaluate("(pages) => judgedTexts(pages, known)", pages[first:][:AT_ONCE])
    for path, data in files.items():
        try:
            yield from (f"{path}: {fault}" for fault in _data(path, data, world))
        except (ValueError, ElementTree.ParseError) as fault:
            yield f"{path}: cannot be read: {fault}"


def _texts(world: World, path: str) -> Iterable[str]:
    found = re.fullmatch(r"(practices/|news/|)v(\d+)\.html", path)
    kinds = {"practices/": "practice", "news/": "news item", "": "page"}
    return world.texts(kinds[found[1]], int(found[2])) if found else ()


def _data(path: str, data: bytes, world: World) -> Iterator[str]:
    """Yield what is wrong with a file that machines read."""
    if path.endswith(".json"):
        json.loads(data, parse_constant=lambda name: float(f"no JSON: {name}"))
    elif path.endswith(".xml"):
        for element in ElementTree.fromstring(data).iter():
            yield from (f"{element.tag} {it}" for it in element.attrib.values() if HOST in it)
    elif path.endswith(".csv"):
        yield from cells(data.decode("utf-8-sig"))
    elif path.endswith(".md"):
        name = Path(path).name
        source = (world.settings.root / "content" / "practices" / name).read_bytes()
        yield from () if source == data else ["is no copy of the record"]


def cells(table: str) -> Iterator[str]:
    """Yield the cells that are formulas to a spreadsheet, wherever it divides the lines."""
    lines = list(csv.reader(StringIO(table, newline="")))
    width = len(lines[0])
    for number, line in enumerate(lines, 1):
        if len(line) != width:
            yield f"line {number} has {len(line)} cells"
    for sign in ",;\t":
        for cells in csv.reader(StringIO(table, newline=""), delimiter=sign):
            yield from (f"a formula: {c}" for c in cells if c.lstrip().startswith(CALCULATED))
