"""Rebuilds when a file of the site is saved."""

import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from watchdog.events import (
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

CHANGES = {EVENT_TYPE_CREATED, EVENT_TYPE_DELETED, EVENT_TYPE_MODIFIED, EVENT_TYPE_MOVED}
WATCHED = ("content", "templates")
QUIET = 0.1  # seconds without a further event after which saves count as finished


class Saves(FileSystemEventHandler):
    """Sets an event for changes below the watched folders and of taxonomy.yaml, not for reading."""

    def __init__(self, root: Path, saved: Event) -> None:
        self.root = root
        self.saved = saved

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note a change; an editor that saves by renaming is seen by where the file arrives."""
        if event.event_type not in CHANGES or event.is_directory:
            return
        for name in (event.src_path, event.dest_path):
            parts = Path(str(name)).parts[len(self.root.parts) :]
            if parts and (parts[0] in WATCHED or parts == ("taxonomy.yaml",)):
                self.saved.set()


def watch(root: Path, rebuild: Callable[[], None]) -> BaseObserver:
    """Call `rebuild`, in a thread of its own, whenever files below `root` have been saved."""
    saved = Event()
    observer = Observer()
    handler = Saves(root.resolve(), saved)
    observer.schedule(handler, str(root.resolve()))
    for name in WATCHED:
        if (root / name).is_dir():
            observer.schedule(handler, str((root / name).resolve()), recursive=True)
    observer.start()

    def loop() -> None:
        while True:
            saved.wait()
            while saved.is_set():
                saved.clear()
                saved.wait(QUIET)
            finished = False
            try:
                rebuild()
                finished = True
            finally:
                if not finished:  # a fault of our own: better no preview than a stale one
                    signal.raise_signal(signal.SIGINT)

    Thread(target=loop, daemon=True, name="rebuild").start()
    return observer
