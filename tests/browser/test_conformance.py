"""The conformance statement says what was tested here, neither more nor less."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date

import pytest

from repertory.publishing.conformance import TESTED
from tests.browser import test_access, test_pages
from tests.browser.judging import Judge, Verdict, statement

pytestmark = pytest.mark.browser

CHECKS: Mapping[str, Callable[..., None]] = {
    "keyboard": test_access.test_every_tab_stop_is_reached_and_seen,
    "narrow": test_pages.test_nothing_scrolls_sideways_on_a_phone,
    "large": test_pages.test_nothing_scrolls_sideways_with_text_of_twice_the_size,
    "still": test_pages.test_nothing_moves_where_motion_is_not_wanted,
    "plain": test_pages.test_a_page_says_the_same_without_javascript,
}
"""The tests that go through kinds of pages, by what the statement promises of these."""


def test_the_statement_says_what_was_tested(judge: Judge, rewrite: bool) -> None:
    found = statement(judge, CHECKS)
    said = json.loads(TESTED.read_text("utf-8")) if TESTED.exists() else {}
    if rewrite and said != {"day": said.get("day"), **found}:
        said = {"day": str(date.today()), **found}
        text = json.dumps(said, ensure_ascii=False)
        for start in (*(f'"{key}":' for key in said), '{"number"'):  # a line for each
            text = text.replace(f" {start}", f"\n{start}")
        TESTED.write_text(f"{text}\n", "utf-8")
    assert {"day": said.get("day"), **found} == said


class Told(Judge):
    """Stands for a judge who has come to this verdict."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict

    def all(self) -> Iterator[Verdict]:
        """Yield the verdict."""
        yield self._verdict


def test_a_fault_keeps_the_statement_from_being_made() -> None:
    with pytest.raises(AssertionError, match="image-alt"):
        statement(Told(Verdict("4", ["image-alt: an image has no text"], {}, {})), CHECKS)


def test_only_what_was_judged_counts() -> None:
    passed = {"image-alt": ("wcag2a", "wcag111"), "region": ("best-practice",)}
    found = statement(Told(Verdict("4", [], passed, {"color-contrast": ("wcag143",)})), {})
    assert found["undecided"] == ["color-contrast"]
    criteria = found["criteria"]
    assert isinstance(criteria, list)
    judged = {criterion["number"]: criterion["rules"] for criterion in criteria}
    assert {number: rules for number, rules in judged.items() if rules} == {"1.1.1": ["image-alt"]}
    assert len(judged) == 55
