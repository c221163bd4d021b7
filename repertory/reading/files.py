"""The files of content/: which there are, and what stands in them, by digests."""

import os
import re
import stat
import time
from collections.abc import Mapping
from hashlib import blake2b, file_digest
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from repertory.base.digest import SIZE, digest
from repertory.reading.source import RECORD_BYTES, VOCABULARY, plain_bytes

FOLDERS = ("practices", "news", "pages")
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
            digested = _digested if path in records else _whole
            file = digested(root, path, stamp)
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
    names = [name for name in FOLDERS if _is_folder(root / "content" / name)]
    for folder in ["content", *(f"content/{name}" for name in names)]:
        if not _is_folder(root / folder):
            continue
        for entry in sorted(os.scandir(root / folder), key=lambda entry: entry.name):
            path = f"{folder}/{entry.name}"
            if entry.name.startswith(".") or (folder == "content" and entry.name in names):
                continue
            is_record = folder != "content" and entry.name.lower().endswith(".md")
            stamp = stamp_of(entry.stat(follow_symlinks=False))
            (records if is_record else strays)[path] = stamp
    return records, strays


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_old(stamp: Stamp) -> bool:
    """Tell whether a file that is changed from now on will have another stamp."""
    return max(stamp.modified, stamp.changed) < time.time_ns() - SETTLED


def is_same(root: Path, file: File) -> bool:
    """Tell whether a file still is what it was when its digests were made."""
    try:
        status = (root / file.path).lstat()
    except OSError:
        return False
    return _digested(root, file.path, stamp_of(status)) == file


def vocabulary_in(root: Path) -> bytes:
    """Return the digest of taxonomy.yaml; without the file, that of nothing."""
    file = root / VOCABULARY
    return digest(file.read_bytes() if file.is_file() else b"")


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _digested(root: Path, path: str, stamp: Stamp) -> File:
    """Read a file; what cannot be read, or is no plain file, is known by its stamp alone."""
    data = plain_bytes(root / path, RECORD_BYTES)
    if data is None:
        return File(path, digest(repr(stamp)), digest(repr(stamp)))
    fences = [found.end() for found in islice(FENCE.finditer(data), 2)]
    is_plain = data.startswith(b"---") and b"\r" not in data.replace(b"\r\n", b"\n")
    if len(fences) < 2 or not is_plain:  # with other marks, lines would not be those of the text
        return File(path, digest(data), digest(data))
    end = fences[1]
    lines = data.count(b"\n", 0, end)
    return File(path, digest(data[:end]), digest(str(lines), data[end:]))


def _whole(root: Path, path: str, stamp: Stamp) -> File:
    """Read a file of any size; what is none is known by its stamp alone."""
    if not stat.S_ISREG((root / path).lstat().st_mode):
        return File(path, digest(repr(stamp)), b"")
    with (root / path).open("rb") as file:
        return File(path, file_digest(file, lambda: blake2b(digest_size=SIZE)).digest(), b"")
