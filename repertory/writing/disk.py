"""What is asked of a disk: to be ours alone, to keep what it gets, to exchange folders at once."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE, EXCHANGE = -100, 2  # what Linux calls AT_FDCWD and RENAME_EXCHANGE


class Busy(Exception):
    """Another run is writing to the same place."""


@contextmanager
def alone(folder: Path, waits: bool = False) -> Iterator[None]:
    """Hold a folder, so that no other run writes there meanwhile; raises Busy, unless it waits."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError as fault:
            message = "Another run is at work here: wait for it to end, and give the command again."
            raise Busy(message) from fault
        yield
    finally:
        os.close(handle)


def keep(path: Path) -> None:
    """Have a file, or the names in a folder, outlive a loss of power from now on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def swap(one: Path, other: Path) -> bool:
    """Let two folders change names, so that nobody ever sees either missing; tell whether it was.

    Linux can do so on most disks, but Python has no word for it.
    """
    from ctypes import CDLL  # late: few builds need it

    rename = getattr(CDLL(None), "renameat2", None)
    names = os.fsencode(one), os.fsencode(other)
    return rename is not None and rename(HERE, names[0], HERE, names[1], EXCHANGE) == 0
