"""Tries that may hang or grow without end: made in processes that can be ended, and measured."""

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from tests.conftest import ROOT

SECONDS = 2.0  # of the processor, for one try
MEGABYTES = 500  # of memory, at the peak
GIVEN_UP = 10  # seconds of the processor after which a try is ended
NEVER_ENDING = 300  # seconds of the clock after which it is, since it waits for something
AT_ONCE = 2  # processes
IN_A_ROW = 2_500  # tries that a process makes: what it remembers must not count as theirs


class Try(NamedTuple):
    """What was measured of a try, the marks that it left, and what did not hold, or ""."""

    number: int
    seconds: float = 0.0
    megabytes: int = 0
    marks: tuple[str, ...] = ()
    fault: str = ""

    def fallen(self) -> str:
        """Return in a line what did not hold, or ""."""
        if self.fault or self.seconds > SECONDS or self.megabytes > MEGABYTES:
            measured = f"{self.seconds:.2f} s, {self.megabytes} MB"
            return f"try {self.number}: {self.fault or measured}"
        return ""


def attempt(trial: Callable[[int], Iterable[str]], numbers: Iterable[int]) -> None:
    """Make tries in this process, and print what was measured of each as soon as it is over.

    Whatever a try raises ends the process.
    """
    for number in numbers:
        signal.setitimer(signal.ITIMER_PROF, GIVEN_UP)  # no handler: even C code is ended
        signal.alarm(NEVER_ENDING)
        begun = time.process_time()
        marks = trial(number)
        seconds = time.process_time() - begun
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(number, f"{seconds:.4f}", megabytes, *marks, flush=True)


def made(module: str, kind: str, count: int, folder: Path) -> list[Try]:
    """Make tries in processes that run `main(kind, first, end, folder)` of a module."""
    rows = [range(n, min(n + IN_A_ROW, count)) for n in range(0, count, IN_A_ROW)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda row: list(_made(module, kind, row, folder)), rows)
        return [each for row in found for each in row]


def _made(module: str, kind: str, numbers: Sequence[int], folder: Path) -> Iterator[Try]:
    """Make tries in a row, and go on behind one that ended its process."""
    left = numbers
    while left:
        place = folder / f"{kind}-{left[0]}"
        script = f"import sys; from {module} import main; main(*sys.argv[1:])"
        words = kind, str(left[0]), str(left[-1] + 1), str(place)
        with TemporaryFile("w+", encoding="utf-8") as said:
            with subprocess.Popen(
                [sys.executable, "-c", script, *words],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            ) as process:
                assert process.stdout
                for line in process.stdout:
                    number, seconds, megabytes, *marks = line.split()
                    left = left[1:]
                    yield Try(int(number), float(seconds), int(megabytes), tuple(marks))
            said.seek(0)
            last = said.read().strip().split("\n")[-1]
        if left:
            ended = f"ended with {process.returncode}"
            yield Try(left[0], fault=f"{ended}: {last}" if last else ended)
            left = left[1:]
