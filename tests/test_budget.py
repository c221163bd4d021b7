"""What takes too long is given up, whatever it does, and leaves nothing behind."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from repertory.base.budget import OverBudget, processor_seconds
from repertory.base.problem import MOST_SAID, Place, Problem
from repertory.editing import fix
from repertory.reading.document import read_body
from repertory.reading.fields import unknown_key
from repertory.reading.markdown import read_prose
from repertory.reading.records import PRACTICE_KEYS
from repertory.reading.site import BUDGET
from repertory.reading.source import collect
from repertory.reading.taxonomy import Term
from repertory.reading.tree import Scalar
from repertory.reading.vocabulary import Languages, in_cycles, read_taxonomy
from repertory.writing.faults import told
from tests.attack.bounds import body, slow
from tests.conftest import ROOT
from tests.worlds import SITES, lay_out

PATH = "content/practices/record.md"
LIST = "One:\n\n- two\n- three\n\n> four\n"


def endless() -> None:
    """Do nothing, and never end."""
    while True:
        pass


def test_work_is_given_up_also_where_a_library_loses_what_is_raised() -> None:
    with pytest.raises(OverBudget), processor_seconds(0.05):
        for _ in range(3):
            with suppress(OverBudget):
                endless()
        endless()


def test_work_that_is_over_is_left_alone() -> None:
    with processor_seconds(0.05):
        pass
    begun = time.process_time()
    while time.process_time() < begun + 0.2:
        pass


def prose_of(text: str) -> tuple[object, tuple[Problem, ...]]:
    """Return what a text becomes."""
    found, _ = collect(read_body(Path(), PATH, text.encode()))
    assert found
    return collect(read_prose(found))


def test_a_text_that_was_given_up_leaves_nothing_to_the_next_one() -> None:
    expected = prose_of(body(LIST))
    for seconds in (0.01, 0.05, 0.1):
        with pytest.raises(OverBudget), processor_seconds(seconds):
            prose_of(slow(17_000))
        assert prose_of(body(LIST)) == expected


def test_lists_too_deep_for_markdown_leave_nothing_to_the_next_one() -> None:
    expected = prose_of(body(LIST))
    deep = "\n".join(f"{'    ' * depth}- a" for depth in range(300))
    _, problems = prose_of(body(deep))
    assert [(p.rule, p.line) for p in problems] == [("body-too-nested", 307)]
    assert prose_of(body(LIST)) == expected


def test_fix_mends_a_hostile_record_as_far_as_there_is_time(tmp_path: Path) -> None:
    root = lay_out(tmp_path, SITES / "small")
    languages = Languages("en", ("en", "de", "nl"))
    taxonomy, _ = collect(read_taxonomy(root, languages, PRACTICE_KEYS))
    (root / PATH).write_text("---\n" + "title: b: c\n" * 5_000 + "---\nText.\n")
    begun = time.process_time()
    mended = fix.mended(root, taxonomy, [PATH])
    assert time.process_time() - begun < BUDGET + 0.5
    after = mended[PATH][-1].after.decode()
    assert set(after.split("\n")) == {"---", 'title: "b: c"', "title: b: c", "Text.", ""}


def test_what_is_said_of_a_long_text_is_short() -> None:
    key = Scalar("k" * 60_000, Place(PATH))
    (problem,) = unknown_key(key, ("title",), (), "a practice")
    assert len(problem.message) == MOST_SAID + 1


def test_terms_above_themselves_are_found_and_those_below_them_are_not() -> None:
    above = {"a": "b", "b": "c", "c": "b", "d": "a", "e": "e", "f": "", "g": "missing"}
    terms = {id: Term(id, {}, broader=broader) for id, broader in above.items()}
    assert in_cycles(terms, "broader") == {"b", "c", "e"}


def test_a_chain_of_terms_takes_time_as_its_length() -> None:
    terms = {f"t{n}": Term(f"t{n}", {}, broader=f"t{n + 1}") for n in range(10_000)}
    begun = time.process_time()
    assert in_cycles(terms, "broader") == set()
    assert time.process_time() - begun < 1


def test_a_fault_with_a_strange_name_can_be_printed() -> None:
    name = os.fsdecode(b"a\xff\x1b[31m\n.md")
    said = told(FileNotFoundError(2, "No such file", name))
    assert said == r"The machine says: No such file (a\udcff\u001b[31m\n.md)."


def test_a_terminal_without_our_signs_gives_no_traceback(tmp_path: Path) -> None:
    root = lay_out(tmp_path, SITES / "small", SITES / "broken" / "unknown-term")
    done = subprocess.run(
        [sys.executable, "build.py", "check", "--root", str(root)],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == ""
    assert r"\u201c" in done.stdout
