"""Every page and state that is judged for accessibility, and how a browser gets there."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

from playwright.sync_api import Page, expect

from tests.browser.filling import FORM, LONG, choose, fill
from tests.browser.visitor import LIST, OPEN_ALL, ready
from tests.browser.world import KINDS

STATES = {
    "plain": LIST,
    "results": f"{LIST}?q=school+road",
    "filters": f"{LIST}?q=invented&country=belgium&country=greece&language=english",
    "no-results": f"{LIST}?q=road&country=norway&country=romania",
    "fallback": f"{LIST}?q=road+corner",
    "did-you-mean": f"{LIST}?q=voilin",
    "comparison": "compare.html?id=long-road-to-school&id=ellinika-mathimata&id=minimal&id=nowhere",
    "no-comparison": "compare.html",
}
Visit: TypeAlias = Callable[[Page, str], Iterator[None]]


def opened(page: Page, address: str) -> None:
    """Open a state with all its filters open, and one practice on the shortlist."""
    page.goto(address)
    if "compare" in address:
        page.locator(".comparison[data-state=ready]").wait_for()
        return
    if "?" in address:
        ready(page)
    if not page.locator(".all-filters").evaluate("box => box.open"):
        page.locator(".all-filters > summary").click()
    page.evaluate(OPEN_ALL)
    page.locator(".explorer:not([data-state=busy], [data-state=shown])").wait_for()
    for button in page.locator(".shortlisted button").all()[:1]:
        button.click()


def _kind(path: str, page: Page, http: str) -> Iterator[None]:
    page.goto(http + path)
    yield


def _state(address: str, page: Page, http: str) -> Iterator[None]:
    opened(page, http + address)
    yield


def _form(page: Page, http: str) -> Iterator[None]:
    """Go through the form: each step of it, with a mistake, filled in, and with a change."""
    page.goto(http + FORM)
    page.locator("#field-title").fill("The long road to school")
    page.locator("#field-website").fill("no address")
    page.locator("#field-website").press("Tab")
    expect(page.locator(".near a").first).to_be_visible()
    states = page.locator(".step").evaluate_all("all => all.map(step => step.id)")
    for state in (*states, "practice"):
        page.evaluate("id => { location.hash = id }", state)
        expect(page.locator(f"#{state}")).to_be_visible()
        yield
        if state == "category":
            choose(page, "category", ["good-practice"])
            page.locator(".steps summary").click()
            yield
    page.locator("#field-website").fill("")
    fill(page, LONG)
    page.locator(".file summary").click()
    yield
    page.goto(f"{http}{FORM}?change=long-road-to-school#send")
    expect(page.locator(".missing")).to_contain_text("You have changed nothing yet.")
    yield


VISITS: Mapping[str, Visit] = {
    **{kind: partial(_kind, path) for kind, path in KINDS.items()},
    **{f"explorer: {state}": partial(_state, address) for state, address in STATES.items()},
    "form: every step": _form,
}
"""The ways to what is judged, each of which stops wherever there is something to judge."""
