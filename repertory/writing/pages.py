"""The files of the site's sections are made, in any process: those that do not stand already."""

import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from repertory.base.digest import SIZE, digest
from repertory.base.profile import Spent
from repertory.base.settings import Settings
from repertory.base.step import Made, NotKept, Shelf
from repertory.publishing.output import Output, Section, Shown
from repertory.publishing.sitemap import plan
from repertory.writing.assets import Assets
from repertory.writing.output import Placed, Placer
from repertory.writing.standing import Standing
from repertory.writing.theme import Theme
from repertory.writing.work import Processes

PLANNED = "planned"  # the name under which processes find what the site is planned from


class Missing(NamedTuple):
    """A file of a section that does not stand, and the digest of what it is made from."""

    section: str
    output: Output
    key: bytes


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes files of the site, and puts them in their places.

    `key` is the digest of what the site is planned from, `theme` that of the theme.
    """

    settings: Settings
    key: bytes
    theme: bytes
    placer: Placer

    def __call__(self, named: tuple[str, str], shelf: Shelf) -> Made[Placed]:
        """Make the file that is named by its section and its path, and return its place."""
        section, path = named
        planned = _planned(self.key, shelf)
        return Made(self.place(_outputs(planned[section])[path], shelf))

    def place(self, output: Output, shelf: Shelf) -> Placed:
        """Make a file, and put it in its place.

        Raises NotKept where a picture has changed since it was looked at.
        """
        content = output.content()
        if isinstance(content, Shown):
            theme = _theme(self.settings, self.theme)
            return self.placer(output.path, theme.render(content, shelf))
        if isinstance(content, Path):
            content = content.read_bytes()
            if output.reads and output.reads() != blake2b(content, digest_size=SIZE).digest():
                raise NotKept("A picture was changed while it was read: please build again.")
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
            placed = standing.file(section.name, output.path, made_from)
            yield placed or Missing(section.name, output, made_from)


def place(
    maker: Maker,
    missing: Sequence[Missing],
    planned_from: tuple[object, ...],
    processes: Processes,
    spent: Spent,
) -> Iterator[Placed]:
    """Begin files; return their places. Processes that make them plan the site once more."""
    cache = processes.cache
    if not processes.share(len(missing)):
        return (maker.place(file.output, cache) for file in missing)
    cache.note(PLANNED, planned_from)
    names = [(file.section, file.output.path) for file in missing]
    begun = processes.map(maker, names, spent, None)

    def placed() -> Iterator[Placed]:
        yield from (pickle.loads(parts[0]) for parts, _ in begun)
        cache.note(PLANNED, None)

    return placed()


def place_theme(assets: Assets, placer: Placer, standing: Standing) -> Iterator[Placed]:
    """Put the files of the theme in their places."""
    standing.part("theme", b"")
    for asset in assets.files():
        placed = placer(asset.path, asset.content)
        standing.keep("theme", b"", placed)
        yield placed


@lru_cache(maxsize=1)
def _planned(_: bytes, shelf: Shelf) -> Mapping[str, Section]:
    """Return the sections of the site, planned once more in a process of our own."""
    planned_from: tuple[Any, ...] = shelf.noted(PLANNED, ())
    return {section.name: section for section in plan(*planned_from)}


@lru_cache(maxsize=2)
def _outputs(section: Section) -> Mapping[str, Output]:
    return {output.path: output for output in section.outputs()}


@lru_cache(maxsize=1)
def _theme(settings: Settings, _: bytes) -> Theme:
    """Return the theme, read once for all files that a process makes while it is the same."""
    return Theme(Assets(settings))
