"""The files of the site's sections are made, in any process: those that do not stand already."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, TypeAlias

from repertory.base.digest import SIZE, digest
from repertory.base.settings import Settings
from repertory.base.step import Made, Shelf
from repertory.publishing.output import Output, Section, Shown
from repertory.writing.cache import NotKept
from repertory.writing.output import Placed, Placer
from repertory.writing.standing import Standing
from repertory.writing.theme import Theme

Plan: TypeAlias = Callable[[Settings, Shelf], Sequence[Section]]


class Missing(NamedTuple):
    """A file of a section that does not stand, and the digest of what it is made from."""

    section: str
    output: Output
    key: bytes


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes files of the site, and puts them in their places.

    `plan` returns the sections of the site in any process, which `key` tells from others; `theme`
    is the digest of the theme.
    """

    settings: Settings
    plan: Plan
    key: bytes
    theme: bytes
    placer: Placer

    def __call__(self, named: tuple[str, str], shelf: Shelf) -> Made[Placed]:
        """Make the file that is named by its section and its path, and return its place."""
        section, path = named
        planned = _planned(self.plan, self.settings, self.key, shelf)
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
            yield from (placed for _, placed in files.values())
            continue
        for output in section.outputs():
            made_from = digest(theme, output.reads() if output.reads else section.key)
            placed = standing.file(section.name, output.path, made_from)
            yield placed or Missing(section.name, output, made_from)


@lru_cache(maxsize=1)
def _planned(plan: Plan, settings: Settings, _: bytes, shelf: Shelf) -> Mapping[str, Section]:
    return {section.name: section for section in plan(settings, shelf)}


@lru_cache(maxsize=2)
def _outputs(section: Section) -> Mapping[str, Output]:
    return {output.path: output for output in section.outputs()}


@lru_cache(maxsize=1)
def _theme(settings: Settings, _: bytes) -> Theme:
    """Return the theme, read once for all files that a process makes while it is the same."""
    return Theme(settings)
