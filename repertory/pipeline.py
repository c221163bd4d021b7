"""The story in one screen: read, check, plan, render, write."""

import os
import pickle
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Protocol, Self

from repertory.base.digest import digest
from repertory.base.problem import BuildError, Problem, in_order
from repertory.base.profile import Profile
from repertory.base.report import tally
from repertory.base.settings import Settings
from repertory.base.step import Function, Item, Made, Shelf, Value
from repertory.base.text import counted
from repertory.catalog.catalog import Catalog, assemble
from repertory.catalog.rules import address_taken, between_records, dead_links
from repertory.publishing import search
from repertory.publishing.output import Copy, Data, Output
from repertory.publishing.sitemap import plan
from repertory.reading.files import Contents, Known, is_old, read_contents, stamp_of
from repertory.reading.site import read_site
from repertory.reading.vocabulary import PATH as VOCABULARY
from repertory.writing.cache import Cache, NotKept
from repertory.writing.output import Busy, ForeignFolder, Placed, Placer, Written, write_site
from repertory.writing.standing import Standing
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


class Sources(NamedTuple):
    """What a site is made from but for its theme: its content, and the digest of everything."""

    contents: Contents
    key: bytes


class Last(NamedTuple):
    """What a build said: its problems, how many records, and the number of files."""

    problems: tuple[Problem, ...]
    story: str
    files: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: all problems in order, the good records, and the map of the site.

    `read` and `refused` count records; without `catalog` the vocabulary was not good enough to
    compare records with it, and nothing is planned.
    """

    sources: Sources
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

    def sources(self, today: date) -> Sources:
        """Look at the files that a site is made from."""
        root = self.settings.root
        with self.profile.step("files"):
            known: Known = self.cache.noted("files", {})
            contents, known = read_contents(root, known)
            self.cache.note("files", known)
            others = [root / path for path in (VOCABULARY, *contents.strays)]
            stamps = [stamp_of(path.lstat()) for path in others if path.exists()]
            is_settled = all(is_old(stamp) for stamp in stamps)
            parts = (self.settings, today, contents, stamps, is_settled or time.time_ns())
            return Sources(contents, digest(repr(parts)))

    def last(self, sources: Sources, site: Path) -> Last | None:
        """Return what the last build said, if it was made from the same, and all of it stands."""
        theme = Theme(self.settings).digest
        last = Standing(site, self.cache).last(digest(sources.key, theme))
        return last if isinstance(last, Last) else None

    def check(self, sources: Sources, today: date) -> Checked:
        """Read everything, check it, and plan the site."""
        settings = self.settings
        with self.profile.step("records"):
            site = read_site(settings, sources.contents, self._step)
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
        return Checked(sources, in_order(problems), catalog, outputs, len(site.paths), refused)

    def build(self, checked: Checked, site: Path) -> Written:
        """Render what was checked and bring it to `site`.

        Raises BuildError where there are errors.
        """
        if not checked.good or checked.catalog is None:
            raise BuildError(checked.story(0), checked.problems)
        catalog, theme = checked.catalog, Theme(self.settings).digest
        standing = Standing(site, self.cache)

        def place(placer: Placer) -> Iterator[Placed]:
            yield from self._pages(checked, theme, placer, standing)
            yield from self._search(catalog, placer, standing)

        with self.profile.step("writing"):
            written = write_site(site, place)
            last = Last(checked.problems, checked.story(checked.read), written.made + written.kept)
            if Theme(self.settings).digest == theme:  # or else nobody knows which pages have which
                standing.write(digest(checked.sources.key, theme), last)
            self.cache.shrink()
        return written

    def _pages(
        self, checked: Checked, theme: bytes, placer: Placer, standing: Standing
    ) -> Iterator[Placed]:
        """Make the files of the theme and of the plan, and put them in their places."""
        outputs, spent = checked.outputs, self.profile.of("pages")
        others = [placer(a.path, a.content) for a in _theme(self.settings, theme).assets()]
        missing: list[tuple[bytes, Output]] = []
        for output in self.profile.timed("pages", outputs):
            if isinstance(output, Data):
                others.append(placer(output.path, output.content))
            elif isinstance(output, Copy):
                others.append(placer(output.path, output.source.read_bytes()))
            else:
                key = digest(theme, output.template, pickle.dumps(output.data, 5))
                found = standing.find(output.path, key)
                yield from found or ()
                if found is None:
                    missing.append((key, output))
        standing.keep("others", b"", others)
        yield from others
        spent.made += len(missing)
        spent.reused += sum(isinstance(output, Output) for output in outputs) - len(missing)
        render: Function[Output, Placed] = Renderer(self.settings, theme, placer)
        pages = [output for _, output in missing]
        made = zip(missing, self._processes.map(render, pages, spent), strict=True)
        shown = zip(self.progress("Writing", pages), made, strict=True)
        for _, ((key, output), (parts, _)) in self.profile.timed("pages", shown):
            placed: Placed = pickle.loads(parts[0])
            standing.keep(output.path, key, [placed])
            yield placed

    def _search(self, catalog: Catalog, placer: Placer, standing: Standing) -> Iterator[Placed]:
        """Make the files of the search that do not stand, and put them in their places."""
        placed: list[Placed] = []
        with self.profile.step("search") as spent:
            for part in search.parts(catalog, self.settings, self._step, self.cache):
                found = standing.find(part.path, part.key)
                if found is None:
                    found = (placer(part.path, part.content()),)
                    standing.keep(part.path, part.key, found)
                    spent.made += 1
                else:
                    spent.reused += 1
                placed += found
        yield from placed

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
    theme: bytes
    placer: Placer

    def __call__(self, output: Output, shelf: Shelf) -> Made[Placed]:
        """Render an output; what is made is the place it was put in."""
        content = _theme(self.settings, self.theme).render(output, shelf)
        return Made(self.placer(output.path, content))


@lru_cache(maxsize=1)
def _theme(settings: Settings, _: bytes) -> Theme:
    """Return the theme, read once for all outputs that a process renders while it is the same."""
    return Theme(settings)


FAULTS = (
    BuildError, BrokenTemplate, Busy, ForeignFolder, MissingPackage, NotKept, OSError, sqlite3.Error
)  # fmt: skip
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
