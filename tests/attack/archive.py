"""Archives in a world of traps: bytes that change, secrets that lie about, names that break out."""

import os
from collections.abc import Iterator
from pathlib import Path

from tests.attack.arena import Arena, Outcome
from tests.repositories import archived, commit, git, harmed, repository, typed, unpacked

SECRET = "what nobody else may know: "
LYING_ABOUT = (
    ".env", "key.pem", "content/practices/.draft.md", "templates/.swp", "archive/mine.txt",
    "site/mine.html", ".git/token", ".repertory-cache/note",
)  # fmt: skip
NAMES = (
    "..\\up",
    "a\nb",
    "\x1b[2Jx",
    os.fsdecode(b"\xff"),
    "gnp\u202etxt.exe",
    "CON:",
    "a\u200bb",
    "aux.txt",
    "aux .txt",
    "COM¹",
    "conin$",
    "dot.",
    "blank ",
)


def attack(arena: Arena) -> Iterator[Outcome]:
    """Lay traps where an archive is made, and change every file of one."""
    folder = repository(arena.folder / "repository")
    typed(folder)
    for path in LYING_ABOUT:
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(SECRET + path)
    file = archived(folder)
    data = file.read_bytes()  # in which nothing is compressed
    told = [path for path in LYING_ABOUT if (SECRET + path).encode() in data]
    yield Outcome("archives: secrets beside the sources", len(LYING_ABOUT), told)
    yield _changed(unpacked(file, arena.folder / "unpacked"))
    file.unlink()
    names = NAMES[: arena.times(3, len(NAMES))]
    fallen = [repr(name) for name in names if not _is_refused(folder, name)]
    yield Outcome("archives: names that not everybody can unpack", len(names), fallen)


def _changed(folder: Path) -> Outcome:
    """Change a byte in the middle of each file, or take an empty one away."""
    there = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*")}
    files = {path: file for path, file in there.items() if file.is_file() and path != "SHA256SUMS"}
    for file in files.values():
        data = bytearray(file.read_bytes())
        if data:
            data[len(data) // 2] ^= 1
            file.write_bytes(data)
        else:
            file.unlink()
    unseen = files.keys() - set(harmed(folder))
    return Outcome("archives: a bit changed in each file", len(files), sorted(unseen))


def _is_refused(folder: Path, name: str) -> bool:
    """Tell whether no archive is made, and a sentence says so, where a file has this name."""
    (folder / name).touch()
    commit(folder)
    done = typed(folder, "archive")
    git(folder, "reset", "--hard", "--quiet", "HEAD~1")
    is_told = done.returncode == 2 and "give it another name" in done.stderr
    return is_told and not list((folder / "archive").glob("*.zip"))
