"""The story in one screen: read, check, plan, render, write."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar

from repertory.base.problem import BuildError, Problem, in_order
from repertory.base.settings import Settings
from repertory.base.text import counted
from repertory.catalog.catalog import Catalog, assemble
from repertory.catalog.rules import (
    Record,
    dead_link,
    former_id_taken,
    id_collision,
    missing_image,
    no_records,
    stray_file,
)
from repertory.publishing.output import Copy, Data, Output
from repertory.publishing.sitemap import plan
from repertory.reading.document import Document, read_document
from repertory.reading.markdown import published
from repertory.reading.model import NewsItem, Page, Practice
from repertory.reading.records import (
    PRACTICE_KEYS,
    World,
    read_news_item,
    read_page,
    read_practice,
)
from repertory.reading.settings_file import check_settings
from repertory.reading.source import Reading, collect
from repertory.reading.vocabulary import PATH as VOCABULARY
from repertory.reading.vocabulary import Languages, read_taxonomy
from repertory.writing.output import Written, write_site
from repertory.writing.theme import Theme

Kind = Callable[[Document, World], Reading[Record]]
READERS: dict[str, Kind] = {"practices": read_practice, "news": read_news_item, "pages": read_page}
"""The folders of content/, and how a file of each is read."""
KINDS = (Practice, NewsItem, Page)
BY_VOCABULARY = {
    "unknown-term", "several-terms-in-one", "name-for-id", "term-of-another-facet",
    "term-given-twice", "too-many-terms", "deprecated-term", "facet-not-for-category",
    "unknown-section", "unknown-key",
}  # fmt: skip
"""Rules that compare records with the vocabulary: they mislead while that has errors of its own."""
Item = TypeVar("Item")


class Progress(Protocol):
    """Passes items through, and may show what is being done and how far it is."""

    def __call__(self, doing: str, items: Sequence[Item]) -> Iterable[Item]:
        """Return the items."""


def quietly(doing: str, items: Sequence[Item]) -> Iterable[Item]:
    """Show nothing."""
    return items


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: all problems in order, and the catalog of the good records.

    `read` and `refused` count records; `compared` tells whether the vocabulary was good enough to
    compare them with; `outputs` is the map of the site, empty where there are
    errors.
    """

    problems: tuple[Problem, ...]
    catalog: Catalog
    outputs: tuple[Output | Data | Copy, ...]
    read: int
    refused: int
    compared: bool

    def story(self, built: int | None = None) -> str:
        """Return how many records were read, and what became of them."""
        fate = f"{self.read - self.refused:,} good" if built is None else f"{built:,} built"
        told = f"{counted(self.read, 'record')} read, {fate}, {self.refused:,} refused."
        if not self.compared:
            told += " They were not compared with taxonomy.yaml, which has errors."
        return told

    @property
    def good(self) -> bool:
        """Tell whether a site can be built."""
        return not any(problem.level == "error" for problem in self.problems)


def check(settings: Settings, today: date, progress: Progress = quietly) -> Checked:
    """Read and check everything; `progress` is told what is being gone through."""
    root = settings.root
    _, problems = collect(check_settings(root))
    languages = Languages(settings.language, settings.languages)
    taxonomy, found = collect(read_taxonomy(root, languages, PRACTICE_KEYS))
    world = World(taxonomy, today)
    records: dict[str, Record] = {}
    paths, strays = content_files(root)
    faults = [*problems, *found, *no_records(root, [p for p in paths if "/practices/" in p])]
    for path in progress("Reading", paths):
        record, found = collect(_record(root, path, world))
        faults += found
        if record:
            records[path] = record
    faults += id_collision(paths)
    faults += stray_file(strays, records)
    for record in records.values():
        faults += missing_image(root, record)
    by_kind = {kind: [r for r in records.values() if isinstance(r, kind)] for kind in KINDS}
    for kind in KINDS:
        faults += former_id_taken(by_kind[kind])
    compared = not any(fault.path == VOCABULARY and fault.level == "error" for fault in faults)
    faults = [f for f in faults if compared or f.path == VOCABULARY or f.rule not in BY_VOCABULARY]
    bad = {problem.path for problem in faults if problem.level == "error"}
    good = [record for path, record in records.items() if path not in bad]
    catalog = assemble(
        taxonomy,
        [record for record in good if isinstance(record, Practice)],
        [record for record in good if isinstance(record, NewsItem)],
        [record for record in good if isinstance(record, Page)],
    )
    outputs = tuple(plan(catalog, settings)) if not bad else ()
    faults += _dead_links(records.values(), paths, outputs)
    bad = {problem.path for problem in faults if problem.level == "error"}
    return Checked(in_order(faults), catalog, outputs, len(paths), len(bad & set(paths)), compared)


def build(
    checked: Checked, settings: Settings, site: Path, progress: Progress = quietly
) -> Written:
    """Render what was checked and bring it to `site`; raises BuildError where there are errors."""
    if not checked.good:
        raise BuildError(checked.story(0), checked.problems)
    theme = Theme(settings)
    return write_site(site, _files(progress("Writing", checked.outputs), theme))


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


def content_files(root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List the files of the content folders: those that are records, and all others.

    Paths are relative to `root`, in order; hidden files are the system's and left out.
    """
    paths: list[str] = []
    strays: list[str] = []
    for kind in READERS:
        folder = root / "content" / kind
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            path = file.relative_to(root).as_posix()
            if not file.name.startswith("."):
                (paths if file.name.lower().endswith(".md") else strays).append(path)
    return tuple(paths), tuple(strays)


def _record(root: Path, path: str, world: World) -> Reading[Record | None]:
    """Read the record in a file, by the folder that it lies in."""
    document = yield from read_document(root, path)
    if document is None:
        return None
    return (yield from READERS[PurePosixPath(path).parent.name](document, world))


def _dead_links(
    records: Iterable[Record], paths: Iterable[str], outputs: Iterable[Output | Data | Copy]
) -> Iterator[Problem]:
    """Check the links inside the site; those to generated pages only where these are known."""
    addresses = {published(path).removesuffix(".md") + ".html" for path in paths}
    planned = {output.path for output in outputs}
    for record in records:
        links = [
            link
            for link in record.prose.links
            if planned or link.address.startswith(("practices/", "news/"))
        ]
        yield from dead_link(links, addresses | planned)
