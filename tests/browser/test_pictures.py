"""The overview, the map and the bars in the browser: right numbers, however one gets to them."""

import csv
from collections import Counter
from io import StringIO
from itertools import product
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_access import FOCUS
from tests.browser.test_pages import watch
from tests.browser.world import KINDS

pytestmark = pytest.mark.browser

Counts = dict[tuple[str, ...], int]
BUILT = ("outcome", "type-of-action")
LINKS = """table => [...table.querySelectorAll("td a")].map(link => ({
  href: link.getAttribute("href"), name: link.ariaLabel, title: link.title, level: link.className,
  text: link.textContent, radius: link.querySelector("circle")?.getAttribute("r") ?? null,
}))"""
HEADS = """table => [...table.querySelectorAll("caption, th")].map(
  head => [head.scope ?? "", head.colSpan ?? 0, head.textContent])"""


@pytest.fixture
def world(site: Path) -> list[dict[str, list[str]]]:
    """Return the front matter of every practice, each facet as a list."""
    records = []
    for path in (site.parent / "content" / "practices").glob("*.md"):
        front = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
        records.append({k: v if isinstance(v, list) else [v] for k, v in front.items()})
    return records


def counted(world: list[dict[str, list[str]]], rows: str, columns: str) -> Counts:
    """Count the practices that have both terms, for all terms of two facets."""
    pairs: Counter[tuple[str, ...]] = Counter()
    for record in world:
        pairs.update(product(record.get(rows, []), record.get(columns, [])))
    return dict(pairs)


def shown(table: Locator) -> Counts:
    """Return the counts of the table by the terms that its links name; gaps are left out."""
    counts: Counts = {}
    for link in table.evaluate(LINKS):
        terms = tuple(value for _, value in parse_qsl(urlsplit(link["href"]).query))
        assert link["href"].startswith("practices/" if link["text"] else "contribute.html?")
        if link["text"]:
            counts[terms] = int(link["text"])
            assert link["name"].startswith(f"{link['text']} practice")
        else:
            assert link["name"].startswith("No practice yet: add one for ")
    return counts


def choose(page: Page, rows: str, columns: str) -> None:
    """Choose two facets, and wait until the table shows them."""
    page.get_by_label("Columns", exact=True).select_option(columns)
    page.get_by_label("Rows", exact=True).select_option(rows)
    settle(page, rows, columns)


def settle(page: Page, rows: str, columns: str) -> None:
    """Wait until the table's first cell is of these facets."""
    link = page.locator(f'table td a[href*="?{rows}="][href*="&{columns}="]')
    expect(link.first).to_be_attached()


@pytest.mark.parametrize("way", ["http", "file"])
def test_the_built_table_has_the_right_numbers_and_links(
    page: Page, addresses: dict[str, str], way: str, world: list[dict[str, list[str]]]
) -> None:
    page.goto(addresses[way] + KINDS["overview"])
    table = page.get_by_role("table")
    assert shown(table) == counted(world, *BUILT)
    link = page.get_by_role("link", name="practices: A sense of belonging, Mentoring")
    href = "practices/index.html?outcome=belonging&type-of-action=mentoring"
    assert link.get_attribute("href") == href
    assert "strongest evidence: Evaluated (1 of" in (link.get_attribute("title") or "")
    expect(page.get_by_role("columnheader", name="Mentoring")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Well-being")).to_be_visible()
    assert page.get_by_label("Rows", exact=True).is_visible() == (way == "http")


def test_a_circle_leads_to_its_practices(page: Page, http: str) -> None:
    page.goto(http + KINDS["overview"])
    circle = page.locator('td a[href*="practices/"]').filter(has_text="3").first
    number = circle.text_content()
    terms = parse_qsl(urlsplit(circle.get_attribute("href") or "").query)
    circle.click()
    page.locator(".explorer[data-state=ready]").wait_for()
    expect(page.locator(".status")).to_contain_text(f"{number} practices, 2 filters")
    boxes = page.locator("input:checked")
    assert [(box.get_attribute("name"), box.get_attribute("value")) for box in boxes.all()] == terms


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("country", "language"),
        ("target", "outcome"),
        ("evidence", "category"),
        ("outcome", "country"),
    ],
)
def test_any_two_facets_can_be_chosen(
    page: Page, http: str, world: list[dict[str, list[str]]], rows: str, columns: str
) -> None:
    faults = watch(page)
    page.goto(http + KINDS["overview"])
    choose(page, rows, columns)
    assert shown(page.get_by_role("table")) == counted(world, rows, columns)
    assert urlsplit(page.url).query == f"rows={rows}&columns={columns}"
    assert faults == []
    page.reload()
    settle(page, rows, columns)
    assert shown(page.get_by_role("table")) == counted(world, rows, columns)
    assert page.get_by_label("Rows", exact=True).input_value() == rows
    assert page.get_by_label("Columns", exact=True).input_value() == columns


def test_back_and_forward_restore_the_table_as_it_was_built(page: Page, http: str) -> None:
    page.goto(http + KINDS["overview"])
    table = page.get_by_role("table")
    before = table.evaluate(LINKS), table.evaluate(HEADS)
    page.get_by_label("Rows", exact=True).select_option("country")
    settle(page, "country", "type-of-action")
    page.go_back()
    settle(page, *BUILT)
    assert (table.evaluate(LINKS), table.evaluate(HEADS)) == before
    assert page.get_by_label("Rows", exact=True).input_value() == "outcome"
    page.go_forward()
    settle(page, "country", "type-of-action")


def test_the_same_facet_twice_makes_the_two_change_places(page: Page, http: str) -> None:
    page.goto(http + KINDS["overview"])
    page.get_by_label("Rows", exact=True).select_option("type-of-action")
    settle(page, "type-of-action", "outcome")
    expect(page.get_by_role("columnheader", name="Well-being")).to_be_visible()
    assert urlsplit(page.url).query == "rows=type-of-action&columns=outcome"


@pytest.mark.parametrize(
    "query",
    [
        "?rows=nothing&columns=outcome",
        "?rows=outcome&columns=outcome",
        "?rows=__proto__&columns=toString",
        "?rows=%00",
    ],
)
def test_a_strange_address_shows_the_built_table(page: Page, http: str, query: str) -> None:
    faults = watch(page)
    page.goto(http + KINDS["overview"] + query, wait_until="networkidle")
    settle(page, *BUILT)
    assert page.get_by_label("Rows", exact=True).input_value() == "outcome"
    assert faults == []


def test_without_the_numbers_the_table_stays(page: Page, http: str) -> None:
    page.route("**/search/**", lambda route: route.abort())
    page.goto(http + KINDS["overview"])
    page.get_by_label("Rows", exact=True).select_option("country")
    expect(page.get_by_role("status")).to_have_text(
        "The numbers could not be fetched. The table is as it was."
    )
    settle(page, *BUILT)
    assert page.get_by_label("Rows", exact=True).input_value() == "outcome"
    assert urlsplit(page.url).query == "rows=outcome&columns=type-of-action"


def test_where_no_practice_may_be_the_table_is_blank(page: Page, http: str) -> None:
    """In this world, outcomes are for good practices alone."""
    page.goto(http + KINDS["overview"])
    choose(page, "category", "outcome")
    rows = page.get_by_role("row").filter(has=page.locator("td > .unseen"))
    assert rows.get_by_role("rowheader").all_inner_texts() == ["Policy papers"]
    assert set(rows.locator("td").all_text_contents()) == {"never both"}


def test_the_numbers_shown_can_be_downloaded(page: Page, http: str, site: Path) -> None:
    page.goto(http + KINDS["overview"])
    link = page.get_by_role("link", name="Download")
    built = (site / "data" / "overview.csv").read_bytes()
    choose(page, "evidence", "category")
    with page.expect_download() as download:
        link.click()
    text = download.value.path().read_bytes().decode("utf-8-sig")
    lines = list(csv.reader(StringIO(text, newline="")))
    assert lines[0] == ["Evidence", "Category", "Practices", "Strongest evidence"]
    assert ["Evaluated", "Good practices", "2", "Evaluated"] in lines
    choose(page, *BUILT)
    with page.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes() == built


def test_the_overview_can_be_used_by_keyboard(page: Page, http: str) -> None:
    page.goto(http + KINDS["overview"])
    page.get_by_label("Rows", exact=True).focus()
    page.keyboard.press("ArrowUp")
    settle(page, "language", "type-of-action")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    skip = page.evaluate(FOCUS)
    assert (skip["href"], skip["seen"]) == ("#below", True)
    page.keyboard.press("Tab")
    assert "scroller" in page.evaluate(FOCUS)["text"]
    cells = page.locator("td a").count()
    for _ in range(cells):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["seen"], focus
        assert focus["marked"], focus
        assert focus["href"].startswith(("practices/", "contribute.html"))


def test_on_a_phone_the_table_scrolls_beside_its_first_column(browser: Browser, http: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(http + KINDS["overview"] + "?rows=outcome&columns=country")
    settle(page, "outcome", "country")
    region = page.get_by_role("region", name="Practices by")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=region.element_handle())
    region.evaluate("box => { box.scrollLeft = box.scrollWidth }")
    head, box = page.get_by_role("rowheader", name="Friends").bounding_box(), region.bounding_box()
    assert head is not None
    assert box is not None
    assert head["x"] == pytest.approx(box["x"], abs=1)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    page.close()


def test_circles_are_drawn_where_colours_are_forced(browser: Browser, http: str) -> None:
    page = browser.new_page(forced_colors="active")
    page.goto(http + KINDS["overview"])
    looks = page.locator("td circle").evaluate_all(
        "all => all.map(one => [getComputedStyle(one).stroke, getComputedStyle(one).fill])"
    )
    assert looks
    assert all(stroke not in ("none", fill) for stroke, fill in looks)
    page.goto(http + KINDS["map"])
    looks = page.locator("a.tile rect").evaluate_all(
        "all => all.map(one => [getComputedStyle(one).stroke, getComputedStyle(one).fill])"
    )
    assert looks
    assert all(stroke not in ("none", fill) for stroke, fill in looks)
    page.close()


def test_tiles_lead_to_countries_by_keyboard(
    page: Page, http: str, world: list[dict[str, list[str]]]
) -> None:
    page.goto(http + KINDS["map"])
    tiles = page.locator("a.tile")
    counts = Counter(country for record in world for country in record["country"])
    links = {t.get_attribute("href"): t.get_attribute("aria-label") for t in tiles.all()}
    assert {href: (label or "").split(": ")[1].split()[0] for href, label in links.items()} == {
        f"country/{country}.html": str(count) for country, count in counts.items()
    }
    page.get_by_role("link", name="Belgium, BE: ").focus()
    assert page.evaluate(FOCUS)["seen"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/country/belgium.html")


def test_the_map_says_its_numbers_in_a_table(page: Page, http: str) -> None:
    page.goto(http + KINDS["map"])
    rows = page.get_by_role("row").all_inner_texts()
    in_table = dict(row.split("\t") for row in rows[1:])
    tiles = page.locator("a.tile").evaluate_all(
        "all => all.map(one => one.ariaLabel.replace(/, ../, ''))"
    )
    assert in_table == {name: label.split()[0] for name, label in (t.split(": ") for t in tiles)}


def test_bars_lead_to_the_practices_with_both_terms(
    page: Page, http: str, world: list[dict[str, list[str]]]
) -> None:
    page.goto(http + KINDS["term"])
    bars = page.locator(".spreads li")
    there = [record for record in world if "belgium" in record["country"]]
    counts = Counter(term for record in there for term in record.get("outcome", []))
    found = {}
    for bar in bars.all():
        href = bar.get_by_role("link").get_attribute("href") or ""
        (first, (facet, term)) = parse_qsl(urlsplit(href).query)
        assert urlsplit(href).path == "../practices/index.html"
        assert first == ("country", "belgium")
        width = float(bar.locator("rect").get_attribute("width") or 0)
        if facet == "outcome":
            found[term] = int(bar.locator(".count").inner_text().split()[0])
            assert width == pytest.approx(100 * found[term] / len(there), abs=0.05)
    assert found == dict(counts)


def test_a_gap_leads_to_the_form_with_its_terms(page: Page, http: str) -> None:
    page.goto(http + KINDS["overview"])
    choose(page, "outcome", "country")
    page.get_by_role("link", name="No practice yet: add one for Friends, Lebanon").click()
    page.wait_for_url("**/contribute.html?outcome=friendship&country=lebanon")
    expect(page.get_by_role("status")).to_contain_text(
        "Filled in from the page that you come from: Lebanon, Friends."
    )
