"""Small sites for the tests of how they get into their folder, and what befalls them there."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from hypothesis import strategies as st

from repertory.writing import burst, output
from repertory.writing.disk import keep, swap
from repertory.writing.manifest import MANIFEST, folders
from repertory.writing.output import Written

Tree = Mapping[str, bytes]
SITE = [("index.html", b"home"), ("practices/one.html", b"one"), ("practices/two.html", b"two")]
PATHS = ("index.html", "p/one.html", "p/two.html", "p/q/three.html", "p", "n/item.html", "n")
OTHERS = ("CNAME", "index.html", "p/mine.txt", "p/q", "n/m/mine.txt", ".git/HEAD")
WAYS: Mapping[str, Mapping[str, object]] = {  # what of `output` is exchanged to lead to each
    "burst": {"SHARE": 0},
    "exchange": {"MOST": -1},
    "two renames": {"MOST": -1, "swap": lambda *_: False},
}


def write_site(site: Path, files: Iterable[tuple[str, bytes]]) -> Written:
    """Write a site of these files."""
    return output.write_site(site, lambda place: (place(*file) for file in files))


def counts(written: Written) -> tuple[int, int, int]:
    """Return how many files were made, kept and deleted."""
    return written.made, written.kept, written.deleted


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder with their bytes, without the manifest."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != MANIFEST]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def fail_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the disk refuse to rename a file to such a name."""
    rename = os.rename

    def failing(old: Path, new: Path) -> None:
        if Path(new).name == name:
            raise OSError(5, "Input/output error", str(new))
        rename(old, new)

    monkeypatch.setattr(os, "rename", failing)


def without_clashes(files: Tree) -> Tree:
    """Leave out the files that stand where others need a folder."""
    return {path: content for path, content in files.items() if path not in folders(files)}


trees = st.dictionaries(st.sampled_from(PATHS), st.sampled_from((b"", b"1", b"22"))).map(
    without_clashes
)


def clash(path: str, wanted: Tree) -> bool:
    """Tell whether a file of others keeps a site from being written."""
    return path in {*wanted, *folders(wanted)} or not folders([path]).isdisjoint(wanted)


def lay(site: Path, path: str) -> None:
    """Put a file of others into a site."""
    (site / path).parent.mkdir(parents=True, exist_ok=True)
    (site / path).write_text(f"{path} of others")


def of_others(paths: Iterable[str]) -> Tree:
    """Return the files of others with their bytes."""
    return {path: f"{path} of others".encode() for path in paths}


def stamps(site: Path) -> dict[str, tuple[int, int]]:
    """Return what would tell that a file was written again, for all files."""
    found = {path: (site / path).stat() for path in contents(site)}
    return {path: (stat.st_ino, stat.st_mtime_ns) for path, stat in found.items()}


def expect(site: Path, wanted: Tree) -> None:
    """See that a folder holds these files, and no others, and that nothing lies beside it."""
    assert contents(site) == wanted
    inside = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_dir()}
    assert inside == folders(wanted) - {""}
    assert not list(site.parent.glob(".site-*"))


class Killed(BaseException):
    """The program ended at once."""


@contextmanager
def killed_at(moment: int) -> Iterator[None]:
    """End the program within that step, from 0, of those that change a disk."""
    steps = count()

    def cut(step: Callable[..., object], half: Callable[..., object]) -> Callable[..., object]:
        def taken(*arguments: object, **options: object) -> object:
            if next(steps) >= moment:
                half(*arguments)
                raise Killed
            return step(*arguments, **options)

        return taken

    def half_written(path: Path, content: bytes | str) -> None:
        encoded = content.encode() if isinstance(content, str) else content
        with path.open("wb") as file:
            file.write(encoded[: len(encoded) // 2])

    def half_there(path: Path) -> None:
        if path.is_file():
            os.truncate(path, path.stat().st_size // 2)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("rename", "replace", "unlink", "link", "mkdir", "rmdir"):
            patch.setattr(os, name, cut(getattr(os, name), lambda *_: None))
        patch.setattr(burst, "keep", cut(keep, half_there))
        patch.setattr(output, "swap", cut(swap, lambda *_: None))
        for name in ("write_bytes", "write_text"):
            patch.setattr(Path, name, cut(getattr(Path, name), half_written))
        yield
