"""What all tests share: the repository's root, the --rewrite option, and a Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = (
    "The browser tests need Chromium: install it (on Debian: apt install chromium), or name one"
    " in the variable REPERTORY_CHROMIUM."
)

# Every machine tries the same examples, and a busy one has its time; new ones are looked for with
# --hypothesis-profile=search.
SLOW = [HealthCheck.too_slow]
settings.register_profile("search", deadline=None, suppress_health_check=SLOW)
settings.register_profile("same", settings.get_profile("search"), derandomize=True)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --rewrite, which makes today's output the expected one."""
    parser.addoption("--rewrite", action="store_true", help="write the golden files anew")


def pytest_configure(config: pytest.Config) -> None:
    """End a run in several processes before it begins if it lacks Chromium: none of them could."""
    if config.getoption("numprocesses", None) and find_chromium() is None:
        pytest.exit(NO_BROWSER, returncode=1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last: the others are quicker and tell more."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session", autouse=True)
def no_power_fails() -> Iterator[None]:
    """Let nobody wait for the disk, which takes long: tests/attack/building.py looks after that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr(os, "sync", lambda: None)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def rewrite(pytestconfig: pytest.Config) -> bool:
    """Tell whether golden files are to be written anew instead of compared."""
    return bool(pytestconfig.getoption("--rewrite"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; without one the run ends, failed, with a sentence."""
    found = find_chromium()
    if found is None:
        pytest.exit(NO_BROWSER, returncode=1)
    return found


def find_chromium() -> str | None:
    """Return the path of the Chromium that REPERTORY_CHROMIUM names, or of one that is found."""
    named = os.environ.get("REPERTORY_CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else BROWSERS)), None)
