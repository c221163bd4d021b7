"""A machine that fails when it is told to: at one call that changes its disk, or from there on."""

import errno
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from ctypes import CDLL
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, TypeVar

from repertory.writing.burst import JOURNAL

CHANGES = {
    "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate",
}  # fmt: skip
TAKES_SPACE = {"os.mkdir", "os.link"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
Made = TypeVar("Made")
NEW_MOUNTS, NEW_USER = 0x20000, 0x10000000  # what Linux calls CLONE_NEWNS and CLONE_NEWUSER
SPACE = 4_000  # bytes that a file may still have on a disk that is full


FULL, DEAD = -1, -2  # beside the errors of the system: from that call on, or at it


class Fault(NamedTuple):
    """The call at which a machine fails, from 0, its error, and whether it fails ever after.

    Of what is written on a FULL disk, the beginning is there. A DEAD machine ends in the call.
    """

    at: int
    error: int
    lasts: bool = False

    def __str__(self) -> str:
        names = {**errno.errorcode, FULL: "disk full", DEAD: "killed"}
        return f"{names[self.error]} {'from' if self.lasts else 'at'} call {self.at}"


class Ended(NamedTuple):
    """How a program ended: its exit code, and what it said.

    `calls` are those that were to change the disk; `unkept` are names that files got before the
    disk was made to keep what is in them.
    """

    code: int
    said: str
    calls: int
    unkept: tuple[str, ...]


class Machine:
    """Hears of every call that is to change what lies below a folder, and may refuse it."""

    def __init__(self, root: Path, fault: Fault | None) -> None:
        self.root = os.path.realpath(root)
        self.fault = fault
        self.calls = 0
        self.unkept: list[str] = []
        self._fresh: set[str] = set()  # files that a loss of power would empty
        self._journal = ""  # the folder of a journal whose name it would take

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """Listen to Python's own account of what it does."""
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
            path = self._own(arguments[0])
            if path:
                self._change(event, path)
                self._fresh.add(path)
        elif event == "sqlite3.connect" and self._own(arguments[0]):
            try:
                self._change(event, str(arguments[0]))
            except OSError as fault:
                raise sqlite3.OperationalError("unable to open database file") from fault
        elif event in CHANGES:
            path = self._own(arguments[0])
            if path or arguments[-1] not in (-1, None):  # a name in a folder that is open
                self._change(event, path or str(arguments[0]))
            if event == "os.rename":
                self._named(path, self._own(arguments[1]))
            elif event == "os.remove":
                self._fresh.discard(path)

    def fsync(self, handle: int) -> None:
        """Keep a file or a folder."""
        path = str(Path(f"/proc/self/fd/{handle}").readlink())
        self._change("fsync", path)
        self._fresh.discard(path)
        self._journal = "" if path == self._journal else self._journal

    def sync(self) -> None:
        """Keep all."""
        self._fresh.clear()

    def _own(self, path: object) -> str:
        """Return a path below the folder as text, or "" if it is none."""
        if not isinstance(path, str | bytes | os.PathLike):
            return ""
        text = os.fsdecode(path)
        return text if f"{text}/".startswith(f"{self.root}/") else ""

    def _change(self, event: str, path: str) -> None:
        number, self.calls = self.calls, self.calls + 1
        if not self.fault or number < self.fault.at:
            return
        _, error, lasts = self.fault
        if error == DEAD:
            os.kill(os.getpid(), signal.SIGKILL)
        if error == FULL:
            _leave(SPACE)
            error, lasts = (errno.ENOSPC if event in TAKES_SPACE else 0), True
        if error and (lasts or number == self.fault.at):
            raise OSError(error, os.strerror(error), path)

    def _named(self, old: str, new: str) -> None:
        """Note what is named before it is kept."""
        moved = {path for path in self._fresh if path == old or path.startswith(f"{old}/")}
        self.unkept += sorted(path.replace(old, new, 1) for path in moved)
        if self._journal:
            self.unkept.append(f"{self._journal}/{JOURNAL}")
        folder, _, name = new.rpartition("/")
        self._journal = folder if name == JOURNAL else ""


def run(action: Callable[[], object], root: Path, out: Path, fault: Fault | None = None) -> Ended:
    """Do something in a process of its own, and see what it says into the file `out`."""
    record = out.with_suffix(".json")
    record.unlink(missing_ok=True)
    process = get_context("fork").Process(target=_do, args=(action, root, out, record, fault))
    process.start()
    process.join()
    calls, unkept = json.loads(record.read_text("utf-8")) if record.is_file() else (0, [])
    return Ended(process.exitcode or 0, out.read_text("utf-8"), calls, tuple(unkept))


def unclear(ended: Ended) -> str:
    """Say what is wrong with how a program ended: what to do is told in the end, in two lines."""
    lines = ended.said.strip().split("\n\n")[-1].splitlines()
    if ended.code in (0, -signal.SIGKILL):
        return "" if "Traceback" not in ended.said else ended.said
    told = ended.code == 2 and 1 <= len(lines) <= 2 and "again" in ended.said
    return "" if told else f"it ends with {ended.code}: {ended.said}"


def with_mounts(action: Callable[[], Made]) -> Made | None:
    """Do something in a process that may mount what no other sees; None where none may."""
    receiver, sender = (fork := get_context("fork")).Pipe(duplex=False)
    process = fork.Process(target=_mounting, args=(action, sender))
    process.start()
    sender.close()
    try:
        made: Made | None = receiver.recv()
    except EOFError:  # it has told why
        made = None
    process.join()
    assert process.exitcode == 0
    return made


def _mounting(action: Callable[[], object], sender: Connection) -> None:
    user, group = os.getuid(), os.getgid()
    unshared = CDLL(None).unshare(NEW_MOUNTS if user == 0 else NEW_MOUNTS | NEW_USER) == 0
    maps = {"setgroups": "deny", "uid_map": f"0 {user} 1", "gid_map": f"0 {group} 1"}
    for name, text in maps.items() if unshared and user else ():
        Path(f"/proc/self/{name}").write_text(text, "utf-8")
    private = ["mount", "--make-rprivate", "/"]
    may = unshared and subprocess.run(private, check=False, capture_output=True).returncode == 0
    sender.send(action() if may else None)


def _do(
    action: Callable[[], object], root: Path, out: Path, record: Path, fault: Fault | None
) -> None:
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number in (1, 2):
        os.dup2(handle, number)
    sys.stdout = sys.stderr = os.fdopen(handle, "w", 1, encoding="utf-8")
    machine = Machine(root, fault)
    for name in ("fsync", "sync"):
        setattr(os, name, getattr(machine, name))
    sys.addaudithook(machine.hear)
    try:
        action()
    finally:
        _leave(resource.RLIM_INFINITY)
        record.write_text(json.dumps([machine.calls, machine.unkept]), "utf-8")


def _leave(space: int) -> None:
    """Let files grow to so many bytes and no further."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (space if most < 0 else min(space, most), most))
