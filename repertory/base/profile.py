"""Where the time of a build went, step by step."""

import resource
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class Spent:
    """What a step took: seconds of the clock and of all processors, and what it made or had."""

    wall: float = 0.0
    cpu: float = 0.0
    made: int = 0
    reused: int = 0


@dataclass(slots=True)
class Profile:
    """The steps in the order in which they began; a step's time is without that of steps in it."""

    steps: dict[str, Spent] = field(default_factory=dict)
    _open: list[Spent] = field(default_factory=list)
    _since: tuple[float, float] = (0.0, 0.0)

    @contextmanager
    def step(self, name: str) -> Iterator[Spent]:
        """Count the time of what is done inside as that of a step."""
        self._charge()
        spent = self.steps.setdefault(name, Spent())
        self._open.append(spent)
        try:
            yield spent
        finally:
            self._charge()
            self._open.pop()

    def timed(self, name: str, items: Iterable[Item]) -> Iterator[Item]:
        """Pass items through, and count the time that they take to come as that of a step."""
        iterator = iter(items)
        while True:
            with self.step(name):
                found = list(islice(iterator, 1))
            if not found:
                return
            yield found[0]

    def lines(self) -> Iterator[str]:
        """Yield the table of the steps."""
        yield f"{'step':10} {'seconds':>8} {'cpu':>8} {'made':>8} {'reused':>8}"
        for name, spent in self.steps.items():
            counts = f"{spent.made:8,} {spent.reused:8,}"
            yield f"{name:10} {spent.wall:8.2f} {spent.cpu:8.2f} {counts}"

    def _charge(self) -> None:
        now = time.perf_counter(), processor_time()
        if self._open:
            self._open[-1].wall += now[0] - self._since[0]
            self._open[-1].cpu += now[1] - self._since[1]
        self._since = now


def processor_time() -> float:
    """Return the seconds of the processor that this process took, and those that it saw end."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime
