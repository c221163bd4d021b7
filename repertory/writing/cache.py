"""What the steps of a build have made, in one file, by the digests of what they read."""

import pickle
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Self, TypeVar, cast

from repertory.base.digest import digest
from repertory.base.step import NotKept

Value = TypeVar("Value")
ENGINE = Path(__file__).parents[1]
FILE = "made.sqlite"
AT_ONCE = 500  # keys in one question to SQLite
MOST_ROWS = 4_000  # that are held before they are written
SPARE = 3  # times what the last build used that is kept for going back and forth
FEWEST = 3_000  # values that are kept in any case
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS program (digest BLOB NOT NULL);
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
    finished. What another version of the program made is dropped, and so is a file that is
    damaged, which the loss of power may do. What is kept under names is held in memory too, but
    for processes that only read what another one `notes`.
    """

    def __init__(self, folder: Path, notes: bool = True) -> None:
        self.path = folder / FILE
        self._used: set[bytes] = set()
        self._held: dict[str, object] = {}
        self._fresh: set[str] = set()
        self._rows: list[tuple[bytes, int, bytes]] = []
        self._notes = notes
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

        Raises NotKept where there is none, since what it was made from has changed meanwhile.
        """
        self._flush()
        question = "SELECT value FROM made WHERE key = ? AND part = ?"
        row = self._database.execute(question, (key, part)).fetchone()
        if row is None:
            raise NotKept("A file was changed while it was read: please build again.")
        return pickle.loads(row[0])

    def keep(self, key: bytes, parts: Iterable[bytes], first: int = 0) -> None:
        """Keep a value and its bulk, or the bulk alone, whose `first` number is 1.

        Other processes see it once `write` is called.
        """
        self._rows += ((key, number, part) for number, part in enumerate(parts, first))
        self._used.add(key)
        if len(self._rows) > MOST_ROWS:
            self.write()

    def write(self) -> None:
        """Write what is to be kept, so that other builds wait no longer than that takes."""
        question = "INSERT OR REPLACE INTO made VALUES (?, ?, ?)"
        self._database.executemany(question, self._rows)
        self._rows.clear()
        for name in sorted(self._fresh):
            value = self._held[name]
            if value is None:
                self._database.execute("DELETE FROM noted WHERE name = ?", (name,))
            else:
                question = "INSERT OR REPLACE INTO noted VALUES (?, ?)"
                self._database.execute(question, (name, pickle.dumps(value, 5)))
        self._fresh.clear()
        self._database.commit()

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
        if self._notes:
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
        """Open the file, and empty it where another program made it."""
        database = sqlite3.connect(self.path, timeout=60, check_same_thread=False)
        database.executescript(SCHEMA)
        self._inode = self.path.stat().st_ino
        if database.execute("SELECT digest FROM program").fetchone() != (program(),):
            with database:
                database.execute("DELETE FROM program")
                database.execute("DELETE FROM noted")
                database.execute("DELETE FROM made")
                database.execute("INSERT INTO program VALUES (?)", (program(),))
        return database


def remove_cache(folder: Path) -> None:
    """Delete the file in which a cache keeps what it has."""
    for ending in ("", "-wal", "-shm"):
        (folder / f"{FILE}{ending}").unlink(missing_ok=True)
