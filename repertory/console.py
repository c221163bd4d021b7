"""What all commands share: their options, the settings, what they print, and how they fail."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeAlias, TypeVar

import click

from repertory.base.formats import Outcome, as_text
from repertory.base.problem import BuildError, Problem
from repertory.base.report import shown
from repertory.base.settings import Settings
from repertory.reading.source import collect
from repertory.reading.taxonomy import Taxonomy
from repertory.writing.assets import BrokenTemplate
from repertory.writing.faults import FAULTS, told

CONTENT = 1  # exit code: problems in the content
MACHINE = 2  # exit code: wrong usage, or a fault of the machine
Item = TypeVar("Item")
Make: TypeAlias = Callable[[], Settings]

root_option = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another site: a folder with its own content, taxonomy.yaml and templates.",
)


def here() -> Path:
    """Return the folder of the build.py that runs."""
    return Path(sys.argv[0]).parent


def warn(problem: Problem) -> None:
    """Print a problem where it is in the way of no output."""
    click.echo(f"{shown(problem)}\n", err=True)


def say_later(_: Problem) -> None:
    """Say nothing of a problem, since a command that follows does."""


def site_settings(
    settings: Make,
    root: Path | None,
    told: Callable[[Outcome], str] = as_text,
    warned: Callable[[Problem], object] = warn,
) -> Settings:
    """Make the settings, once what stands in build.py is known to be good.

    If it is not, print what is wrong as `told` tells it, and end. `warned` hears every warning.
    """
    found: tuple[Problem, ...] = ()
    if root is None:
        from repertory.reading.settings_file import check_settings

        _, found = collect(check_settings(here(), date.today()))
    if any(problem.level == "error" for problem in found):
        click.echo(told(Outcome(0, 0, "No record was read.", found)))
        sys.exit(CONTENT)
    for warning in found:
        warned(warning)
    made = settings()
    return replace(made, root=root) if root else made


@contextmanager
def faults() -> Iterator[None]:
    """Turn what can go wrong outside our own code into a sentence and an exit code."""
    try:
        yield
    except FAULTS as fault:
        is_content = isinstance(fault, BuildError | BrokenTemplate)
        click.echo(told(fault), err=not isinstance(fault, BuildError))
        sys.exit(CONTENT if is_content else MACHINE)


def show(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(shown(problem))
        click.echo()


def progress(doing: str, items: Sequence[Item]) -> Iterable[Item]:
    """Show a bar on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, label=f"{doing:8}", file=sys.stderr, show_pos=True) as bar:
        yield from bar


def vocabulary(settings: Settings) -> Taxonomy:
    """Read taxonomy.yaml; end with its problems where it is not good enough to work with."""
    from repertory.reading.site import read_terms

    taxonomy, problems = read_terms(settings)
    if any(problem.level == "error" for problem in problems):
        show(problems)
        click.echo("Please mend taxonomy.yaml first: records are compared with it.")
        sys.exit(CONTENT)
    return taxonomy
