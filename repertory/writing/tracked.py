"""What Git keeps of the folders that a site is made from."""

import os
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from subprocess import PIPE, Popen, run
from typing import IO, NamedTuple

from repertory.base.settings import PROGRAM
from repertory.base.text import in_line

LINK, RUN = "120000", "100755"  # modes that Git gives
READ = ("build.py", "content", "repertory", "taxonomy.yaml", "templates")  # by a build


class NotArchived(Exception):
    """An archive could not tell the truth, or not to everybody; the message says what to do."""


class Source(NamedTuple):
    """A folder as Git keeps it: what it is called in an archive, its last commit, and its day."""

    name: str
    folder: Path
    commit: str
    day: date


class File(NamedTuple):
    """A file of a commit."""

    path: str
    content: IO[bytes]
    size: int
    is_run: bool


def sources(root: Path) -> tuple[Source, ...]:
    """Return what a site is made from: its own folder and, where that is another, the program's.

    Raises NotArchived where anything that a build reads is not committed as it is.
    """
    if root.samefile(PROGRAM):
        return (_source("source", root),)
    return _source("source", root), _source("program", PROGRAM)


def files(source: Source) -> Iterator[File]:
    """Yield the files of the commit, by path, as Git keeps them, whatever attributes they have.

    Raises NotArchived for what is no file.
    """
    listed = _git(source.folder, "ls-tree", "-r", "-z", source.commit).split("\0")[:-1]
    command = ["git", "-C", str(source.folder), "cat-file", "--batch"]
    with Popen(command, stdin=PIPE, stdout=PIPE) as git:
        assert git.stdin
        assert git.stdout
        for line in listed:
            about, path = line.split("\t", 1)
            mode, kind, name = about.split()
            if mode == LINK or kind != "blob":
                what = "a link" if mode == LINK else "another repository"
                hint = "put in its place what it leads to."
                raise NotArchived(f"{in_line(path)} is {what}: {hint}")
            git.stdin.write(f"{name}\n".encode())
            git.stdin.flush()
            head = git.stdout.readline().split()
            if len(head) != len(("name", "kind", "size")):
                raise NotArchived(f"Git has lost {in_line(path)}: see what `git fsck` says.")
            content = git.stdout.read(int(head[2]))
            git.stdout.read(1)  # the end of the line
            if path.split("/")[0] in READ and not _is_alike(source.folder / path, content):
                hint = "keep the file itself, without a filter such as Git LFS."
                raise NotArchived(f"Git keeps something else as {in_line(path)}: {hint}")
            yield File(path, BytesIO(content), len(content), mode == RUN)


def _is_alike(file: Path, content: bytes) -> bool:
    """Tell whether a file has this content, but for the ends of lines."""
    return file.read_bytes().replace(b"\r\n", b"\n") == content.replace(b"\r\n", b"\n")


def _source(name: str, folder: Path) -> Source:
    changed = _git(folder, "diff", "--relative", "--name-only", "-z", "HEAD")
    unknown = _git(folder, "ls-files", "--others", "-z", "--", *READ)
    for path in [*changed.split("\0")[:-1], *filter(_is_read, unknown.split("\0")[:-1])]:
        hint = "commit it (`git add`, `git commit`) or take it away, and retry."
        raise NotArchived(f"Git does not keep {in_line(path)} as it is here: {hint}")
    commit, day = _git(folder, "log", "-1", "--no-show-signature", "--format=%H %cs").split()
    return Source(name, folder, commit, date.fromisoformat(day))


def _is_read(path: str) -> bool:
    """Tell whether a build may read a file: none that is hidden, or compiled by Python."""
    return not path.endswith(".pyc") and not any(part.startswith(".") for part in path.split("/"))


def _git(folder: Path, *arguments: str) -> str:
    """Return what Git says of a folder."""
    try:
        done = run(["git", "-C", folder, *arguments], capture_output=True, check=False)
    except FileNotFoundError as fault:
        raise NotArchived("An archive holds what Git keeps: please install Git.") from fault
    if done.returncode:
        said = in_line(os.fsdecode(done.stderr).strip())
        raise NotArchived(f"An archive holds what Git keeps, and Git says: {said}")
    return os.fsdecode(done.stdout)
