"""What is asked of the machine, where it refuses, and where nothing is asked at all."""

import errno
import sqlite3
import sys
from pathlib import Path

import pytest

from repertory.editing import edits
from repertory.writing.disk import Busy, alone, swap
from repertory.writing.faults import told
from repertory.writing.manifest import ForeignFolder
from repertory.writing.output import clean_site
from repertory.writing.places import refuse_misplaced
from tests.trees import SITE, contents, lay, write_site
from tests.worlds import settings_of


@pytest.mark.skipif(sys.platform != "linux", reason="others have no such call")
def test_two_folders_change_names_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / name).mkdir(parents=True)
    assert swap(tmp_path / "one", tmp_path / "two")
    assert (tmp_path / "one" / "two").is_dir()
    assert not swap(tmp_path / "one", tmp_path / "three")
    assert (tmp_path / "one" / "two").is_dir()


def test_a_folder_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(Busy, match="wait for it to end"), alone(tmp_path):
        pass
    with alone(tmp_path, waits=True):
        pass


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "site/index.html"),
            "The machine says: No space left on device (site/index.html). "
            "Make room there, and give the same command again: nothing is lost.",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "site"),
            "The machine says: Permission denied (site). See that you may read and write there, "
            "or take the folder of the site to where you may, and give the same command again: "
            "nothing is lost.",
        ),
        (OSError(errno.EADDRINUSE, "Port 8000 is taken"), "The machine says: Port 8000 is taken."),
        (
            sqlite3.OperationalError("database or disk is full"),
            "The folder .repertory-cache cannot be used: database or disk is full. See that there "
            "is room and that you may write there, or else delete that folder, and give the same "
            "command again: nothing is lost.",
        ),
    ],
)  # fmt: skip
def test_a_fault_of_the_machine_says_what_to_do(fault: Exception, said: str) -> None:
    assert told(fault) == said


@pytest.mark.parametrize("name", ["site", ".repertory-cache", ".repertory-cache/preview"])
@pytest.mark.parametrize("target", ["content", "content/new", "templates", ".", "..", "~", "site"])
def test_a_link_to_where_other_files_belong_is_refused(
    name: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    root = tmp_path / "world"
    (root / "content" / "new").mkdir(parents=True)
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).symlink_to(tmp_path / "home" if target == "~" else root / target)
    with pytest.raises(ForeignFolder, match="delete the link that leads there"):
        refuse_misplaced(settings_of(root))
    (root / name).unlink()
    (root / name).symlink_to(tmp_path / "elsewhere")
    refuse_misplaced(settings_of(root))


def test_a_folder_called_as_the_old_site_stays_where_it_is(tmp_path: Path) -> None:
    site, mine = tmp_path / "site", tmp_path / ".site-old" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    for _ in range(2):
        with pytest.raises(ForeignFolder, match=r"\.site-old is in the way"):
            write_site(site, SITE)
        assert mine.read_text() == "mine"
        mine.parent.rename(tmp_path / "kept")
        write_site(site, SITE[:1])
        (tmp_path / "kept").rename(mine.parent)


def test_what_is_cleaned_can_be_built_again_beside_files_of_others(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    lay(site, "CNAME")
    clean_site(site)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    lay(site, "practices/one.html")
    with pytest.raises(ForeignFolder, match=r"practices/one\.html is not ours"):
        write_site(site, SITE)
    (site / "practices" / "one.html").unlink()
    write_site(site, SITE)
    assert contents(site) == dict(SITE) | {"CNAME": b"CNAME of others"}


def test_files_are_written_only_as_long_as_nobody_else_changes_them(tmp_path: Path) -> None:
    one, two = tmp_path / "one.md", tmp_path / "two.md"
    one.write_bytes(b"old")
    two.write_bytes(b"another's")
    for before in (b"old", None):
        with pytest.raises(Busy, match=r"two\.md was changed meanwhile: nothing is written"):
            edits.write({one: (b"old", b"new"), two: (before, b"new")})
        assert contents(tmp_path) == {"one.md": b"old", "two.md": b"another's"}


def test_what_a_cut_run_left_beside_files_is_swept_away(tmp_path: Path) -> None:
    record, left = tmp_path / "one.md", tmp_path / f"{edits.STAGED}0123456789abcdef"
    record.write_bytes(b"old")
    record.chmod(0o640)
    left.write_bytes(b"half")
    (tmp_path / f"{edits.STAGED}folder").mkdir()  # somebody's own, in nobody's way
    edits.write({record: (b"old", b"new")})
    assert contents(tmp_path) == {"one.md": b"new"}
    assert record.stat().st_mode & 0o777 == 0o640
