"""What a search loads of a thousand practices: bytes, which the same program always needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench import records, visits
from bench.server import Server, packed_size, served
from bench.sites import EXPORT
from repertory.base.settings import Settings
from tests.worlds import built

pytestmark = pytest.mark.browser

KILOBYTE = 1000
LANGUAGES = ("en", "de", "el", "es", "fr", "it", "nl")


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a built site of a thousand invented practices."""
    root = tmp_path_factory.mktemp("thousand") / "root"
    records.write(root, 1000)
    settings = Settings(root=root, name="A thousand practices", languages=LANGUAGES)
    built(settings)
    return settings.site


@pytest.fixture
def server(thousand: Path) -> Iterator[Server]:
    """Serve the site compressed, and count what it sends."""
    with served(thousand) as started:
        yield started


def test_an_ordinary_page_loads_nothing_of_the_search(browser: Browser, server: Server) -> None:
    assert visits.ordinary(browser, server, visits.REPERTORY) == 0
    with browser.new_context() as context:
        context.new_page().goto(server.address + "practices/index.html", wait_until="networkidle")
    assert [path for path, _ in server.sent if path.startswith("search/")] == []


@pytest.mark.parametrize("pair", [0, 1, 2])
def test_a_search_stays_within_its_bytes(browser: Browser, server: Server, pair: int) -> None:
    queries = records.queries(6)
    first, further = visits.cold(
        browser, server, visits.REPERTORY, queries[pair], queries[pair + 3]
    )
    assert 30 * KILOBYTE < first.total() <= 100 * KILOBYTE, first
    assert 0 < further.total() <= 60 * KILOBYTE, further


@pytest.mark.parametrize(
    ("files", "most"),
    [
        ("practices/index.html", 20),
        ("assets/explorer.*.js", 10),
        ("assets/search-worker.*.js", 36),
        ("search/**/*.json", 700),
    ],
)
def test_the_explorer_and_its_index_are_small(thousand: Path, files: str, most: int) -> None:
    found = [file for file in thousand.glob(files) if file.name != EXPORT]
    assert found
    assert sum(map(packed_size, found)) <= most * KILOBYTE
