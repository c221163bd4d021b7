"""Bytes become site/: written beside, exchanged whole, and only where something changed."""

import fcntl
import os
import shutil
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import NamedTuple

MANIFEST = ".repertory-manifest"
HEADER = "# The files that Repertory wrote here; it never deletes others.\n"


class ForeignFolder(Exception):
    """The output folder holds files that this program did not write."""


class Busy(Exception):
    """Another run is writing to the same place."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the site's files: how many were made anew, left as they were, and deleted."""

    made: int
    kept: int
    deleted: int


class Placed(NamedTuple):
    """A file that has its place beside the site: its digest, and whether it differs from the old.

    One that does not differ was not written.
    """

    path: str
    digest: str
    is_new: bool


class Placer(NamedTuple):
    """Puts the files of a new site beside the old one; any process may do so."""

    site: Path
    beside: Path

    def __call__(self, path: str, content: bytes) -> Placed:
        """Put a file where it belongs, unless the old site has the same."""
        is_new = not _is_same(self.site / path, content)
        if is_new:
            _write(self.beside / path, content)
        return Placed(path, sha256(content).hexdigest(), is_new)


def write_site(site: Path, place: Callable[[Placer], Iterable[Placed]]) -> Written:
    """Bring the files that `place` puts in their places to the folder `site`.

    The whole new site is put together beside the old one, which stands until the two are
    exchanged; files that are the same are carried over by hard links, time stamps and all. Files
    that are not ours are moved over as they are. Raises ForeignFolder where `site` has files but
    no manifest of ours, or a file of others where a page has to be; Busy where another build is
    at work; and OSError where the disk or its permissions do not allow it.
    """
    site = site.resolve()
    beside, before = _beside(site, "new"), _beside(site, "old")
    site.parent.mkdir(parents=True, exist_ok=True)
    with _alone(site.parent):
        old = _ours(site, before)
        _discard(beside)
        _write(beside / MANIFEST, HEADER.encode())  # whose folder it is, should we be killed
        made, now = 0, {}
        for file in place(Placer(site, beside)):
            now[file.path] = file.digest
            made += file.is_new
        gone = set(old) - set(now)
        if not made and not gone and old == now:
            _discard(beside)
            return Written(0, len(now), 0)
        _refuse_clash(site, old, now)
        for path in now:
            if not (beside / path).exists():
                _carry(site / path, beside / path)
        lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(now.items()))
        _write(beside / MANIFEST, (HEADER + lines).encode())
        if site.exists():
            site.rename(before)
        beside.rename(site)
        _bring_over(before, site, old)
        return Written(made, len(now) - made, len(gone))


def clean_site(site: Path) -> int:
    """Delete the files that the manifest lists and the folders left empty; return their number.

    Raises ForeignFolder where there are files but no manifest of ours, and Busy where a build is
    at work.
    """
    site = site.resolve()
    if not site.parent.exists():
        return 0
    with _alone(site.parent):
        ours = _ours(site, _beside(site, "old"))
        _discard(_beside(site, "new"))
        for path in [*ours, MANIFEST]:
            (site / path).unlink(missing_ok=True)
        for folder, _, _ in os.walk(site, topdown=False):
            if not any(Path(folder).iterdir()):
                Path(folder).rmdir()
    return len(ours)


def manifest(site: Path) -> dict[str, str] | None:
    """Return the files that we wrote into a folder with their SHA-256 digests, or None.

    Raises ForeignFolder where the manifest is not as we write it.
    """
    try:
        text = (site / MANIFEST).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as fault:
        raise ForeignFolder(f"{site.name}/{MANIFEST} cannot be read.") from fault
    found = {}
    for line in text.removeprefix(HEADER).splitlines():
        digest, _, path = line.partition("  ")
        if not path or path.startswith("/") or ".." in path.split("/"):
            raise ForeignFolder(f"{site.name}/{MANIFEST} has a line that is not ours: {line!r}.")
        found[path] = digest
    return found


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder that a site stands in, so that no two builds write at once."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as fault:
        raise Busy("Another build is at work here: wait for it to end.") from fault
    finally:
        os.close(handle)


def _ours(site: Path, before: Path) -> dict[str, str]:
    """Return our files in `site`, once what a killed run left is mended."""
    if before.exists() and not site.exists():
        before.rename(site)
    found = manifest(site)
    if found is None and site.exists() and (not site.is_dir() or any(site.iterdir())):
        raise ForeignFolder(f"{site.name}/ has files in it that Repertory did not write.")
    if before.exists():
        _bring_over(before, site, manifest(before) or {})
    return found or {}


def _beside(site: Path, what: str) -> Path:
    return site.with_name(f".{site.name}-{what}")


def _discard(folder: Path) -> None:
    """Delete a folder of our own making."""
    if not folder.exists():
        return
    if not (folder / MANIFEST).is_file() and any(folder.iterdir()):
        raise ForeignFolder(f"{folder.name} is in the way, and Repertory did not make it.")
    shutil.rmtree(folder)


def _bring_over(before: Path, site: Path, ours: Container[str]) -> None:
    """Move all that is not ours from the old site into the new one, and delete the rest."""
    if not before.exists():
        return
    for path in _foreign(before, ours):
        if os.path.lexists(site / path):
            raise ForeignFolder(f"{before.name}/{path} is not ours, and {site.name} has its like.")
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (before / path).rename(site / path)
    _discard(before)


def _refuse_clash(site: Path, old: Container[str], now: Collection[str]) -> None:
    """Refuse to write where a file or folder of others stands."""
    needed = {parent.as_posix() for path in now for parent in PurePosixPath(path).parents}
    for path in _foreign(site, old):
        is_file = not (site / path).is_dir() or (site / path).is_symlink()
        if path in now or (is_file and path in needed):
            raise ForeignFolder(f"{site.name}/{path} is not ours, and a page needs its place.")


def _is_same(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _carry(old: Path, new: Path) -> None:
    """Bring an unchanged file into the new site: as a hard link, or as a copy where that fails."""
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _foreign(site: Path, ours: Container[str], below: str = "") -> Iterator[str]:
    """Yield what is not ours: files, links, and folders that hold nothing of ours, as a whole."""
    folder = site / below
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        path = entry.relative_to(site).as_posix()
        if path in ours or path == MANIFEST:
            continue
        is_folder = entry.is_dir() and not entry.is_symlink()
        inside = (file.relative_to(site).as_posix() for file in entry.rglob("*"))
        if is_folder and any(file in ours for file in inside):
            yield from _foreign(site, ours, path)
        else:
            yield path
