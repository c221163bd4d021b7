"""What the steps of a build have made, in one file, by the digests of what they read."""

import pickle
import sqlite3
import sys
import time
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Self, TypeVar, cast

from repertory.base.digest import digest
from repertory.base.settings import ENGINE
from repertory.base.step import NotKept

Value = TypeVar("Value")
OLD = 24 * 3600  # seconds after which what another program or a killed build left is deleted
AT_ONCE = 500  # keys in one question to SQLite
MOST_BYTES = 16 * 2**20  # of values that are held before they are written
SPARE = 3  # times what the last build used that is kept for going back and forth
PATIENCE = 60  # seconds for which another build may hold the file
FEWEST = 3_000  # values that are kept in any case
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS noted (name TEXT PRIMARY KEY, value BLOB);
CREATE TABLE IF NOT EXISTS made (key BLOB, part INTEGER, value BLOB, PRIMARY KEY (key, part));
"""


@cache
def program() -> bytes:
    """Return the digest of this program, of Python, and of the versions of all its packages."""
    files = sorted(ENGINE.rglob("*.py"))
    sources = (digest(str(file.relative_to(ENGINE)), file.read_bytes()) for file in files)
    packages = {found.name for place in sys.path for found in Path(place).glob("*.dist-info")}
    return digest(sys.version, "\n".join(sorted(packages)), *sources)


class Cache:
    """A file of pickled values by their keys; a value may have bulk that is read when asked for.

    The file may be deleted and a run be killed at any time: SQLite takes back what was not
    finished. Each version of the program has a file of its own, since another one may still run;
    one that is damaged, which the loss of power may do, is begun anew. What is kept under names is
    held in memory too.
    """

    def __init__(self, folder: Path) -> None:
        self.path = file_in(folder)
        self._used: set[bytes] = set()
        self._held: dict[str, object] = {}
        self._fresh: set[str] = set()
        self._rows: list[tuple[bytes, int, bytes]] = []
        self._bytes = 0  # in the rows
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._database = self._opened()
        except sqlite3.OperationalError:  # another build holds it, or the disk refuses it
            raise
        except sqlite3.DatabaseError:
            remove_cache(folder)
            self._database = self._opened()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.write()
        finally:
            self._database.close()

    @property
    def stands(self) -> bool:
        """Tell whether the file is still where it was opened: it may be deleted at any time."""
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False

    def find(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the values that are there, by their keys."""
        self._flush()
        found: dict[bytes, bytes] = {}
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            marks = ",".join("?" * len(some))
            question = f"SELECT key, value FROM made WHERE part = 0 AND key IN ({marks})"
            found.update(self._database.execute(question, some))
        self._used.update(found)
        return found

    def having(self, keys: Sequence[bytes]) -> set[bytes]:
        """Return those of the keys under which there are values."""
        self._flush()
        found: set[bytes] = set()
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            marks = ",".join("?" * len(some))
            question = f"SELECT key FROM made WHERE part = 0 AND key IN ({marks})"
            found.update(key for (key,) in self._database.execute(question, some))
        return found

    def use(self, keys: Iterable[bytes]) -> None:
        """Keep values though nobody asks for them: what was made from them still stands."""
        self._used.update(keys)

    def bulk(self, key: bytes, part: int) -> object:
        """Return the bulk of that number, from 1, that was kept with a value.

        Raises NotKept where there is none; all that is noted is dropped then, so that the next
        build does not rely on it.
        """
        self._flush()
        question = "SELECT value FROM made WHERE key = ? AND part = ?"
        row = self._database.execute(question, (key, part)).fetchone()
        if row is None:
            self._held.clear()
            self._fresh.clear()
            with self._database:
                self._database.execute("DELETE FROM noted")
            raise NotKept("The cache has lost something: please build again.")
        return pickle.loads(row[0])

    def keep(self, key: bytes, parts: Iterable[bytes], first: int = 0) -> None:
        """Keep a value and its bulk, or the bulk alone, whose `first` number is 1.

        Other processes see it once `write` is called.
        """
        for number, part in enumerate(parts, first):
            self._rows.append((key, number, part))
            self._bytes += len(part)
        self._used.add(key)
        if self._bytes > MOST_BYTES:
            self.write()

    def write(self) -> None:
        """Write what is to be kept, so that other builds wait no longer than that takes."""
        if not self._rows and not self._fresh:
            return
        with self._database:
            question = "INSERT OR REPLACE INTO made VALUES (?, ?, ?)"
            self._database.executemany(question, self._rows)
            for name in sorted(self._fresh):
                value = self._held[name]
                if value is None:
                    self._database.execute("DELETE FROM noted WHERE name = ?", (name,))
                else:
                    question = "INSERT OR REPLACE INTO noted VALUES (?, ?)"
                    self._database.execute(question, (name, pickle.dumps(value, 5)))
        self._rows.clear()
        self._bytes = 0
        self._fresh.clear()

    def note(self, name: str, value: object) -> None:
        """Keep a value under a name, in the place of an earlier one, once `write` is called.

        None is not kept, and takes away what was.
        """
        self._held[name] = value
        self._fresh.add(name)

    def noted(self, name: str, default: Value) -> Value:
        """Return the value that was kept under a name; nobody changes it."""
        if name in self._held:
            held = self._held[name]
            return default if held is None else cast(Value, held)
        row = self._database.execute("SELECT value FROM noted WHERE name = ?", (name,)).fetchone()
        if row is None:
            return default
        found: Value = pickle.loads(row[0])
        self._held[name] = found
        return found

    def _flush(self) -> None:
        """Let what was kept be found."""
        if self._rows:
            self.write()

    def shrink(self) -> None:
        """Drop all that was not asked for since this was last called, once that is most of it."""
        used, self._used = self._used, set()
        self._flush()
        (count,) = self._database.execute("SELECT count(DISTINCT key) FROM made").fetchone()
        if count <= max(FEWEST, SPARE * len(used)):
            return
        self.write()
        with self._database:
            self._database.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY)")
            self._database.executemany("INSERT INTO used VALUES (?)", ((key,) for key in used))
            self._database.execute("DELETE FROM made WHERE key NOT IN (SELECT key FROM used)")
            self._database.execute("DROP TABLE used")
        self._database.execute("VACUUM")

    def _opened(self) -> sqlite3.Connection:
        """Open the file, and delete those that nobody has used for long."""
        for old in _files(self.path.parent):
            is_own = old.name.startswith(self.path.name)
            if not is_own and old.stat().st_mtime < time.time() - OLD:
                old.unlink(missing_ok=True)
        database = sqlite3.connect(self.path, timeout=PATIENCE, check_same_thread=False)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                database.executescript(SCHEMA)
                break
            except sqlite3.OperationalError as fault:  # SQLite does not wait for the first line
                if "locked" not in str(fault) or time.monotonic() > until:
                    raise
                time.sleep(0.02)
        self._inode = self.path.stat().st_ino
        return database


def file_in(folder: Path) -> Path:
    """Return the file in which this version of the program keeps what it makes."""
    return folder / f"made-{program().hex()[:12]}.sqlite"


def remove_cache(folder: Path) -> None:
    """Delete the files in which builds keep what they make."""
    for file in _files(folder):
        file.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    return [*folder.glob(f"made-{'[0-9a-f]' * 12}.sqlite*")]
