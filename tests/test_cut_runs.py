"""A run that is killed, or that the disk breaks off, is completed or taken back by the next."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repertory.writing import output
from repertory.writing.burst import JOURNAL
from repertory.writing.manifest import HEADER, MANIFEST, ForeignFolder
from repertory.writing.output import clean_site
from tests.trees import (
    OTHERS,
    PATHS,
    SITE,
    WAYS,
    Killed,
    Tree,
    clash,
    contents,
    counts,
    expect,
    fail_at,
    killed_at,
    lay,
    of_others,
    stamps,
    trees,
    without_clashes,
    write_site,
)


@pytest.fixture(autouse=True, params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Bring every change into the site in one way, where it can be, and then in the others."""
    for name, instead in WAYS[request.param].items():
        monkeypatch.setattr(output, name, instead)
    return str(request.param)


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
    assert counts(write_site(site, SITE)) == (0, 3, 0)
    assert not list(tmp_path.glob(".site-*"))


def test_a_run_killed_between_the_renames_is_mended(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    site.rename(tmp_path / ".site-old")
    assert counts(write_site(site, SITE)) == (0, 3, 0)
    assert contents(site) == dict(SITE)


def test_a_run_killed_before_the_old_site_was_emptied_is_mended(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, SITE)
    (site / "CNAME").write_text("example.org")
    site.rename(tmp_path / ".site-old")
    write_site(tmp_path / "other", SITE[:1])
    (tmp_path / "other").rename(site)
    assert counts(write_site(site, SITE)) == (2, 1, 0)
    assert contents(site) == dict(SITE) | {"CNAME": b"example.org"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


NEW = [("index.html", b"new"), ("practices/one.html", b"new"), ("practices/three.html", b"new")]


@pytest.mark.parametrize("name", ["one.html", MANIFEST])
def test_a_burst_that_the_disk_breaks_off_is_completed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "SHARE", 0)
    monkeypatch.setattr(output, "MOST", 10)
    site = tmp_path / "site"
    write_site(site, SITE)
    with monkeypatch.context() as patch:
        fail_at(patch, name)
        for _ in range(2):
            with pytest.raises(OSError, match="Input/output error"):
                write_site(site, NEW)
    assert contents(site).get("index.html") == b"new"
    written = write_site(site, NEW)
    assert counts(written) == (0, 3, 0)
    assert written.changed == dict(SITE + NEW).keys()
    expect(site, dict(NEW))


def cut_burst(site: Path) -> Path:
    """Write a site and cut the run that changes it; return the journal."""
    write_site(site, SITE)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="Input/output"):
        patch.setattr(output, "SHARE", 0)
        patch.setattr(output, "MOST", 10)
        fail_at(patch, "index.html")
        write_site(site, NEW)
    return site.with_name(".site-new") / JOURNAL


HARMS: dict[str, Callable[[str], str]] = {
    "emptied": lambda text: "",
    "cut off": lambda text: text[:-10],
    "without its beginning": lambda text: text.removeprefix(HEADER),
    "leading out": lambda text: f"{text}0  ../precious\n",
    "leading elsewhere": lambda text: f"{text}0  {os.devnull}\n",
    "with nonsense": lambda text: f"{text}nonsense\n",
    "never on the disk": lambda text: "\0" * len(text),
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_journal_that_is_not_ours_is_refused(harm: Callable[[str], str], tmp_path: Path) -> None:
    site = tmp_path / "site"
    (tmp_path / "precious").write_text("precious")
    journal = cut_burst(site)
    journal.write_text(harm(journal.read_text("utf-8")), "utf-8")
    before = stamps(tmp_path)
    for action in (lambda: write_site(site, SITE), lambda: clean_site(site)):
        with pytest.raises(ForeignFolder, match=f".site-new/{JOURNAL}"):
            action()
    assert stamps(tmp_path) == before


def test_what_others_put_in_the_way_of_a_cut_burst_stays(tmp_path: Path) -> None:
    site = tmp_path / "site"
    journal = cut_burst(site)
    (site / "practices" / "three.html").write_text("mine")
    for action in (lambda: write_site(site, SITE), lambda: clean_site(site)):
        with pytest.raises(ForeignFolder, match=r"practices/three\.html is in the way"):
            action()
    assert (site / "practices" / "three.html").read_text() == "mine"
    (site / "practices" / "three.html").unlink()
    assert clean_site(site) == 3
    assert not journal.parent.exists()
    assert not site.exists()


def test_a_cut_burst_of_a_site_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    site = tmp_path / "site"
    cut_burst(site)
    site.rename(tmp_path / "kept")
    write_site(site, SITE)
    expect(site, dict(SITE))


@settings(max_examples=60)
@given(
    st.lists(st.tuples(trees, st.sets(st.sampled_from(OTHERS)), st.sets(st.sampled_from(PATHS))))
)
def test_whatever_changes_the_site_is_as_it_should_be(
    steps: list[tuple[Tree, set[str], set[str]]],
) -> None:
    with TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        ours: Tree = {}
        foreign: set[str] = set()
        for wanted, added, lost in steps:
            for path in added if ours else ():
                if not clash(path, ours) and not clash(path, dict.fromkeys(foreign, b"")):
                    foreign.add(path)
                    lay(site, path)
            for path in lost & ours.keys():
                (site / path).unlink(missing_ok=True)
            standing, before = contents(site), stamps(site)
            if any(clash(path, wanted) for path in foreign):
                with pytest.raises(ForeignFolder):
                    write_site(site, wanted.items())
                assert stamps(site) == before
                continue
            written = write_site(site, wanted.items())
            gone = ours.keys() - wanted.keys()
            made = {path for path in wanted if standing.get(path) != wanted[path]}
            assert counts(written) == (len(made), len(wanted) - len(made), len(gone))
            assert written.changed == made | gone
            ours = wanted
            expect(site, {**ours, **of_others(foreign)})
            after = stamps(site)
            assert all(after[path] == before[path] for path in after.keys() - made)


def see_whole(site: Path, *trees: Tree) -> None:
    """See that all files of a site are of one tree, if not of two until the next run is done."""
    standing = contents(site)
    for path, content in standing.items():
        assert content in {tree.get(path) for tree in trees}
    if not (site.with_name(".site-new") / JOURNAL).exists():
        assert standing in trees or site.with_name(".site-old").exists()


@settings(max_examples=10)
@given(trees.filter(bool), trees, trees, st.sets(st.sampled_from(OTHERS)), st.integers(0, 40))
def test_a_run_killed_at_any_step_is_mended(
    first: Tree, second: Tree, third: Tree, others: set[str], moment: int
) -> None:
    """Each time another run is killed too, while it mends or later, and a third one is not."""
    others = {path for path in others if not any(clash(path, t) for t in (first, second, third))}
    foreign = of_others(without_clashes(dict.fromkeys(others, b"")))
    for number in count():
        with TemporaryDirectory() as folder:
            site = Path(folder) / "site"
            write_site(site, first.items())
            for path in foreign:
                lay(site, path)
            before = stamps(site)
            is_whole = False
            with suppress(Killed), killed_at(number):
                write_site(site, second.items())
                is_whole = True
            see_whole(site, {**first, **foreign}, {**second, **foreign})
            with suppress(Killed), killed_at(moment):
                write_site(site, (second if number % 2 else third).items())
            write_site(site, third.items())
            expect(site, {**third, **foreign})
            assert stamps(site).items() >= {path: before[path] for path in foreign}.items()
            if is_whole:
                return


@settings(max_examples=10)
@given(trees.filter(bool), trees, st.sets(st.sampled_from(OTHERS)), st.integers(0, 40))
def test_a_run_killed_at_any_step_can_be_cleaned_away(
    first: Tree, second: Tree, others: set[str], moment: int
) -> None:
    others = {path for path in others if not clash(path, first) and not clash(path, second)}
    foreign = of_others(without_clashes(dict.fromkeys(others, b"")))
    for number in count():
        with TemporaryDirectory() as folder:
            site = Path(folder) / "site"
            write_site(site, first.items())
            for path in foreign:
                lay(site, path)
            is_whole = False
            with suppress(Killed), killed_at(number):
                write_site(site, second.items())
                is_whole = True
            with suppress(Killed), killed_at(moment):
                clean_site(site)
            if (site / MANIFEST).exists() or not site.exists():
                clean_site(site)
            expect(site, foreign)
            if is_whole:
                return
