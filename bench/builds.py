"""Measures builds beside those of other generators, on the same invented records."""

import argparse
import shutil
from collections import defaultdict
from pathlib import Path

from bench import chart, ours, peers, results
from bench.ours import BODY, COLD, NOTHING, ROOT
from bench.peers import HUGO, PEERS
from bench.results import BARE, OURS, RELOAD, Figures
from bench.runs import Run, begin

PAGE, CHART = (Path(__file__).with_name(name) for name in ("results.md", "results.svg"))
GROWTH = (COLD, NOTHING, BODY)  # what is measured at sizes without peers


def main() -> None:
    """Measure, and write the page and the chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of records (1000 10000)")
    parser.add_argument("--peers", type=Path, help="the folder of the others; without it ours only")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    parser.add_argument("--growth", nargs="*", type=int, default=(100, 50_000), help="ours only")
    given = parser.parse_args()
    work = ROOT / ".repertory-cache" / "bench" / "builds"
    shared = work.with_name("peers") if given.peers else None
    versions = peers.prepare(given.peers, shared) if shared else {}
    sizes = sorted(given.sizes or (1_000, 10_000))
    found = {size: beside(size, given.rounds, work, shared) for size in sizes}
    for size in sorted({*given.growth} - {*sizes}):
        found[size] = alone(size, given.rounds, work, shared)
    text = results.page(found, sizes, given.rounds, versions)
    PAGE.write_text(text, "utf-8")
    CHART.write_text(chart.drawn(sizes[-1], results.bars(found[sizes[-1]])), "utf-8")
    shutil.rmtree(work)
    print(text)


def beside(count: int, rounds: int, work: Path, shared: Path | None) -> Figures:
    """Measure with so many records, our builds and those of the peers in turn."""
    found: Figures = defaultdict(list)
    site, records = work / "site", work / "content"
    begin(work)
    ours.prepare(site, count, shared)
    if shared:
        peers.content(shared, count, records)
    for number in range(1, rounds + 1):
        measure_ours(found, site, number, tuple(ours.EDITS))
        if shared:  # Hugo last, when the files that our last edits replaced are forgotten
            for peer in (peer for peer in PEERS[::-1] if number <= peer.most):
                for name, run in peers.builds(peer, shared, records, work / "out"):
                    note(found, name, COLD, run)
    for run in ours.reloads(site, rounds):
        note(found, OURS, RELOAD, run)
    if shared:
        for run in peers.hugo_reloads(shared, records, rounds):
            note(found, HUGO.name, RELOAD, run)
    return found


def alone(count: int, rounds: int, work: Path, shared: Path | None) -> Figures:
    """Measure what growth is told of, our builds alone."""
    found: Figures = defaultdict(list)
    begin(work)
    ours.prepare(work / "site", count, shared)
    for number in range(1, rounds + 1):
        measure_ours(found, work / "site", number, GROWTH)
    return found


def measure_ours(found: Figures, site: Path, number: int, columns: tuple[str, ...]) -> None:
    """Measure our builds once; a build without search is one less the share of its search."""
    for column, run in ours.builds(site, number, columns):
        note(found, OURS, column, run)
        share = ours.search_share(run.printed)
        if column == COLD and share is not None:
            note(found, BARE, COLD, Run(run.wall * (1 - share)))


def note(found: Figures, tool: str, column: str, run: Run) -> None:
    """Add a run to what was found, and show it."""
    found[tool, column].append(run)
    told = f"{run.wall:8.2f} s wall {run.cpu:8.2f} s CPU {run.peak:7.0f} MB"
    print(f"{tool:25} {column:36} {told}", flush=True)


if __name__ == "__main__":
    main()
