"""Everything that a site is made from, read: the vocabulary and all records."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeAlias, TypeVar

from repertory.base.problem import Problem
from repertory.base.settings import Settings
from repertory.reading.document import Document, read_document
from repertory.reading.model import NewsItem, Page, Practice
from repertory.reading.records import (
    PRACTICE_KEYS,
    World,
    practice_in_other_folder,
    read_news_item,
    read_page,
    read_practice,
)
from repertory.reading.source import Reading, collect
from repertory.reading.taxonomy import Taxonomy
from repertory.reading.vocabulary import Languages, read_taxonomy

Record: TypeAlias = Practice | NewsItem | Page
Item = TypeVar("Item")
READERS: dict[str, Callable[[Document, World], Reading[Record]]] = {
    "practices": read_practice,
    "news": read_news_item,
    "pages": read_page,
}
"""The folders of content/, and how a file of each is read."""
BY_VOCABULARY = {
    "unknown-term", "several-terms-in-one", "name-for-id", "term-of-another-facet",
    "term-given-twice", "too-many-terms", "deprecated-term", "facet-not-for-category",
    "unknown-section", "unknown-key",
}  # fmt: skip
"""Rules that compare records with the vocabulary: they mislead while that has errors of its own."""


class Progress(Protocol):
    """Passes items through, and may show what is being done and how far it is."""

    def __call__(self, doing: str, items: Sequence[Item]) -> Iterable[Item]:
        """Return the items."""


def quietly(doing: str, items: Sequence[Item]) -> Iterable[Item]:
    """Show nothing."""
    return items


@dataclass(frozen=True, slots=True)
class Site:
    """What was read, and the problems met.

    `paths` are all files that are records, good or not, and `strays` the other files beside them;
    `records` maps the paths of those that could be read to what they say. `compared` tells whether
    the vocabulary was good enough to compare records with it.
    """

    taxonomy: Taxonomy
    records: Mapping[str, Record]
    paths: tuple[str, ...]
    strays: tuple[str, ...]
    problems: tuple[Problem, ...]
    compared: bool


def read_site(settings: Settings, today: date, progress: Progress) -> Site:
    """Read taxonomy.yaml and all files of content/."""
    root = settings.root
    languages = Languages(settings.language, settings.languages)
    taxonomy, problems = collect(read_taxonomy(root, languages, PRACTICE_KEYS))
    compared = not any(problem.level == "error" for problem in problems)
    records: dict[str, Record] = {}
    paths, strays = content_files(root)
    for path in progress("Reading", paths):
        record, found = collect(_record(root, path, World(taxonomy, today)))
        problems += tuple(p for p in found if compared or p.rule not in BY_VOCABULARY)
        if record:
            records[path] = record
    return Site(taxonomy, records, paths, strays, problems, compared)


def content_files(root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List the files of the content folders: those that are records, and all others.

    Paths are relative to `root`, in order; hidden files are the system's and left out.
    """
    paths: list[str] = []
    strays: list[str] = []
    content = root / "content"
    every = [content, *(content / kind for kind in READERS)]
    folders = [folder for folder in every if folder.is_dir() and not folder.is_symlink()]
    for folder in folders:
        for file in sorted(folder.iterdir()):
            is_record = folder != content and file.suffix.lower() == ".md"
            if not file.name.startswith(".") and file not in folders:
                (paths if is_record else strays).append(file.relative_to(root).as_posix())
    return tuple(paths), tuple(strays)


def _record(root: Path, path: str, world: World) -> Reading[Record | None]:
    """Read the record in a file, by the folder that it lies in."""
    known = frozenset((*PRACTICE_KEYS, *world.taxonomy.facets))
    document = yield from read_document(root, path, known)
    if document is None:
        return None
    kind = PurePosixPath(path).parent.name
    if kind != "practices":
        misplaced = list(practice_in_other_folder(document, world.taxonomy))
        yield from misplaced
        if misplaced:
            return None
    return (yield from READERS[kind](document, world))
