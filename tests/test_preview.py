"""The preview as people run it: what is saved, and what the browser and the terminal are told."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from errno import ENOSPC
from functools import partial
from pathlib import Path
from threading import Event, Thread
from unittest.mock import Mock

import click
import pytest

from repertory.base.settings import Settings
from repertory.preview import rebuild, watch
from repertory.preview.rebuild import Preview
from repertory.publishing.urls import SEARCH_WHOLE
from repertory.writing import cache
from repertory.writing.manifest import MANIFEST
from tests.previews import Running, Told, change, preview_of, wait_until
from tests.worlds import SITES, built, bytes_of, lay_out, settings_of

RECORD = "content/practices/no.md"
PAGE = "/practices/no.html"
HEADING = "title: NO"
UNHEARD_OF = "title: Unheard of"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Start a preview of the small world on a free port."""
    with preview_of(lay_out(tmp_path / "world", SITES / "small")) as started:
        yield started


@pytest.fixture
def told(running: Running) -> Iterator[Told]:
    """Listen to the events."""
    with Told(running) as listening:
        yield listening


@pytest.fixture
def settled(tmp_path: Path) -> Iterator[Preview]:
    """Open a preview that has built the small world, and put nothing off."""
    with Preview(settings_of(lay_out(tmp_path / "world", SITES / "small"))) as preview:
        preview.rebuild()
        preview.keep()
        yield preview


def clean(settings: Settings) -> dict[str, bytes]:
    """Return the files of a site that is built beside the preview."""
    site = settings.root.with_name("clean")
    built(settings, site)
    return bytes_of(site)


def test_a_save_is_told_and_a_mistake_keeps_the_last_good_page(
    running: Running, told: Told
) -> None:
    record, vocabulary = running.root / RECORD, running.root / "taxonomy.yaml"
    first, *good = told.next()
    assert good == ["", []]
    change(record, "belgium", "belgum")
    epoch, title, problems = told.next()
    assert (epoch, title[-18:]) == (first, "No site was built.")
    assert problems[0].startswith(f"{RECORD}:5:10: error unknown-term: ")
    assert "\n    5 | country: belgum\n      |          ^^^^^^\n" in problems[0]
    assert "Did you mean belgium?" in problems[0]
    assert running.get(PAGE)[0] == 200
    vocabulary.rename(running.root / "gone.yaml")
    told.until(lambda _, __, problems: "There is no such file." in str(problems))
    (running.root / "gone.yaml").rename(vocabulary)
    change(record, "belgum", "belgium")
    told.until(lambda *state: state == (first, "", []))
    change(record, HEADING, "title: YES")
    assert told.until(lambda _, title, __: not title)[0] == first + 1
    assert ">YES</h1>" in running.get(PAGE)[2]


def test_all_mistakes_are_told(running: Running, told: Told) -> None:
    told.next()
    for name in (RECORD, "content/practices/strategy.md"):
        change(running.root / name, "country:", "contry:")
    _, _, problems = told.until(lambda _, __, problems: "strategy.md" in str(problems))
    assert RECORD in str(problems)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("practice.html", b"<p>\n{% if %}", "templates/practice.html:2: Expected an expression"),
        ("practice.html", b"\n\n{{ 1 / 0 }}", "templates/practice.html:3: ZeroDivisionError"),
        ("practice.html", b"{{ 1 + 'one' }}", "templates/practice.html:1: TypeError"),
        ("practice.html", b'{% extends "none.html" %}', "There is no template none.html."),
        ("layout.html", b"caf\xe9", "templates/layout.html:1: This is not UTF-8 text"),
    ],
)
def test_a_broken_template_is_told_and_mended(
    running: Running, told: Told, name: str, text: bytes, said: str
) -> None:
    told.next()
    (running.root / "templates").mkdir()
    (running.root / "templates" / name).write_bytes(text)
    _, title, problems = told.until(lambda _, title, __: bool(title))
    assert title == "A template cannot be used. No site was built."
    assert said in problems[0]
    assert running.get(PAGE)[0] == 200
    (running.root / "templates" / name).unlink()
    told.until(lambda _, title, __: not title)


@pytest.mark.parametrize("text", ["facets: [", "facets: 5", "", "facets:\n  country: {terms: }\n"])
def test_a_broken_vocabulary_is_told_and_mended(running: Running, told: Told, text: str) -> None:
    vocabulary = running.root / "taxonomy.yaml"
    good = vocabulary.read_text("utf-8")
    told.next()
    vocabulary.write_text(text, encoding="utf-8")
    problems = told.until(lambda _, title, __: bool(title))[2]
    assert "taxonomy.yaml:" in str(problems) or "content/" in str(problems)
    assert running.get(PAGE)[0] == 200
    vocabulary.write_text(good, encoding="utf-8")
    told.until(lambda _, title, __: not title)


def test_content_may_be_deleted_and_made_again(running: Running, told: Told) -> None:
    content = running.root / "content"
    told.next()
    for word in ("once", "twice"):
        shutil.rmtree(content)
        told.next()
        shutil.copytree(SITES / "small" / "content", content)
        change(running.root / RECORD, HEADING, f"title: {word}")
        running.until_shown(PAGE, f">{word}</h1>")
        change(running.root / RECORD, f"title: {word}", f"title: {word} more")
        running.until_shown(PAGE, f">{word} more</h1>")


def test_a_save_by_renaming_is_seen(running: Running) -> None:
    change(running.root / RECORD, HEADING, "title: Renamed")
    running.until_shown(PAGE, ">Renamed</h1>")
    text = (running.root / RECORD).read_text("utf-8").replace("Renamed", "Moved")
    (running.root / "elsewhere").write_text(text, encoding="utf-8")
    (running.root / "elsewhere").replace(running.root / RECORD)
    running.until_shown(PAGE, ">Moved</h1>")


def test_a_save_in_place_is_seen(running: Running) -> None:
    record = running.root / RECORD
    text = record.read_text("utf-8")
    record.write_text(text.replace(HEADING, "title: In place"), encoding="utf-8")
    running.until_shown(PAGE, ">In place</h1>")


def test_reading_builds_nothing(running: Running, told: Told) -> None:
    told.next()
    for file in sorted((running.root / "content").rglob("*.md")):
        file.read_bytes()
    settle(running)
    assert len(running.rebuilds) == 3


def test_a_checkout_of_many_files_is_built_at_once(running: Running) -> None:
    git = partial(subprocess.run, cwd=running.root, check=True)
    commit = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "."]
    text = (running.root / RECORD).read_text("utf-8")
    for branch, number in (("few", 1), ("many", 300)):
        git(["git", "init", "-q"])
        git(["git", "checkout", "-q", "-b", branch])
        for each in range(number):
            new = text.replace(HEADING, f"title: Number {each}")
            (running.root / f"content/practices/many-{each}.md").write_text(new, encoding="utf-8")
        git(["git", "add", "content"])
        git(commit)
    git(["git", "checkout", "-q", "few"])
    settle(running)
    assert running.get("/practices/many-299.html")[0] == 404
    before = len(running.rebuilds)
    git(["git", "checkout", "-q", "many"])
    running.until_shown("/practices/many-99.html", ">Number 99</h1>")
    settle(running)
    assert len(running.rebuilds) - before - 2 in (1, 2)
    assert running.get("/practices/many-299.html")[0] == 200


def settle(running: Running) -> None:
    """Wait until all is built that was saved: a mistake and its repair are, which makes two."""
    change(running.root / RECORD, "belgium", "belgum")
    wait_until(lambda: "not built" in running.rebuilds[-1])
    change(running.root / RECORD, "belgum", "belgium")
    wait_until(lambda: "not built" not in running.rebuilds[-1])


def test_a_stream_of_saves_is_built_all_the_same(running: Running) -> None:
    is_over = Event()
    (running.root / "templates").mkdir()

    def write() -> None:
        while not is_over.wait(watch.QUIET / 5):
            (running.root / "templates" / "notes.txt").write_text("Always something new.")

    writer = Thread(target=write)
    writer.start()
    try:
        change(running.root / RECORD, HEADING, "title: Meanwhile")
        running.until_shown(PAGE, ">Meanwhile</h1>")
    finally:
        is_over.set()
        writer.join()


def test_no_page_is_missing_while_sites_are_exchanged(running: Running, told: Told) -> None:
    last, title = 8, "NO"
    answers: set[int] = set()
    is_over = Event()

    def ask() -> None:
        while not is_over.is_set():
            answers.add(running.get(PAGE)[0])

    asking = Thread(target=ask)
    asking.start()
    for number in range(last):
        change(running.root / RECORD, f"title: {title}", f"title: Number {number}")
        title = f"Number {number}"
        running.until_shown(PAGE, f">{title}</h1>")
    is_over.set()
    asking.join()
    assert answers == {200}


def test_what_no_page_asks_for_waits_until_the_browser_was_told(settled: Preview) -> None:
    before = bytes_of(settled.site)
    change(settled.settings.root / RECORD, HEADING, UNHEARD_OF)
    settled.rebuild()
    told, shown = settled.state, bytes_of(settled.site)
    settled.keep()
    whole = bytes_of(settled.site)
    assert {path for path in whole if whole[path] != shown[path]} == {SEARCH_WHOLE, MANIFEST}
    assert shown[SEARCH_WHOLE] == before[SEARCH_WHOLE]
    assert whole == clean(settled.settings)
    assert settled.state == told


def test_what_was_put_off_is_made_by_the_next_preview(settled: Preview) -> None:
    change(settled.settings.root / RECORD, HEADING, UNHEARD_OF)
    settled.rebuild()
    settled.__exit__()
    with Preview(settled.settings) as following:
        following.rebuild()
        following.keep()
    assert bytes_of(settled.site) == clean(settled.settings)


def test_what_cannot_be_made_later_is_made_next_time(
    settled: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(settled.settings.root / RECORD, HEADING, UNHEARD_OF)
    settled.rebuild()
    with monkeypatch.context() as full:
        full.setattr(rebuild, "build", Mock(side_effect=OSError(ENOSPC, "No space left")))
        settled.keep()
    settled.rebuild()
    assert bytes_of(settled.site) == clean(settled.settings)


def test_what_is_made_later_leaves_the_cache_what_the_next_build_asks_for(
    settled: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "FEWEST", 0)
    monkeypatch.setattr(cache, "SPARE", 1)
    before = HEADING
    for number in range(3):
        change(settled.settings.root / RECORD, before, before := f"{UNHEARD_OF} {number}")
        settled.rebuild()
        assert settled.state.title == ""
        settled.keep()
    assert bytes_of(settled.site) == clean(settled.settings)


def test_names_of_files_do_nothing_to_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(click, "echo", lambda text, **_: said.append(text))
    root = lay_out(tmp_path / "world", SITES / "small").resolve()
    with Preview(settings_of(root)) as preview:
        preview.rebuild([root / "content" / "practices" / "\x1b]0;x\x07.md"])
    assert said[0].endswith("  content/practices/\\u001b]0;x\\u0007.md saved: ")


def test_the_terminal_tells_what_was_built(running: Running) -> None:
    change(running.root / RECORD, HEADING, "title: YES")
    running.until_shown(PAGE, ">YES</h1>")
    change(running.root / RECORD, "belgium", "belgum")
    wait_until(lambda: len(running.rebuilds) == 3)
    first, good, _ = running.rebuilds
    assert re.search(r"  7 records read, 7 built, 0 refused\. \d+ files changed, in ", first)
    assert re.search(rf"  {RECORD} saved: 7 records .* files changed, in \d+\.\d\d s\.", good)
    wait_until(lambda: "The last good site stays up." in running.said[-1])
    assert any("unknown-term" in line for line in running.said)
