"""Every attack is held off, as often as there is time for here; `make attack` tries far more."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.attack import PLAIN
from tests.attack.arena import Arena, Outcome, attacked, table, with_table
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "security.md"


def no_browser() -> Browser:
    """Stand for Chromium where an attack needs none."""
    raise AssertionError("an attack that needs Chromium belongs to tests/browser/test_attacks.py")


@pytest.mark.parametrize("name", PLAIN)
def test_an_attack_is_held_off(name: str, tmp_path: Path) -> None:
    outcomes = list(PLAIN[name](Arena(False, tmp_path, no_browser)))
    assert outcomes
    assert all(outcome.tried for outcome in outcomes)
    assert [line for outcome in outcomes for line in outcome.fallen] == []


def test_the_table_tells_what_was_held() -> None:
    outcomes = [Outcome("a form", 1200, ["one", "two"], "3 s at most"), Outcome("a page", 1)]
    assert table(outcomes).split("\n")[2:] == [
        "| a form | 1,200 | 1,198 | 3 s at most |",
        "| a page | 1 | 1 |  |",
    ]
    page = "Before.\n\n<!-- attacks -->\nold\n<!-- end of attacks -->\n\nBehind.\n"
    whole = with_table(page, outcomes, True)
    assert [*attacked(whole)] == ["a form", "a page"]
    assert whole.startswith("Before.\n\n<!-- attacks -->\n\n|")
    assert whole.endswith("|\n\n<!-- end of attacks -->\n\nBehind.\n")
    again = with_table(whole, [Outcome("a form", 3), Outcome("a map", 2)], False)
    assert [*attacked(again)] == ["a form", "a page", "a map"]
    assert attacked(again)["a form"] == "| a form | 3 | 3 |  |"
