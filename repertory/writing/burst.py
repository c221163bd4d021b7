"""A small change of a standing site: files renamed in one burst, which a journal completes."""

import errno
import os
import stat
from collections.abc import Collection, Container, Mapping
from pathlib import Path

from repertory.writing.disk import keep
from repertory.writing.manifest import (
    MANIFEST,
    ForeignFolder,
    delete,
    discard,
    folders,
    listed,
    manifest,
    mark,
)

JOURNAL = ".repertory-journal"  # the site's next manifest; it is there once all files are staged


def obstacle(site: Path, ours: Container[str], made: Collection[str]) -> str | None:
    """Return a path of the site at which files could not be renamed into place, or None.

    There is a file of others, a folder where a file must go or the reverse, a link instead of a
    folder, or another file system.
    """
    device = site.parent.stat().st_dev
    for path in sorted(folders(made)):
        found = _status(site / path)
        if found and not (stat.S_ISDIR(found.st_mode) and found.st_dev == device):
            return path
    for path in sorted(made):
        found = _status(site / path)
        if found and (stat.S_ISDIR(found.st_mode) or path not in ours):
            return path
    return None


def burst(
    site: Path, beside: Path, now: Mapping[str, str], made: Collection[str], gone: Collection[str]
) -> None:
    """Bring the files that were made from the folder beside into the site; delete what is gone.

    `now` are all files of the site with their digests. Raises PermissionError before anything is
    changed where a folder may not be, and OSError where the disk fails; `complete` goes on then.
    """
    refuse_locked(site, [*made, *gone])
    mark(beside)
    whole = beside / f"{JOURNAL}.part"
    whole.write_bytes(listed(now))
    for path in sorted([*made, whole.name]):
        keep(beside / path)
    whole.rename(beside / JOURNAL)
    keep(beside)
    _run(site, beside, made, gone)


def complete(site: Path, beside: Path, ours: Mapping[str, str]) -> dict[str, str] | None:
    """Complete a burst that was cut; return all files of the site then, or None if none was.

    Raises ForeignFolder where the journal is damaged, or something has come in the way since.
    """
    now = manifest(beside, JOURNAL)
    if now is None:
        return None
    walk = os.walk(beside)
    files = (Path(folder, name) for folder, _, names in walk for name in names)
    made = {file.relative_to(beside).as_posix() for file in files} & now.keys()
    gone = ours.keys() - now.keys()
    path = obstacle(site, ours, made)
    if path is not None:
        raise ForeignFolder(
            f"A build was cut, and {site.name}/{path} is in the way of completing it: "
            "move it elsewhere, and retry."
        )
    _run(site, beside, made, gone)
    return now


def _run(site: Path, beside: Path, made: Collection[str], gone: Collection[str]) -> None:
    """Do what the journal says; whatever of it has been done before does no harm."""
    delete(site, gone)
    for path in sorted(folders(made)):
        (site / path).mkdir(exist_ok=True)
    for path in sorted(made):
        (beside / path).rename(site / path)
    (beside / JOURNAL).rename(site / MANIFEST)
    discard(beside)


def refuse_locked(site: Path, paths: Collection[str]) -> None:
    """Raise PermissionError where a folder of these files may not be changed."""
    for path in sorted(folders(paths)):
        if (site / path).is_dir() and not os.access(site / path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(site / path))


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
