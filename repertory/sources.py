"""What a site is made from, before any of it is read: whether there is anything to do at all."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.problem import Problem
from repertory.reading.files import Contents, Known, read_contents, read_vocabulary
from repertory.writing.assets import Assets
from repertory.writing.standing import Standing
from repertory.writing.workshop import Workshop


class Sources(NamedTuple):
    """What a site is made from: its content, the day, digests of them, and its theme.

    `met` are the problems met already, before anything of that is read: in the settings.
    `vocabulary` is the digest of taxonomy.yaml, `fronts` that of everything but the bodies of the
    records, and `key` that of everything but the theme.
    """

    contents: Contents
    today: date
    met: tuple[Problem, ...]
    vocabulary: bytes
    fronts: bytes
    key: bytes
    assets: Assets


class Last(NamedTuple):
    """What a build said: its problems, how many records, and the number of files."""

    problems: tuple[Problem, ...]
    story: str
    files: int


def look(workshop: Workshop, today: date, met: tuple[Problem, ...] = ()) -> Sources:
    """Look at the files that a site is made from."""
    root = workshop.settings.root
    with workshop.profile.step("files"):
        before: Known = workshop.cache.noted("files", {})
        contents, known = read_contents(root, before)
        if known is not before:
            workshop.cache.note("files", known)
        _, vocabulary = read_vocabulary(root)
        paths = "\n".join(file.path for file in contents.records)
        bodies = b"".join(file.body for file in contents.records)
        read = repr((workshop.settings, today)), vocabulary, paths
        fronts = digest(*read, b"".join(file.front for file in contents.records))
        key = digest(fronts, bodies, repr(contents.strays), repr(met))
        return Sources(contents, today, met, vocabulary, fronts, key, Assets(workshop.settings))


def last_build(workshop: Workshop, sources: Sources, site: Path) -> Last | None:
    """Return what the last build said, if it was made from the same, and all of it stands."""
    last = Standing(site, workshop.cache).last(digest(sources.key, sources.assets.digest))
    return last if isinstance(last, Last) else None
