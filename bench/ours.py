"""Our builds and our preview, measured through the command alone."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.request import urlopen

from bench import peers, records
from bench.edits import add_record, edit_facet, edit_label, edit_template, edit_text
from bench.runs import PAUSE, Command, Run, put_aside, run, running

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "bench.site")
WAIT = 600  # seconds after which a rebuild is taken to be lost


def _clear(site: Path, _: int) -> None:
    for name in ("site", ".repertory-cache"):
        put_aside(site / name, site.parent)


COLD, NOTHING, BODY = "cold", "nothing changed", "body edit"
EDITS: dict[str, Callable[[Path, int], object]] = {  # what happens before each build
    COLD: _clear,
    NOTHING: lambda site, number: None,
    BODY: lambda site, number: edit_text(site / "content", number),
    "facet edit": edit_facet,
    "new record": add_record,
    "term label changed": edit_label,
    "template changed": edit_template,
}


def prepare(site: Path, count: int, shared: Path | None) -> None:
    """Write a site of so many records: the peers' ones, or without peers our own."""
    if shared:
        peers.our_content(shared, count, site)
    else:
        records.write(site, count)
    edit_template(site, 0)


def builds(site: Path, number: int, columns: tuple[str, ...]) -> Iterator[tuple[str, Run]]:
    """Yield what a cold build took and the builds after each edit, in this order."""
    for column in columns:
        EDITS[column](site, number)
        command: Command = (*COMMAND, "build", "--root", site, "--profile")
        yield column, run(command, ROOT, site / "site")


def search_share(printed: str) -> float | None:
    """Return the share of the search, with its words, in the processor time of a build's steps.

    Of the clock's time it has none of its own: pages are made while the words are indexed.
    """
    steps = re.findall(r"^(\w+) +\d+\.\d+ +(\d+\.\d+) ", printed, re.MULTILINE)
    spent = {name: float(cpu) for name, cpu in steps}
    if "search" not in spent:
        return None
    return (spent["search"] + spent.get("words", 0)) / sum(spent.values())


def reloads(site: Path, rounds: int) -> Iterator[Run]:
    """Edit a text while the preview runs; yield how long its word to reload the page took."""
    with running((*COMMAND, "serve", "--root", site, "--port", "0"), ROOT) as printed:
        lines = (re.search(r"http://\S+/", line.decode()) for line in printed)
        address = next((found[0] for found in lines if found), None)
        if address is None:
            raise SystemExit("The preview has not started.")
        with urlopen(f"{address}repertory/events", timeout=WAIT) as events:
            epoch = _epoch(events)
            for number in range(1, rounds + 1):
                time.sleep(PAUSE)
                edit_text(site / "content", number)
                start = time.perf_counter()
                while (now := _epoch(events)) == epoch:
                    pass
                epoch = now
                yield Run(time.perf_counter() - start)


def _epoch(events: HTTPResponse) -> int:
    """Wait for the next message; return the number of the build that it tells of."""
    for line in events:
        if line.startswith(b"data:"):
            epoch: int = json.loads(line.removeprefix(b"data:"))["epoch"]
            return epoch
    raise SystemExit("The preview has ended.")
