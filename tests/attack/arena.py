"""What every attack is given, what it gives back, and the table of it all in docs/security.md."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser

HEAD = ("| What is attacked | Tried | Held | Figures |", "| --- | ---: | ---: | --- |")
BETWEEN = re.compile(r"(?<=<!-- attacks -->\n).*?(?=<!-- end of attacks -->)", re.DOTALL)


class Arena(NamedTuple):
    """Where an attack happens.

    `is_full` tells whether it is tried as often as docs/security.md says, or as often as CI has
    time for; `folder` is empty, and the attack's own; `browser` starts Chromium when it is needed.
    """

    is_full: bool
    folder: Path
    browser: Callable[[], Browser]

    def times(self, few: int, many: int) -> int:
        """Return how often to try: `few` in CI, `many` where all is run."""
        return many if self.is_full else few


class Outcome(NamedTuple):
    """What came of an attack: what was attacked, how often, which tries did not hold, figures.

    Each of `fallen` says in a line what was tried and what happened; `figures` what was measured,
    such as the longest time.
    """

    attacked: str
    tried: int
    fallen: Sequence[str] = ()
    figures: str = ""


def judged(attacked: str, tries: Iterable[tuple[str, bool, object]], figures: str = "") -> Outcome:
    """Return what came of tries: each what was tried, whether it held, and what happened."""
    done = list(tries)
    fallen = [
        f"{attacked}: {ascii(name)[:200]}: {ascii(found)[:1000]}"
        for name, held, found in done
        if not held
    ]
    return Outcome(attacked, len(done), fallen, figures)


def table(outcomes: Iterable[Outcome]) -> str:
    """Return outcomes as a table of Markdown."""
    return "\n".join([*HEAD, *_rows(outcomes).values()])


def with_table(page: str, outcomes: Iterable[Outcome], is_whole: bool) -> str:
    """Return docs/security.md with the table of these outcomes.

    Unless they are the whole of it, what else was attacked keeps its rows.
    """
    rows = _rows(outcomes) if is_whole else attacked(page) | _rows(outcomes)
    return BETWEEN.sub(lambda _: "\n".join(["", *HEAD, *rows.values(), "", ""]), page)


def attacked(page: str) -> dict[str, str]:
    """Return the rows of the table in docs/security.md by what was attacked."""
    found = BETWEEN.search(page)
    rows = found[0].strip().split("\n")[len(HEAD) :] if found else []
    return {row.split(" | ")[0].removeprefix("| "): row for row in rows}


def _rows(outcomes: Iterable[Outcome]) -> dict[str, str]:
    cells = ((it.attacked, it.tried, it.tried - len(it.fallen), it.figures) for it in outcomes)
    return {row[0]: "| {} | {:,} | {:,} | {} |".format(*row) for row in cells}
