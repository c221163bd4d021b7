"""A build that reuses what an earlier one has made gives the bytes of one that reuses nothing."""

import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from PIL import Image

from repertory.base.step import Shelf
from repertory.pipeline import build, check
from repertory.preview.rebuild import Preview
from repertory.publishing.output import Output
from repertory.publishing.urls import SEARCH_WHOLE
from repertory.reading import files
from repertory.sources import last_build, look
from repertory.writing import work
from repertory.writing.pages import Done, Maker
from repertory.writing.theme import Templates
from repertory.writing.workshop import Workshop
from tests.worlds import SITES, TODAY, built, bytes_of, checked, lay_out, outcome, settings_of

ROOT = Path(__file__).parents[1]
RECORD = """---
title: {title}
summary: A new practice.
category: good-practice
country: [{country}]
outcome: [{outcome}]
added: 2026-0{month}-01
---
{body}
"""
COUNTRIES = ("belgium", "netherlands", "greece")
WORDS = ("reading", "swimming", "a [link](no.md)", "*many* schools", "## Evaluation\n\nGood.", "Ω")
words = st.sampled_from(WORDS)
names = st.sampled_from(("one", "two", "three"))


class Editing(RuleBasedStateMachine):
    """Somebody edits a world by chance; after each edit both ways to build it agree."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.root = Path(self.folder.name) / "world"
        self.told: dict[tuple[str, bytes], object] = {}
        self.preview = Preview(settings_of(self.root))

    @initialize()
    def begin(self) -> None:
        lay_out(self.root, SITES / "small")

    def teardown(self) -> None:
        with self.preview:
            self.folder.cleanup()

    def record(self, name: str) -> Path:
        return self.root / "content" / "practices" / f"{name}.md"

    @rule(name=names, title=words, country=st.sampled_from(COUNTRIES), body=words)
    def write(self, name: str, title: str, country: str, body: str) -> None:
        fields = {"title": f'"{title.splitlines()[0]}"', "country": country, "body": body}
        self.record(name).write_text(RECORD.format(**fields, outcome="friends", month=3), "utf-8")

    @rule(old=names, new=names)
    def rename(self, old: str, new: str) -> None:
        if self.record(old).is_file():
            self.record(old).rename(self.record(new))

    @rule(name=names)
    def delete(self, name: str) -> None:
        self.record(name).unlink(missing_ok=True)

    @rule(body=words)
    def edit_body(self, body: str) -> None:
        with self.record("reading-together").open("a", encoding="utf-8") as file:
            file.write(f"\n\n{body}\n")

    @rule(old=st.sampled_from(("Belgium", "Friends", "Good practice")), new=words)
    def name_a_term(self, old: str, new: str) -> None:
        taxonomy = self.root / "taxonomy.yaml"
        text = taxonomy.read_text("utf-8").replace(old, f"{old} {new[:1].upper()}")
        taxonomy.write_text(text, "utf-8")

    @rule(former=names)
    def remember_a_term(self, former: str) -> None:
        taxonomy = self.root / "taxonomy.yaml"
        known = r" reading: \{(formerly: \[\w+\], )?"
        instead = f" reading: {{formerly: [{former}], "
        taxonomy.write_text(re.sub(known, instead, taxonomy.read_text("utf-8")), "utf-8")

    @rule(name=names)
    def propose_a_term(self, name: str) -> None:
        record = self.root / "content" / "practices" / "no.md"
        text = record.read_text("utf-8").replace("[reading]", f'["new: {name}"]')
        record.write_text(text, "utf-8")

    @rule(body=words)
    def write_news(self, body: str) -> None:
        front = "---\ntitle: News\nsummary: S.\nadded: 2026-05-01\n---\n"
        (self.root / "content" / "news" / "newest.md").write_text(front + body, "utf-8")

    @rule(text=words, template=st.sampled_from(("practice.html", "term.html")))
    def change_template(self, text: str, template: str) -> None:
        (self.root / "templates").mkdir(exist_ok=True)
        override = '{% extends "default:' + template + '" %}{% block head %}<!-- ' + text[0]
        (self.root / "templates" / template).write_text(override + " -->{% endblock %}", "utf-8")

    @precondition(lambda self: (self.root / "templates").is_dir())
    @rule()
    def drop_templates(self) -> None:
        shutil.rmtree(self.root / "templates")

    @rule(
        width=st.sampled_from((1, 40, 1_700)),
        colour=st.sampled_from(("red", "teal")),
        is_whole=st.sampled_from((True, True, True, False)),
    )
    def change_picture(self, width: int, colour: str, is_whole: bool) -> None:
        picture = self.root / "content" / "practices" / "reading.png"
        Image.new("RGB", (width, 30), colour).save(picture)
        if not is_whole:
            picture.write_bytes(picture.read_bytes()[:40])

    @rule(name=names, shown=st.sampled_from(("![A book](reading.png)", "![No](none.png)")))
    def show_picture(self, name: str, shown: str) -> None:
        self.write(name, "Shown", "belgium", f"{shown}\n\nText.")

    @rule(path=st.sampled_from(("index.html", "practices/no.html", "robots.txt")))
    def spoil_a_page(self, path: str) -> None:
        page = self.root / "site" / path
        if page.is_file():
            page.write_text("spoilt", "utf-8")

    @rule()
    def lose_the_cache(self) -> None:
        shutil.rmtree(self.root / ".repertory-cache", ignore_errors=True)

    @rule(moment=st.floats(0.1, 0.7))
    def kill_a_build(self, moment: float) -> None:
        command = [sys.executable, str(ROOT / "build.py"), "--root", str(self.root)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(moment)
        process.kill()
        process.wait()

    @invariant()
    def all_ways_agree(self) -> None:
        if not self.root.is_dir():
            return
        clean = self.root.with_name("clean")
        shutil.rmtree(clean, ignore_errors=True)
        anew = outcome(self.root, clean, is_cached=False)
        assert outcome(self.root, self.root / "site", is_cached=True) == anew
        self.preview.rebuild()
        self.preview.keep()
        is_built = clean.is_dir()
        assert (self.preview.state.title == "") == is_built
        if is_built:
            assert bytes_of(self.preview.site) == bytes_of(clean)

    @invariant()
    def a_digest_tells_what_is_made(self) -> None:
        """What a section or a file of it reads is told from all that it ever read before.

        Where there are errors nothing is made, and what is not good has no digest.
        """
        found = checked(settings_of(self.root)) if self.root.is_dir() else None
        for section in found.sections if found and found.good else ():
            outputs = list(section.outputs())
            known = [(output.path, output.changed, output.indexed) for output in outputs]
            assert self.told.setdefault((section.name, section.key), known) == known
            for output in outputs:
                key = output.reads() if output.reads else section.key
                content = output.content()
                assert self.told.setdefault((f"file {output.path}", key), content) == content
                if output.shows:
                    shown = (f"page {output.path}", output.shows())
                    assert self.told.setdefault(shown, content) == content


@pytest.fixture(autouse=True)
def soon_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust stamps, and of any file, after a fiftieth of a second, so that tests rely on them."""
    monkeypatch.setattr(files, "FEW", 0)
    monkeypatch.setattr(files, "SETTLED", 20_000_000)


def test_every_edit_leads_to_the_bytes_of_a_clean_build() -> None:
    machine = Editing.TestCase
    machine.settings = hypothesis_settings(
        max_examples=12,
        stateful_step_count=10,
        phases=[Phase.generate],  # to make a failing example smaller would take many minutes
    )
    machine().runTest()


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a copy of the small world."""
    return lay_out(tmp_path / "world", SITES / "small")


def test_processes_make_the_same(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = outcome(world, world.with_name("alone"), is_cached=False)
    monkeypatch.setattr(work, "FEW", 1)
    monkeypatch.setattr(work, "CHUNK", 2)
    assert outcome(world, world.with_name("together"), is_cached=False, jobs=2) == alone


def test_nothing_is_made_twice(world: Path) -> None:
    built(settings_of(world))
    record = world / "content" / "practices" / "no.md"
    record.write_text(f"{record.read_text('utf-8')}\nWith a zebra.\n", "utf-8")  # a shard has it
    time.sleep(0.03)  # until the stamps are settled
    built(settings_of(world))
    with Workshop(settings_of(world), jobs=1) as workshop:
        sources = look(workshop, TODAY)
        assert last_build(workshop, sources, world / "site")
        build(workshop, check(workshop, sources), world / "site")
        steps = workshop.profile.steps
    assert {name: steps[name].made for name in ("records", "prose", "pages", "search")} == {
        "records": 0, "prose": 0, "pages": 0, "search": 0,
    }  # fmt: skip


def test_a_build_that_hurried_has_not_done_all(world: Path) -> None:
    built(settings_of(world))
    record = world / "content" / "practices" / "no.md"
    record.write_text(f"{record.read_text('utf-8')}\nWith a zebra.\n", "utf-8")
    time.sleep(0.03)  # until the stamps are settled
    for hurries in (True, False):
        with Workshop(settings_of(world), jobs=1) as workshop:
            sources = look(workshop, TODAY)
            assert last_build(workshop, sources, world / "site") is None
            done = build(workshop, check(workshop, sources), world / "site", hurries)
        assert done.put_off == ({SEARCH_WHOLE} if hurries else set())
    built(settings_of(world), world / "clean")
    assert bytes_of(world / "site") == bytes_of(world / "clean")


def test_only_pages_that_show_an_edit_are_made(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, place = [], Maker.place

    def noted(maker: Maker, output: Output, shelf: Shelf) -> Done:
        made.append(output.path)
        return place(maker, output, shelf)

    built(settings_of(world))
    monkeypatch.setattr(Maker, "place", noted)
    record = world / "content" / "practices" / "no.md"
    edits = (("12:30", "12:45", False), ("title: NO", "title: YES", True))
    for old, new, is_seen_elsewhere in edits:
        made.clear()
        record.write_text(record.read_text("utf-8").replace(old, new), "utf-8")
        built(settings_of(world))
        assert "practices/no.html" in made
        assert ("practices/letters-home.html" in made) is is_seen_elsewhere


def test_templates_are_compiled_once(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names, compiled = [], Templates._compile

    def noted(templates: Templates, source: str, filename: str) -> CodeType:
        names.append(filename)
        return compiled(templates, source, filename)

    monkeypatch.setattr(Templates, "_compile", noted)
    built(settings_of(world))
    assert len(names) == len(set(names)) > 10
    names.clear()
    with (world / "content" / "practices" / "no.md").open("a", encoding="utf-8") as record:
        record.write("\nMore.\n")
    assert built(settings_of(world)).made
    assert names == []


def test_what_another_build_has_read_is_not_taken_for_ones_own(world: Path) -> None:
    record = world / "content" / "practices" / "no.md"
    first = record.read_text("utf-8")
    built(settings_of(world))
    with Workshop(settings_of(world), jobs=1) as workshop:
        record.write_text(first.replace("belgium", "belgum"), "utf-8")
        assert not check(workshop, look(workshop, TODAY)).good
        record.write_text(first.replace("title: NO", "title: YES"), "utf-8")
        built(settings_of(world))  # as in another process
        record.write_text(first, "utf-8")
        found = check(workshop, look(workshop, TODAY))
    assert found.catalog
    assert "NO" in [practice.title for practice in found.catalog.practices]


@pytest.mark.parametrize("path", ["index.html", "search/index.json", "robots.txt"])
def test_a_site_that_somebody_touched_does_not_stand(world: Path, path: str) -> None:
    time.sleep(0.03)
    built(settings_of(world))
    (world / "site" / path).write_text("spoilt", "utf-8")
    with Workshop(settings_of(world), jobs=1) as workshop:
        assert last_build(workshop, look(workshop, TODAY), world / "site") is None
        written = build(workshop, check(workshop, look(workshop, TODAY)), world / "site")
    assert written.made == 1


def test_a_mistake_is_told_again_and_again(world: Path) -> None:
    record = world / "content" / "practices" / "no.md"
    record.write_text(record.read_text("utf-8").replace("belgium", "belgum"), "utf-8")
    first = outcome(world, world / "site", is_cached=True)
    assert first
    assert outcome(world, world / "site", is_cached=True) == first


def moments(count: int) -> Iterator[float]:
    chance = random.Random(4)
    return (chance.uniform(0.2, 1.2) for _ in range(count))


def test_a_build_that_is_killed_leaves_a_site_that_the_next_completes(world: Path) -> None:
    outcome(world, world / "site", is_cached=True)
    record = world / "content" / "practices" / "no.md"
    command = [sys.executable, str(ROOT / "build.py"), "--root", str(world)]
    for moment in moments(8):
        record.write_text(record.read_text("utf-8") + f"\n\n{moment}\n", "utf-8")
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
    anew = outcome(world, world.with_name("clean"), is_cached=False)
    assert outcome(world, world / "site", is_cached=True) == anew
    assert not list(world.glob(".site-*"))
