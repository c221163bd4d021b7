"""One built world, one server and one Chromium for all browser tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.engine import Engine, running
from tests.browser.filling import FORM
from tests.browser.judging import Judge
from tests.browser.world import build_world, served
from tests.previews import PATIENCE

expect.set_options(timeout=PATIENCE * 1000)
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the built world's folder."""
    return build_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def addresses(site: Path) -> Iterator[dict[str, str]]:
    """Return the addresses of the world: "http", below a path, and "file"."""
    with served(site) as address:
        yield {"http": address, "file": site.as_uri() + "/"}


@pytest.fixture(scope="session")
def http(addresses: dict[str, str]) -> str:
    """Return the world's address on the server."""
    return addresses["http"]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return what starts browsers."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """Return a running Chromium."""
    started = playwright.chromium.launch(executable_path=chromium, args=flags())
    yield started
    started.close()


@pytest.fixture(scope="session")
def judge(browser: Browser, http: str) -> Judge:
    """Return what asks axe-core about every page and state."""
    return Judge(browser, http)


@pytest.fixture(scope="session")
def engine(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Return the search program of the world of seven languages, running."""
    with running(browser, tmp_path_factory.mktemp("languages")) as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return an empty page of its own."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


@pytest.fixture
def kept(playwright: Playwright, chromium: str) -> Iterator[Page]:
    """Return an empty page of a Chromium that keeps the pages that one leaves alive."""
    switch = ["--disable-back-forward-cache"]
    started = playwright.chromium.launch(
        executable_path=chromium, args=flags(), ignore_default_args=switch
    )
    yield started.new_page()
    started.close()


def flags() -> list[str]:
    """Return the switches that Chromium is started with."""
    return [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)


@pytest.fixture
def form(page: Page, http: str) -> Iterator[Page]:
    """Return the form, at its first step; an error on it fails the test."""
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.goto(http + FORM)
    yield page
    assert faults == []
