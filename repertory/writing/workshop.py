"""What the steps of a build run with: a cache, processes, a profile, and a bar of progress."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, Self

from repertory.base.profile import Profile
from repertory.base.settings import Settings
from repertory.base.step import File, Function, Item, Value
from repertory.writing.cache import Cache
from repertory.writing.places import refuse_misplaced
from repertory.writing.work import Processes, cached_map, packed_map

SHOWN_AS = {
    "records": "Reading",
    "prose": "Converting",
    "pictures": "Copying",
    "words": "Indexing",
    "lines": "Listing",
}
WEIGHTS = {"pictures": 100}  # how many records are as much work as one of these


class Progress(Protocol):
    """Passes items through, and may show what is being done and how far it is."""

    def __call__(self, doing: str, items: Sequence[Item]) -> Iterable[Item]:
        """Return the items."""


def quietly(doing: str, items: Sequence[Item]) -> Iterable[Item]:
    """Show nothing."""
    return items


class Workshop:
    """What builds of a site work with: the cache of what was made before, and processes.

    `jobs` is the number of processes; by default there is one for each processor. A cache that is
    not kept lies in a temporary folder: every step is the same, and nothing is there to reuse.
    """

    def __init__(
        self,
        settings: Settings,
        jobs: int | None = None,
        is_cached: bool = True,
        progress: Progress = quietly,
    ) -> None:
        self.settings = settings
        self.progress = progress
        self.profile = Profile()
        self._open = ExitStack()
        refuse_misplaced(settings)
        folder = settings.cache
        if not is_cached:
            folder = Path(self._open.enter_context(TemporaryDirectory(prefix="repertory-")))
        self.cache = self._open.enter_context(Cache(folder))
        count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self.processes = self._open.enter_context(Processes(jobs or count or 1, self.cache))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def packed(
        self,
        name: str,
        function: Function[File, Value],
        items: Sequence[File],
        key: Callable[[File], bytes],
    ) -> Sequence[tuple[bytes, Value]]:
        """Run a step that all records go through each time; what it makes is kept in packs."""
        with self.profile.step(name) as spent:
            made = packed_map(name, function, items, key, self.cache, self.processes, spent)
            shown = zip(self.progress(SHOWN_AS[name], items), made, strict=True)
            return [pair for _, pair in shown]

    def single(
        self,
        name: str,
        function: Function[Item, Value],
        items: Sequence[Item],
        key: Callable[[Item], bytes],
    ) -> Iterator[tuple[bytes, Value]]:
        """Begin a step that some records go through; what it makes is kept for each by itself."""
        with self.profile.step(name) as spent:
            weight = WEIGHTS.get(name, 1)
            made = cached_map(function, items, key, self.cache, self.processes, spent, weight)
        shown = zip(self.progress(SHOWN_AS[name], items), made, strict=True)
        return self.profile.timed(name, (pair for _, pair in shown))
