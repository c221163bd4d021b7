"""The story in one screen: read, check, plan, render, write."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from repertory.base.problem import BuildError, Problem, in_order
from repertory.base.report import tally
from repertory.base.settings import Settings
from repertory.base.text import counted
from repertory.catalog.catalog import assemble
from repertory.catalog.rules import address_taken, between_records, dead_links
from repertory.publishing.output import Copy, Data, Output
from repertory.publishing.sitemap import plan
from repertory.reading.site import Progress, quietly, read_site
from repertory.writing.output import Busy, ForeignFolder, Written, write_site
from repertory.writing.theme import BrokenTemplate, MissingPackage, Theme


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: all problems in order, and the map of the site.

    `outputs` are those of the good records; `read` and `refused` count records, and `compared`
    tells whether the vocabulary was good enough to compare them with it.
    """

    problems: tuple[Problem, ...]
    outputs: tuple[Output | Data | Copy, ...]
    read: int
    refused: int
    compared: bool

    def story(self, built: int | None = None) -> str:
        """Return how many records were read, and what became of them."""
        fate = f"{self.read - self.refused:,} good" if built is None else f"{built:,} built"
        sentence = f"{counted(self.read, 'record')} read, {fate}, {self.refused:,} refused."
        if not self.compared:
            sentence += " They were not compared with taxonomy.yaml, which has errors."
        return sentence

    @property
    def good(self) -> bool:
        """Tell whether a site can be built."""
        return not errors(self.problems)


def errors(problems: Iterable[Problem]) -> set[str]:
    """Return the paths of the files that have errors."""
    return {problem.path for problem in problems if problem.level == "error"}


def check(settings: Settings, today: date, progress: Progress = quietly) -> Checked:
    """Read everything, check it, and plan the site; `progress` is told what is gone through."""
    site = read_site(settings, today, progress)
    problems = [*site.problems, *between_records(settings.root, site)]
    faulty = errors(problems)
    good = [record for path, record in site.records.items() if path not in faulty]
    outputs = tuple(plan(assemble(site.taxonomy, good), settings)) if site.compared else ()
    problems += address_taken(site, (output.path for output in outputs))
    problems += dead_links(site, {output.path for output in outputs}, complete=not faulty)
    bad = errors(problems)
    refused = len(bad & set(site.paths))
    return Checked(in_order(problems), outputs, len(site.paths), refused, site.compared)


def build(
    checked: Checked, settings: Settings, site: Path, progress: Progress = quietly
) -> Written:
    """Render what was checked and bring it to `site`; raises BuildError where there are errors."""
    if not checked.good:
        raise BuildError(checked.story(0), checked.problems)
    theme = Theme(settings)
    return write_site(site, _files(progress("Writing", checked.outputs), theme))


FAULTS = (BuildError, BrokenTemplate, Busy, ForeignFolder, MissingPackage, OSError)
"""What can go wrong outside our own code."""


def told(fault: BaseException) -> str:
    """Return what one of FAULTS means, as a sentence."""
    if isinstance(fault, BuildError):
        return f"{fault} {tally(fault.problems).capitalize()}. No site was built."
    if isinstance(fault, OSError):
        where = f" ({fault.filename})" if fault.filename else ""
        return f"The machine says: {fault.strerror or fault}{where}."
    return str(fault)


def _files(outputs: Iterable[Output | Data | Copy], theme: Theme) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the site with its bytes."""
    for asset in theme.assets():
        yield asset.path, asset.content
    for output in outputs:
        match output:
            case Output():
                yield output.path, theme.render(output)
            case Data():
                yield output.path, output.content
            case Copy():
                yield output.path, output.source.read_bytes()
