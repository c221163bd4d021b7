"""The story in one screen: read, check, plan, render, write."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.problem import BuildError, Problem, in_order
from repertory.base.settings import Settings
from repertory.base.text import counted
from repertory.catalog.catalog import Catalog, assemble
from repertory.catalog.rules import (
    address,
    address_taken,
    beside_records,
    between_records,
    dead_links,
)
from repertory.publishing import data, pictures, search, urls
from repertory.publishing.output import Part, Section
from repertory.publishing.sitemap import plan
from repertory.reading.markdown import published
from repertory.reading.model import Record
from repertory.reading.pictures import read_pictures
from repertory.reading.prose import Prose
from repertory.reading.site import Fronts, read_bodies, read_fronts
from repertory.sources import Last, Sources
from repertory.writing.output import Placed, Placer, Written, write_site
from repertory.writing.pages import Maker, Missing, look_through, place, place_theme
from repertory.writing.standing import Standing
from repertory.writing.workshop import Workshop


class Outline(NamedTuple):
    """What the front matter of all records and the vocabulary tell, and the problems met.

    Without `catalog` the vocabulary was not good enough to compare records with it. `addresses`
    are those of all pages that there are, or would be if all records were good.
    """

    fronts: Fronts
    problems: tuple[Problem, ...]
    catalog: Catalog | None
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: all problems in order, what was read, and the map of the site.

    `read` and `refused` count records; without `catalog` the vocabulary was not good enough to
    compare records with it, and nothing is planned. `records` are all that could be read, by their
    paths, also those with errors, which `catalog` has not.
    """

    sources: Sources
    problems: tuple[Problem, ...]
    catalog: Catalog | None
    records: Mapping[str, Record]
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


def check(workshop: Workshop, sources: Sources) -> Checked:
    """Read everything, check it, and plan the site."""
    settings, contents = workshop.settings, sources.contents
    outline = _outline(workshop, sources)
    fronts, catalog = outline.fronts, outline.catalog
    records, strays = fronts.records.values(), contents.strays
    bodies = read_bodies(settings, contents, fronts, workshop.packed)
    bodies = read_pictures(settings.root, strays, records, bodies, workshop.single)
    with workshop.profile.step("rules"):
        problems = [*sources.met, *outline.problems, *bodies.problems]
        complete = catalog is not None and not errors(outline.problems)
        named = complete and not errors(bodies.problems)
        problems += beside_records(settings.root, records, bodies.prose, tuple(strays), named)
        shown = pictures.addresses(bodies.prose) if named else map(published, strays)
        problems += dead_links(bodies.prose.values(), outline.addresses.union(shown), complete)
    with workshop.profile.step("plan"):
        sections = plan(catalog, settings, bodies.prose) if catalog else ()
    bad = errors(problems)
    refused = len(bad & {file.path for file in contents.records})
    found, read = in_order(problems), len(contents.records)
    every, prose = fronts.records, bodies.prose
    return Checked(sources, found, catalog, every, prose, sections, read, refused)


def _outline(workshop: Workshop, sources: Sources) -> Outline:
    """Read the front matter of all records, and compare them with each other.

    What came of it is kept as a whole where it is good: an edited body changes none of it.
    """
    with workshop.profile.step("records") as spent:
        nothing: tuple[bytes, Outline | None] = b"", None
        is_same = workshop.cache.noted("outlined", b"") == sources.fronts  # soon read
        key, outline = workshop.cache.noted("outline", nothing) if is_same else nothing
        if outline and key == sources.fronts:  # it might be another build's by now
            spent.reused += len(sources.contents.records)
            return outline
    settings, root = workshop.settings, workshop.settings.root
    fronts = read_fronts(settings, sources.contents, sources.vocabulary, workshop.packed)
    paths = [file.path for file in sources.contents.records]
    records = tuple(fronts.records.values())
    with workshop.profile.step("rules"):
        problems = [*fronts.problems, *between_records(root, paths, records, sources.today)]
        faulty = errors(problems)
        good = [record for record in records if record.path not in faulty]
    with workshop.profile.step("plan"):
        catalog = assemble(fronts.taxonomy, good) if fronts.compared else None
        pages = planned(catalog, settings) if catalog else []
    with workshop.profile.step("rules"):
        problems += address_taken(root, paths, records, pages)
    data_files = urls.ALL_AS_CSV, urls.ALL_AS_JSON
    addresses = frozenset([*pages, *map(address, paths), *data_files])
    outline = Outline(fronts, tuple(problems), catalog, addresses)
    if not errors(problems):
        workshop.cache.note("outlined", sources.fronts)
        workshop.cache.note("outline", (sources.fronts, outline))
    return outline


def planned(catalog: Catalog, settings: Settings) -> list[str]:
    """Return the addresses of all pages of a site, before its bodies are read."""
    sections = plan(catalog, settings, {})
    return [output.path for section in sections for output in section.outputs()]


def build(workshop: Workshop, checked: Checked, site: Path, hurries: bool = False) -> Written:
    """Render what was checked and bring it to `site`.

    A build that `hurries` leaves files that can wait as they were, for the next that does not.
    Raises BuildError where there are errors.
    """
    if not checked.good or checked.catalog is None:
        raise BuildError(checked.story(0), checked.problems)
    catalog, prose, settings = checked.catalog, checked.prose, workshop.settings
    theme, standing = checked.sources.assets.digest, Standing(site, workshop.cache)

    def files(placer: Placer) -> Iterator[Placed]:
        words = search.parts(catalog, settings, prose, workshop.single, workshop.cache)
        pages = _pages(workshop, checked, placer, standing)  # which are begun by now
        yield from _parts(workshop, "search", words, placer, standing, hurries)
        yield from pages
        lines = data.parts(catalog, settings, workshop.packed)
        yield from _parts(workshop, "data", lines, placer, standing, hurries)

    def settled(written: Written) -> None:
        last = Last(checked.problems, checked.story(checked.read), written.made + written.kept)
        standing.write(digest(checked.sources.key, theme), last)

    with workshop.profile.step("writing"):
        try:
            written = write_site(site, files, settled)
        finally:
            workshop.processes.settle()
        if not standing.put_off:  # or else what was asked for here counts for the next build too
            workshop.cache.shrink()
    return replace(written, put_off=frozenset(standing.put_off))


def _pages(
    workshop: Workshop, checked: Checked, placer: Placer, standing: Standing
) -> Iterator[Placed]:
    """Begin the files of the theme and of the plan, and return their places."""
    sources = checked.sources
    with workshop.profile.step("pages") as spent:
        theme = list(place_theme(sources.assets, placer, standing))
        files = list(look_through(checked.sections, sources.assets.digest, standing))
        missing = [file for file in files if isinstance(file, Missing)]
        spent.made += len(missing)
        spent.reused += len(files) - len(missing)
        file = placer.beside / "planned.pickle"
        maker = Maker(sources.assets, sources.key, file, sources.assets.digest, placer)
        planned = checked.catalog, workshop.settings, checked.prose
        begun = place(maker, missing, planned, workshop.processes, spent)

    def made() -> Iterator[Placed]:
        pairs = zip(workshop.progress("Writing", missing), begun, strict=True)
        for file, (placed, shown) in workshop.profile.timed("pages", pairs):
            standing.keep(file.section, file.key, placed, shown)
            yield placed

    return chain(theme, (file for file in files if isinstance(file, Placed)), made())


def _parts(
    workshop: Workshop,
    name: str,
    parts: Iterable[Part],
    placer: Placer,
    standing: Standing,
    hurries: bool,
) -> Iterator[Placed]:
    """Make those of the files that do not stand, and put them in their places."""
    standing.part(name, b"")
    placed = []
    with workshop.profile.step(name) as spent:
        for part in parts:
            found = standing.file(name, part.path, part.key)
            if found is None and hurries and part.can_wait:
                found = standing.former(name, part.path)
            if found is None:
                found = placer(part.path, part.content())
                standing.keep(name, part.key, found)
                spent.made += 1
            else:
                spent.reused += 1
            placed.append(found)
    yield from placed
