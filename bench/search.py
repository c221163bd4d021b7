"""Measures the search of a built site beside Pagefind's, on the same invented records."""

import argparse
from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from bench import records, sites, visits
from bench.server import served
from bench.slow import measured
from bench.visits import PAGEFIND, REPERTORY, SLOWER, Tool

QUERIES = 6
RUNS = 5
TABLE = Path(__file__).with_name("search.md")
ORDINARY = "search bytes on an ordinary page"
FIRST = "first result: bytes"
BESIDE = "first result: bytes beside Pagefind's"
FURTHER = "a further query: bytes"
DISK = "index on disk"
CPU = "building the index: CPU"
WAIT = "first result: slow line, slow CPU"
LETTER = "a letter more: slow CPU"
CLICK = "a filter clicked: slow CPU"
TASK = "longest task of these two"
EXPLORER = ("explorer: page", "explorer: script", "explorer: worker")
GOALS = {  # the unit of a line, and its goal for 1,000 records and for more; ×: of Pagefind's
    ORDINARY: ("kB", 0, 0),
    FIRST: ("kB", 100, 190),
    BESIDE: ("× kB", 0.5, 0.4),
    FURTHER: ("kB", 60, 75),
    DISK: ("MB", 0.7, 6),
    CPU: ("× s", 0.8, 0.7),
    WAIT: ("× s", 0.7, 0.5),
    LETTER: ("ms", 30, 50),
    CLICK: ("ms", 30, 50),
    TASK: ("ms", None, None),
    **dict(zip(EXPLORER, (("kB", 20, 20), ("kB", 10, 10), ("kB", 36, 36)), strict=True)),
}
UNITS = {"kB": 1e-3, "MB": 1e-6, "s": 1, "ms": 1}
Values = defaultdict[str, list[float]]  # what was measured of a tool, by line


def main() -> None:
    """Measure, print the tables and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of records (1000 10000)")
    parser.add_argument("--fresh", action="store_true", help="build the sites anew")
    arguments = parser.parse_args()
    parts = ["# Search, measured\n\n`make bench` writes this page; README.md explains it."]
    for count in arguments.sizes or (1_000, 10_000):
        parts.append(one_size(count, arguments.fresh))
        print(f"{parts[-1]}\n", flush=True)
    TABLE.write_text("\n\n".join(parts) + "\n", "utf-8")


def one_size(count: int, fresh: bool) -> str:
    """Measure with so many records; return the table, and notes."""
    folder = sites.prepare(count, fresh)
    found: dict[Tool, Values] = {tool: defaultdict(list) for tool in (REPERTORY, PAGEFIND)}
    for tool, cpu, disk in zip(
        found, sites.cpu_seconds(folder), sites.on_disk(folder), strict=True
    ):
        found[tool] |= {CPU: cpu, DISK: [disk]}
    found[REPERTORY] |= zip(EXPLORER, ([s] for s in sites.explorer(folder) if s), strict=False)
    with visits.chromium() as browser:
        page, worker = measured(browser, SLOWER)
        loaded = visited(browser, folder, found)
    lines = [f"| {count:,} records | goal | Repertory | Pagefind | ratio | reached |"]
    lines += ["| --- " * 6 + "|"]
    lines += [line(name, count > 1_000, *(v[name] for v in found.values())) for name in GOALS]
    lines += ["", f"Slow CPU: measured {page:.1f} times for a page, {worker:.1f} for its worker."]
    if not 0.8 < min(page, worker) / SLOWER <= max(page, worker) / SLOWER < 1.25:
        lines += ["The machine was busy with other things: these times are not to be relied on."]
    lines += [f"{tool.name} loads first: {kinds(every)}." for tool, every in loaded.items()]
    return "\n".join(lines)


def visited(
    browser: Browser, folder: Path, found: dict[Tool, Values]
) -> dict[Tool, list[Counter[str]]]:
    """Visit the search pages in turn; return what first queries load, by kind of file."""
    there = [tool for tool in found if visits.can_search(tool, folder)]
    queries = records.queries(QUERIES)
    loaded: dict[Tool, list[Counter[str]]] = {tool: [] for tool in there}
    with ExitStack() as stack:
        servers = {tool: stack.enter_context(served(folder / tool.site)) for tool in there}
        for tool, server in servers.items():
            found[tool][ORDINARY].append(visits.ordinary(browser, server, tool))
        for number, query in enumerate(queries):
            for tool, server in servers.items():
                first, more = visits.cold(browser, server, tool, query, queries[number - 1])
                loaded[tool].append(first)
                for name, size in ((FIRST, first), (BESIDE, first), (FURTHER, more)):
                    found[tool][name].append(size.total())
        for query in queries[:RUNS]:
            for tool, server in servers.items():
                found[tool][WAIT].append(visits.first(browser, server, tool, query))
            for tool, server in servers.items():
                milliseconds = visits.warm(browser, server, tool, query)
                for name, value in zip((LETTER, CLICK, TASK), milliseconds, strict=True):
                    found[tool][name].append(value)
    return loaded


def line(name: str, many: bool, ours: list[float], theirs: list[float]) -> str:
    """Return a line of the table: medians, and the worst of several in brackets."""
    unit, *goals = GOALS[name]
    goal, relative, unit = goals[many], unit.startswith("×"), unit.removeprefix("× ")
    ratio = reached = ""
    if ours and theirs and median(theirs):
        ratio = f"{median(ours) / median(theirs):.2f}"
    if ours and goal is not None and (ratio or not relative):
        value = float(ratio) if relative else median(ours) * UNITS[unit]
        reached = "yes" if value <= goal else "no"
    shown = "" if goal is None else f"{goal} of Pagefind's" if relative else f"{goal} {unit}"
    return f"| {' | '.join((name, shown, cell(ours, unit), cell(theirs, unit), ratio, reached))} |"


def cell(values: list[float], unit: str) -> str:
    """Return the median of some values, and the worst, for people."""
    if not values:
        return "–"
    middle, worst = (value * UNITS[unit] for value in (median(values), max(values)))
    digits = 0 if worst >= 100 else 1 if worst >= 10 else 2
    return f"{middle:.{digits}f} {unit}" + (f" (worst {worst:.{digits}f})" if values[1:] else "")


def kinds(every: list[Counter[str]]) -> str:
    """Return what the query in the middle loads, by kind of file."""
    middle = sorted(every, key=Counter.total)[len(every) // 2]
    return ", ".join(f"{kind} {size / 1_000:.1f} kB" for kind, size in middle.most_common())


if __name__ == "__main__":
    main()
