"""An archive: one ZIP that holds everything, of the same bytes wherever it is made."""

import errno
import os
import subprocess
import tracemalloc
from datetime import date
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from repertory.base.settings import Settings
from repertory.writing.archive import FORBIDDEN, Filling, archive
from repertory.writing.tracked import NotArchived, Source, sources
from tests.conftest import ROOT
from tests.repositories import (
    DAY,
    archived,
    commit,
    git,
    harmed,
    repository,
    typed,
    unpacked,
    with_packages,
)
from tests.worlds import SITES, bytes_of, lay_out, settings_of

TINY = "6100f4d68b8dd2fed20bd4866e7b78bcb35979af068be932e5768fbcbe17b247"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository in which an archive was made, to look at and to clone."""
    folder = repository(tmp_path_factory.mktemp("original") / "site")
    archived(folder)
    return folder


@pytest.fixture(scope="module")
def made(original: Path) -> Path:
    """Return the archive that was made in it."""
    (found,) = (original / "archive").iterdir()
    return found


@pytest.fixture
def clone(original: Path, tmp_path: Path) -> Path:
    """Return a clone of the repository."""
    git(original, "clone", "--quiet", ".", str(tmp_path / "a clone"))
    return with_packages(tmp_path / "a clone")


def test_it_is_named_by_the_site_and_the_day_of_the_last_commit(made: Path) -> None:
    assert made.name == f"a-small-world-{DAY}.zip"


def test_unpacked_anywhere_it_is_whole_and_unharmed(
    made: Path, original: Path, tmp_path: Path
) -> None:
    there = unpacked(made, tmp_path / "elsewhere")
    assert harmed(there) == []
    found = bytes_of(there)
    assert {path.partition("/")[0] for path in found} == {
        "README.txt", "SHA256SUMS", "site", "source",
    }  # fmt: skip
    listed = [line.partition("  ")[2] for line in found["SHA256SUMS"].decode().splitlines()]
    assert sorted([*listed, "SHA256SUMS"]) == sorted(found)
    site = {f"site/{path}": data for path, data in bytes_of(original / "site").items()}
    del site["site/.repertory-manifest"]
    assert {path: data for path, data in found.items() if path.startswith("site/")} == site
    assert found["source/notes/où l’on va.txt"].decode() == "Là-bas.\n"
    assert "source/repertory/writing/archive.py" in found


def test_its_sources_become_the_same_site_again(made: Path, original: Path, tmp_path: Path) -> None:
    there = unpacked(made, tmp_path)
    done = typed(with_packages(there / "source"))
    assert done.returncode == 0, done.stdout
    assert bytes_of(there / "source" / "site") == bytes_of(original / "site")


def test_it_is_the_same_wherever_whenever_and_by_whomever_it_is_made(
    made: Path, clone: Path, tmp_path: Path
) -> None:
    os.utime(clone / "build.py", (1, 1))
    env = {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}
    assert archived(clone, env, umask=0o077).read_bytes() == made.read_bytes()


def test_what_git_does_not_keep_is_not_in_it(made: Path, clone: Path) -> None:
    for path in (".env", "passwords.txt", "content/practices/.draft.md", "repertory/x.pyc"):
        (clone / path).write_text("secret")
    typed(clone)
    (clone / "site" / "mine.html").write_text("secret")
    assert archived(clone).read_bytes() == made.read_bytes()


def test_its_readme_tells_how_to_open_check_and_make_it(made: Path) -> None:
    with ZipFile(made) as pack:
        text = pack.read("README.txt").decode()
    assert max(map(len, text.splitlines())) < 80
    assert "{" not in text
    for told in (
        "A small world\n=============\n", DAY, "site/index.html", "sha256sum -c SHA256SUMS",
        "site/data/practices.csv", "CC BY 4.0", "https://small.example/world/", "babel 2.",
        "lunr 2.", "Python 3.11 or newer",
    ):  # fmt: skip
        assert told in text
    assert "axe-core" not in text


def test_nothing_in_it_tells_of_the_machine(made: Path) -> None:
    year, month, day = map(int, DAY.split("-"))
    with ZipFile(made) as pack:
        entries = pack.infolist()
    assert {entry.date_time for entry in entries} == {(year, month, day, 0, 0, 0)}
    assert {(entry.create_system, entry.compress_type) for entry in entries} == {(3, ZIP_STORED)}
    assert {entry.filename for entry in entries if entry.external_attr >> 16 != 0o100644} == {
        "source/notes/run"
    }
    names = [entry.filename for entry in entries]
    groups = (1, names.index("source/.gitignore"), len(names) - 1)
    for start, end in pairwise(groups):
        assert names[start:end] == sorted(names[start:end])


def test_every_python_writes_the_same_bytes() -> None:
    into = BytesIO()
    with ZipFile(into, "w") as pack:
        filling = Filling(pack, date(2026, 11, 25), [], set())
        filling.add("één.txt", BytesIO(b"one\n"), 4)
        filling.add("run", BytesIO(b"two\n"), 4, is_run=True)
        filling.add("great", BytesIO(b"three\n"), 2**32)
    assert sha256(into.getvalue()).hexdigest() == TINY


class Zeros(BytesIO):
    """A file of many zeros."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next zeros."""
        count = min(size or 0, self.left)
        self.left -= count
        return bytes(count)


def test_a_great_file_goes_through_in_pieces(tmp_path: Path) -> None:
    tracemalloc.start()
    with ZipFile(tmp_path / "great.zip", "w") as pack:
        Filling(pack, date(2026, 11, 25), [], set()).add("great", Zeros(2**26), 2**26)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**23


def test_a_site_that_lies_elsewhere_has_the_program_beside_it(clone: Path, tmp_path: Path) -> None:
    root = lay_out(tmp_path / "elsewhere", SITES / "small")
    (root / ".gitignore").write_text("/site/\n/archive/\n/.repertory-cache/\n")
    commit(root)
    done = typed(clone, "archive", "--root", root)
    assert (done.returncode, done.stderr) == (0, "")
    (made,) = (root / "archive").iterdir()
    there = unpacked(made, tmp_path / "unpacked")
    assert harmed(there) == []
    with_packages(there / "program")
    assert typed(there / "program", "--root", there / "source").returncode == 0
    assert bytes_of(there / "source" / "site") == bytes_of(root / "site")
    assert ".venv/bin/python build.py --root ../source" in (there / "README.txt").read_text("utf-8")


def changed(clone: Path) -> None:
    """Change a record."""
    with (clone / "content" / "practices" / "no.md").open("a") as record:
        record.write("\nOne more sentence.\n")


def added(clone: Path) -> None:
    """Add a record, and tell Git of it."""
    record = clone / "content" / "practices" / "no.md"
    record.with_name("new.md").write_bytes(record.read_bytes())
    git(clone, "add", "content")


def unknown(clone: Path) -> None:
    """Add a template that Git is told to ignore."""
    (clone / "templates" / "parts" / "more.html").touch()
    (clone / ".git" / "info" / "exclude").write_text("more.html\n")


def linked(clone: Path) -> None:
    """Commit a link."""
    (clone / "passwords").symlink_to("/etc/passwd")
    commit(clone)


def hidden_change(clone: Path) -> None:
    """Delete what is no part of the site."""
    (clone / "LICENSE").unlink()


def misnamed(clone: Path) -> None:
    """Commit a name that Windows has none like."""
    (clone / "notes" / "a\\b").touch()
    commit(clone)


def of_windows(clone: Path) -> None:
    """Commit a name that Windows keeps for itself."""
    (clone / "notes" / "Aux.txt").touch()
    commit(clone)


def alike(clone: Path) -> None:
    """Commit two names that are one in Windows and on Macs."""
    for name in ("Note", "note"):
        (clone / "notes" / name).touch()
    commit(clone)


def unborn(clone: Path) -> None:
    """Begin a repository, and commit nothing."""
    (clone / ".git").rename(clone / "no-git")
    git(clone, "init", "--quiet")


@pytest.mark.parametrize(
    ("do", "told"),
    [
        (changed, "Git does not keep content/practices/no.md as it is here: commit it"),
        (added, "Git does not keep content/practices/new.md as it is here: commit it"),
        (unknown, "Git does not keep templates/parts/more.html as it is here: commit it"),
        (hidden_change, "Git does not keep LICENSE as it is here: commit it"),
        (linked, "passwords is a link: put in its place what it leads to."),
        (misnamed, "Not everybody could read source/notes/a\\b: give it another name."),
        (of_windows, "Not everybody could read source/notes/Aux.txt: give it another name."),
        (alike, "Not everybody could read source/notes/note: give it another name."),
        (unborn, "An archive holds what Git keeps, and Git says: "),
    ],
)
def test_what_would_not_be_true_is_refused(clone: Path, do: object, told: str) -> None:
    assert callable(do)
    do(clone)
    done = typed(clone, "archive")
    assert done.returncode == 2
    assert done.stderr.startswith(told)
    assert list(clone.glob("archive/*")) == []


def test_an_archive_is_written_through_no_link(clone: Path, tmp_path: Path) -> None:
    precious, name = tmp_path / "precious", archived(clone).name
    precious.write_text("mine")
    (clone / "archive" / name).unlink()
    (clone / "archive" / f".{name}.new").symlink_to(precious)
    assert not archived(clone).is_symlink()
    assert precious.read_text() == "mine"
    (clone / "archive").rename(tmp_path / "elsewhere")
    (clone / "archive").symlink_to(tmp_path / "elsewhere")
    done = typed(clone, "archive")
    assert (done.returncode, done.stderr[:19]) == (2, "archive/ is a link:")


def test_this_repository_can_be_archived() -> None:
    listed = subprocess.check_output(["git", "-C", ROOT, "ls-files", "-z"], text=True)
    names = listed.split("\0")[:-1]
    assert [name for name in names if FORBIDDEN.search(f"source/{name}")] == []
    assert len({name.casefold() for name in names}) == len(names)


def test_what_a_filter_keeps_elsewhere_is_missed(clone: Path) -> None:
    git(clone, "config", "filter.elsewhere.clean", "echo elsewhere")
    (clone / "content" / ".gitattributes").write_text("no.md filter=elsewhere\n", "utf-8")
    (clone / "content" / "practices" / "no.md").touch()
    commit(clone)
    done = typed(clone, "archive")
    assert done.returncode == 2
    assert done.stderr.startswith("Git keeps something else as content/practices/no.md: keep the")


def test_attributes_of_files_change_nothing_in_it(clone: Path) -> None:
    record = clone / "content" / "practices" / "no.md"
    text = record.read_bytes() + b"\n$Format:%an$\r\n"
    record.write_bytes(text)
    attributes = "* export-ignore\n*.md export-subst working-tree-encoding=UTF-16 eol=lf\n"
    (clone / "content" / ".gitattributes").write_text("no.md -text export-subst\n", "utf-8")
    commit(clone)
    (clone / ".git" / "info" / "attributes").write_text(attributes, "utf-8")
    archived(clone)
    (made,) = (clone / "archive").iterdir()
    with ZipFile(made) as pack:
        assert pack.read("source/content/practices/no.md") == text


def test_content_with_errors_is_not_archived(clone: Path) -> None:
    record = clone / "content" / "practices" / "no.md"
    record.write_text(record.read_text("utf-8").replace("belgium", "belgum"), "utf-8")
    commit(clone)
    done = typed(clone, "archive")
    assert done.returncode == 1
    assert "unknown-term" in done.stdout
    assert not (clone / "archive").exists()


@pytest.fixture
def settings(clone: Path) -> Settings:
    """Return the settings of a clone whose site is built."""
    assert typed(clone).returncode == 0
    return settings_of(clone)


@pytest.fixture
def packed(clone: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Source, ...]:
    """Return the sources of the clone."""
    monkeypatch.setattr("repertory.writing.tracked.PROGRAM", clone)
    return sources(clone)


def test_a_page_that_the_disk_has_changed_is_not_archived(
    settings: Settings, packed: tuple[Source, ...]
) -> None:
    page = settings.site / "index.html"
    page.write_bytes(page.read_bytes().replace(b"e", b"f", 1))
    with pytest.raises(NotArchived, match=r"site/index.html is not as it was built"):
        archive(settings, packed)


def test_where_the_disk_is_full_the_last_archive_stays(
    settings: Settings, packed: tuple[Source, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _ = archive(settings, packed)
    file.write_text("the last one")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        archive(settings, packed)
    assert [(file, "the last one")] == [(one, one.read_text()) for one in file.parent.iterdir()]
