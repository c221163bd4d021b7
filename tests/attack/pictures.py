"""Hostile pictures beside a record: each gives a message, or a clean copy, soon and in little."""

import json
import os
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, cast

from PIL import Image

from repertory.base.problem import Place
from repertory.base.profile import processor_time
from repertory.base.step import File, Function, Value
from repertory.reading import apart, pixels
from repertory.reading.files import read_contents
from repertory.reading.model import Page
from repertory.reading.pictures import read_pictures
from repertory.reading.prose import Copy, Picture, Prose
from repertory.reading.site import Bodies
from tests.attack.arena import Arena, Outcome
from tests.attack.bombs import bombs, largest
from tests.attack.forged import (
    KINDS,
    PAGE,
    PROGRAM,
    SECRET,
    SVG,
    bases,
    drawn,
    encoded,
    planted,
    refused,
    spoilt,
)
from tests.conftest import ROOT
from tests.worlds import SITES, checked, lay_out, settings_of

SECONDS = apart.SECONDS + 0.5  # of the processor, until the system has ended what takes long
MOST_MEGABYTES = 500
BATCH = 250
RECORD = "content/pages/pictures.md"
ENDS = {"jpg": b"\xff\xd9", "png": b"IEND\xaeB`\x82", "gif": b";"}
HEAD = "---\nsummary: S.\ncategory: good-practice\ncountry: [belgium]\nadded: 2026-03-01\n"
NAMED = (
    "link.png", "dangling.png", "folder.png", "pipe.png", "svg.svg", "missing.png", "..",
    "../../elsewhere.png", "../practices/reading.png", "/etc/passwd", "file:///etc/passwd", "https://a.example/a.png",
    "//a.example/a.png", "data:image/svg+xml,<svg/>", "data:image/png;base64,AAAA", "READING.PNG",
    "reading.png?x", "reading.png#x", "reading.png\\..", "%2e%2e/reading.png", "..%2freading.png",
    "reading.png%00.svg", ".reading.png", "javascript:alert(1)//a.png", "no.md", "reading.png/",
)  # fmt: skip
"""Names of pictures that no record may have."""
REFUSALS = {"bad-picture-name", "missing-image", "unreadable-file"}
HIDDEN = (SECRET, PAGE[:20], PROGRAM[-10:], b"Exif", b"<x:xmpmeta", b"ICC_PROFILE")


class Seen(NamedTuple):
    """What came of a picture: seconds of the processor, the problems, its copy's size and bytes."""

    name: str
    seconds: float
    problems: list[str]
    size: tuple[int, int] | None
    content: bytes


def attack(arena: Arena) -> Iterator[Outcome]:
    """Send pictures of every kind that is hostile, and look at what comes of them."""
    yield _outcome(arena, "pictures with something hidden in them", planted(), _clean)
    yield _outcome(arena, "other files under the names of pictures", refused(), _refused)
    yield _named(arena.folder / "named")
    many = [*bombs(), *largest()] if arena.is_full else list(bombs())[::2]
    yield _outcome(arena, "pictures that are bombs", many, _either, batch=1)
    count = arena.times(20, 1_500)
    spoilt = _spoilt(count)
    attacked = "good pictures spoilt by chance, copied in one process"
    yield _outcome(arena, attacked, spoilt, _either, together=True)


def _named(root: Path) -> Outcome:
    """Let records name what is no picture beside them, in front matter and in their text."""
    folder = lay_out(root, SITES / "small") / "content" / "practices"
    (root / "elsewhere.png").write_bytes(encoded(drawn(), "png"))
    (folder / "link.png").symlink_to(root / "elsewhere.png")
    (folder / "dangling.png").symlink_to("nowhere.png")
    (folder / "folder.png").mkdir()
    os.mkfifo(folder / "pipe.png")
    (folder / "svg.svg").write_text(SVG, "utf-8")
    records = {f"content/practices/good-{way}.md": ("reading.png", way) for way in range(2)}
    for number, name in enumerate(NAMED):
        records |= {f"content/practices/n-{number}-{way}.md": (name, way) for way in range(2)}
    for path, (name, way) in records.items():
        head = "" if way else f"image: {json.dumps(name)}\nimage_alt: A picture.\n"
        text = f"![A picture](<{name}>)" if way else "Text."
        (root / path).write_text(f"{HEAD}title: {path}\n{head}---\n{text}\n", "utf-8")
    begun = time.process_time()
    problems = checked(settings_of(root)).problems
    seconds = time.process_time() - begun
    told = {it.path for it in problems if it.rule in REFUSALS}
    fallen = [
        f"{path}: {name} was {'taken' if name in NAMED else 'refused'}"
        for path, (name, _) in records.items()
        if (name in NAMED) == told.isdisjoint((path, f"content/practices/{name}"))
    ]
    return Outcome("names of what is no picture", len(records), fallen, f"{seconds:.1f} s for all")


def _spoilt(count: int) -> Iterator[tuple[str, bytes]]:
    for ending, good in bases().items():
        for number, base in enumerate(good):
            chance = random.Random(f"{ending} {number}")
            for turn in range(count):
                yield f"spoilt-{number}-{turn}.{ending}", spoilt(base, chance)


def _outcome(
    arena: Arena,
    attacked: str,
    pictures: Iterable[tuple[str, bytes]],
    judge: Callable[[Seen], str],
    batch: int = BATCH,
    together: bool = False,
) -> Outcome:
    """Let the program read pictures, some in each of several processes, and judge what it made.

    It copies each picture in a process of its own, or those of a batch together: thousands of
    processes take long to begin.
    """
    waiting, fallen = list(pictures), list[str]()
    slowest, largest_memory, copied = Seen("", 0, [], None, b""), 0.0, 0
    start = 0
    while start < len(waiting):
        some = waiting[start : start + batch]
        folder = arena.folder / f"{attacked} {start}"
        seen, megabytes, fault = _read_elsewhere(folder, some, together)
        start += len(seen)
        if len(seen) < len(some):
            fallen.append(f"{some[len(seen)][0]}: {fault}")
            start += 1
        for one in seen:
            why = judge(one) or ("" if one.seconds <= SECONDS else f"took {one.seconds:.1f} s")
            fallen += [f"{one.name}: {why}"] if why else []
            slowest = max(slowest, one, key=lambda it: it.seconds)
            copied += bool(one.content)
        largest_memory = max(largest_memory, megabytes)
        if megabytes > MOST_MEGABYTES:
            fallen.append(f"{some[0][0]} ...: {megabytes:.0f} MB")
    figures = f"{copied:,} copied; {slowest.seconds:.1f} s at most ({slowest.name})"
    return Outcome(attacked, len(waiting), fallen, f"{figures}, {largest_memory:.0f} MB")


def _either(seen: Seen) -> str:
    """Return what is wrong with what came of a picture, be it a message or a copy."""
    if seen.problems and not seen.content:
        return "" if all(": " in problem for problem in seen.problems) else "says nothing"
    if seen.problems or not seen.content or seen.size is None:
        return f"gave neither one nor the other: {seen.problems}"
    return _unclean(seen.name.rpartition(".")[2], seen.content, seen.size)


def _clean(seen: Seen) -> str:
    return _either(seen) if seen.content else f"was refused: {seen.problems}"


def _refused(seen: Seen) -> str:
    return _either(seen) if seen.problems else "was not refused"


def _unclean(ending: str, data: bytes, size: tuple[int, int]) -> str:
    """Return what a copy has that it should not have."""
    for hidden in HIDDEN:
        if hidden in data:
            return f"has {hidden!r} in it"
    with Image.open(BytesIO(data), formats=[KINDS[ending]]) as image:
        image.load()
        told = set(image.info) & {"exif", "xmp", "icc_profile", "comment", "Author", "Comment"}
        if image.size != size or told or getattr(image, "n_frames", 1) > 1 or image.getexif():
            return f"is not what it should be: {image.size}, {told}"
    if ending == "webp" and int.from_bytes(data[4:8], "little") + 8 != len(data):
        return "has something behind its end"
    return "" if data.endswith(ENDS.get(ending, b"")) else "has something behind its end"


def _read_elsewhere(
    folder: Path, hostile: list[tuple[str, bytes]], together: bool
) -> tuple[list[Seen], float, str]:
    """Read pictures in a process of their own: what came of them, megabytes, what went wrong."""
    beside = folder / "content" / "pages"
    beside.mkdir(parents=True)
    for name, data in hostile:
        (beside / name).write_bytes(data)
    names = [name for name, _ in hostile]
    command = [sys.executable, "-m", "tests.attack.pictures", str(folder), *["together"] * together]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(names), capture_output=True, text=True, check=False
    )
    *lines, last = done.stdout.splitlines() or [""]
    fault = "" if done.returncode == 0 else f"ended by {done.returncode}: {done.stderr[-500:]}"
    if fault:
        lines, last = [*lines, last] if last.startswith("[") else lines, "0"
    told = [json.loads(line) for line in lines]
    seen = [
        Seen(name, seconds, problems, tuple(size) if size else None, bytes.fromhex(content))
        for name, seconds, problems, size, content in told
    ]
    for file in beside.iterdir():
        file.unlink()
    return seen, float(last), fault


def main(root: Path, together: bool) -> None:
    """Read pictures as a build does, and tell of each what came of it, and last the megabytes."""
    if together:
        apart.copied = pixels.copied
    names = json.load(sys.stdin)
    contents, _ = read_contents(root, {})
    told: dict[str, tuple[float, bytes]] = {}

    def steps(
        name: str,
        function: Function[File, Value],
        items: Sequence[File],
        key: Callable[[File], bytes],
    ) -> Iterator[tuple[bytes, Value]]:
        for item in items:
            begun = processor_time()
            made = function(item, None)  # type: ignore[arg-type]
            told[item.path] = processor_time() - begun, cast(bytes, made.bulk[0])
            yield key(item), made.value

    for name in names:
        path = str(Path(RECORD).with_name(name))
        prose = Prose(pictures=(Picture(name, "A picture", Place(RECORD)),))
        bodies = Bodies({RECORD: prose}, ())
        found = read_pictures(root, contents.strays, [Page("p", RECORD, "", "")], bodies, steps)
        (copy,) = found.prose[RECORD].copies or (None,)
        seconds, content = told[path]
        size = (copy.width, copy.height) if isinstance(copy, Copy) else None
        problems = [f"{it.rule}: {it.message}" for it in found.problems if it.level == "error"]
        print(json.dumps([name, seconds, problems, size, content.hex()]), flush=True)
    own = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(max(theirs, int(own[1]) if own else 0) / 1024)  # not RUSAGE_SELF: it has the parent's too


if __name__ == "__main__":
    main(Path(sys.argv[1]), "together" in sys.argv)
