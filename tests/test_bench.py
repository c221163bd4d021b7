"""What is made of measured builds: ratios, exponents, tables, the chart; nothing is built here."""

import sys
import xml.etree.ElementTree as ET
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from bench import chart, edits, ours, results
from bench.ours import BODY, COLD
from bench.results import BARE, OURS, RELOAD, SEARCHED, Figures
from bench.runs import FORGOTTEN, Run, begin, put_aside, run

SVG = "{http://www.w3.org/2000/svg}"


def measured(factor: float = 1) -> Figures:
    """Return figures in which ours is half of Hugo's with Pagefind."""
    found: Figures = defaultdict(list)
    whole = {OURS: 10.0, BARE: 6.0, "Hugo": 8.0, SEARCHED: 20.0, "Pelican": 40.0}
    for tool, seconds in whole.items():
        runs = [Run(wall * factor, wall * factor, 100, written=5) for wall in (seconds, 1, 99)]
        found[tool, COLD] = runs
    found[OURS, BODY] = [Run(0.4)]
    found[OURS, RELOAD], found["Hugo", RELOAD] = [Run(0.1)], [Run(2)]
    return found


def test_a_ratio_is_of_medians() -> None:
    assert results.ratio(measured(), (OURS, COLD), (SEARCHED, COLD), "wall") == 0.5
    assert results.ratio(measured(), (OURS, COLD), ("MkDocs", COLD), "wall") == 0


def test_an_exponent_tells_how_time_grows() -> None:
    assert results.exponent(2, 100) == pytest.approx(1)
    assert results.exponent(2, 2 * 50**2) == pytest.approx(2)
    assert results.exponent(0, 5) == 0


@pytest.mark.parametrize(
    ("got", "cells"),
    [(0.5, ["0.8", "0.50", "yes"]), (0.9, ["0.8", "0.90", "no"]), (0, ["0.8", "–", "–"])],
)
def test_a_goal_is_reached_or_not_or_not_measured(got: float, cells: list[str]) -> None:
    assert results.reached(0.8, got) == cells


def test_the_page_has_tables_without_holes() -> None:
    found = {1_000: measured(), 50_000: measured(50)}
    page = results.page(found, [1_000], 3, {"Hugo": "0.1.2"})
    lines = page.splitlines()
    tables = [line for line in lines if line.startswith("|")]
    assert "| Repertory, cold, wall | Hugo + Pagefind | 0.8 | 0.50 | yes |" in tables
    assert "| Repertory without search, cold, wall | Hugo | 0.9 | 0.75 | yes |" in tables
    assert any("growth of CPU" in line and "| 1.05 | 1.00 | yes |" in line for line in tables)
    for line, after in pairwise(lines):
        if line.startswith("|") and after.startswith("|"):
            assert line.count("|") == after.count("|"), after


def test_the_page_tells_how_fast_the_machine_was(tmp_path: Path) -> None:
    timed = [Run(1, pace=pace) for pace in (0.2, 0.05, 0.04)] + [Run(1)]
    page = results.page({100: defaultdict(list, {(OURS, COLD): timed})}, [100], 4, {})
    assert "took 50 ms (40 to 200)" in page
    assert run(("true",), tmp_path, tmp_path).pace > 0


def test_repertory_alone_has_a_page_and_a_chart() -> None:
    alone: Figures = defaultdict(list, {(OURS, COLD): [Run(2, 2, 50)], (OURS, BODY): [Run(1)]})
    assert "Hugo 0" not in results.page({100: alone}, [100], 1, {})
    assert "Repertory: 2.00 s" in chart.drawn(100, results.bars(alone))


def test_the_chart_is_sound_and_says_in_words_what_it_shows() -> None:
    root = ET.fromstring(chart.drawn(10_000, [chart.Bar("A & B", 2, 1), *results.bars(measured())]))
    said = root.findtext(f"{SVG}desc") or ""
    assert root.findtext(f"{SVG}title")
    assert "A & B: 3.00 s (search 1.00)" in said
    assert "Hugo + Pagefind: 20.0 s (search 12.0)" in said
    boxes = [box.attrib for box in root.iter(f"{SVG}rect")]
    assert all(float(b["x"]) + float(b["width"]) <= chart.WIDTH - chart.RIGHT for b in boxes)


@pytest.mark.parametrize(
    ("printed", "share"),
    [
        (
            "step  seconds  cpu\nprose  9.0  6.0  10 0\nsearch  3.2  1.5  1 0\nwords  1.5 0.5 9\n",
            0.25,
        ),
        ("prose  1.00  3.00  1 0\nsearch  12.00  1.00  1 0\n", 0.25),
        ("researching 4\n", None),
        ("", None),
    ],
)
def test_the_share_of_the_search_is_read_from_the_profile(
    printed: str, share: float | None
) -> None:
    assert ours.search_share(printed) == share


def test_every_edit_changes_a_site_each_time(tmp_path: Path) -> None:
    world = tmp_path / "world"
    ours.prepare(world, 20, None)
    (world / "site").mkdir()
    for number in (1, 2):
        for name, edit in ours.EDITS.items():
            before = texts(world)
            edit(world, number)
            changed = texts(world).items() - before.items()
            assert len(changed) == (name not in (COLD, ours.NOTHING)), name
    assert not (world / "site").exists()
    assert edits.edit_text(world / "content", 3)[1] in "".join(texts(world).values())


def texts(site: Path) -> dict[Path, str]:
    """Return all texts of a site by their paths."""
    return {path: path.read_text("utf-8") for path in site.rglob("*.*") if path.is_file()}


def test_what_was_built_is_moved_aside_and_deleted_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("bench.runs.time.sleep", waits.append)
    work = tmp_path / "builds"
    begin(work)
    for number in range(2):
        (work / "out").mkdir(parents=True)
        (work / "out" / "page.html").write_text(str(number))
        put_aside(work / "out", work)
    assert sorted(file.read_text() for file in work.rglob("page.html")) == ["0", "1"]
    assert not (work / "out").exists()
    assert not waits
    begin(work)
    assert not work.exists()
    assert waits == [FORGOTTEN]


def test_python_keeps_what_it_compiles_as_it_does_for_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    printed = "import sys; print(sys.dont_write_bytecode)"
    assert run((sys.executable, "-c", printed), tmp_path, tmp_path).printed == "False\n"
