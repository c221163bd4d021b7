"""The filters: they find what a plain count in Python finds, and never lead nowhere."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from repertory.base.text import fold
from repertory.reading.model import Practice
from tests.browser.visitor import LIST, box, chips, counts, ready, status, titles, type_in
from tests.browser.world import WORDS, practices_of

pytestmark = pytest.mark.browser

PAGE = 25


@pytest.fixture(scope="session")
def practices(site: Path) -> Sequence[Practice]:
    """Return all practices of the world, the newest first."""
    return practices_of(site)


def with_words(practices: Iterable[Practice], query: str) -> list[Practice]:
    """Return the practices that have all words of a query, or else those with most of them."""
    wanted = set(query.split())
    having = {p.id: len(wanted & words_of(p)) for p in practices}
    most = max(having.values())
    return [p for p in practices if having[p.id] == most and (most or not wanted)]


def words_of(practice: Practice) -> set[str]:
    """Return the words of a practice's title, summary and text."""
    text = f"{practice.title} {practice.summary} {practice.key.decode()}"
    return set(re.findall(r"\w+", text.lower()))


def chosen_of(practices: Iterable[Practice], chosen: Mapping[str, set[str]]) -> list[Practice]:
    """Return the practices that have, of each facet, one of the chosen terms."""
    return [
        p
        for p in practices
        if all(terms & set(p.terms.get(facet, ())) for facet, terms in chosen.items())
    ]


def states(practices: Sequence[Practice], seed: int) -> tuple[str, dict[str, set[str]]]:
    """Return a query and chosen terms by chance, the latter of up to three facets."""
    chance = Random(seed)
    query = " ".join(chance.sample(WORDS, seed % 3))
    used: dict[str, set[str]] = {}
    for practice in practices:
        for facet, terms in practice.terms.items():
            used.setdefault(facet, set()).update(terms)
    facets = chance.sample(sorted(used), chance.randint(0, 3))
    pick = {
        f: chance.sample(sorted(used[f]), min(len(used[f]), chance.randint(1, 3))) for f in facets
    }
    return query, {facet: set(terms) for facet, terms in pick.items()}


@pytest.mark.parametrize("seed", range(20))
def test_list_and_counts_are_those_of_a_plain_count(
    page: Page, http: str, practices: Sequence[Practice], seed: int
) -> None:
    query, chosen = states(practices, seed)
    sort = "title" if seed % 2 else "newest"
    pairs = [("q", query), *((f, t) for f, terms in chosen.items() for t in terms), ("sort", sort)]
    page.goto(f"{http}{LIST}?{urlencode(pairs)}")
    hits = with_words(practices, query)
    expected = chosen_of(hits, chosen)
    if sort == "title":
        expected.sort(key=lambda p: (fold(p.title), p.id))
    found = titles(page)
    assert found == [p.title for p in expected[:PAGE]]
    assert int(re.sub(r"\D.*", "", status(page))) == len(expected)
    for name, number in counts(page).items():
        facet, term = name.split()
        more = chosen | {facet: chosen.get(facet, set()) | {term}}
        assert number == len(chosen_of(hits, more)), (name, query, chosen)


def test_choosing_shows_chips_and_numbers_and_back_takes_it_back(page: Page, http: str) -> None:
    page.goto(http + LIST)
    page.check(box(page, "country", "greece"))
    page.check(box(page, "country", "belgium"))
    page.check(box(page, "language", "english"))
    assert re.fullmatch(r"\d+ practices, 3 filters", status(page))
    assert chips(page) == ["Country Belgium", "Country Greece", "Language English"]
    assert page.locator("[data-facet=country] .chosen").inner_text() == "2 chosen"
    page.locator("[data-facet=country] > summary").click()
    assert page.locator("[data-facet=country] .chosen").is_visible()
    page.get_by_role("button", name="Remove filter: Country Belgium").click()
    ready(page)
    assert chips(page) == ["Country Greece", "Language English"]
    assert page.locator(".chip").first.evaluate("chip => chip === document.activeElement")
    assert page.url.endswith("?country=greece&language=english")
    page.go_back()
    assert re.search(r", 3 filters", status(page))
    page.get_by_role("button", name="Clear all filters").click()
    assert re.fullmatch(r"\d+ practices", status(page))
    assert chips(page) == []
    assert page.url == http + LIST


def test_eight_terms_are_shown_and_then_all(page: Page, http: str) -> None:
    page.goto(http + LIST)
    shown = page.locator("[data-facet=country] li:visible")
    assert shown.count() == 8
    more = page.locator("[data-facet=country] .show-more")
    total = page.locator("[data-facet=country] li").count()
    assert more.inner_text().startswith(f"Show {total - 8} more")
    more.click()
    assert shown.count() == total
    last = shown.last.locator("input")
    last.check()
    ready(page)
    more.click()
    assert shown.count() == 9
    assert last.is_visible()
    assert more.inner_text().startswith(f"Show {total - 9} more")
    page.reload()
    ready(page)
    assert last.is_checked()
    assert last.is_visible()


def test_terms_keep_their_places(page: Page, http: str) -> None:
    page.goto(http + LIST)
    order = "all => all.map(box => box.value)"
    before = page.locator("[data-facet=country] input").evaluate_all(order)
    page.check(box(page, "country", "belgium"))
    type_in(page, "marzipan")
    ready(page)
    assert page.locator("[data-facet=country] input").evaluate_all(order) == before
    assert page.locator("[data-facet=country] li.idle").count() > 0


def test_a_term_is_found_in_a_long_list(page: Page, http: str) -> None:
    page.goto(http + LIST)
    facet = page.locator("[data-facet=type-of-action]")
    assert facet.locator("fieldset fieldset:visible legend").all_inner_texts() == ["In school"]
    page.get_by_role("searchbox", name="Find in Type of action").fill("COOK")
    assert facet.locator("li:visible label > span:first-of-type").all_inner_texts() == ["Cooking"]
    assert facet.locator("legend:visible").count() == 2  # the facet's own and the group's
    page.keyboard.press("Enter")
    assert facet.is_visible()
    page.get_by_role("searchbox", name="Find in Type of action").fill("zzz")
    assert facet.get_by_text("Nothing in this list has these letters.").is_visible()
    page.get_by_role("searchbox", name="Find in Type of action").fill("")
    assert facet.locator("li:visible").count() == 8


@pytest.mark.parametrize(
    ("address", "words", "buttons"),
    [
        (
            "?q=road&country=norway&country=romania",
            "No practice is found for “road” with Country: Norway or Romania.",
            ["Remove all filters", "Forget “road” and keep the filters"],
        ),
        (
            "?category=policy-paper&country=greece",
            "No practice is found with Country: Greece, and Category: Policy papers.",
            ["Remove Category: Policy papers", "Remove all filters"],  # the other frees one only
        ),
        (
            "?q=covid+corner&country=norway&language=english",
            "No practice is found for “covid corner” with Country: Norway, and Language: English.",
            ["Remove all filters", "Forget “covid corner” and keep the filters"],
        ),
    ],
)
def test_no_result_leads_on(
    page: Page, http: str, address: str, words: str, buttons: list[str]
) -> None:
    page.goto(f"{http}{LIST}{address}")
    ready(page)
    assert page.locator(".notes p").first.inner_text() == words
    assert page.locator(".notes button").all_inner_texts() == buttons
    assert page.locator(".ways-out a").count() > 5
    for button in buttons:
        way = page.locator(".notes p", has=page.get_by_role("button", name=button, exact=True))
        promised = way.inner_text().removeprefix(button).strip(" ()")
        way.get_by_role("button").click()
        assert status(page).partition(",")[0] == promised
        assert page.locator(".status").evaluate("line => line === document.activeElement")
        page.go_back()
        page.locator(".nothing").wait_for()


def test_a_word_alone_is_offered_where_the_filters_leave_none_with_all(
    page: Page, http: str
) -> None:
    page.goto(f"{http}{LIST}?q=homework+clubs&country=belgium&language=english")
    ready(page)
    assert (
        page.locator(".notes").get_by_role("button", name="Search for “homework” only").count() == 1
    )


def test_on_a_phone_filters_open_in_the_page(browser: Browser, http: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(http + LIST)
    assert not page.locator("[data-facet=country]").is_visible()
    page.get_by_text("Filters", exact=True).click()
    page.check(box(page, "country", "greece"))
    total = status(page).partition(" ")[0]
    page.get_by_role("button", name=f"Show {total} results").click()
    assert not page.locator("[data-facet=country]").is_visible()
    assert page.locator(".status").evaluate("line => line === document.activeElement")
    assert page.locator(".all-filters > summary").inner_text().endswith("1 chosen")
    page.close()


def test_a_term_page_leads_to_its_list_in_the_explorer(page: Page, http: str) -> None:
    page.goto(f"{http}country/belgium.html")
    total = page.locator("#practices").inner_text()
    page.get_by_role("link", name=f"Search and filter these {total}").click()
    assert status(page) == f"{total}, 1 filter"
    assert chips(page) == ["Country Belgium"]
