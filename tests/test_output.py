"""How the site gets into its folder: whole, only where it changed, beside others' files."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from repertory.writing import output
from repertory.writing.output import (
    MANIFEST,
    Busy,
    ForeignFolder,
    Written,
    clean_site,
    manifest,
)

SITE = [("index.html", b"home"), ("practices/one.html", b"one"), ("practices/two.html", b"two")]


def write_site(site: Path, files: Iterable[tuple[str, bytes]]) -> Written:
    """Write a site of these files."""
    return output.write_site(site, lambda place: (place(*file) for file in files))


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder with their bytes, without the manifest."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != MANIFEST]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert write_site(site, SITE) == Written(3, 0, 0)
    stamps = {file: file.stat().st_mtime_ns for file in site.rglob("*")}
    assert write_site(site, SITE) == Written(0, 3, 0)
    assert {file: file.stat().st_mtime_ns for file in site.rglob("*")} == stamps


def test_equal_files_keep_their_time_stamps(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    os.utime(site / "index.html", (1, 1))
    written = write_site(site, [("index.html", b"home"), ("practices/one.html", b"new")])
    assert written == Written(1, 1, 1)
    assert (site / "index.html").stat().st_mtime == 1
    assert contents(site) == {"index.html": b"home", "practices/one.html": b"new"}


def test_files_of_others_stay(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    (site / "CNAME").write_text("example.org")
    (site / "practices" / "notes").mkdir()
    (site / "practices" / "notes" / "mine.txt").write_text("mine")
    (site / "link").symlink_to("index.html")
    write_site(site, SITE[:1])
    expected = {"index.html": b"home", "CNAME": b"example.org", "link": b"home"}
    assert contents(site) == expected | {"practices/notes/mine.txt": b"mine"}
    assert (site / "link").is_symlink()
    clean_site(site)
    assert sorted(contents(site)) == ["CNAME", "practices/notes/mine.txt"]


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "thesis.doc").write_text("ten years")
    with pytest.raises(ForeignFolder):
        write_site(site, SITE)
    with pytest.raises(ForeignFolder):
        clean_site(site)
    assert contents(site) == {"thesis.doc": b"ten years"}
    assert list(tmp_path.iterdir()) == [site]


def test_a_file_that_was_changed_by_hand_is_mended(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    (site / "index.html").write_text("HOME")
    (site / "practices" / "one.html").unlink()
    assert write_site(site, SITE) == Written(2, 1, 0)
    assert contents(site) == dict(SITE)


def test_a_fault_while_writing_leaves_the_old_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    before = contents(site)

    def failing() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"new home"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_site(site, failing())
    assert contents(site) == before
    assert write_site(site, SITE) == Written(0, 3, 0)
    assert not list(tmp_path.glob(".site-*"))


def test_a_run_killed_between_the_renames_is_mended(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    site.rename(tmp_path / ".site-old")
    assert write_site(site, SITE) == Written(0, 3, 0)
    assert contents(site) == dict(SITE)


def test_the_manifest_lists_every_file(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    assert set(manifest(site) or {}) == set(dict(SITE))


def test_clean_removes_all_of_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    assert clean_site(site) == 3
    assert not site.exists()
    assert clean_site(site) == 0


def test_a_file_of_others_where_a_page_has_to_be_is_refused_and_kept(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    (site / "about.html").write_text("mine")
    (site / "news").write_text("a file where a folder has to be")
    for path in ("about.html", "news/item.html"):
        with pytest.raises(ForeignFolder, match="is not ours"):
            write_site(site, [*SITE, (path, b"ours")])
    expected = {"about.html": b"mine", "news": b"a file where a folder has to be"}
    assert contents(site) == dict(SITE) | expected


def test_folders_of_others_are_brought_over_as_they_are(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    (site / ".git" / "refs").mkdir(parents=True)
    (site / ".git" / "HEAD").write_text("ref: refs/heads/main")
    (site / ".git").chmod(0o700)
    write_site(site, SITE[:1])
    assert (site / ".git" / "refs").is_dir()
    assert (site / ".git").stat().st_mode & 0o777 == 0o700
    assert contents(site) == {"index.html": b"home", ".git/HEAD": b"ref: refs/heads/main"}


def test_a_run_killed_before_the_old_site_was_emptied_is_mended(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    (site / "CNAME").write_text("example.org")
    site.rename(tmp_path / ".site-old")
    write_site(tmp_path / "other", SITE[:1])
    (tmp_path / "other").rename(site)
    assert write_site(site, SITE) == Written(2, 1, 0)
    assert contents(site) == dict(SITE) | {"CNAME": b"example.org"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_no_two_builds_write_at_once(tmp_path: Path) -> None:
    site = tmp_path / "site"

    def meanwhile() -> Iterator[tuple[str, bytes]]:
        with pytest.raises(Busy):
            write_site(site, SITE)
        yield from SITE

    assert write_site(site, meanwhile()) == Written(3, 0, 0)
    assert contents(site) == dict(SITE)


@pytest.mark.parametrize("line", ["0  ../precious", "0  /etc/passwd", "nonsense", "\udcff"])
def test_a_manifest_that_is_not_ours_is_refused(line: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    (tmp_path / "precious").write_text("precious")
    with (site / MANIFEST).open("a", encoding="utf-8", errors="surrogateescape") as manifest_file:
        manifest_file.write(f"{line}\n")
    for action in (lambda: write_site(site, SITE), lambda: clean_site(site)):
        with pytest.raises(ForeignFolder):
            action()
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_site_that_is_a_link_is_written_where_it_leads(tmp_path: Path) -> None:
    site, public = tmp_path / "site", tmp_path / "public"
    public.mkdir()
    site.symlink_to(public)
    write_site(site, SITE)
    write_site(site, SITE[:2])
    assert site.is_symlink()
    assert contents(public) == dict(SITE[:2])


def test_a_folder_of_the_user_beside_the_site_is_not_deleted(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (tmp_path / ".site-new").mkdir()
    (tmp_path / ".site-new" / "mine.txt").write_text("mine")
    with pytest.raises(ForeignFolder):
        write_site(site, SITE)
    assert (tmp_path / ".site-new" / "mine.txt").read_text() == "mine"
