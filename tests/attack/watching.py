"""A Chromium that is watched: whatever a page does that nobody asked for is written down."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Download,
    Frame,
    Page,
    Request,
    sync_playwright,
)

from tests.browser.conftest import flags
from tests.conftest import NO_BROWSER, find_chromium

JUDGE = (Path(__file__).parent / "judge.js").read_text("utf-8")
QUIET = 20  # milliseconds in which what a page has just loaded may begin to act
PATIENCE = 60_000  # milliseconds, on a busy machine
USUAL = ("Failed to load resource",)  # in the console, where somebody asks for what is not there
OF_XML = "Applying inline style"  # by which Chromium shows files of XML


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium, and end it.

    :raises click.ClickException: with the sentence that helps, where there is none.
    """
    path = find_chromium()
    if path is None:
        raise click.ClickException(NO_BROWSER)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=flags())
        with closing(browser):
            yield browser


class Watch:
    """A page of a context of its own, below whose `root` everything has to stay.

    `fallen` has a line for all that ran, asked elsewhere, went away, opened, or was reported.
    """

    def __init__(self, context: BrowserContext, root: str) -> None:
        self.root = root
        self.where = "at the start"
        self.fallen: list[str] = []
        self.is_saving = False  # whether downloads are what is to be expected
        self.context = context
        context.set_default_timeout(PATIENCE)
        context.add_init_script(JUDGE)
        context.expose_function("ran", lambda number: self._note(f"vector {number} ran"))
        context.on("request", self._asked)
        context.on("dialog", self._dialog)
        self.page: Page = context.new_page()
        self.page.on("popup", lambda page: self._note(f"a window: {page.url}"))
        self.page.on("download", self._saved)
        self.page.on("pageerror", lambda fault: self._note(f"an error: {fault}"))
        self.page.on("console", self._said)
        self.page.on("frameattached", lambda frame: self._note(f"a frame: {frame.url}"))
        self.page.on("framenavigated", self._went)

    def _note(self, what: str) -> None:
        self.fallen.append(f"{self.where}: {what}")

    def _dialog(self, dialog: Dialog) -> None:
        self._note(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _saved(self, file: Download) -> None:
        if not self.is_saving:
            self._note(f"a download: {file.url}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.root, f"blob:{self.root.split('/some/')[0]}")):
            self._note(f"asked for {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        is_xml = message.page is not None and message.page.url.endswith(".xml")
        usual = (*USUAL, OF_XML) if is_xml else USUAL
        if message.type in ("error", "warning") and not message.text.startswith(usual):
            self._note(f"the console says {message.text}")

    def _went(self, frame: Frame) -> None:
        if not frame.url.startswith((self.root, "about:blank")):
            self._note(f"went to {frame.url}")

    def open(self, path: str, query: str = "", ready: str = "") -> None:
        """Open a page of the site, wait until it has `ready`, and judge it."""
        self.where = path + query
        self.page.goto(self.root + path + query)
        if ready:
            self.page.locator(ready).first.wait_for(state="attached")
        self.judge(path)

    def judge(self, path: str) -> None:
        """Give the page time to act, and judge what it has become."""
        self.page.wait_for_timeout(QUIET)
        found: list[str] = self.page.evaluate("(path) => judged(document, path)", path)
        self.fallen += [f"{self.where}: {fault}" for fault in found]

    def run(self, script: str, *values: Any) -> Any:
        """Do in the page what a visitor could, or read what one could."""
        return self.page.evaluate(script, list(values))
