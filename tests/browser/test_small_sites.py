"""The explorer of a site that has hardly begun: one practice, and none that has a term."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from repertory.base.settings import Settings
from tests.browser.test_pages import watch
from tests.browser.world import served
from tests.worlds import built

pytestmark = pytest.mark.browser

TAXONOMY = "facets: {topic: {label: Topic, terms: {water: {label: Water}}}}\n"
RECORD = "---\ntitle: A well\nsummary: Water for all.\nadded: 2026-01-01\n---\nDeep and deeper.\n"


def test_the_explorer_of_a_new_site_has_no_fault(page: Page, tmp_path: Path) -> None:
    (tmp_path / "taxonomy.yaml").write_text(TAXONOMY, "utf-8")
    (tmp_path / "content" / "practices").mkdir(parents=True)
    (tmp_path / "content" / "practices" / "well.md").write_text(RECORD, "utf-8")
    settings = Settings(root=tmp_path, name="A new site", language="nl")
    built(settings)
    faults = watch(page)
    page.goto((settings.site / "practices" / "index.html").as_uri(), wait_until="networkidle")
    with served(settings.site) as address:
        page.goto(f"{address}practices/index.html?q=deep", wait_until="networkidle")
        page.locator(".explorer[data-state=ready]").wait_for()
        assert page.locator(".results h3").all_inner_texts() == ["A well"]
        assert not page.locator(".filters").is_visible()
    assert faults == []


def test_the_explorer_outlives_a_site_that_is_published_anew(page: Page, site: Path) -> None:
    """Shards that the explorer knows are gone then; it begins anew, and is not lost."""
    with served(site) as address:
        page.goto(f"{address}practices/index.html?q=road")
        page.locator(".explorer[data-state=ready]").wait_for()
        page.route("**/search/shards/*", lambda route: route.fulfill(status=404))
        page.route("**/search/words/*", lambda route: route.fulfill(status=404))
        page.workers[0].evaluate("() => forget()")
        page.locator("main input[name=q]").fill("corner")
        page.locator(".explorer[data-state=failed]").wait_for()
        asked: list[str] = []
        page.unroute_all()
        page.on("request", lambda request: asked.append(request.url))
        page.get_by_role("button", name="Try again").click()
        page.locator(".explorer[data-state=ready]").wait_for()
        assert "A reading corner in the courtyard" in page.locator(".results").inner_text()
        assert any(url.endswith("search/index.json") for url in asked)
