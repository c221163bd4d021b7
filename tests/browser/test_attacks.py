"""Every attack that needs Chromium is held off, as often as there is time for here."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.attack import IN_BROWSER
from tests.attack.arena import Arena

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", IN_BROWSER)
def test_an_attack_is_held_off(name: str, tmp_path: Path, browser: Browser) -> None:
    outcomes = list(IN_BROWSER[name](Arena(False, tmp_path, lambda: browser)))
    assert outcomes
    assert all(outcome.tried for outcome in outcomes)
    assert [line for outcome in outcomes for line in outcome.fallen] == []
