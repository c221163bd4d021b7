"""What is kept for the next build may be lost at any time; what processes make may be given up."""

import os
import pickle
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from repertory.base.profile import Spent
from repertory.base.step import Made, NotKept, Shelf
from repertory.writing import cache, work
from repertory.writing.manifest import MANIFEST
from repertory.writing.output import Placed
from repertory.writing.standing import Standing
from tests.worlds import SITES, built, lay_out, outcome, settings_of


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a copy of the small world."""
    return lay_out(tmp_path / "world", SITES / "small")


def spoil(file: Path) -> None:
    file.write_bytes(b"no database" * 1_000)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def lose_what_is_in_bulk(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("DELETE FROM made")


def test_a_cache_that_has_lost_something_is_mended_by_the_next_build(world: Path) -> None:
    first = outcome(world, world / "site", is_cached=True)
    lose_what_is_in_bulk(cache.file_in(world / ".repertory-cache"))
    shutil.rmtree(world / "site")
    with pytest.raises(NotKept):
        outcome(world, world / "site", is_cached=True)
    assert outcome(world, world / "site", is_cached=True) == first


def test_programs_of_two_versions_share_nothing(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cache.Cache(world) as ours:
        ours.note("name", "ours")
        monkeypatch.setattr(cache, "program", lambda: b"another program")
        with cache.Cache(world) as theirs:
            theirs.note("name", "theirs")
    with cache.Cache(world) as again:
        assert again.noted("name", "") == "theirs"
    os.utime(ours.path, (0, 0))
    with cache.Cache(world):
        assert not ours.path.exists()


@pytest.mark.parametrize("harm", [spoil, empty, Path.unlink])
def test_a_cache_that_cannot_be_used_is_begun_anew(
    world: Path, harm: Callable[[Path], None]
) -> None:
    first = outcome(world, world / "site", is_cached=True)
    harm(cache.file_in(world / ".repertory-cache"))
    assert outcome(world, world / "site", is_cached=True) == first


def test_the_cache_forgets_what_is_long_unused(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "FEWEST", 10)
    file = cache.file_in(world / ".repertory-cache")
    record = world / "content" / "practices" / "no.md"
    counts = []
    for number in range(40):
        record.write_text(record.read_text("utf-8") + f"\n\nLine {number}.\n", "utf-8")
        built(settings_of(world))
        with sqlite3.connect(file) as database:
            counts += database.execute("SELECT count(DISTINCT key) FROM made").fetchone()
    assert max(counts) <= 2 * cache.SPARE * counts[0] + 10  # records have keys, but no rows


def touch(path: str, _: Shelf) -> Made[None]:
    time.sleep(0.1)
    Path(path).touch()
    return Made(None)


def test_what_nobody_waits_for_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "FEW", 1)
    monkeypatch.setattr(work, "CHUNK", 1)
    paths = [str(tmp_path / f"{number}.made") for number in range(40)]
    with cache.Cache(tmp_path) as kept, work.Processes(2, kept) as processes:
        made = processes.map(touch, paths, Spent(), None)
        next(made)
        processes.settle()
        count = len(list(tmp_path.glob("*.made")))
        time.sleep(0.5)
        assert 0 < count == len(list(tmp_path.glob("*.made"))) < 40


def hears(_: str, shelf: Shelf) -> Made[bool]:
    """Tell whether the process would hear of Ctrl+C."""
    return Made(signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, []))


def test_processes_leave_ctrl_c_to_their_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "FEW", 1)
    with cache.Cache(tmp_path) as kept, work.Processes(2, kept) as processes:
        made = processes.map(hears, ["one", "two"], Spent())
        assert [pickle.loads(parts[0]) for parts, _ in made] == [False, False]
        assert hears("", kept).value


def test_what_another_build_wrote_meanwhile_does_not_stand(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()

    def build(shelf: cache.Cache, key: bytes, *paths: str) -> None:
        standing = Standing(site, shelf)
        standing.part("part", key)
        for path in paths:
            (site / path).write_text(path)
            standing.keep("part", key, Placed(path, "", True))
        standing.write(key, None)
        shelf.write()

    with cache.Cache(tmp_path) as one, cache.Cache(tmp_path) as other:
        build(one, b"1", "a.html")
        standing = Standing(site, other)
        build(one, b"2", "a.html", "b.html")
        (site / "b.html").unlink()
        assert standing.part("part", b"2") is None
        assert standing.file("part", "b.html", b"2") is None
        standing.write(b"2", None)


def test_parts_whose_stamps_are_lost_do_not_stand(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "a.html").write_text("a")
    with cache.Cache(tmp_path) as shelf:
        standing = Standing(site, shelf)
        standing.part("part", b"1")
        standing.keep("part", b"1", Placed("a.html", "", True))
        standing.write(b"1", "said")
        (site / MANIFEST).write_text("")
        standing.write(b"1", "said")
        assert Standing(site, shelf).last(b"1") == "said"
        shelf.note(f"stamps of {site}: part", None)
        assert Standing(site, shelf).last(b"1") is None
        assert Standing(site, shelf).part("part", b"1") is None
