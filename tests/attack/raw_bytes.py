"""Any bytes as a record or as taxonomy.yaml: no traceback, no hang, no hunger for memory."""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from random import Random

import click

from repertory.base.formats import Outcome, as_text
from repertory.base.problem import Problem
from repertory.base.text import UNSEEN
from repertory.catalog import health_report
from repertory.catalog.health import health
from repertory.editing import fix
from repertory.editing.edits import difference
from repertory.editing.rename import rename
from repertory.editing.request import Refused
from repertory.pipeline import Checked, build, check
from repertory.reading.site import Fronts
from repertory.sources import look
from repertory.telling import summarised, tell
from repertory.writing.workshop import Workshop
from tests.attack import arena, trials
from tests.attack.mutations import mutated
from tests.formats import assert_programs_can_read
from tests.worlds import SITES, TODAY, lay_out, settings_of

SEEDS = Path(__file__).parent / "seeds"
VOCABULARY = "taxonomy.yaml"
FOLDERS = ("practices",) * 6 + ("news", "pages")  # in which a record is tried
SOMETIMES = 5  # what is done with every fifth file alone: it takes long, and depends on little
PAGE_OF = {"practices": "practices/record.html", "news": "news/record.html", "pages": "record.html"}


def attack(given: arena.Arena) -> Iterator[arena.Outcome]:
    """Try kept seeds and bytes by chance, in processes that can be ended."""
    records, taxonomies = given.times(1_200, 70_000), given.times(400, 30_000)
    yield _outcome("bytes as a record", trials.made(__name__, "records", records, given.folder))
    taxonomy = trials.made(__name__, "taxonomies", taxonomies, given.folder)
    yield _outcome(f"bytes as {VOCABULARY}", taxonomy)


def _outcome(attacked: str, tries: Sequence[trials.Try]) -> arena.Outcome:
    fallen = [line for each in tries if (line := each.fallen())]
    rules = {mark for each in tries for mark in each.marks}
    accepted = sum("accepted" in each.marks for each in tries)
    seconds = max(each.seconds for each in tries)
    megabytes = max(each.megabytes for each in tries)
    figures = f"{seconds:.2f} s and {megabytes} MB at most; {accepted:,} accepted; "
    figures += f"{len(rules - {'accepted'})} rules met"
    return arena.Outcome(attacked, len(tries), fallen, figures)


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """Return the files of one kind that once failed, or nearly so."""
    return tuple(file.read_bytes() for file in sorted((SEEDS / kind).iterdir()))


@cache
def corpus(kind: str) -> tuple[bytes, ...]:
    """Return what is changed: twice as many good files as known mistakes, and the seeds."""
    pattern = VOCABULARY if kind == "taxonomies" else "content/*/*.md"
    good = [file.read_bytes() for file in sorted((SITES / "small").glob(pattern))]
    known = [file.read_bytes() for file in sorted((SITES / "broken").glob(f"*/{pattern}"))]
    return (*good * (1 + 2 * len(known) // len(good)), *known, *seeds(kind))


def bytes_of(kind: str, number: int) -> bytes:
    """Return the bytes of a try: first the seeds, then others by chance."""
    kept = seeds(kind)
    if number < len(kept):
        return kept[number]
    return mutated(Random(f"{kind} {number}"), corpus(kind))


def trial(workshop: Workshop, kind: str, number: int) -> list[str]:
    """Do with a file all that the program does with files; return the rules that it broke."""
    root, data = workshop.settings.root, bytes_of(kind, number)
    folder = FOLDERS[number % len(FOLDERS)]
    path = f"content/{folder}/record.md" if kind == "records" else VOCABULARY
    (root / path).write_bytes(data)
    try:
        checked = check(workshop, look(workshop, TODAY))
        _judge(checked.problems, path, data)
        _tell(workshop, checked, path, number)
        _mend(workshop, checked, path, number)
        seldom = kind == "taxonomies" and number % SOMETIMES
        if checked.good and not seldom:
            build(workshop, checked, workshop.settings.site)
            page = workshop.settings.site / PAGE_OF[folder]
            assert kind == "taxonomies" or page.stat().st_size, page
    finally:
        if kind == "records":
            (root / path).unlink()
    rules = {problem.rule for problem in checked.problems if problem.path == path}
    is_accepted = path not in {p.path for p in checked.problems if p.level == "error"}
    return sorted(rules | ({"accepted"} if is_accepted else set()))


def _judge(problems: Sequence[Problem], path: str, data: bytes) -> None:
    """Fail unless every problem of the file has a place in it, and says something."""
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    for problem in (problem for problem in problems if problem.path == path):
        assert 1 <= problem.line <= len(lines), problem
        assert 1 <= problem.column <= max(1, len(lines[problem.line - 1]) + 1), problem
        assert problem.message, problem


def _tell(workshop: Workshop, checked: Checked, path: str, number: int) -> None:
    """Tell what was found to people, and sometimes in every format."""
    settings = workshop.settings
    outcome = Outcome(checked.read, checked.refused, checked.story(), checked.problems)
    plain = click.unstyle(as_text(outcome)).replace("\n", "")
    assert not UNSEEN.search(plain), "a terminal would be sent signs that change it"
    plain.encode()
    if number % SOMETIMES == 0:
        assert_programs_can_read(outcome)
        summary = partial(summarised, checked, settings)
        tell("github", settings.root, outcome, [path], summary, job={}).encode()


def _mend(workshop: Workshop, checked: Checked, path: str, number: int) -> None:
    """Mend the file and rename a term, without writing anything; and look the practices over."""
    settings, catalog = workshop.settings, checked.catalog
    if catalog is None:
        return
    if path != VOCABULARY:
        mended = fix.mended(settings.root, catalog.taxonomy, [path])
        "\n".join(fix.told(mended)).encode()
        for done in mended.values():
            difference(path, done[0].before, done[-1].after)
    if number % SOMETIMES == 0:
        found = health(catalog, checked.prose, settings.stemmed, TODAY, checked.refused)
        health_report.as_text(found, [], True)
        fronts = Fronts(catalog.taxonomy, checked.records, checked.problems, True)
        for old, new in (("reading", "books"), ("belonging", "reading"), ("new: a", "")):
            try:
                rename(settings, fronts, "outcome", old, new)
            except Refused as refused:
                str(refused).encode()


def main(kind: str, first: str, end: str, folder: str) -> None:
    """Make tries of a kind, with numbers from `first` to before `end`, in a world in `folder`."""
    world = lay_out(Path(folder), SITES / "small")
    with Workshop(settings_of(world), jobs=1) as workshop:
        build(workshop, check(workshop, look(workshop, TODAY)), workshop.settings.site)
        trials.attempt(partial(trial, workshop, kind), range(int(first), int(end)))
