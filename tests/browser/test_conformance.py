"""The conformance statement says what was tested here, neither more nor less."""

import json
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from repertory.publishing.conformance import TESTED
from tests.browser import test_access, test_pages
from tests.browser.judging import Judge, statement

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
        TESTED.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert {"day": said.get("day"), **found} == said
