"""Makes values of items: only those that no cache has, and in several processes where many."""

import gc
import os
import pickle
import signal
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Self, TypeAlias
from weakref import WeakSet
from zlib import crc32

from repertory.base.profile import Spent, processor_time
from repertory.base.step import File, Function, Item, Made, NotKept, Value
from repertory.writing.cache import Cache, program

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

PACKS = 128  # a change writes one of them anew, and to read them all takes as many questions
WINDOW = 2_000  # items that are looked up at once
CHUNK = 20  # items that a process is sent at once
AHEAD = 8  # chunks under way: enough to keep all processes busy, few enough to hold
FEW = 300  # items for which starting processes would take longer than they save


ENDED = (
    "A process of the build was ended: is there enough memory? "
    "Build again, and start the preview again if the program was changed meanwhile."
)
Pickled: TypeAlias = tuple[Sequence[bytes], bool]  # value and bulk, and whether they are good


class EndedProcess(Exception):
    """A process that makes values has ended, and nobody knows why."""


class Processes:
    """Processes that are started when there is first enough to do for `count` of them.

    They are spawned and not forked, since the preview has threads, and a fork copies locks.
    """

    def __init__(self, count: int, cache: Cache) -> None:
        self.count = count
        self.cache = cache
        self._pool: ProcessPoolExecutor | None = None
        self._under_way: WeakSet[Future[tuple[list[Pickled], float]]] = WeakSet()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def share(self, count: int, weight: int = 1) -> bool:
        """Tell whether so many items are worth several processes, each as much work as `weight`."""
        return self.count > 1 and count * weight >= (CHUNK if self._pool else FEW)

    def map(
        self,
        function: Function[Item, Value],
        items: Sequence[Item],
        spent: Spent,
        ahead: int | None = AHEAD,
        weight: int = 1,
    ) -> Iterator[Pickled]:
        """Make the values of items, in order, here or in processes, whose time is `spent`.

        Processes begin at once, with `ahead` chunks or, with None, with all of them. What the cache
        is to keep is written before, so that they find it.
        """
        if not self.share(len(items), weight):
            return (_pickled(function(item, self.cache)) for item in items)
        self.cache.write()
        pool, pickled = self._started(), pickle.dumps(function)
        size = max(1, CHUNK // weight)
        chunks = (items[start : start + size] for start in range(0, len(items), size))
        begun = (_submitted(pool, pickled, chunk) for chunk in chunks)
        under_way = deque(islice(begun, ahead))
        self._under_way.update(under_way)

        def made() -> Iterator[Pickled]:
            from concurrent.futures import BrokenExecutor

            while under_way:
                try:
                    values, seconds = under_way.popleft().result()
                except BrokenExecutor as fault:
                    raise EndedProcess(ENDED) from fault
                spent.cpu += seconds
                for following in islice(begun, 1):
                    under_way.append(following)
                    self._under_way.add(following)
                yield from values

        return made()

    def settle(self) -> None:
        """Give up what nobody waits for any more, and wait for what is being made just now."""
        futures = list(self._under_way)
        for future in futures:
            future.cancel()
        for future in futures:
            if not future.cancelled():
                future.exception()

    def _started(self) -> "ProcessPoolExecutor":
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor  # late: few builds need it

            context = get_context("spawn")
            begin = self.cache.path.parent, program()
            self._pool = ProcessPoolExecutor(self.count, context, _begin, begin)
        return self._pool


def cached_map(
    function: Function[Item, Value],
    items: Sequence[Item],
    key: Callable[[Item], bytes],
    cache: Cache,
    jobs: Processes,
    spent: Spent,
    weight: int = 1,
) -> Iterator[tuple[bytes, Value]]:
    """Return the key and the value of each item, in order; what is missing is begun at once.

    `key` is the digest of all that `function` reads; what the cache has under it is not made
    again. What is not good is not kept, and has the key b"". Function, items and values are such
    as can be pickled. `spent` counts what was made and what reused; `weight` tells how much work an
    item is. Raises what `function` raises, and NotKept where values are gone meanwhile.
    """
    keys = [key(item) for item in items]
    there = cache.having(keys)
    missing = [item for item, item_key in zip(items, keys, strict=True) if item_key not in there]
    spent.made += len(missing)
    spent.reused += len(keys) - len(missing)
    made = jobs.map(function, missing, spent, None, weight)

    def found() -> Iterator[tuple[bytes, Value]]:
        for start in range(0, len(keys), WINDOW):
            window = keys[start : start + WINDOW]
            values = cache.find([item_key for item_key in window if item_key in there])
            for item_key in window:
                if item_key in there:
                    if item_key not in values:
                        raise NotKept("The cache was changed by another build: build again.")
                    yield item_key, pickle.loads(values[item_key])
                    continue
                parts, is_good = next(made)
                if is_good:
                    cache.keep(item_key, parts)
                yield item_key if is_good else b"", pickle.loads(parts[0])

    return found()


def packed_map(
    name: str,
    function: Function[File, Value],
    items: Sequence[File],
    key: Callable[[File], bytes],
    cache: Cache,
    jobs: Processes,
    spent: Spent,
) -> Iterator[tuple[bytes, Value]]:
    """Yield the key and the value of each item, as `cached_map` does.

    This is for items that are wanted each time and all together: their values, but not the bulk of
    these, are kept in packs, which are read much faster than one by one. `name` tells the packs of
    different functions from each other.
    """
    packs: list[dict[bytes, Value]] = [cache.noted(f"{name} {n}", {}) for n in range(PACKS)]
    found = [(key(item), crc32(os.fsencode(item.path)) % PACKS) for item in items]
    cache.use(item_key for item_key, _ in found)
    missing = [n for n, (item_key, pack) in enumerate(found) if item_key not in packs[pack]]
    spent.made += len(missing)
    spent.reused += len(items) - len(missing)
    made = jobs.map(function, [items[n] for n in missing], spent)
    now: list[dict[bytes, Value]] = [{} for _ in packs]
    for item_key, pack in found:
        is_good, value = True, packs[pack].get(item_key)
        if value is None:
            parts, is_good = next(made)
            value = pickle.loads(parts[0])
            if is_good:
                cache.keep(item_key, parts[1:], 1)
        if is_good:
            now[pack][item_key] = value
        yield item_key if is_good else b"", value
    for number, (before, after) in enumerate(zip(packs, now, strict=True)):
        if before.keys() != after.keys():
            cache.note(f"{name} {number}", after)


def _submitted(
    pool: "ProcessPoolExecutor", function: bytes, chunk: Sequence[object]
) -> "Future[tuple[list[Pickled], float]]":
    """Send a chunk to the pool, which may start a process for it: that never hears of Ctrl+C."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        return pool.submit(_made_of_chunk, function, chunk)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_shelf: list[Cache] = []  # the cache of a process of our own


def _made_of_chunk(pickled: bytes, chunk: Sequence[object]) -> tuple[list[Pickled], float]:
    """Make the values of some items in a process of our own, and tell its seconds."""
    begun = processor_time()
    function = _function(pickled)
    made = [_pickled(function(item, _shelf[0])) for item in chunk]
    with suppress(sqlite3.OperationalError):  # a full disk is told by the parent
        _shelf[0].write()
    return made, processor_time() - begun


@lru_cache(maxsize=2)
def _function(pickled: bytes) -> Function[object, object]:
    """Return a function that was sent; the same one is not unpickled for every chunk."""
    found: Function[object, object] = pickle.loads(pickled)
    return found


def _pickled(made: Made[Value]) -> Pickled:
    return [pickle.dumps(part, 5) for part in (made.value, *made.bulk)], made.is_good


def _begin(folder: Path, expected: bytes) -> None:
    """Begin a process: Ctrl+C is its parent's to hear, and without that it has nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # as in cli.py
    if program() != expected:
        raise EndedProcess("The program was changed while it ran: please start it again.")
    _shelf.append(Cache(folder))

    def follow() -> None:
        parent = parent_process()
        if parent:
            parent.join()
            os._exit(1)

    Thread(target=follow, daemon=True).start()
