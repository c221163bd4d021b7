"""Machines that die, fill up or refuse while the site is built and records are changed."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from build import settings
from repertory.editing.save import save
from repertory.preview.rebuild import Preview
from repertory.writing.faults import FAULTS, told
from repertory.writing.manifest import MANIFEST, listed
from tests.attack.arena import Arena, Outcome
from tests.attack.machines import DEAD, FULL, Ended, Fault, run, unclear
from tests.attack.sites import FIRST, LABEL, RECORD, TEXT, Records, Site, command
from tests.conftest import ROOT
from tests.worlds import SITES, bytes_of, lay_out

ERRORS = errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES
MANY = 320  # records, which are made in several processes


class Scene(NamedTuple):
    """What is done to a site while its machine fails.

    `prepare` makes all ready for `attempt`; `stands` and `mended` say what is wrong behind it, and
    behind the next one, on a machine that works.
    """

    name: str
    prepare: Callable[[], object]
    attempt: Callable[[Fault | None], Ended]
    stands: Callable[[], str]
    mended: Callable[[], str]


def attack(arena: Arena) -> Iterator[Outcome]:
    """Yield what became of sites and records on such machines."""
    site = Site(arena.folder / "small")
    yield _kills(arena, site)
    unkept: list[str] = []
    tried = 0
    for what, scenes, few in (
        ("a build, the preview's build or `clean`", _of_builds(site), 5),
        ("`fix`, `rename`, `new` or the form's save", _of_records(arena.folder), 2),
    ):
        outcome, hasty = _faults(arena, f"any change of the disk in {what} fails", scenes, few)
        yield outcome
        tried += outcome.tried
        unkept += hasty
    yield Outcome("power lost before a file that has its name is on the disk", tried, unkept)


def _kills(arena: Arena, small: Site) -> Outcome:
    """Kill builds at random instants, most of them while they write."""
    chance, fallen, longest, mixed, tried = random.Random(6), [], 0.0, 0, 0
    large = Site(arena.folder / "large", MANY)
    for site, scene, count in (
        (small, _first(small), arena.times(3, 50)),
        (small, _toggle(small, "a small change", TEXT), arena.times(5, 60)),
        (small, _toggle(small, "a large change", LABEL), arena.times(4, 60)),
        (large, _toggle(large, "a large change in two processes", LABEL), arena.times(0, 30)),
    ):
        if count:
            scene.prepare()
            whole, writing = _killed(site, None, 0)
        for number in range(count):
            scene.prepare()
            moment = chance.uniform(0, writing if number % 4 else whole)
            _killed(site, moment, number)
            mixed += site.is_mixed()
            wrong, begun = scene.stands(), sum(os.times()[2:4])
            wrong = wrong or scene.mended()
            longest = max(longest, sum(os.times()[2:4]) - begun)
            tried += 1
            if wrong:
                fallen.append(f"{scene.name}, killed {moment:.3f} s into it ({number}): {wrong}")
    figures = f"{mixed} between two files of a small change; mended in {longest:.1f} s at most"
    return Outcome("a build is killed at random instants", tried, fallen, figures)


def _killed(site: Site, moment: float | None, number: int) -> tuple[float, float]:
    """Run a build; return its seconds, and those after it began to write.

    It is killed at a moment, if one is given: one time in four counted from its begin, else from
    when it writes; and one time in four without the processes that it has started.
    """
    command = [sys.executable, str(ROOT / "build.py"), "--root", str(site.root), "--jobs", "2"]
    begun = written = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    beside = site.root / ".site-new"
    while number % 4 or moment is None:
        written = time.monotonic()
        if beside.exists() or process.poll() is not None:
            break
        time.sleep(0.001)
    if moment is not None:
        time.sleep(moment)
        kill = os.kill if number % 4 == 1 else os.killpg
        with suppress(ProcessLookupError):  # it was quicker
            kill(process.pid, signal.SIGKILL)
    process.wait()
    return time.monotonic() - begun, time.monotonic() - written


def _faults(
    arena: Arena, attacked: str, scenes: Iterator[Scene], few: int
) -> tuple[Outcome, list[str]]:
    """Let each call that changes the disk fail in turn; return what came of it and was not kept."""
    chance, fallen, unkept, tried, refused = random.Random(6), [], list[str](), 0, 0
    figures = []
    for scene in scenes:
        scene.prepare()
        whole = scene.attempt(None)
        figures.append(f"{whole.calls} in {scene.name}")
        calls = range(whole.calls)
        unkept += [f"{scene.name}: {name}" for name in whole.unkept]
        if wrong := unclear(whole) or scene.mended():
            fallen.append(f"{scene.name}, on a good machine: {wrong}")
        for at in calls if arena.is_full else sorted(chance.sample(calls, min(few, len(calls)))):
            kinds = Fault(at, ERRORS[at % 4], bool(at // 4 % 2)), Fault(at, FULL), Fault(at, DEAD)
            for fault in kinds if arena.is_full else [kinds[tried % 3]]:
                scene.prepare()
                ended = scene.attempt(fault)
                unkept += [f"{scene.name}, {fault}: {name}" for name in ended.unkept]
                tried += 1
                refused += ended.code > 0
                if wrong := unclear(ended) or scene.stands() or scene.mended():
                    fallen.append(f"{scene.name}, {fault}: {wrong}")
    return Outcome(attacked, tried, fallen, f"{refused} refused; {', '.join(figures)}"), unkept


def _of_builds(site: Site) -> Iterator[Scene]:
    """Yield all that writes sites."""
    yield _first(site)
    yield _toggle(site, "a small change", TEXT)
    yield _toggle(site, "a large change", LABEL)
    yield _clean(site)
    yield _preview(site)


def _first(site: Site) -> Scene:
    def prepare() -> None:
        site.empty()
        site.change(FIRST)

    return Scene("a first build", prepare, site.running("build"), site.stands, site.mended)


def _toggle(site: Site, name: str, state: int) -> Scene:
    """Change a site to and fro between its first state and another."""

    def prepare() -> None:
        if not site.others or site.state not in (FIRST, state):
            site.change(FIRST)
            site.settle()
        site.change(FIRST if site.state == state else state)

    return Scene(name, prepare, site.running("build"), site.stands, site.mended)


def _clean(site: Site) -> Scene:
    def stands() -> str:
        found = bytes_of(site.site)
        others = {path: found.pop(path, b"") for path in site.others}
        is_ours = (
            found == {MANIFEST: listed({})} or found.items() <= site.wanted(site.state).items()
        )
        return "" if others == site.others and is_ours else "files are gone that are not ours"

    def mended() -> str:
        ended = clean(None)
        empty = {MANIFEST: listed({})}
        if ended.code or bytes_of(site.site) != {**site.others, **empty}:
            return f"not all that is ours is deleted then: {ended.said}"
        return site.litter()

    def prepare() -> None:
        site.empty()
        site.settle()

    clean = site.running("clean")
    return Scene("clean", prepare, clean, stands, mended)


def _preview(site: Site) -> Scene:
    """Build the site of the preview, which lies in the cache."""
    own = copy(site)
    own.site, own.others = site.root / ".repertory-cache" / "preview", {}
    own.hurries = True

    def rebuild() -> None:
        with Preview(replace(settings(), root=site.root)) as preview:
            preview.rebuild()
            preview.keep()
        sys.exit(2 if preview.state.title else 0)

    def mended() -> str:
        ended = attempt(None)
        return ended.said if ended.code else own.is_new() or own.litter()

    def prepare() -> None:
        own.change(FIRST if own.state == TEXT else TEXT)

    attempt = partial(run, rebuild, site.root, site.out)
    return Scene("the preview's build", prepare, attempt, own.stands, mended)


def _of_records(folder: Path) -> Iterator[Scene]:
    """Yield all that writes records."""
    root = lay_out(folder / "records", SITES / "small")
    for number in range(3):
        text = (root / RECORD).read_text("utf-8").replace("country: belgium", "contry: Hellas")
        (root / f"content/practices/mistaken-{number}.md").write_text(text, "utf-8")
    records = Records(root, folder / "said.txt")
    yield _edit(records, "fix", partial(command, "fix", root=root))
    shutil.rmtree(root / "content")
    lay_out(root, SITES / "small")
    for arguments in (
        ("rename", "outcome", "belonging", "at-home"),
        ("rename", "outcome", "reading", "friends"),
        ("rename", "news", "community", "people"),
        ("new", "A club"),
    ):
        yield _edit(records, " ".join(arguments[:2]), partial(command, *arguments, root=root))

    def send(name: str, before: str | None) -> None:
        sent = {"name": name, "text": f"{before}\n\nMore.\n", "before": before}
        try:
            save(root, json.dumps(sent).encode())
        except FAULTS as fault:
            print(told(fault))
            sys.exit(2)

    yield _edit(records, "the form's save", partial(send, "saved.md", None))
    text = (root / RECORD).read_text("utf-8")
    yield _edit(records, "the form's save of a change", partial(send, Path(RECORD).name, text))


def _edit(records: Records, name: str, action: Callable[[], object]) -> Scene:
    attempt = partial(run, action, records.root, records.out)
    again = partial(run, partial(command, "fix", root=records.root), records.root, records.out)
    records.learn(partial(attempt, None))

    def mended() -> str:
        attempt(None)  # which may be refused, where only `fix` is left to do
        again(None)
        return records.are_new()

    return Scene(name, records.lay, attempt, records.stand, mended)
