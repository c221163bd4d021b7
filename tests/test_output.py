"""How the site gets into its folder: whole, only where it changed, beside others' files."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from repertory.writing import output
from repertory.writing.disk import Busy
from repertory.writing.manifest import MANIFEST, ForeignFolder, manifest
from repertory.writing.output import Written, clean_site
from tests.trees import (
    SITE,
    WAYS,
    contents,
    counts,
    expect,
    lay,
    write_site,
)


@pytest.fixture(autouse=True, params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Bring every change into the site in one way, where it can be, and then in the others."""
    for name, instead in WAYS[request.param].items():
        monkeypatch.setattr(output, name, instead)
    return str(request.param)


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert counts(write_site(site, SITE)) == (3, 0, 0)
    stamps = {file: file.stat().st_mtime_ns for file in site.rglob("*")}
    assert counts(write_site(site, SITE)) == (0, 3, 0)
    assert {file: file.stat().st_mtime_ns for file in site.rglob("*")} == stamps


def test_equal_files_keep_their_time_stamps(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    os.utime(site / "index.html", (1, 1))
    written = write_site(site, [("index.html", b"home"), ("practices/one.html", b"new")])
    assert counts(written) == (1, 1, 1)
    assert written.changed == {path for path, _ in SITE[1:]}
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
    assert counts(write_site(site, SITE)) == (2, 1, 0)
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


def test_files_are_copied_where_links_are_not_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    site = tmp_path / "site"
    write_site(site, SITE)
    os.utime(site / "practices" / "two.html", (1, 1))
    monkeypatch.setattr(os, "link", refuse)
    assert counts(write_site(site, [("index.html", b"new"), *SITE[1:]])) == (1, 2, 0)
    assert contents(site) == dict(SITE) | {"index.html": b"new"}
    assert (site / "practices" / "two.html").stat().st_mtime == 1


def test_no_two_builds_write_at_once(tmp_path: Path) -> None:
    site = tmp_path / "site"

    def meanwhile() -> Iterator[tuple[str, bytes]]:
        with pytest.raises(Busy):
            write_site(site, SITE)
        yield from SITE

    assert counts(write_site(site, meanwhile())) == (3, 0, 0)
    assert contents(site) == dict(SITE)


def test_nobody_writes_before_it_is_told_what_became_of_the_files(tmp_path: Path) -> None:
    site, told = tmp_path / "site", []

    def settled(written: Written) -> None:
        told.append((counts(written), contents(site)))
        with pytest.raises(Busy):
            write_site(site, SITE[:1])

    output.write_site(site, lambda place: (place(*file) for file in SITE), settled)
    assert told == [((3, 0, 0), dict(SITE))]


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


@pytest.mark.parametrize("name", [".site-new", ".site-old"])
@pytest.mark.parametrize("target", ["other", "other/index.html", "nowhere"])
def test_a_link_beside_the_site_is_not_followed(name: str, target: str, tmp_path: Path) -> None:
    """It may lead to what could be ours, by its manifest."""
    write_site(tmp_path / "other", SITE)
    (tmp_path / name).symlink_to(target)
    for act in (lambda: write_site(tmp_path / "site", SITE), lambda: clean_site(tmp_path / "site")):
        with pytest.raises(ForeignFolder, match=f"{name} is in the way"):
            act()
    assert contents(tmp_path / "other") == dict(SITE)


def test_a_folder_of_the_user_beside_the_site_is_not_deleted(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (tmp_path / ".site-new").mkdir()
    (tmp_path / ".site-new" / "mine.txt").write_text("mine")
    with pytest.raises(ForeignFolder):
        write_site(site, SITE)
    assert (tmp_path / ".site-new" / "mine.txt").read_text() == "mine"


def test_a_run_in_which_nothing_changes_writes_nothing(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    os.utime(tmp_path, (1, 1))
    assert counts(write_site(site, SITE)) == (0, 3, 0)
    assert tmp_path.stat().st_mtime == 1


def many(changed: int) -> Iterator[tuple[str, bytes]]:
    """Yield a site of a hundred pages, of which so many are new."""
    for number in range(100):
        yield f"{number}.html", b"new" if number < changed else b"old"


def test_a_small_change_leaves_the_folder_and_a_large_one_exchanges_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    site = tmp_path / "site"
    write_site(site, many(0))
    folder = site.stat().st_ino
    assert counts(write_site(site, many(10))) == (10, 90, 0)
    assert site.stat().st_ino == folder
    assert counts(write_site(site, many(21))) == (11, 89, 0)
    assert site.stat().st_ino != folder
    monkeypatch.setattr(output, "MOST", 5)
    folder = site.stat().st_ino
    write_site(site, many(27))
    assert site.stat().st_ino != folder


def test_a_small_change_looks_only_where_it_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    site = tmp_path / "site"
    write_site(site, many(0))
    monkeypatch.setattr(output, "_foreign", None)
    assert counts(write_site(site, [*many(5), ("news/item.html", b"item")])) == (6, 95, 0)


@pytest.mark.parametrize("elsewhere", ["site", "practices"])
def test_no_burst_reaches_another_disk(
    elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files cannot be renamed into it; the whole folder can, or is refused by the machine."""
    site = tmp_path / "site"
    write_site(site, SITE)
    lstat = Path.lstat

    def stat_of(path: Path) -> os.stat_result:
        found = lstat(path)
        if path.name == elsewhere:
            return os.stat_result([*found[:2], found.st_dev + 1, *found[3:]])
        return found

    monkeypatch.setattr(Path, "lstat", stat_of)
    monkeypatch.setattr(output, "burst", None)
    assert counts(write_site(site, [*SITE[:2], ("practices/two.html", b"2")])) == (1, 2, 0)


def test_a_folder_of_others_may_have_pages_in_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    lay(site, "news/mine.txt")
    write_site(site, [*SITE, ("news/item.html", b"item")])
    assert contents(site) == {
        **dict(SITE), "news/item.html": b"item", "news/mine.txt": b"news/mine.txt of others"
    }  # fmt: skip


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    (site / "practices").rename(tmp_path / "elsewhere")
    (site / "practices").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ForeignFolder, match="site/practices is not ours"):
        write_site(site, [*SITE[:2], ("practices/three.html", b"three")])
    write_site(site, SITE[:1])
    assert sorted(contents(tmp_path / "elsewhere")) == ["one.html", "two.html"]
    assert (site / "practices").is_symlink()
    clean_site(site)
    assert sorted(contents(tmp_path / "elsewhere")) == ["one.html", "two.html"]


def test_a_folder_that_others_put_in_the_place_of_a_page_stays(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    (site / "index.html").unlink()
    lay(site, "index.html/mine.txt")
    with pytest.raises(ForeignFolder, match=r"site/index.html is not ours"):
        write_site(site, SITE)
    write_site(site, SITE[1:])
    assert contents(site) == {
        **dict(SITE[1:]),
        "index.html/mine.txt": b"index.html/mine.txt of others",
    }


NEW = [("index.html", b"new"), ("practices/one.html", b"new"), ("practices/three.html", b"new")]


def test_a_folder_that_may_not_be_changed_is_told_before_anything_is(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way != "burst":
        return
    site = tmp_path / "site"
    write_site(site, SITE)
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, _: Path(path).name != "practices")
        with pytest.raises(PermissionError, match="practices"):
            write_site(site, NEW)
    assert contents(site) == dict(SITE)
    assert counts(write_site(site, SITE)) == (0, 3, 0)
    expect(site, dict(SITE))
