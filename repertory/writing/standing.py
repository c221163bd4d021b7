"""What stands of the last build: which files were made from what."""

import os
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeAlias

from repertory.writing.cache import Cache
from repertory.writing.output import Placed, is_cut

Stamp: TypeAlias = tuple[int, int, int]  # size, nanoseconds of the last change, inode
Files: TypeAlias = dict[str, tuple[bytes, Placed]]  # by path: what each was made from


class Part(NamedTuple):
    """Files of the site that were made together, from what `key` is the digest of."""

    key: bytes
    files: Files


class Standing:
    """The parts of a site by name, and the stamps of its files when the last build left them.

    A file stands while its key is the same and nobody has touched it since: then the same bytes
    would be made, and none are.
    """

    def __init__(self, site: Path, cache: Cache) -> None:
        self._site, self._cache = site, cache
        self._parts: dict[str, Part] = cache.noted(f"parts {site}", {})
        self._stamps: dict[str, Stamp] = cache.noted(f"stamps {site}", {})
        self._now: dict[str, Part] = {}
        self._seen: dict[str, bool] = {}

    def part(self, name: str, key: bytes) -> Files | None:
        """Return the files of a part if it stands, and all of them, or else begin it anew."""
        part = self._parts.get(name)
        if part and part.key == key and all(map(self._stands, part.files)):
            self._now[name] = part
            return part.files
        self._now[name] = Part(key, {})
        return None

    def file(self, name: str, path: str, key: bytes) -> Placed | None:
        """Return a file of a part that was begun, if it stands."""
        part = self._parts.get(name)
        found = part.files.get(path) if part else None
        if found is None or found[0] != key or not self._stands(path):
            return None
        self._now[name].files[path] = found
        return found[1]

    def keep(self, name: str, key: bytes, placed: Placed) -> None:
        """Keep what a file of a part that was begun is made from, for the next build."""
        self._now[name].files[placed.path] = key, placed._replace(is_new=False)
        self._seen[placed.path] = False

    def last(self, key: bytes) -> object:
        """Return what was said of the last build, if its key was this one and all of it stands."""
        if is_cut(self._site):
            return None
        known, said = self._cache.noted(f"build {self._site}", (b"", None))
        files = chain.from_iterable(part.files for part in self._parts.values())
        return said if known == key and all(map(self._stands, files)) else None

    def write(self, key: bytes, said: object) -> None:
        """Write down what stands now, once all files are in their places, and what was said."""
        stamps = {
            path: self._stamps[path] if self._seen.get(path) else _stamp(f"{self._site}/{path}")
            for part in self._now.values()
            for path in part.files
        }
        self._cache.note(f"build {self._site}", (key, said))
        self._cache.note(f"parts {self._site}", self._now)
        self._cache.note(f"stamps {self._site}", stamps)

    def _stands(self, path: str) -> bool:
        known = self._seen.get(path)
        if known is None:
            stamp = self._stamps.get(path)
            known = stamp is not None and stamp == _stamp(f"{self._site}/{path}")
            self._seen[path] = known
        return known


def _stamp(path: str) -> Stamp | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
