"""Hostile texts in every field: judged in what a parser makes of them, and in a live browser."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from playwright.sync_api import Browser, Page

from tests.attack.arena import Arena, Outcome
from tests.attack.hostile import HOST, Vector, World, build_hostile, vectors
from tests.attack.surfaces import open_live
from tests.attack.watching import JUDGE, launched
from tests.worlds import bytes_of

HARMLESS = 45  # records of the world that the hostile ones are compared with
LARGER = ["li aria-hidden", "svg preserveAspectRatio"]  # what only pages of larger worlds have
IN_A_WORLD = 110  # vectors, where there are news and pages for each
AT_ONCE = 2  # worlds, each in a process of its own
JUDGED_AT_ONCE = 40  # pages
CALCULATED = tuple("=+-@\t\r＝＋－＠")  # what makes a cell a formula


class Lot(NamedTuple):
    """Vectors of which a world is built in a folder: see `build_hostile`; and how it is opened.

    It is opened with the pages' policy, or bare of it, or both, as `bare` says; `is_whole` tells
    whether all that there is is opened, or what has many vectors at once.
    """

    folder: Path
    chosen: Sequence[Vector]
    others: Sequence[Vector]
    bare: tuple[bool, ...]
    is_whole: bool


class Found(NamedTuple):
    """What came of a lot: texts in pages, texts that `check` refused, what a parser found wrong;
    and for each way of opening it how often something was opened, and what fell.
    """

    standing: int
    refused: int
    misread: Sequence[str]
    opened: Mapping[bool, tuple[int, Sequence[str]]]


def attack(arena: Arena) -> Iterator[Outcome]:
    """Build worlds of vectors, and judge what a parser and a browser make of them.

    All are opened without the pages' policy, which would stop what the allow-list let through, and
    some with it, since it must not be called upon.
    """
    every = sorted(vectors(), key=_is_seen)
    unseen = sum(not _is_seen(vector) for vector in every)  # refused one field after another
    size = arena.times(len(every), IN_A_WORLD)
    parts = [every[:unseen]]
    parts += [every[first : first + size] for first in range(unseen, len(every), size)]
    lots = [
        Lot(arena.folder / f"{n}", part, part[:: arena.times(40, 1)], (True,), arena.is_full)
        for n, part in enumerate(parts)
    ]
    some = every[:: arena.times(100, 7)]
    ways = (False,) if arena.is_full else (False, True)
    sample = Lot(arena.folder / "some", some, some[:: arena.times(2, 1)], ways, True)
    pairs = _pairs(arena.browser(), arena.folder / "harmless")
    if arena.is_full:
        with ProcessPoolExecutor(AT_ONCE, get_context("spawn"), max_tasks_per_child=1) as pool:
            found = list(pool.map(partial(_found_alone, pairs), [sample, *lots]))
    else:
        found = [_found(arena.browser(), pairs, lot) for lot in (sample, *lots)]
    worlds = found[1:]
    standing = sum(each.standing for each in worlds)
    refused = sum(each.refused for each in worlds)
    figures = f"{len(every)} vectors, {refused:,} refused by check, {standing:,} in pages"
    misread = [line for each in worlds for line in each.misread]
    yield Outcome("Markup, read by a parser", standing + refused, misread, figures)
    for is_bare, count in ((False, len(some)), (True, len(every))):
        opened = [each.opened[is_bare] for each in found if is_bare in each.opened]
        fallen = [line for _, lines in opened for line in lines]
        how = f"Markup in Chromium, {'without' if is_bare else 'with'} the pages' policy"
        yield Outcome(how, sum(tried for tried, _ in opened), fallen, f"{count} vectors")


def _pairs(browser: Browser, folder: Path) -> list[str]:
    """Return each element with each of its attributes in the pages of a harmless world."""
    plain = [Vector(n, "harmless", f"Plain words {n}") for n in range(1, HARMLESS)]
    harmless = build_hostile(folder, plain, plain)
    with closing(_parser(browser)) as page:
        return [*page.evaluate("pairsOf", list(_pages(harmless).values())), *LARGER]


def _parser(browser: Browser) -> Page:
    page = browser.new_page()
    page.add_init_script(JUDGE)
    page.goto("about:blank")
    return page


def _found_alone(pairs: Sequence[str], lot: Lot) -> Found:
    with launched() as browser:
        return _found(browser, pairs, lot)


def _found(browser: Browser, pairs: Sequence[str], lot: Lot) -> Found:
    world = build_hostile(lot.folder, lot.chosen, lot.others)
    with closing(_parser(browser)) as page:
        misread = list(_judged(page, world, pairs))
    opened = {it: open_live(browser, world, it, lot.is_whole) for it in lot.bare}
    return Found(len(world.standing), len(world.refused), misread, opened)


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
    for first in range(0, len(pages), JUDGED_AT_ONCE):
        yield from page.evaluate(
            "(pages) => judgedTexts(pages, known)", pages[first:][:JUDGED_AT_ONCE]
        )
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
