"""Others beside a build: runs at the same time, people's files, links, full and locked disks."""

import os
import random
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations_with_replacement, cycle, islice, product
from pathlib import Path

from tests.attack.arena import Arena, Outcome
from tests.attack.machines import Ended, run, unclear, with_mounts
from tests.attack.sites import FIRST, LABEL, TEXT, Site, command
from tests.conftest import ROOT
from tests.previews import preview_of
from tests.worlds import SITES, lay_out

Lay = Callable[[Path], object]
COMMANDS = ("build",), ("build", "--jobs", "2"), ("clean",), ("fix",), ("check",)
LOCKED = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")  # as if root were not root
WHOLE, SPARE = 64 * 1024, 600  # kilobytes of a disk, and of what is left of it at most


def attack(arena: Arena) -> Iterator[Outcome]:
    """Yield what became of sites and of what belongs to others."""
    site = Site(arena.folder / "small")
    yield _at_once(arena, site)
    yield _files_of_others(arena)
    yield _led_astray(arena)
    yield _locked(arena, site)
    full = with_mounts(partial(_full_disk, arena))
    if full:
        yield full


def _at_once(arena: Arena, site: Site) -> Outcome:
    """Run two commands at once, and some beside a preview."""
    fallen, busy, tried = [], 0, 0
    pairs = cycle(combinations_with_replacement(COMMANDS, 2))
    for both in islice(pairs, arena.times(3, 90)):
        site.change((FIRST, TEXT, LABEL)[tried % 3])
        for process in [_begun(site, *arguments) for arguments in both]:
            said, _ = process.communicate()
            busy += process.returncode == 2
            if wrong := unclear(Ended(process.returncode, said, 0, ())):
                fallen.append(f"{both} ({tried}): {wrong}")
        tried += 1
        if wrong := site.mended():
            fallen.append(f"{both} ({tried}): {wrong}")
    with preview_of(site.root) as preview:
        for state in islice(cycle((TEXT, FIRST, LABEL)), arena.times(1, 12)):
            site.change(state)
            for process in [_begun(site, *arguments) for arguments in (("build",), ("clean",))]:
                process.communicate()
            site.change(state)  # saved again, since `clean` took away what the preview shows
            page, text = SHOWN[state]
            preview.until_shown(page, text)
            tried += 1
            if wrong := site.running("build")(None).said * site.running("build")(None).code:
                fallen.append(f"build and clean beside a preview ({tried}): {wrong}")
    return Outcome("two commands at once, or beside a preview", tried, fallen, f"{busy} refused")


def _files_of_others(arena: Arena) -> Outcome:
    """Put files of people wherever a build might touch them, and build, change and clean."""
    fallen, tried, refused = [], 0, 0
    for (name, lay), is_built in product(LAYOUTS.items(), (True, False)):
        site = Site(arena.folder / f"files {tried}")
        home = site.root.parent / "home"
        put(home / "letter.txt")
        put(home / "album/photo.txt")
        if is_built:
            site.running("build")(None)
        ours = seen(site.root)
        lay(site.site)
        laid = {path: what for path, what in seen(site.root).items() if path not in ours}
        before = seen(home) | laid
        for state, arguments in STEPS if arena.is_full else STEPS[1:] if is_built else STEPS[:1]:
            site.change(state)
            ended = site.running(arguments)(None)
            after = seen(home) | seen(site.root)
            lost = [path for path, what in before.items() if after.get(path) != what]
            tried += 1
            refused += ended.code == 2
            if wrong := unclear(ended) or ", ".join(lost):
                fallen.append(f"{name} ({'built' * is_built}), {arguments} {state}: {wrong}")
    return Outcome("files of people where a build writes", tried, fallen, f"{refused} refused")


def _led_astray(arena: Arena) -> Outcome:
    """Let links lead a build to where other files belong, and build at home."""
    fallen = []
    for number, (name, target) in enumerate(ASTRAY):
        home = arena.folder / f"home {number}"
        root = lay_out(home / "world", SITES / "small")
        put(home / "letter.txt")
        for path in {"templates", "empty", target} & {"templates", "empty", "content/out"}:
            (root / path).mkdir()
        put(root / "content/.repertory-manifest")  # as if what lies there were ours
        if (root / name).exists():
            (root / name).rename(root / target)
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).symlink_to(home if target == "~" else root / target)
        before = seen(home)
        for arguments in ("build", "clean"):
            ended = run(partial(_at_home, home, arguments, root), root, arena.folder / "said.txt")
            wrong = unclear(ended) or ("" if ended.code == 2 else "it is not refused")
            after, cache = seen(home), str(root / ".repertory-cache")
            more = [path for path in after.keys() - before if not path.startswith(cache)]
            if wrong or before.items() - after.items() or more:
                fallen.append(f"{name} leads to {target}, {arguments}: {wrong or 'files differ'}")
    return Outcome("links from site/ or the cache to other files", 2 * len(ASTRAY), fallen)


def _at_home(home: Path, arguments: str, root: Path) -> None:
    os.environ["HOME"] = str(home)
    command(arguments, root=root)


def _locked(arena: Arena, site: Site) -> Outcome:
    """Take away the right to write here and there."""
    fallen, refused = [], 0
    guard = LOCKED if os.getuid() == 0 else ()
    places = LOCKED_PLACES if arena.is_full else LOCKED_PLACES[::2]
    for path, arguments in places:
        site.empty()
        site.change(FIRST)
        site.settle()
        site.change(TEXT)
        place = next(site.root.parent.glob(path))
        mode = stat.S_IMODE(place.stat().st_mode)
        place.chmod(mode & 0o555)
        done = _begun(site, *arguments, guard=guard)
        said, _ = done.communicate()
        wrong = unclear(Ended(done.returncode, said, 0, ())) or site.stands()
        refused += done.returncode == 2
        place.chmod(mode)
        (site.root / "content/practices/a-club.md").unlink(missing_ok=True)
        if wrong := wrong or site.mended():
            fallen.append(f"{path} may not be written, {arguments[0]}: {wrong}")
    figures = f"{refused} refused"
    return Outcome("folders that may not be written", len(places), fallen, figures)


def _full_disk(arena: Arena) -> Outcome:
    """Build on a disk of its own that has hardly any room, or that can only be read."""
    folder, chance, fallen, refused = arena.folder / "disk", random.Random(6), [], 0
    folder.mkdir()
    _mount(folder, f"size={WHOLE}k", "-t", "tmpfs")
    site = Site(folder)
    count = arena.times(6, 150)
    for number in range(count):
        site.change((FIRST, TEXT, LABEL)[number % 3])
        if number % 4 == 0:
            site.empty()
        used = shutil.disk_usage(folder).used // 1024
        room = chance.randrange(SPARE)
        readable = number % 6 == 5
        _mount(folder, "remount,ro" if readable else f"remount,rw,size={used + room}k")
        ended = run(partial(command, "build", root=site.root), site.root, arena.folder / "said.txt")
        _mount(folder, f"remount,rw,size={WHOLE}k")
        refused += ended.code == 2
        wrong = unclear(ended) or site.stands() or site.mended()
        if wrong:
            how = "that can only be read" if readable else f"with {room} kB left"
            fallen.append(f"a disk {how} ({number}): {wrong}")
    figures = f"{refused} refused"
    return Outcome("a disk that is full or can only be read", count, fallen, figures)


def _mount(folder: Path, options: str, *kind: str) -> None:
    subprocess.run(["mount", *kind, "-o", options, "none", folder], check=True)


def _begun(site: Site, *arguments: str, guard: Sequence[str] = ()) -> subprocess.Popen[str]:
    command = [*guard, sys.executable, str(ROOT / "build.py"), *arguments]
    return subprocess.Popen(
        [*command, "--root", str(site.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def seen(folder: Path) -> dict[str, object]:
    """Return all that lies below a folder: kinds, permissions, bytes, and where links lead."""
    found: dict[str, object] = {}
    for place, names, files in os.walk(folder):
        for path in (Path(place, name) for name in [*names, *files]):
            status = path.lstat()
            what: object = path.read_bytes() if stat.S_ISREG(status.st_mode) else None
            found[str(path)] = status.st_mode, path.readlink() if path.is_symlink() else what
    return found


def put(file: Path) -> None:
    """Put a file of somebody somewhere."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{file.name} is mine")


def _in_the_place(site: Path, path: str, what: Callable[[Path], object]) -> None:
    """Put something where a page or a folder of pages has to be."""
    place = site / path
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    what(place)


def _link_all(site: Path) -> None:
    """Keep the site of today as a backup of hard links."""
    site.mkdir(exist_ok=True)
    (site / "letter.txt").hardlink_to(site.parents[1] / "home/letter.txt")
    for page in list(site.rglob("*.html")):
        copy = site.parents[1] / "home/backup" / page.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.hardlink_to(page)


def _instead(site: Path) -> None:
    if not site.exists():
        put(site)


LAYOUTS: Mapping[str, Lay] = {
    "a file": lambda site: put(site / "CNAME"),
    "a repository": lambda site: put(site / ".git/objects/1"),
    "a folder in the place of a page": lambda site: _in_the_place(
        site, "practices/no.html", lambda place: put(place / "mine.txt")
    ),
    "a file in the place of a folder": lambda site: _in_the_place(site, "country", put),
    "a page that leads to a letter": lambda site: _in_the_place(
        site, "index.html", lambda place: place.symlink_to(site.parents[1] / "home/letter.txt")
    ),
    "a folder that leads to an album": lambda site: _in_the_place(
        site, "practices", lambda place: place.symlink_to(site.parents[1] / "home/album")
    ),
    "hard links": _link_all,
    "a pipe": lambda site: _in_the_place(site, "pipe", os.mkfifo),
    "a file in the place of the site": _instead,
    "a folder called as the new site is": lambda site: put(site.parent / ".site-new/mine.txt"),
    "a folder called as the old site is": lambda site: put(site.parent / ".site-old/mine.txt"),
    "a file called as the cache is": lambda site: _in_the_place(
        site.parent, ".repertory-cache", put
    ),
}
STEPS = (FIRST, "build"), (TEXT, "build"), (LABEL, "build"), (LABEL, "clean")
ASTRAY = (  # what is a link, and where it leads
    *product(
        ("site", ".repertory-cache", ".repertory-cache/preview"),
        ("content", "content/out", "templates", ".", "..", "~", "../.."),
    ),
    *product((".site-new", ".site-old"), ("content", "site", "~")),
    ("site", "site"),
    (".repertory-cache", "empty/../.repertory-cache"),
    ("content", "site"),
    ("content", ".repertory-cache"),
)
LOCKED_PLACES = (
    ("world", ("build",)),
    ("world/site", ("build",)),
    ("world/site", ("clean",)),
    ("world/site/practices", ("build",)),
    ("world/site/practices", ("clean",)),
    ("world/.repertory-cache", ("build",)),
    ("world/.repertory-cache", ("check",)),
    ("world/.repertory-cache/*.sqlite", ("build",)),
    ("world/content/practices", ("new", "A club")),
    ("world/content/practices", ("rename", "outcome", "belonging", "at-home")),
)
SHOWN = {  # where, and by which words, a page shows what the site is made from
    FIRST: ("/country/index.html", "Country of implementation"),
    TEXT: ("/practices/no.html", "They read it again."),
    LABEL: ("/country/index.html", "Country of the practice"),
}
