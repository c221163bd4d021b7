"""What was saved: waits for changes of the files that a site is made from."""

import errno
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Self

import click
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

CHANGES: list[type[FileSystemEvent]] = [  # and nothing else: reading a file is an event too
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
QUIET = 0.025  # seconds without a further change after which a save counts as finished
MANY = 10  # changes, from which a program is at work (git, say) rather than a person
QUIET_OF_MANY = 0.25  # seconds, since programs pause
DEEPEST = 8  # folders in each other; of content/, nothing is read below the second
LONGEST = 2.0  # seconds after which changes are told even if they go on
EXHAUSTED = (errno.ENOSPC, errno.EMFILE)  # inotify: too many folders, or too many who watch
POLLING = (
    "This machine watches no more folders (its limit of inotify is reached),"
    " so they are looked through every second instead."
)


class Saves(FileSystemEventHandler):
    """The changes of `places`, which are files and folders, as they come.

    Every folder is watched by itself: only so does a folder that cannot be watched make itself
    known. Where folders come and go, all watches are set anew, before anybody reads the files:
    what was changed earlier will be read, and what is changed later will be told.
    """

    def __init__(self, places: Collection[Path]) -> None:
        self.places = tuple(place.resolve() for place in places)
        self._changes: SimpleQueue[tuple[Path, bool]] = SimpleQueue()
        self._observer = self._watching()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._observer.stop()

    def wait(self) -> tuple[Path, ...]:
        """Wait until something was changed and all is quiet again; return what it was."""
        found = dict([self._changes.get()])
        end = monotonic() + LONGEST
        with suppress(Empty):
            while (left := end - monotonic()) > 0:
                quiet = QUIET if len(found) < MANY else QUIET_OF_MANY
                path, is_folder = self._changes.get(timeout=min(quiet, left))
                found[path] = is_folder or found.get(path, False)
        if any(found.values()):
            self._observer.unschedule_all()
            self._observer = self._watching(self._observer)
        return tuple(found)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note a change; an editor that saves by renaming is seen by where the file arrives."""
        for name in (event.src_path, event.dest_path):
            path = Path(os.fsdecode(name))  # "." where an event has no such path
            if any(_is_part(path, place) for place in self.places):
                self._changes.put((path, event.is_directory))

    def _watching(self, observer: BaseObserver | None = None) -> BaseObserver:
        """Watch all there is, with `observer` or a new one; return what watches now."""
        try:
            observer = observer or _started(Observer())
            self._schedule(observer)
        except OSError as fault:
            if fault.errno not in EXHAUSTED:
                raise
            if observer:
                observer.stop()
            click.echo(POLLING)
            observer = _started(PollingObserver())
            self._schedule(observer)
        return observer

    def _schedule(self, observer: BaseObserver) -> None:
        """Watch the folders that the places stand in, and those that they are or have."""
        parents = dict.fromkeys(place.parent for place in self.places)
        for folder in chain(parents, *map(_folders, self.places)):
            with suppress(FileNotFoundError, NotADirectoryError):  # gone: its parent tells of it
                observer.schedule(self, str(folder), event_filter=CHANGES)


def _folders(folder: Path, depth: int = DEEPEST) -> Iterator[Path]:
    """Yield a folder, and those in it only once it is watched itself, so that none is missed."""
    if folder.is_dir():
        yield folder
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            for entry in sorted(folder.iterdir()) if depth else ():
                if not entry.is_symlink() and not entry.name.startswith("."):
                    yield from _folders(entry, depth - 1)


def _started(observer: BaseObserver) -> BaseObserver:
    observer.start()
    return observer


def _is_part(path: Path, place: Path) -> bool:
    """Tell whether a path is `place` or in it; hidden files are the editor's own."""
    inside = path.relative_to(place).parts if path.is_relative_to(place) else (".",)
    return not any(part.startswith(".") for part in inside)
