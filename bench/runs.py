"""One measured run of a command: time, memory, files, and how busy the machine was otherwise.

It needs Linux, which lists processes and their memory in /proc.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Thread
from typing import IO, NamedTuple

LOOK = 0.05  # seconds between two looks at the memory
SHARE = 20  # and at least so many times what a look takes, which is long with gigabytes
PAUSE = 2.0  # seconds before an edit, in which a server comes to rest
FORGOTTEN = 65  # seconds after which ext4 no longer looks past the inodes of deleted files
TICKS = os.sysconf("SC_CLK_TCK")
Command = Sequence[str | Path]
Stamps = dict[str, int]  # when each file of a folder was written


class Run(NamedTuple):
    """What a command took: seconds, MB, the cores that others kept busy, and files it wrote.

    `pace` is how many seconds a loop took just before: the same machine is not always as fast.
    """

    wall: float
    cpu: float = 0.0
    peak: float = 0.0
    others: float = 0.0
    printed: str = ""
    written: int = 0
    pages: int = 0
    pace: float = 0.0

    def then(self, later: "Run") -> "Run":
        """Return this run and a later one as one."""
        wall = self.wall + later.wall
        return Run(
            wall,
            self.cpu + later.cpu,
            max(self.peak, later.peak),
            (self.others * self.wall + later.others * later.wall) / wall,
            self.printed + later.printed,
            self.written + later.written,
            self.pages,
            self.pace,
        )


def run(command: Command, folder: Path, out: Path, more: Mapping[str, str] | None = None) -> Run:
    """Run a command that writes into `out`, with more variables in its environment.

    Its processor time is that of the whole tree of processes, each waited for by its parent; its
    peak the largest sum of their memory that was seen (PSS, which counts once what they share).
    """
    environment, done, peaks = {**_environment(), **(more or {})}, Event(), [0.0]
    before, pace = stamps(out), _pace()
    with TemporaryFile() as log:
        busy, start = _busy(), time.perf_counter()
        process = _started(command, folder, environment, log)
        watcher = Thread(target=_watch, args=(process.pid, done, peaks))
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        done.set()
        watcher.join()
        log.seek(0)
        printed = log.read().decode("utf-8", "replace")
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{printed[-2_000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    others = max(0.0, (_busy() - busy - cpu) / wall)
    after = stamps(out)
    written = len(after.items() - before.items())
    return Run(wall, cpu, max(peaks), others, printed, written, pages(after), pace)


@contextmanager
def running(command: Command, folder: Path) -> Iterator[IO[bytes]]:
    """Run a server while the block runs; give what it prints."""
    environment = _environment() | {"PYTHONUNBUFFERED": "1"}
    process = _started(command, folder, environment, subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def put_aside(folder: Path, work: Path) -> None:
    """Move a folder out of the way, until `begin` deletes it.

    To delete it now would slow what is measured next: for a minute ext4 looks past the inodes of
    deleted files wherever it makes one, which costs several times as much as to make it.
    """
    if folder.exists():
        aside = work / "aside"
        aside.mkdir(exist_ok=True)
        folder.rename(aside / str(time.time_ns()))


def begin(work: Path) -> None:
    """Delete what was measured before, and wait until that slows nothing any more."""
    if work.exists():
        shutil.rmtree(work)
        os.sync()
        time.sleep(FORGOTTEN)


def stamps(folder: Path) -> Stamps:
    """Return when each file below a folder was written."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            file = Path(parent, name)
            found[str(file)] = file.stat().st_mtime_ns
    return found


def pages(files: Stamps) -> int:
    """Return how many of some files are pages."""
    return sum(file.endswith(".html") for file in files)


def _environment() -> dict[str, str]:
    """Return the environment as users have it, where Python keeps what it compiles."""
    return {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _started(
    command: Command, folder: Path, environment: Mapping[str, str], out: IO[bytes] | int
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, by which its processes are known."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _watch(session: int, done: Event, peaks: list[float]) -> None:
    pause = 0.0
    while not done.wait(pause):
        start = time.perf_counter()
        peaks.append(sum(map(_memory, _members(session))))
        pause = max(LOOK, SHARE * (time.perf_counter() - start))


def _members(session: int) -> Iterator[Path]:
    """Yield the folders in /proc of the processes of a session."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end meanwhile
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                yield folder


def _memory(process: Path) -> float:
    """Return the memory of a process in MB, with its part of what it shares with others."""
    with suppress(OSError):  # it may end meanwhile
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1_024 / 1e6
    return 0.0


def _pace() -> float:
    """Return how many seconds a loop takes that is the same every time."""
    start = time.perf_counter()
    for number in range(1_000_000):
        number * number % 7
    return time.perf_counter() - start


def _busy() -> float:
    """Return the processor seconds that all programs of the machine have taken since its start."""
    numbers = Path("/proc/stat").read_text().partition("\n")[0].split()[1:8]
    user, nice, system, _, _, *interrupts = map(int, numbers)
    return (user + nice + system + sum(interrupts)) / TICKS
