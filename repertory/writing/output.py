"""Bytes become site/: written beside, exchanged whole, and only where something changed."""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

MANIFEST = ".repertory-manifest"
HEADER = "# The files that Repertory wrote here; it never deletes others.\n"


class ForeignFolder(Exception):
    """The output folder holds files that this program did not write."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the site's files: how many were made anew, left as they were, and deleted."""

    made: int
    kept: int
    deleted: int


def write_site(site: Path, files: Iterable[tuple[str, bytes]]) -> Written:
    """Bring `files` (path below the site, bytes) to the folder `site`.

    The whole new site is put together beside the old one, which stands until the two are
    exchanged; files that are the same are carried over by hard links, time stamps and all. Files
    that are not ours stay. Raises ForeignFolder where `site` has files but no manifest of ours,
    and OSError where the disk or its permissions do not allow it.
    """
    beside, before = _beside(site, "new"), _beside(site, "old")
    _recover(site, before)
    old = manifest(site)
    if old is None and site.exists() and (not site.is_dir() or any(site.iterdir())):
        raise ForeignFolder(f"{site.name}/ has files in it that Repertory did not write.")
    shutil.rmtree(beside, ignore_errors=True)
    made, now = 0, {}
    for path, content in files:
        now[path] = sha256(content).hexdigest()
        if not _is_same(site / path, content):
            made += 1
            _write(beside / path, content)
    gone = set(old or ()) - set(now)
    if not made and not gone and old == now:
        return Written(0, len(now), 0)
    foreign = set(_foreign(site, old or {}))
    clash = sorted(foreign & set(now))
    if clash:
        shutil.rmtree(beside, ignore_errors=True)
        raise ForeignFolder(f"{site.name}/{clash[0]} is not ours, and a page needs its name.")
    for path in [path for path in now if not (beside / path).exists()] + sorted(foreign):
        _carry(site / path, beside / path)
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(now.items()))
    _write(beside / MANIFEST, (HEADER + lines).encode())
    if site.exists():
        site.rename(before)
    beside.rename(site)
    shutil.rmtree(before, ignore_errors=True)
    return Written(made, len(now) - made, len(gone))


def clean_site(site: Path) -> int:
    """Delete the files that the manifest lists and the folders left empty; return their number.

    Raises ForeignFolder where there are files but no manifest of ours.
    """
    _recover(site, _beside(site, "old"))
    shutil.rmtree(_beside(site, "new"), ignore_errors=True)
    ours = manifest(site)
    if ours is None:
        if site.exists() and any(site.iterdir()):
            raise ForeignFolder(f"{site.name}/ has files in it that Repertory did not write.")
        return 0
    for path in [*ours, MANIFEST]:
        (site / path).unlink(missing_ok=True)
    for folder, _, _ in os.walk(site, topdown=False):
        if not any(Path(folder).iterdir()):
            Path(folder).rmdir()
    return len(ours)


def manifest(site: Path) -> dict[str, str] | None:
    """Return the files that we wrote into a folder with their SHA-256 digests, or None."""
    try:
        text = (site / MANIFEST).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    pairs = [line.partition("  ") for line in text.splitlines() if not line.startswith("#")]
    return {path: digest for digest, _, path in pairs if path}


def _beside(site: Path, what: str) -> Path:
    return site.with_name(f".{site.name}-{what}")


def _recover(site: Path, before: Path) -> None:
    """Mend what a run left that was killed between the two renames, or before the last deletion."""
    if before.exists() and not site.exists():
        before.rename(site)
    shutil.rmtree(before, ignore_errors=True)


def _is_same(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except (FileNotFoundError, NotADirectoryError):
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


def _foreign(site: Path, ours: dict[str, str]) -> Iterator[str]:
    """Yield the files of the folder that are not ours, links among them."""
    for folder, names, files in os.walk(site):
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        for name in [*files, *links]:
            path = (Path(folder) / name).relative_to(site).as_posix()
            if path not in ours and path != MANIFEST:
                yield path
