"""The watcher: what counts as saved, and what happens where the machine watches no more."""

import errno
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import pytest
from watchdog.observers.api import BaseObserver, EventEmitter, ObservedWatch

from repertory.preview import watch
from tests.previews import PATIENCE


@pytest.fixture
def saves(tmp_path: Path) -> Iterator[watch.Saves]:
    """Watch a folder that is not there yet, and a file."""
    with watch.Saves({tmp_path / "content", tmp_path / "taxonomy.yaml"}) as watching:
        yield watching


def test_only_what_a_site_is_made_from_is_told(saves: watch.Saves, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("built")
    (tmp_path / "notes.txt").write_text("my own")
    (tmp_path / "taxonomy.yaml").write_text("facets:")
    assert told(saves) == (tmp_path / "taxonomy.yaml",)


def test_hidden_files_of_editors_are_not_told(saves: watch.Saves, tmp_path: Path) -> None:
    folder = tmp_path / "content" / "news"
    folder.mkdir(parents=True)
    until_told(saves, tmp_path / "content")
    (folder / ".a.md.swp").write_text("half")
    (folder / ".a.md.part").write_text("whole")
    (folder / ".a.md.part").rename(folder / "a.md")
    assert told(saves) == (folder / "a.md",)


def told(saves: watch.Saves) -> tuple[Path, ...]:
    """Return what was saved, or fail where that is never told."""
    found: SimpleQueue[tuple[Path, ...]] = SimpleQueue()
    Thread(target=lambda: found.put(saves.wait()), daemon=True).start()
    return found.get(timeout=PATIENCE)


def until_told(saves: watch.Saves, path: Path) -> None:
    """Wait until a path was told."""
    while path not in told(saves):
        pass


def test_folders_as_deep_as_can_be_end_nothing(tmp_path: Path) -> None:
    deep = str(tmp_path / "content")
    for _ in range(1_100):
        Path(deep).mkdir()
        deep += "/d"
    with watch.Saves([tmp_path / "content"]) as saves:
        (tmp_path / "content" / "one.md").touch()
        until_told(saves, tmp_path / "content" / "one.md")
    subprocess.run(["rm", "-r", tmp_path / "content"], check=True)  # pytest could not go so deep


@pytest.mark.parametrize(("limit", "comes"), [(errno.EMFILE, "at once"), (errno.ENOSPC, "later")])
def test_folders_are_polled_where_inotify_has_run_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    limit: int,
    comes: str,
) -> None:
    class Exhausted(BaseObserver):
        def __init__(self) -> None:
            super().__init__(EventEmitter)
            if comes == "at once":
                raise OSError(limit, "inotify limit reached")

        def schedule(self, *_: object, **__: object) -> ObservedWatch:
            raise OSError(limit, "inotify limit reached")

    monkeypatch.setattr(watch, "Observer", Exhausted)
    record = tmp_path / "content" / "practices" / "one.md"
    record.parent.mkdir(parents=True)
    with watch.Saves([tmp_path / "content"]) as saves:
        assert capsys.readouterr().out == f"{watch.POLLING}\n"
        record.write_text("one")
        until_told(saves, record)
        shutil.rmtree(tmp_path / "content")
        until_told(saves, tmp_path / "content")
        record.parent.mkdir(parents=True)
        record.write_text("one again")
        told(saves)
        record.write_text("one at last")
        until_told(saves, record)
