"""An archive that was unpacked somewhere can be read from the disk, all of it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_pages import watch
from tests.repositories import archived, repository, unpacked

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of an archive that was unpacked into a folder with an awkward name."""
    folder = tmp_path_factory.mktemp("archive")
    return unpacked(archived(repository(folder / "one")), folder / "Über uns #1") / "site"


def test_every_page_of_it_opens_from_the_disk_without_a_fault(page: Page, there: Path) -> None:
    faults = watch(page)
    pages = [file for file in there.rglob("*.html") if file.name != "404.html"]
    assert len(pages) > 20
    for file in pages:
        page.goto(file.as_uri(), wait_until="networkidle")  # or else it is left while it loads
        expect(page.locator("h1")).to_have_count(1)
        assert faults == [], file


def test_a_reader_goes_through_it_from_its_first_page(page: Page, there: Path) -> None:
    page.goto((there / "index.html").as_uri())
    page.get_by_role("link", name="All practices", exact=True).first.click()
    page.get_by_role("link", name="Reading together").first.click()
    expect(page.locator("h1")).to_have_text("Reading together: books & bread")
    picture = page.locator("main img")
    assert picture.evaluate("async picture => (await picture.decode(), picture.naturalWidth)") > 0
    page.goto(f"{(there / 'practices' / 'index.html').as_uri()}?q=reading")
    expect(page.locator(".from-disk")).to_contain_text("need the site to be served")
