"""Names and kinds of files that a content folder may hold: each is refused, and told safely."""

import os
import socket
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from repertory.writing.workshop import Workshop
from tests.attack import arena
from tests.attack.bounds import PRACTICES, RECORD, body, found, outcome
from tests.worlds import SITES, lay_out, settings_of


class Name(NamedTuple):
    """What is made below content/, and the path, rule and part of the message it must give."""

    make: Callable[[Path], object]
    path: str
    rule: str
    said: str = ""


def record(name: str | bytes) -> Callable[[Path], object]:
    """Return how a good record is written under a name."""
    return lambda root: Path(
        os.fsdecode(os.fsencode(root / PRACTICES) + b"/" + os.fsencode(name))
    ).write_text(body("They read."))


def two(one: str, other: str) -> Callable[[Path], object]:
    """Return how two records are written."""
    return lambda root: (record(one)(root), record(other)(root))


def replaced(path: str, make: Callable[[Path], object]) -> Callable[[Path], object]:
    """Return how something else is put in the place of a file or folder, which is moved away."""
    return lambda root: ((root / path).rename(root / "away"), make(root / path))


def a_socket(file: Path) -> None:
    """Make a socket, by a path that is short enough for one."""
    before = Path.cwd()
    os.chdir(file.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(file.name)
    finally:
        os.chdir(before)


def linked(to: Path | str) -> Callable[[Path], object]:
    """Return how a link is made."""
    return lambda path: path.symlink_to(to)


NFD = unicodedata.normalize("NFD", "café")
NAMES: Mapping[str, Name] = {
    "a link": Name(lambda root: linked("no.md")(root / RECORD), RECORD, "unreadable-file", "link"),
    "a link to a device": Name(
        lambda root: linked("/dev/zero")(root / RECORD), RECORD, "unreadable-file", "link"
    ),
    "a pipe": Name(lambda root: os.mkfifo(root / RECORD), RECORD, "unreadable-file", "plain"),
    "a socket": Name(lambda root: a_socket(root / RECORD), RECORD, "unreadable-file", "plain"),
    "a folder": Name(lambda root: (root / RECORD).mkdir(), RECORD, "unreadable-file", "plain"),
    "a pipe as a picture": Name(
        lambda root: os.mkfifo(root / PRACTICES / "a.png"),
        f"{PRACTICES}/a.png",
        "unreadable-file",
        "plain",
    ),
    "a link as a picture": Name(
        lambda root: linked("/etc/passwd")(root / PRACTICES / "a.png"),
        f"{PRACTICES}/a.png",
        "unreadable-file",
        "link",
    ),
    "a link as content": Name(
        replaced("content", linked("away")), "content", "unreadable-file", "link"
    ),
    "a link as content/news": Name(
        replaced("content/news", linked("../away")), "content/news", "unreadable-file", "link"
    ),
    "a pipe as content/news": Name(
        replaced("content/news", os.mkfifo), "content/news", "unreadable-file", "plain"
    ),
    "a link as taxonomy.yaml": Name(
        replaced("taxonomy.yaml", linked("away")), "taxonomy.yaml", "unreadable-file", "link"
    ),
    "a pipe as taxonomy.yaml": Name(
        replaced("taxonomy.yaml", os.mkfifo), "taxonomy.yaml", "unreadable-file", "plain"
    ),
    "names alike but for case": Name(
        two("some.md", "Some.md"), f"{PRACTICES}/some.md", "id-collision", "Some.md"
    ),
    "names alike but for the form of accents": Name(
        two(f"{NFD}.md", "café.md"), f"{PRACTICES}/café.md", "id-collision", f"{NFD}.md"
    ),
    "names alike but for joined letters": Name(
        two("fit.md", "ﬁt.md"), f"{PRACTICES}/ﬁt.md", "id-collision", "fit.md"
    ),
    "names of 81 signs": Name(
        record("a" * 81 + ".md"), f"{PRACTICES}/{'a' * 81}.md", "bad-file-name"
    ),
    "names of 255 bytes": Name(
        record("a" * 252 + ".md"), f"{PRACTICES}/{'a' * 252}.md", "bad-file-name"
    ),
    "names that are no UTF-8": Name(
        record(b"a\xff.md"), f"{PRACTICES}/{os.fsdecode(b'a' + bytes([255]))}.md", "bad-file-name"
    ),
    "names with ends of lines and escapes": Name(
        record("a\n\x1b[31m::error::b.md"), f"{PRACTICES}/a\n\x1b[31m::error::b.md", "bad-file-name"
    ),
    "names that Windows keeps for itself": Name(
        record("aux.md"), f"{PRACTICES}/aux.md", "bad-file-name"
    ),
    "names that end twice": Name(record("a.md.md"), f"{PRACTICES}/a.md.md", "bad-file-name"),
}
"""What the file system can hold, by what it is, and how it must be refused."""


def attack(given: arena.Arena) -> Iterator[arena.Outcome]:
    """Try every name."""
    yield outcome("names and kinds of files", list(_tried(given.folder)))


def _tried(folder: Path) -> Iterator[tuple[str, float, str]]:
    """Try every name in a world of its own."""
    for number, (name, kind) in enumerate(NAMES.items()):
        root = lay_out(folder / f"name-{number}", SITES / "small")
        kind.make(root)
        begun = time.process_time()
        with Workshop(settings_of(root), jobs=1) as workshop:
            met = found(workshop)
        said = [p.message for p in met if (p.path, p.rule) == (kind.path, kind.rule)]
        is_held = any(kind.said in message for message in said)
        yield name, time.process_time() - begun, "" if is_held else f"{kind.rule} says {said}"
