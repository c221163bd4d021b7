"""What stands of the last build: which files were made from what."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, TypeAlias

from repertory.writing.cache import Cache
from repertory.writing.output import Placed

Stamp: TypeAlias = tuple[int, int, int]  # size, nanoseconds of the last change, inode


class Part(NamedTuple):
    """Files of the site that were made together, from what `key` is the digest of."""

    key: bytes
    files: tuple[Placed, ...]


class Standing:
    """The parts of a site by name, and the stamps of its files when the last build left them.

    A part stands while its key is the same and nobody has touched its files since: then the same
    bytes would be made, and none are.
    """

    def __init__(self, site: Path, cache: Cache) -> None:
        self._site, self._cache = site, cache
        self._parts: dict[str, Part] = cache.noted(f"parts {site}", {})
        self._stamps: dict[str, Stamp] = cache.noted(f"stamps {site}", {})
        self._now: dict[str, Part] = {}

    def find(self, name: str, key: bytes) -> tuple[Placed, ...] | None:
        """Return the files of a part if it stands, as files that are not new, or None."""
        part = self._parts.get(name)
        if part is None or part.key != key or not all(map(self._stands, part.files)):
            return None
        self._now[name] = part
        return part.files

    def keep(self, name: str, key: bytes, files: Iterable[Placed]) -> None:
        """Keep what a part was made from, and its files, for the next build."""
        self._now[name] = Part(key, tuple(file._replace(is_new=False) for file in files))

    def last(self, key: bytes) -> object:
        """Return what was said of the last build, if its key was this one and all of it stands."""
        known, said = self._cache.noted(f"build {self._site}", (b"", None))
        files = [file for part in self._parts.values() for file in part.files]
        return said if known == key and all(map(self._stands, files)) else None

    def write(self, key: bytes, said: object) -> None:
        """Write down what stands now, once all files are in their places, and what was said."""
        self._cache.note(f"build {self._site}", (key, said))
        files = (file.path for part in self._now.values() for file in part.files)
        stamps = ((path, _stamp(self._site / path)) for path in files)
        self._cache.note(f"parts {self._site}", self._now)
        self._cache.note(f"stamps {self._site}", {path: stamp for path, stamp in stamps if stamp})
        self._cache.write()

    def _stands(self, file: Placed) -> bool:
        stamp = self._stamps.get(file.path)
        return stamp is not None and stamp == _stamp(self._site / file.path)


def _stamp(path: Path) -> Stamp | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
