"""Runs the attacks, prints their table, and writes it into docs/security.md."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from playwright.sync_api import Browser

from tests.attack import ATTACKS
from tests.attack.arena import Arena, Outcome, table, with_table
from tests.attack.watching import launched
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "security.md"
MOST, WIDTH = 50, 400  # lines that are printed of what has fallen, and signs of each


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(ATTACKS)))
@click.option("--few", is_flag=True, help="Try as little as CI does.")
def main(names: tuple[str, ...], few: bool) -> None:
    """Run the attacks NAMES, or all of them."""
    outcomes: list[Outcome] = []
    for found in _run(names or tuple(ATTACKS), not few):
        outcomes += found
        if not few:
            _renew(outcomes, is_whole=False)  # now, since all of it takes hours
    click.echo(table(outcomes))
    fallen = [line for outcome in outcomes for line in outcome.fallen]
    for line in fallen[:MOST]:
        click.echo(line[:WIDTH], err=True)
    if not few:
        _renew(outcomes, is_whole=not names)
    sys.exit(bool(fallen))


def _renew(outcomes: Sequence[Outcome], is_whole: bool) -> None:
    PAGE.write_text(with_table(PAGE.read_text("utf-8"), outcomes, is_whole), "utf-8")


def _run(names: tuple[str, ...], is_full: bool) -> Iterator[Sequence[Outcome]]:
    """Yield what came of each attack."""
    with ExitStack() as stack:

        @cache
        def browser() -> Browser:
            return stack.enter_context(launched())

        for name in names:
            click.echo(f"{name} ...", err=True)
            with TemporaryDirectory(prefix="repertory-attack-") as folder:
                yield list(ATTACKS[name](Arena(is_full, Path(folder), browser)))


if __name__ == "__main__":
    main()
