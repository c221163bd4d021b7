"""The story in one screen: read, check, plan, render, write."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Protocol, Self

from repertory.base.digest import digest
from repertory.base.problem import BuildError, Problem, in_order
from repertory.base.profile import Profile
from repertory.base.settings import Settings
from repertory.base.step import File, Function, Item, Value
from repertory.base.text import counted
from repertory.catalog.catalog import Catalog, assemble
from repertory.catalog.rules import (
    address,
    address_taken,
    beside_records,
    between_records,
    dead_links,
)
from repertory.publishing import search
from repertory.publishing.output import Section
from repertory.publishing.sitemap import plan
from repertory.reading.files import Contents, Known, read_contents
from repertory.reading.prose import Prose
from repertory.reading.site import Fronts, read_bodies, read_fronts
from repertory.reading.vocabulary import PATH as VOCABULARY
from repertory.writing.cache import Cache, NotKept
from repertory.writing.output import Placed, Placer, Written, write_site
from repertory.writing.pages import Maker, Missing, look_through, place, place_theme
from repertory.writing.standing import Standing
from repertory.writing.theme import Theme
from repertory.writing.work import Processes, cached_map, packed_map

SHOWN_AS = {"records": "Reading", "prose": "Converting", "words": "Indexing"}


class Progress(Protocol):
    """Passes items through, and may show what is being done and how far it is."""

    def __call__(self, doing: str, items: Sequence[Item]) -> Iterable[Item]:
        """Return the items."""


def quietly(doing: str, items: Sequence[Item]) -> Iterable[Item]:
    """Show nothing."""
    return items


class Sources(NamedTuple):
    """What a site is made from but for its theme: its content, the day, and digests of them.

    `fronts` is that of everything but the bodies, `key` that of everything.
    """

    contents: Contents
    today: date
    fronts: bytes
    key: bytes


class Survey(NamedTuple):
    """What the front matter of all records and the vocabulary tell, and the problems met.

    Without `catalog` the vocabulary was not good enough to compare records with it. `addresses`
    are those of all pages that there are, or would be if all records were good.
    """

    fronts: Fronts
    problems: tuple[Problem, ...]
    catalog: Catalog | None
    addresses: frozenset[str]


class Last(NamedTuple):
    """What a build said: its problems, how many records, and the number of files."""

    problems: tuple[Problem, ...]
    story: str
    files: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: all problems in order, what was read, and the map of the site.

    `read` and `refused` count records; without `catalog` the vocabulary was not good enough to
    compare records with it, and nothing is planned.
    """

    sources: Sources
    problems: tuple[Problem, ...]
    catalog: Catalog | None
    prose: Mapping[str, Prose]
    sections: tuple[Section, ...]
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
            before: Known = self.cache.noted("files", {})
            contents, known = read_contents(root, before)
            if known is not before:
                self.cache.note("files", known)
            vocabulary = root / VOCABULARY
            taxonomy = vocabulary.read_bytes() if vocabulary.is_file() else b""
            paths = "\n".join(file.path for file in contents.records)
            fronts = b"".join(file.front for file in contents.records)
            bodies = b"".join(file.body for file in contents.records)
            front = digest(repr((self.settings, today)), taxonomy, paths, fronts)
            whole = digest(front, bodies, repr(contents.strays))
            return Sources(contents, today, front, whole)

    def last(self, sources: Sources, site: Path) -> Last | None:
        """Return what the last build said, if it was made from the same, and all of it stands."""
        theme = Theme(self.settings).digest
        last = Standing(site, self.cache).last(digest(sources.key, theme))
        return last if isinstance(last, Last) else None

    def check(self, sources: Sources) -> Checked:
        """Read everything, check it, and plan the site."""
        settings, contents = self.settings, sources.contents
        survey = self._survey(sources)
        fronts, catalog = survey.fronts, survey.catalog
        bodies = read_bodies(settings, contents, fronts, self._packed)
        with self.profile.step("rules"):
            records, strays = fronts.records.values(), tuple(contents.strays)
            problems = [*survey.problems, *bodies.problems]
            problems += beside_records(settings.root, records, bodies.prose, strays)
            complete = catalog is not None and not errors(survey.problems)
            problems += dead_links(bodies.prose.values(), survey.addresses, complete)
        with self.profile.step("plan"):
            sections = plan(catalog, settings, bodies.prose, contents.strays) if catalog else ()
        bad = errors(problems)
        if not bad and not (fronts.is_steady and bodies.is_steady):
            raise NotKept("A file was changed while it was read: please build again.")
        refused = len(bad & {file.path for file in contents.records})
        found, read = in_order(problems), len(contents.records)
        return Checked(sources, found, catalog, bodies.prose, sections, read, refused)

    def _survey(self, sources: Sources) -> Survey:
        """Read the front matter of all records, and compare them with each other.

        What came of it is kept as a whole where it is good: an edited body changes none of it.
        """
        with self.profile.step("records") as spent:
            nothing: tuple[bytes, Survey | None] = b"", None
            key, survey = self.cache.noted("survey", nothing)
            if survey and key == sources.fronts:
                spent.reused += len(sources.contents.records)
                return survey
        settings, root = self.settings, self.settings.root
        fronts = read_fronts(settings, sources.contents, self._packed)
        paths = [file.path for file in sources.contents.records]
        records = tuple(fronts.records.values())
        with self.profile.step("rules"):
            problems = [*fronts.problems, *between_records(root, paths, records, sources.today)]
            faulty = errors(problems)
            good = [record for record in records if record.path not in faulty]
        with self.profile.step("plan"):
            catalog = assemble(fronts.taxonomy, good) if fronts.compared else None
            sections = plan(catalog, settings, {}, {}) if catalog else ()
            planned = [output.path for section in sections for output in section.outputs()]
        with self.profile.step("rules"):
            problems += address_taken(root, paths, records, planned)
        addresses = frozenset([*planned, *map(address, paths)])
        survey = Survey(fronts, tuple(problems), catalog, addresses)
        if fronts.is_steady and not errors(problems):
            self.cache.note("survey", (sources.fronts, survey))
        return survey

    def build(self, checked: Checked, site: Path) -> Written:
        """Render what was checked and bring it to `site`.

        Raises BuildError where there are errors.
        """
        if not checked.good or checked.catalog is None:
            raise BuildError(checked.story(0), checked.problems)
        theme = Theme(self.settings).digest
        standing = Standing(site, self.cache)

        def place(placer: Placer) -> Iterator[Placed]:
            yield from self._pages(checked, theme, placer, standing)
            yield from self._search(checked, placer, standing)

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
        yield from place_theme(Theme(self.settings), placer, standing)
        spent = self.profile.of("pages")
        with self.profile.step("pages"):
            files = list(look_through(checked.sections, theme, standing))
        missing = [file for file in files if isinstance(file, Missing)]
        yield from (file for file in files if isinstance(file, Placed))
        spent.made += len(missing)
        spent.reused += len(files) - len(missing)
        strays = checked.sources.contents.strays
        planned = checked.catalog, self.settings, checked.prose, strays
        maker = Maker(self.settings, checked.sources.key, theme, placer)
        placed = place(maker, missing, planned, self._processes, spent)
        made = zip(self.progress("Writing", missing), placed, strict=True)
        for file, one in self.profile.timed("pages", made):
            standing.keep(file.section, file.key, one)
            yield one

    def _search(self, checked: Checked, placer: Placer, standing: Standing) -> Iterator[Placed]:
        """Make the files of the search that do not stand, and put them in their places."""
        placed: list[Placed] = []
        with self.profile.step("search") as spent:
            standing.part("search", b"")
            assert checked.catalog
            for part in search.parts(
                checked.catalog, self.settings, checked.prose, self._step, self.cache
            ):
                found = standing.file("search", part.path, part.key)
                if found is None:
                    found = placer(part.path, part.content())
                    standing.keep("search", part.key, found)
                    spent.made += 1
                else:
                    spent.reused += 1
                placed.append(found)
        yield from placed

    def _packed(
        self,
        name: str,
        function: Function[File, Value],
        items: Sequence[File],
        key: Callable[[File], bytes],
    ) -> Sequence[tuple[bytes, Value]]:
        """Run a step of the build that all records go through each time."""
        with self.profile.step(name) as spent:
            made = packed_map(name, function, items, key, self.cache, self._processes, spent)
            shown = zip(self.progress(SHOWN_AS[name], items), made, strict=True)
            return [pair for _, pair in shown]

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
