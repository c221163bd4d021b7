"""What stands of the last build: which files were made from what."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, TypeAlias

from repertory.writing.cache import Cache
from repertory.writing.manifest import MANIFEST
from repertory.writing.output import Placed, is_cut

Stamp: TypeAlias = tuple[int, int, int]  # size, nanoseconds of the last change, inode
NEVER: Stamp = (0, 0, 0)  # which no file has


class File(NamedTuple):
    """A file of the site: the digests of what it was made from and shows, and its place.

    What it shows is b"" where that need not be told from what it was made from.
    """

    key: bytes
    placed: Placed
    shown: bytes = b""


class Part(NamedTuple):
    """Files of the site that belong together, planned from what `key` is the digest of.

    The key is b"" where only the files' own keys count.
    """

    key: bytes
    files: dict[str, File]


class Standing:
    """The parts of a site by name, as the last build left them.

    A file stands while its key is the same and nobody has touched it since: then the same bytes
    would be made, and none are. The stamps are kept apart, since they alone tell whether there is
    anything to do at all.
    """

    def __init__(self, site: Path, cache: Cache) -> None:
        self._site, self._cache = site, cache
        self._names: tuple[str, ...] = cache.noted(f"parts of {site}", ())
        lost: dict[str, Stamp] | None = None
        stamps = {name: cache.noted(self._noted("stamps", name), lost) for name in self._names}
        self._stamps = {name: found for name, found in stamps.items() if found is not None}
        self._before: dict[str, Part] = {}  # of those that were begun
        self._now: dict[str, Part] = {}
        self._made: set[str] = set()
        self.put_off: set[str] = set()

    def part(self, name: str, key: bytes) -> Iterable[Placed] | None:
        """Return the files of a part if it stands, and all of them, or else begin it anew.

        A part without a key is always begun anew.
        """
        part = nothing = Part(b"", {})
        if name in self._stamps:
            part = self._cache.noted(self._noted("files", name), nothing)
            if part.files.keys() != self._stamps[name].keys():  # another build has written since
                part = nothing
        self._before[name] = part
        if key and part.key == key and self._all_stand(name):
            self._now[name] = part
            return [file.placed for file in part.files.values()]
        self._now[name] = Part(key, {})
        return None

    def file(
        self, name: str, path: str, key: bytes, shows: Callable[[], bytes] = bytes
    ) -> Placed | None:
        """Return a file of a part that was begun, if it stands: made from the same, or showing it.

        What it would show is asked for only where it is made from something else.
        """
        found = self._untouched(name, path)
        if found is None:
            return None
        if found.key != key:
            if not found.shown or found.shown != shows():
                return None
            found = found._replace(key=key)
        self._now[name].files[path] = found
        return found.placed

    def former(self, name: str, path: str) -> Placed | None:
        """Return a file as the last build left it, if nobody has touched it, and put it off."""
        found = self._untouched(name, path)
        if found is None:
            return None
        self._now[name].files[path] = found
        self.put_off.add(path)
        return found.placed

    def keep(self, name: str, key: bytes, placed: Placed, shown: bytes = b"") -> None:
        """Keep what a file of a part that was begun is made from and shows, for the next build."""
        self._now[name].files[placed.path] = File(key, placed._replace(is_new=False), shown)
        self._made.add(placed.path)

    def last(self, key: bytes) -> object:
        """Return what was said of the last build, if its key was this one and all of it stands."""
        if is_cut(self._site):
            return None
        nothing: tuple[bytes, Stamp, object] = b"", NEVER, None
        known, stamp, said = self._cache.noted(f"build of {self._site}", nothing)
        if known != key or stamp != self._stamp(MANIFEST):
            return None
        is_whole = self._stamps.keys() == {*self._names}
        return said if is_whole and all(map(self._all_stand, self._names)) else None

    def write(self, key: bytes, said: object) -> None:
        """Write down what stands now, once all files are in their places, and what was said.

        Where a file was put off, there is no last build to rely on.
        """
        known = b"" if self.put_off else key
        self._cache.note(f"build of {self._site}", (known, self._stamp(MANIFEST), said))
        if tuple(self._now) != self._names:
            self._cache.note(f"parts of {self._site}", tuple(self._now))
        for name in self._stamps.keys() - self._now.keys():
            self._note(name, None, None)
        for name, part in self._now.items():
            before = self._stamps.get(name, {})
            stamps = {
                path: (self._stamp(path) or NEVER) if path in self._made else before[path]
                for path in part.files
            }
            if before != stamps or self._before[name] != part:
                self._note(name, part, stamps)

    def _untouched(self, name: str, path: str) -> File | None:
        found = self._before[name].files.get(path)
        return found if found and self._stamps[name].get(path) == self._stamp(path) else None

    def _note(self, name: str, part: Part | None, stamps: dict[str, Stamp] | None) -> None:
        self._cache.note(self._noted("files", name), part)
        self._cache.note(self._noted("stamps", name), stamps)

    def _noted(self, what: str, name: str) -> str:
        return f"{what} of {self._site}: {name}"

    def _all_stand(self, name: str) -> bool:
        return all(stamp == self._stamp(path) for path, stamp in self._stamps[name].items())

    def _stamp(self, path: str) -> Stamp | None:
        try:
            found = os.lstat(f"{self._site}/{path}")
        except OSError:
            return None
        return found.st_size, found.st_mtime_ns, found.st_ino
