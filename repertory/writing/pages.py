"""The files of the site's sections are made, in any process: those that do not stand already."""

import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple, cast

from repertory.base.digest import digest
from repertory.base.profile import Spent
from repertory.base.step import Made, Notes, NotKept, Shelf
from repertory.publishing.output import Kept, Output, Section, Shown
from repertory.publishing.sitemap import plan
from repertory.reading.prose import BYTES
from repertory.writing.assets import Assets
from repertory.writing.manifest import mark
from repertory.writing.output import Placed, Placer
from repertory.writing.standing import Standing
from repertory.writing.theme import Theme
from repertory.writing.work import Processes


class Missing(NamedTuple):
    """A file of a section that does not stand, and the digest of what it is made from."""

    section: str
    output: Output
    key: bytes


class Done(NamedTuple):
    """A file that was made: its place, and the digest of what it shows, as `Output` tells it."""

    placed: Placed
    shown: bytes


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes files of the site, and puts them in their places.

    `key` is the digest of what the site is planned from, which processes find in the file
    `planned`; `theme` is that of the theme.
    """

    assets: Assets
    key: bytes
    planned: Path
    theme: bytes
    placer: Placer

    def __call__(self, named: tuple[str, str], shelf: Shelf) -> Made[Done]:
        """Make the file that is named by its section and its path."""
        section, path = named
        planned = _planned(self.key, self.planned)
        return Made(self.place(_outputs(planned[section])[path], shelf))

    def place(self, output: Output, shelf: Shelf) -> Done:
        """Make a file, and put it in its place.

        Raises NotKept where the theme has changed since it was looked at.
        """
        return Done(self._placed(output, shelf), _shown(output, self.theme))

    def _placed(self, output: Output, shelf: Shelf) -> Placed:
        content = output.content()
        if isinstance(content, Shown):
            rendered = _theme(self.assets, self.theme, shelf).render(content, shelf)
            return self.placer(output.path, rendered)
        if isinstance(content, Kept):
            content = cast(bytes, shelf.bulk(content.key, BYTES))
        return self.placer(output.path, content)


def look_through(
    sections: Sequence[Section], theme: bytes, standing: Standing
) -> Iterator[Missing | Placed]:
    """Yield every file: its place if it stands, or else what it is to be made from."""
    for section in sections:
        key = digest(theme, section.key)
        files = standing.part(section.name, key)
        if files is not None:
            yield from files
            continue
        for output in section.outputs():
            made_from = digest(theme, output.reads() if output.reads else section.key)
            shows = partial(_shown, output, theme)
            placed = standing.file(section.name, output.path, made_from, shows)
            yield placed or Missing(section.name, output, made_from)


def place(
    maker: Maker,
    missing: Sequence[Missing],
    planned_from: tuple[object, ...],
    processes: Processes,
    spent: Spent,
) -> Iterator[Done]:
    """Begin files, and return them. Processes that make them plan the site once more."""
    cache = processes.cache
    if not processes.share(len(missing)):
        return (maker.place(file.output, cache) for file in missing)
    mark(maker.planned.parent)
    maker.planned.write_bytes(pickle.dumps(planned_from, 5))
    names = [(file.section, file.output.path) for file in missing]
    begun = processes.map(maker, names, spent, None)

    def done() -> Iterator[Done]:
        try:
            yield from (pickle.loads(parts[0]) for parts, _ in begun)
        finally:
            maker.planned.unlink(missing_ok=True)

    return done()


def place_theme(assets: Assets, placer: Placer, standing: Standing) -> Iterator[Placed]:
    """Put the files of the theme in their places."""
    standing.part("theme", b"")
    for asset in assets.files:
        placed = placer(asset.path, asset.content)
        standing.keep("theme", b"", placed)
        yield placed


def _shown(output: Output, theme: bytes) -> bytes:
    return digest(theme, output.shows()) if output.shows else b""


@lru_cache(maxsize=1)
def _planned(_: bytes, file: Path) -> Mapping[str, Section]:
    """Return the sections of the site, planned once more in a process of our own."""
    planned_from: tuple[Any, ...] = pickle.loads(file.read_bytes())
    return {section.name: section for section in plan(*planned_from)}


@lru_cache(maxsize=2)
def _outputs(section: Section) -> Mapping[str, Output]:
    return {output.path: output for output in section.outputs()}


@lru_cache(maxsize=1)
def _theme(assets: Assets, key: bytes, notes: Notes) -> Theme:
    """Return the theme of that digest, once for all files that a process makes while it is so."""
    if assets.digest != key:
        raise NotKept("A template was changed while pages were made: please build again.")
    return Theme(assets, notes)
