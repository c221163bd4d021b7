"""What measured builds come to: goals, tables and growth, for results.md and its chart."""

import os
from collections import defaultdict
from datetime import date
from itertools import chain
from math import log
from platform import python_version
from statistics import median
from typing import Literal, NamedTuple, TypeAlias

from bench.chart import Bar
from bench.ours import BODY, COLD, EDITS, NOTHING
from bench.peers import HUGO, PEERS, WITH_SEARCH
from bench.runs import Run

OURS, BARE = "Repertory", "Repertory without search"
SEARCHED = HUGO.name + WITH_SEARCH
RELOAD = "body edit, to the reload"
SMALL, LARGE, STEEPEST = 1_000, 50_000, 1.05  # growth between so many records, and its goal
Kind: TypeAlias = Literal["wall", "cpu", "peak"]
KINDS: dict[Kind, str] = {"wall": "wall", "cpu": "CPU", "peak": "peak memory"}
Key: TypeAlias = tuple[str, str]  # a tool and a column
Figures: TypeAlias = defaultdict[Key, list[Run]]


class Goal(NamedTuple):
    """At most what part of another tool's figure ours is to be."""

    ours: Key
    theirs: Key
    kind: Kind
    most: float


GOALS = (
    Goal((OURS, COLD), (SEARCHED, COLD), "wall", 0.8),
    Goal((OURS, COLD), (SEARCHED, COLD), "cpu", 0.8),
    Goal((BARE, COLD), (HUGO.name, COLD), "wall", 0.9),
    Goal((OURS, COLD), (SEARCHED, COLD), "peak", 0.2),
    Goal((OURS, NOTHING), (HUGO.name, COLD), "wall", 0.02),
    Goal((OURS, BODY), (HUGO.name, COLD), "wall", 0.04),
    Goal((OURS, "facet edit"), (HUGO.name, COLD), "wall", 0.1),
    Goal((OURS, RELOAD), (HUGO.name, RELOAD), "wall", 0.1),
)


def page(found: dict[int, Figures], sizes: list[int], rounds: int, versions: dict[str, str]) -> str:
    """Return the page of results."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    named = ", ".join(f"{tool} {version}" for tool, version in versions.items())
    runs = list(chain.from_iterable(chain.from_iterable(f.values() for f in found.values())))
    busy = median(run.others for run in runs), max(run.others for run in runs)
    paces = [run.pace for run in runs if run.pace] or [0.0]
    parts = [
        "# Builds, measured",
        "`make bench` writes this page; README.md explains it.",
        f"{date.today()}, Python {python_version()}, a machine of {os.cpu_count()} cores and "
        f"{memory:.0f} GiB; medians of {rounds}{f'; beside {named}' if named else ''}. Other "
        f"programs kept {busy[0]:.2f} cores busy meanwhile (at most {busy[1]:.2f}); a loop that "
        f"was timed before each run took {1_000 * median(paces):.0f} ms "
        f"({1_000 * min(paces):.0f} to {1_000 * max(paces):.0f}).",
        "![How long whole builds take, and ours after an edit](results.svg)",
        f"## Goals, at {sizes[-1]:,} records",
        table(
            "what | beside | at most | got | reached", *goals(found[sizes[-1]]), *steepness(found)
        ),
    ]
    for size in sizes:
        parts += [f"## {size:,} records", table(TOOLS, *tools(found[size]))]
        parts += ["The others build everything at every edit: a whole build is what it costs them."]
        parts += [table(COLUMNS, *columns(found[size]))]
        if server := value(found[size], (HUGO.name, RELOAD), "wall"):
            parts += [f"Hugo's server shows an edited text after {seconds(server)}."]
    parts += [
        "## Growth of a cold build",
        table("records | wall | CPU | peak memory | after a body edit", *growth(found)),
    ]
    return "\n\n".join(parts) + "\n"


TOOLS = (
    "a whole build | wall | CPU | peak memory | files | pages | Repertory's wall | its CPU | its "
    "peak memory"
)
COLUMNS = (
    "Repertory's build | wall | CPU | peak memory | files written | wall of Hugo's | of Hugo's and "
    "Pagefind's"
)


def table(head: str, *rows: list[str]) -> str:
    """Return a table in Markdown."""
    heads = head.split(" | ")
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def goals(figures: Figures) -> list[list[str]]:
    """Return a row for every goal that a build is set."""
    rows = []
    for goal in GOALS:
        ours, theirs = goal.ours, goal.theirs
        of = theirs[0] if theirs[1] == COLD else f"{theirs[0]}'s server"
        what = f"{ours[0]}, {ours[1]}, {KINDS[goal.kind]}"
        rows.append([what, of, *reached(goal.most, ratio(figures, ours, theirs, goal.kind))])
    return rows


def steepness(found: dict[int, Figures]) -> list[list[str]]:
    """Return a row for the growth of time and of memory."""
    rows = []
    for kind, name in KINDS.items():
        what = f"growth of {name}, {SMALL:,} to {LARGE:,} records: exponent"
        ends = (value(found[n], (OURS, COLD), kind) if n in found else 0 for n in (SMALL, LARGE))
        rows.append([what, "", *reached(STEEPEST, exponent(*ends))])
    return rows


def reached(most: float, got: float) -> list[str]:
    """Return the cells of a goal, what was reached, and whether that is enough."""
    return [f"{most:g}", share(got), "–" if not got else "yes" if got <= most else "no"]


def tools(figures: Figures) -> list[list[str]]:
    """Return a row for every tool's whole build."""
    named = (OURS, BARE, *(p.name + s for p in PEERS for s in ("", WITH_SEARCH)))
    rows = []
    for tool in (tool for tool in named if (tool, COLD) in figures):
        ratios = (ratio(figures, (OURS, COLD), (tool, COLD), kind) for kind in KINDS)
        rows.append([tool, *cells(figures, (tool, COLD), pages=True), *map(share, ratios)])
    return rows


def columns(figures: Figures) -> list[list[str]]:
    """Return a row for every edit, and what Repertory's build took after it."""
    rows = []
    for column in (*EDITS, RELOAD):
        beside = [(HUGO.name, COLD), (SEARCHED, COLD)] if column in EDITS else [(HUGO.name, column)]
        ratios = [share(ratio(figures, (OURS, column), their, "wall")) for their in beside]
        rows.append([column, *cells(figures, (OURS, column)), *ratios, *[""] * (2 - len(ratios))])
    return rows


def growth(found: dict[int, Figures]) -> list[list[str]]:
    """Return a row for every size of a site of ours."""
    rows = []
    for size in sorted(found):
        cold, edit = cells(found[size], (OURS, COLD)), cells(found[size], (OURS, BODY))
        rows.append([f"{size:,}", *cold[:3], edit[0]])
    return rows


def bars(figures: Figures) -> list[Bar]:
    """Return what the chart shows: whole builds, the search apart, and our two quick ones."""
    whole = value(figures, (OURS, COLD), "wall")
    bare = value(figures, (BARE, COLD), "wall") or whole
    found = [Bar(OURS, bare, whole - bare)]
    for peer in PEERS:
        plain = value(figures, (peer.name, COLD), "wall")
        more = value(figures, (peer.name + WITH_SEARCH, COLD), "wall") or plain
        name = peer.name + (WITH_SEARCH if peer.is_searched else ", no search")
        found += [Bar(name, plain, more - plain)] if plain else []
    for column in (BODY, NOTHING):
        found.append(Bar(f"{OURS}, {column}", value(figures, (OURS, column), "wall")))
    return found


def cells(figures: Figures, key: Key, pages: bool = False) -> list[str]:
    """Return the cells of what a tool took, and of the files it wrote."""
    runs = figures.get(key, [])
    counts = [median(run.written for run in runs)] if runs else [0]
    counts += [median(run.pages for run in runs)] if pages else []
    wall, cpu, peak = (value(figures, key, kind) for kind in KINDS)
    measured = [seconds(wall), seconds(cpu), f"{peak:,.0f} MB" if peak else "–"]
    return [*measured, *(f"{count:,.0f}" if peak else "–" for count in counts)]


def value(figures: Figures, key: Key, kind: Kind) -> float:
    """Return the median of what a tool took, or 0 where that was not measured."""
    return median(getattr(run, kind) for run in figures[key]) if figures.get(key) else 0


def ratio(figures: Figures, ours: Key, theirs: Key, kind: Kind) -> float:
    """Return our figure as part of theirs, or 0 where one of both was not measured."""
    divisor = value(figures, theirs, kind)
    return value(figures, ours, kind) / divisor if divisor else 0


def exponent(small: float, large: float) -> float:
    """Return the power of the number of records with which a figure grows, or 0."""
    return log(large / small) / log(LARGE / SMALL) if small and large else 0


def seconds(wall: float) -> str:
    """Return seconds for people."""
    return f"{wall:.{1 if wall >= 10 else 2}f} s" if wall else "–"


def share(part: float) -> str:
    """Return a ratio for people."""
    return f"{part:.{2 if part >= 0.1 else 3}f}" if part else "–"
