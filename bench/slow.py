"""A slow processor: the browser's page processes stand still most of every few milliseconds.

Chromium's own throttling slows a page's main thread and leaves its workers fast; this slows both.
It needs Linux, which lists processes in /proc.
"""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

SLICE = 0.001  # seconds for which the processes run at a time
LOOP = "const t = performance.now(); for (let i = 0, x = 1; i < 1e8; i++) x = (x * 31 + i) | 0;"
ON_PAGE = f"() => {{ {LOOP} return performance.now() - t; }}"
IN_WORKER = f"""() => new Promise((done) => {{
  const program = new Blob(["{LOOP} postMessage(performance.now() - t);"]);
  new Worker(URL.createObjectURL(program)).onmessage = (event) => done(event.data);
}})"""


@contextmanager
def slowed(factor: float) -> Iterator[None]:
    """Make the pages that are open slower by a factor while the block runs."""
    context = get_context("spawn")
    pages, begun, done = _pages(), context.Event(), context.Event()
    brake = context.Process(target=_brake, args=(pages, factor, begun, done), daemon=True)
    brake.start()
    begun.wait()
    try:
        yield
    finally:
        done.set()
        brake.join()
        _send(signal.SIGCONT, pages)


def measured(browser: Browser, factor: float) -> list[float]:
    """Return how much slower a loop becomes, on a page and in a worker."""
    page = browser.new_page()
    page.goto("about:blank")
    plain = [min(page.evaluate(loop) for _ in range(5)) for loop in (ON_PAGE, IN_WORKER)]
    with slowed(factor):
        slow = [median(page.evaluate(loop) for _ in range(3)) for loop in (ON_PAGE, IN_WORKER)]
    page.close()
    return [after / before for before, after in zip(plain, slow, strict=True)]


def _brake(pages: Sequence[int], factor: float, begun: Event, done: Event) -> None:
    """Stop the processes for `factor - 1` times as long as they ran; delays are made up for."""
    begun.set()
    rest = 0.0
    while not done.is_set():
        _send(signal.SIGCONT, pages)
        start = time.perf_counter()
        time.sleep(SLICE)
        _send(signal.SIGSTOP, pages)
        stop = time.perf_counter()
        rest += (stop - start) * (factor - 1)
        time.sleep(max(0.0, rest))
        rest -= time.perf_counter() - stop


def _send(what: signal.Signals, processes: Sequence[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, what)


def _pages() -> list[int]:
    """Return the processes of pages among those that this one has started."""
    parents, pages = dict[int, int](), list[int]()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end meanwhile
            status = (folder / "stat").read_text().rpartition(")")[2]
            parents[int(folder.name)] = int(status.split()[1])
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                pages.append(int(folder.name))
    return [page for page in pages if os.getpid() in _ancestors(page, parents)]


def _ancestors(process: int, parents: dict[int, int]) -> Iterator[int]:
    while process := parents.get(process, 0):
        yield process
