"""Makes values of items: only those that no cache has, and in several processes where many."""

import gc
import os
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Self, TypeAlias
from zlib import crc32

from repertory.base.profile import Spent
from repertory.base.step import File, Function, Item, Made, Value
from repertory.writing.cache import Cache

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

PACKS = 128  # a change writes one of them anew, and to read them all takes as many questions
WINDOW = 2_000  # items that are looked up at once
CHUNK = 20  # items that a process is sent at once
AHEAD = 8  # chunks under way: enough to keep all processes busy, few enough to hold
FEW = 300  # items for which starting processes would take longer than they save


Pickled: TypeAlias = tuple[Sequence[bytes], bool]  # value and bulk, and whether they are good


class Processes:
    """Processes that are started when there is first enough to do for `count` of them.

    They are spawned and not forked, since the preview has threads, and a fork copies locks.
    """

    def __init__(self, count: int, cache: Cache) -> None:
        self.count = count
        self.cache = cache
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def share(self, count: int) -> bool:
        """Tell whether so many items are worth several processes."""
        return self.count > 1 and count >= (CHUNK if self._pool else FEW)

    def map(
        self, function: Function[Item, Value], items: Sequence[Item], spent: Spent
    ) -> Iterator[Pickled]:
        """Make the values of items, in order, here or in processes, whose time is `spent`.

        What the cache is to keep is written before, so that processes find it.
        """
        if not self.share(len(items)):
            yield from (_pickled(function(item, self.cache)) for item in items)
            return
        self.cache.write()
        pool, pickled = self._started(), pickle.dumps(function)
        chunks = iter(range(0, len(items), CHUNK))
        under_way: deque[Future[tuple[list[Pickled], float]]] = deque()
        while True:
            for start in islice(chunks, AHEAD - len(under_way)):
                chunk = items[start : start + CHUNK]
                under_way.append(pool.submit(_made_of_chunk, pickled, chunk))
            if not under_way:
                return
            made, seconds = under_way.popleft().result()
            spent.cpu += seconds
            yield from made

    def _started(self) -> "ProcessPoolExecutor":
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor  # late: few builds need it

            context = get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, context, _begin, (self.cache.path.parent,))
        return self._pool


def cached_map(
    function: Function[Item, Value],
    items: Iterable[Item],
    key: Callable[[Item], bytes],
    cache: Cache,
    jobs: Processes,
    spent: Spent,
) -> Iterator[tuple[bytes, Value]]:
    """Yield the key and the value of each item, in order.

    `key` is the digest of all that `function` reads; what the cache has under it is not made
    again. Function, items and values are such as can be pickled. `spent` counts what was made and
    what reused. Raises what `function` raises.
    """
    waiting = iter(items)
    while window := list(islice(waiting, WINDOW)):
        keys = [key(item) for item in window]
        found = cache.find(keys)
        missing = [number for number, each in enumerate(keys) if each not in found]
        spent.made += len(missing)
        spent.reused += len(found)
        made = jobs.map(function, [window[number] for number in missing], spent)
        for item_key in keys:
            if item_key in found:
                yield item_key, pickle.loads(found[item_key])
                continue
            parts, is_good = next(made)
            if is_good:
                cache.keep(item_key, parts)
            yield item_key, pickle.loads(parts[0])
        cache.write()


def packed_map(
    name: str,
    function: Function[File, Value],
    items: Sequence[File],
    key: Callable[[File], bytes],
    cache: Cache,
    jobs: Processes,
    spent: Spent,
) -> Iterator[tuple[bytes, Value]]:
    """Yield the key and the value of each item, as `cached_map` does; failures have no key.

    This is for items that are wanted each time and all together: their values, but not the bulk of
    these, are kept in packs, which are read much faster than one by one. `name` tells the packs of
    different functions from each other.
    """
    packs: list[dict[bytes, Value]] = [cache.noted(f"{name} {n}", {}) for n in range(PACKS)]
    found = [(key(item), crc32(item.path.encode()) % PACKS) for item in items]
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


_shelf: list[Cache] = []  # the cache of a process of our own


def _made_of_chunk(pickled: bytes, chunk: Sequence[object]) -> tuple[list[Pickled], float]:
    """Make the values of some items in a process of our own, and tell its seconds."""
    begun = time.process_time()
    function = _function(pickled)
    made = [_pickled(function(item, _shelf[0])) for item in chunk]
    return made, time.process_time() - begun


@lru_cache(maxsize=2)
def _function(pickled: bytes) -> Function[object, object]:
    """Return a function that was sent; the same one is not unpickled for every chunk."""
    found: Function[object, object] = pickle.loads(pickled)
    return found


def _pickled(made: Made[Value]) -> Pickled:
    return [pickle.dumps(part, 5) for part in (made.value, *made.bulk)], made.is_good


def _begin(folder: Path) -> None:
    """Begin a process: Ctrl+C is its parent's to hear, and without that it has nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # as in cli.py
    _shelf.append(Cache(folder, notes=False))

    def follow() -> None:
        parent = parent_process()
        if parent:
            parent.join()
            os._exit(1)

    Thread(target=follow, daemon=True).start()
