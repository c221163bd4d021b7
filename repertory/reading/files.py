"""The files of content/: which there are, and what stands in them, by digests."""

import os
import re
import time
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.text import crowd
from repertory.reading.source import (
    PICTURE_BYTES,
    RECORD_BYTES,
    TAXONOMY_BYTES,
    VOCABULARY,
    is_plain,
    plain_bytes,
)

FOLDERS = ("practices", "news", "pages")
PRACTICES = "content/practices"
FENCE = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)
FEW = 50  # files that are read again sooner than it is written down what all of them are
SETTLED = 2 * 10**9  # nanoseconds after which a further change of a file has another time


class Stamp(NamedTuple):
    """What the file system knows of a file, its times in nanoseconds."""

    size: int
    modified: int
    changed: int
    inode: int


class File(NamedTuple):
    """A record's file: its path below the root, and digests of its front matter and of its body.

    Where the two cannot be told apart both are those of the whole file.
    """

    path: str
    front: bytes
    body: bytes


class Contents(NamedTuple):
    """The files of content/, in order: those that are records, and the digests of all others."""

    records: tuple[File, ...]
    strays: Mapping[str, bytes]


Known = Mapping[str, tuple[Stamp, File]]


def read_contents(root: Path, known: Known) -> tuple[Contents, Known]:
    """Return the files below `root`, and what of them need not be read again next time.

    A file is read unless its stamp is the known one. A stamp is trusted as Git trusts it: not
    where the file was changed so shortly before that a further change might show the same times.
    """
    records, strays = content_files(root)
    files: list[File] = []
    fresh: dict[str, tuple[Stamp, File]] = {}
    for path, stamp in (records | strays).items():
        before, file = known.get(path, (None, None))
        if file is None or before != stamp:
            file = read_once(root, path)[1] if path in records else _whole(root, path, stamp)
            fresh[path] = stamp, file
        files.append(file)
    if len(fresh) > FEW:
        old = {path: known[path] for path in records.keys() | strays.keys() if path not in fresh}
        known = old | {path: found for path, found in fresh.items() if is_old(found[0])}
    others = {file.path: file.front for file in files[len(records) :]}
    return Contents(tuple(files[: len(records)]), others), known


def content_files(root: Path) -> tuple[dict[str, Stamp], dict[str, Stamp]]:
    """List the files of the content folders: those that are records, and all others.

    Paths are relative to `root`, in order; hidden files are the system's and left out.
    """
    records: dict[str, Stamp] = {}
    strays: dict[str, Stamp] = {}
    if not is_folder(root / "content"):
        return records, strays
    names = [name for name in FOLDERS if is_folder(root / "content" / name)]
    for folder in ["content", *(f"content/{name}" for name in names)]:
        for entry in sorted(os.scandir(root / folder), key=lambda entry: entry.name):
            path = f"{folder}/{entry.name}"
            if entry.name.startswith(".") or (folder == "content" and entry.name in names):
                continue
            is_record = folder != "content" and entry.name.lower().endswith(".md")
            stamp = stamp_of(entry.stat(follow_symlinks=False))
            (records if is_record else strays)[path] = stamp
    return records, strays


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder, and no link to one."""
    return path.is_dir() and not path.is_symlink()


def has_folder(root: Path, folder: str) -> bool:
    """Tell whether there is a folder of content/, with no link on the way to it from `root`."""
    return is_folder(root / "content") and is_folder(root / folder)


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_old(stamp: Stamp) -> bool:
    """Tell whether a file that is changed from now on will have another stamp."""
    return max(stamp.modified, stamp.changed) < time.time_ns() - SETTLED


def read_once(root: Path, path: str, before: File | None = None) -> tuple[bytes | None, File]:
    """Return what a record's file has, None where it cannot be read, and the digests of just that.

    A file is one part where signs in its body are faults that reading its front matter tells. It is
    divided as it was `before`, if that is told: whether it is the same needs no more.
    """
    data = plain_bytes(root / path, RECORD_BYTES)
    fences = [found.end() for found in islice(FENCE.finditer(data or b""), 2)]
    is_split = before.front != before.body if before else data is not None and _is_split(data)
    if data is None or len(fences) < 2 or not is_split:
        whole = _known(root / path, data)
        return data, File(path, whole, whole)
    end = fences[1]
    lines = data.count(b"\n", 0, end)
    return data, File(path, digest(data[:end]), digest(str(lines), data[end:]))


def read_vocabulary(root: Path) -> tuple[bytes | None, bytes]:
    """Return what taxonomy.yaml has, and the digest of just that."""
    data = plain_bytes(root / VOCABULARY, TAXONOMY_BYTES)
    return data, _known(root / VOCABULARY, data)


def _known(file: Path, data: bytes | None) -> bytes:
    """Return the digest of what was read of a file; without that, the one of its stamp."""
    if data is not None:
        return digest(data)
    try:
        return digest(repr(stamp_of(file.lstat())))
    except OSError:
        return b""


def _is_split(data: bytes) -> bool:
    """Tell whether a file is text whose lines are those of its bytes, and surely all is seen."""
    data = data.replace(b"\r\n", b"\n") if b"\r" in data else data
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return text.startswith("---") and is_plain(text) and crowd(text) is None


def _whole(root: Path, path: str, stamp: Stamp) -> File:
    """Read a file that may be a picture; what can be none is known by its stamp alone."""
    data = plain_bytes(root / path, PICTURE_BYTES)
    return File(path, digest(repr(stamp)) if data is None else digest(data), b"")
