"""Archives in a world of traps: bytes that change, secrets that lie about, names that break out."""

import os
from collections.abc import Iterator
from pathlib import Path

from tests.attack.arena import Arena, Outcome
from tests.repositories import archived, commit, git, harmed, repository, typed, unpacked

SECRET = "what nobody else may know"
LYING_ABOUT = (
    ".env", "key.pem", "content/practices/.draft.md", "templates/.swp", "archive/mine.txt",
    "site/mine.html", ".git/token", ".repertory-cache/note",
)  # fmt: skip
NAMES = ("..\\up", "a\nb", "\x1b[2Jx", os.fsdecode(b"\xff"), "gnp\u202etxt.exe", "CON:", "a\u200bb")


def attack(arena: Arena) -> Iterator[Outcome]:
    """Lay traps where an archive is made, and change every file of one."""
    folder = repository(arena.folder / "repository")
    typed(folder)
    for path in LYING_ABOUT:
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(SECRET)
    file = archived(folder)
    is_told = SECRET.encode() in file.read_bytes()
    yield Outcome("archives: secrets beside the sources", len(LYING_ABOUT), ["one"] * is_told)
    yield _changed(unpacked(file, arena.folder / "unpacked"))
    file.unlink()
    names = NAMES[: arena.times(3, len(NAMES))]
    fallen = [line for name in names for line in _packed(folder, name)]
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


def _packed(folder: Path, name: str) -> Iterator[str]:
    """Yield what went wrong where a file of this name is committed."""
    (folder / name).touch()
    commit(folder)
    done = typed(folder, "archive")
    if (done.returncode, done.stdout.count("written")) != (2, 0) or "Traceback" in done.stderr:
        yield f"{name!r} was packed, or not refused in a sentence: {done.stderr}"
    if list((folder / "archive").glob("*.zip")):
        yield f"{name!r} is in an archive"
    git(folder, "reset", "--hard", "--quiet", "HEAD~1")
