"""Bytes become site/: small changes in one burst, others beside it and exchanged whole."""

import os
import shutil
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from repertory.writing.burst import burst, complete, obstacle, refuse_locked
from repertory.writing.disk import alone, keep, swap
from repertory.writing.manifest import (
    MANIFEST,
    ForeignFolder,
    delete,
    discard,
    folders,
    listed,
    manifest,
    mark,
    refuse_foreign,
)

# A burst is at most so many files, that old and new are mixed for a fifth of a second at worst
# (half a millisecond a file, on a busy disk); and it is a small part of the site, since what most
# visitors see should change at once.
MOST = 300
SHARE = 10


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the site's files: how many were made anew, left as they were, and deleted.

    `changed` are the paths that were written or deleted, also in completing a run that was cut, and
    `put_off` those that were to be made, and are still as an earlier build left them.
    """

    made: int
    kept: int
    deleted: int
    changed: frozenset[str]
    put_off: frozenset[str] = frozenset()


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
            _write(self.beside, path, content)
        return Placed(path, sha256(content).hexdigest(), is_new)


def write_site(
    site: Path,
    place: Callable[[Placer], Iterable[Placed]],
    settled: Callable[[Written], None] = lambda _: None,
) -> Written:
    """Bring the files that `place` puts in their places to the folder `site`.

    What is new is staged beside the site, which stands until all is. A small change is then
    renamed into it in one burst; or else the rest is carried over by hard links, and the two are
    exchanged. A run that was cut is completed or taken back first. Files that have not changed
    keep their time stamps, and files of others stay. `settled` hears what became of all before
    another run may touch it. Raises ForeignFolder where `site` has files but no manifest of ours,
    or a file of others where a page has to be; Busy where another build is at work; and OSError
    where the disk or its permissions do not allow it.
    """
    site = site.resolve()
    site.parent.mkdir(parents=True, exist_ok=True)
    with alone(site.parent):
        old, mended = _ours(site)
        placer = Placer(site, _beside(site, "new"))
        now: dict[str, str] = {}
        made = set()
        for path, digest, is_new in place(placer):
            now[path] = digest
            if is_new:
                made.add(path)
        gone = old.keys() - now.keys()
        if made or old != now:
            _bring(placer, old, now, made)
        discard(placer.beside)
        written = Written(len(made), len(now) - len(made), len(gone), mended.union(made, gone))
        settled(written)
        return written


def clean_site(site: Path) -> int:
    """Delete the files that the manifest lists and the folders left empty; return their number.

    Raises ForeignFolder where there are files but no manifest of ours, and Busy where a build is
    at work.
    """
    site = site.resolve()
    if not site.parent.exists():
        return 0
    with alone(site.parent):
        ours, _ = _ours(site)
        refuse_locked(site, ours)
        delete(site, ours)
        if _is_empty(site):
            (site / MANIFEST).unlink(missing_ok=True)
            site.rmdir()
        elif ours:  # others' files stay, and the next build may write beside them
            mark(beside := _beside(site, "new"))
            keep(beside / MANIFEST)
            (beside / MANIFEST).rename(site / MANIFEST)
            discard(beside)
    return len(ours)


def _is_empty(site: Path) -> bool:
    return site.exists() and not any(file.name != MANIFEST for file in site.iterdir())


def _ours(site: Path) -> tuple[dict[str, str], frozenset[str]]:
    """Return our files in `site`, once what a cut run left is mended, and which that changed."""
    before, beside = _beside(site, "old"), _beside(site, "new")
    for folder in before, beside:
        refuse_foreign(folder)
    if before.exists() and not site.exists():
        before.rename(site)
    found = manifest(site)
    if found is None and site.exists() and (not site.is_dir() or any(site.iterdir())):
        reason = f"{site.name}/ has files in it that Repertory did not write"
        raise ForeignFolder(f"{reason}: move them elsewhere, and give the command again.")
    old = now = found or {}
    if before.exists():
        old = manifest(before) or {}
        _bring_over(before, site, old, now)
    elif found is not None:
        now = complete(site, beside, old) or old
    discard(beside)
    return now, frozenset(path for path, _ in old.items() ^ now.items())


def _bring(
    placer: Placer, old: Mapping[str, str], now: Mapping[str, str], made: Collection[str]
) -> None:
    """Bring what was made into the site in the way that suits."""
    gone = old.keys() - now.keys()
    count = len(made) + len(gone)
    is_small = old and count <= MOST and count * SHARE <= len(old)
    wanted = {*made, *(now.keys() - old.keys())}
    if is_small and obstacle(placer.site, old, wanted) is None:
        burst(*placer, now, made, gone)
    else:
        _exchange(*placer, old, now, made)


def _exchange(
    site: Path, beside: Path, old: Mapping[str, str], now: Mapping[str, str], made: Collection[str]
) -> None:
    """Complete the folder beside with what has not changed, and put it in the place of the site.

    It is called the old one before the two change names: whenever a run is cut, what is called so
    has nothing that is missed but files of others. Without `swap` there is a moment without a site.
    """
    before = _beside(site, "old")
    _refuse_clash(site, old, now)
    mark(beside)
    for folder in sorted(folders(now)):
        (beside / folder).mkdir(exist_ok=True)
    for path in now.keys() - made:
        _carry(site / path, beside / path)
    (beside / MANIFEST).write_bytes(listed(now))
    os.sync()  # all files are there, whatever becomes of the power
    if site.exists():
        beside.rename(before)
        if not swap(before, site):
            before.rename(beside)
            site.rename(before)
    if beside.exists():
        beside.rename(site)
    _bring_over(before, site, old, now)


def is_cut(site: Path) -> bool:
    """Tell whether a run was cut, and left its work half done beside the site."""
    site = site.resolve()
    return _beside(site, "new").exists() or _beside(site, "old").exists()


def _beside(site: Path, what: str) -> Path:
    return site.with_name(f".{site.name}-{what}")


def _bring_over(before: Path, site: Path, old: Collection[str], now: Iterable[str]) -> None:
    """Move all that is not ours from the old site into the new one, and delete the rest."""
    if not before.exists():
        return
    for path in _foreign(before, old, folders([*old, *now])):
        if os.path.lexists(site / path):
            reason = f"{before.name}/{path} is not ours, and {site.name} has its like"
            raise ForeignFolder(f"{reason}: move either elsewhere, and give the command again.")
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (before / path).rename(site / path)
    discard(before)


def _refuse_clash(site: Path, old: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Refuse to write where a file or folder of others stands, or above it."""
    needed = folders(now)
    for path in _foreign(site, old, folders(old) | needed) if site.exists() else ():
        if path in now or path in needed or not folders([path]).isdisjoint(now):
            reason = f"{site.name}/{path} is not ours, and a page needs its place"
            raise ForeignFolder(f"{reason}: move it elsewhere, and build again.")


def _is_same(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False


def _write(beside: Path, path: str, content: bytes) -> None:
    file = beside / path
    try:
        file.write_bytes(content)
    except FileNotFoundError:  # the first file of its folder, or of all
        mark(beside)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _carry(old: Path, new: Path) -> None:
    """Bring an unchanged file into the new site: as a hard link, or as a copy where that fails."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _foreign(
    site: Path, ours: Container[str], shared: Container[str], below: str = ""
) -> Iterator[str]:
    """Yield what is not ours: files, links, and folders as a whole that are not `shared`."""
    with os.scandir(site / below) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = f"{below}/{entry.name}" if below else entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder and path in shared:
            yield from _foreign(site, ours, shared, path)
        elif path != MANIFEST and (is_folder or path not in ours):
            yield path
