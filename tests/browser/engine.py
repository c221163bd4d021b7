"""The search program of the world of seven languages, as it runs in a visitor's browser."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Worker

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import facets, index
from repertory.reading.model import Practice
from tests.browser.world import served
from tests.worlds import SITES, built, checked, lay_out

LANGUAGES = ("en", "de", "el", "es", "fr", "it", "nl")
SEVERAL_SHARDS, SEVERAL_LISTS = 600, 250  # so that a small world too is cut into some

START = "new Worker(document.querySelector('[data-worker]').dataset.worker)"

FIND = """async ([base, queries]) => {
  const found = [];
  for (const q of queries) {
    const asked = { base, q, chosen: {}, sort: "", page: 1, size: 1, facets: [] };
    const { numbers } = await numbersOf(asked);
    await find(asked, newest + 1, ({ have, of, words }) =>
      found.push([numbers, have, of, words.flatMap(({ instead }) => instead)]));
  }
  return found;
}"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gives: numbers of practices, best first; how many of its words they have; what
    was taken instead of its mistyped words.
    """

    numbers: list[int]
    have: int
    of: int
    instead: list[str]


@dataclass(frozen=True, slots=True)
class Engine:
    """The running search program, with the catalog that its index was made from."""

    worker: Worker
    search: str  # the address of the folder search/
    catalog: Catalog = field(repr=False)

    @property
    def practices(self) -> Sequence[Practice]:
        """Return the practices by their numbers."""
        return facets.numbered(self.catalog)

    def find(self, queries: Iterable[str]) -> dict[str, Found]:
        """Return what each query finds."""
        asked = list(dict.fromkeys(queries))
        answers = self.run(FIND, [self.search, asked])
        return {query: Found(*answer) for query, answer in zip(asked, answers, strict=True)}

    def run(self, script: str, argument: object) -> Any:
        """Return what a function of JavaScript gives that is called within the program."""
        return self.worker.evaluate(script, argument)


def build_languages(root: Path) -> tuple[Path, Catalog]:
    """Build the world of seven languages in `root`; return its site and its catalog."""
    lay_out(root, SITES / "languages")
    settings = Settings(root=root, name="Seven languages", purpose="Tests.", languages=LANGUAGES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "SHARD", SEVERAL_SHARDS)
        patch.setattr(index, "WORD_LIST", SEVERAL_LISTS)
        found = checked(settings)
        assert found.problems == ()
        assert found.catalog
        built(settings)
    return settings.site, found.catalog


@contextmanager
def running(browser: Browser, root: Path) -> Iterator[Engine]:
    """Start the search program on its page, as the page does, and open the index."""
    site, catalog = build_languages(root)
    with served(site) as address:
        page = browser.new_page(bypass_csp=True)  # whose policy lets nobody else start a worker
        page.goto(f"{address}practices/index.html")
        with page.expect_worker() as started:
            page.evaluate(f"() => {{ {START}; }}")
        engine = Engine(started.value, f"{address}search/", catalog)
        engine.run("(base) => open(base)", engine.search)
        yield engine
        page.close()
