"""The story in one screen: read, check, plan, render, write."""

import os
import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, Self

from repertory.base.problem import BuildError, Problem, in_order
from repertory.base.profile import Profile
from repertory.base.report import tally
from repertory.base.settings import Settings
from repertory.base.step import Function, Item, Made, Shelf, Value
from repertory.base.text import counted
from repertory.catalog.catalog import Catalog, assemble
from repertory.catalog.rules import address_taken, between_records, dead_links
from repertory.publishing import facets, search
from repertory.publishing.output import Copy, Data, Output
from repertory.publishing.sitemap import plan
from repertory.reading.files import Known, read_contents
from repertory.reading.site import read_site
from repertory.writing.cache import Cache
from repertory.writing.output import Busy, ForeignFolder, Placed, Placer, Written, write_site
from repertory.writing.theme import BrokenTemplate, MissingPackage, Theme
from repertory.writing.work import Processes, cached_map

SHOWN_AS = {"records": "Reading", "prose": "Converting", "words": "Indexing"}


class Progress(Protocol):
    """Passes items through, and may show what is being done and how far it is."""

    def __call__(self, doing: str, items: Sequence[Item]) -> Iterable[Item]:
        """Return the items."""


def quietly(doing: str, items: Sequence[Item]) -> Iterable[Item]:
    """Show nothing."""
    return items


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: all problems in order, the good records, and the map of the site.

    `read` and `refused` count records; without `catalog` the vocabulary was not good enough to
    compare records with it, and nothing is planned.
    """

    problems: tuple[Problem, ...]
    catalog: Catalog | None
    outputs: tuple[Output | Data | Copy, ...]
    read: int
    refused: int

    def story(self, built: int | None = None) -> str:
        """Return how many records were read, and what became of them."""
        fate = f"{self.read - self.refused:,} good" if built is None else f"{built:,} built"
        sentence = f"{counted(self.read, 'record')} read, {fate}, {self.refused:,} refused."
        if self.catalog is None:
            sentence += " They were not compared with taxonomy.yaml, which has errors."
        return sentence

    @property
    def good(self) -> bool:
        """Tell whether a site can be built."""
        return not errors(self.problems)


def errors(problems: Iterable[Problem]) -> set[str]:
    """Return the paths of the files that have errors."""
    return {problem.path for problem in problems if problem.level == "error"}


class Workshop:
    """What builds of a site work with: the cache of what was made before, and processes.

    `jobs` is the number of processes; by default there is one for each processor. A cache that is
    not kept lies in a temporary folder: every step is the same, and nothing is there to reuse.
    """

    def __init__(
        self,
        settings: Settings,
        jobs: int | None = None,
        is_cached: bool = True,
        progress: Progress = quietly,
    ) -> None:
        self.settings = settings
        self.progress = progress
        self.profile = Profile()
        self._open = ExitStack()
        folder = settings.cache
        if not is_cached:
            folder = Path(self._open.enter_context(TemporaryDirectory(prefix="repertory-")))
        self.cache = self._open.enter_context(Cache(folder))
        count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self._processes = self._open.enter_context(Processes(jobs or count or 1, self.cache))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def check(self, today: date) -> Checked:
        """Read everything, check it, and plan the site."""
        settings = self.settings
        with self.profile.step("files"):
            known: Known = self.cache.noted("files", {})
            contents, known = read_contents(settings.root, known)
            self.cache.note("files", known)
        with self.profile.step("records"):
            site = read_site(settings, contents, self._step)
        with self.profile.step("rules"):
            problems = [*site.problems, *between_records(settings.root, site, today)]
            faulty = errors(problems)
            good = [record for path, record in site.records.items() if path not in faulty]
        with self.profile.step("plan"):
            catalog = assemble(site.taxonomy, good) if site.compared else None
            outputs = tuple(plan(catalog, settings)) if catalog else ()
        with self.profile.step("rules"):
            planned = {output.path for output in outputs}
            problems += address_taken(settings.root, site, (output.path for output in outputs))
            problems += dead_links(site, planned, complete=not faulty)
        bad = errors(problems)
        refused = len(bad & set(site.paths))
        return Checked(in_order(problems), catalog, outputs, len(site.paths), refused)

    def build(self, checked: Checked, site: Path) -> Written:
        """Render what was checked and bring it to `site`.

        Raises BuildError where there are errors.
        """
        if not checked.good or checked.catalog is None:
            raise BuildError(checked.story(0), checked.problems)
        catalog = checked.catalog

        def place(placer: Placer) -> Iterator[Placed]:
            yield from self._pages(checked.outputs, placer)
            yield from self._search(catalog, placer)

        with self.profile.step("writing"):
            written = write_site(site, place)
        self.cache.shrink()
        return written

    def _pages(self, outputs: Sequence[Output | Data | Copy], placer: Placer) -> Iterator[Placed]:
        """Make the files of the theme and of the plan, and put them in their places."""
        for asset in _theme(self.settings).assets():
            yield placer(asset.path, asset.content)
        pages = [output for output in outputs if isinstance(output, Output)]
        spent = self.profile.of("pages")
        spent.made += len(pages)
        render: Function[Output, Placed] = Renderer(self.settings, placer)
        made = self._processes.map(render, pages, spent)
        shown = zip(self.progress("Writing", pages), made, strict=True)
        for _, (parts, _) in self.profile.timed("pages", shown):
            yield pickle.loads(parts[0])
        for output in outputs:
            if isinstance(output, Data):
                yield placer(output.path, output.content)
            elif isinstance(output, Copy):
                yield placer(output.path, output.source.read_bytes())

    def _search(self, catalog: Catalog, placer: Placer) -> Iterator[Placed]:
        """Make the files of the search, and put them in their places."""
        reader = search.Reader.of(catalog.taxonomy, self.settings)
        practices = facets.numbered(catalog)
        words = self._step("words", reader, practices, reader.key)
        found = search.outputs(catalog, self.settings, (value for _, value in words))
        for file in self.profile.timed("search", found):
            yield placer(file.path, file.content)

    def _step(
        self,
        name: str,
        function: Function[Item, Value],
        items: Sequence[Item],
        key: Callable[[Item], bytes],
    ) -> Iterator[tuple[bytes, Value]]:
        """Run a step of the build."""
        spent = self.profile.of(name)
        made = cached_map(function, items, key, self.cache, self._processes, spent)
        shown = zip(self.progress(SHOWN_AS[name], items), made, strict=True)
        yield from self.profile.timed(name, (pair for _, pair in shown))


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders outputs and puts them in their places, in any process."""

    settings: Settings
    placer: Placer

    def __call__(self, output: Output, shelf: Shelf) -> Made[Placed]:
        """Render an output; what is made is the place it was put in."""
        content = _theme(self.settings).render(output, shelf)
        return Made(self.placer(output.path, content))


@lru_cache(maxsize=1)
def _theme(settings: Settings) -> Theme:
    """Return the theme, once for all outputs that a process renders in a build."""
    return Theme(settings)


FAULTS = (BuildError, BrokenTemplate, Busy, ForeignFolder, MissingPackage, OSError, sqlite3.Error)
"""What can go wrong outside our own code."""


def told(fault: BaseException) -> str:
    """Return what one of FAULTS means, as a sentence."""
    if isinstance(fault, BuildError):
        return f"{fault} {tally(fault.problems).capitalize()}. No site was built."
    if isinstance(fault, OSError):
        where = f" ({fault.filename})" if fault.filename else ""
        return f"The machine says: {fault.strerror or fault}{where}."
    if isinstance(fault, sqlite3.Error):
        return f"The cache cannot be used ({fault}): delete the folder .repertory-cache, and retry."
    return str(fault)
