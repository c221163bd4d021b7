"""The preview: the site on 127.0.0.1, rebuilt on save and reloaded in the browser."""

import asyncio
import errno
import json
import re
import socket
import time
import webbrowser
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from mimetypes import guess_type
from pathlib import Path
from secrets import compare_digest, token_urlsafe
from threading import Thread

import click
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from repertory.base.settings import Settings
from repertory.editing.save import Refused, save
from repertory.preview.page import content, live
from repertory.preview.rebuild import Preview
from repertory.preview.watch import Saves
from repertory.publishing.urls import CONTRIBUTE
from repertory.reading.fields import SLUG
from repertory.reading.source import RECORD_BYTES, plain_bytes
from repertory.writing.assets import DEFAULT

HOST = "127.0.0.1"
NO_STORE = {"Cache-Control": "no-store"}
HERE = Path(__file__).parent
TOKEN = "X-Repertory-Token"  # by which the form proves that it came from here
LONGEST_REQUEST = 2 * 1024 * 1024  # bytes: a record before and after, and what JSON adds
RECORD = re.compile(rf"practices/{SLUG.pattern}\.md")
OWN = ("livereload.js", "preview.css")
PATIENCE = 10.0  # seconds in which a record is sent
HEARTBEAT = 15.0  # seconds after which a silent connection is tried, so that dead ones end
TRIES, PAUSE = 25, 0.01  # to find a file, and seconds between, while the site is being exchanged
EMPTY = (
    "<!doctype html><html lang=en><head><title>Preview</title></head>"
    "<body><p>The site appears here once it is built.</p></body></html>"
)


class OwnOrigin:
    """Refuses requests that pages of other sites make."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless its Origin is another host or port."""
        headers = Headers(scope=scope)
        is_own = headers.get("origin", "") in ("", f"http://{headers.get('host')}")
        answer = self.app if is_own else Response("Not from here.", status_code=403)
        await answer(scope, receive, send)


class Server:
    """Answers the browser, in a thread of its own, while the main thread builds."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        self.is_open = True
        self._token = token_urlsafe()
        self._loop: asyncio.AbstractEventLoop | None = None  # of the thread, once somebody listens
        self._news = asyncio.Event()  # set, and replaced, whenever there is a new state

    def tell(self) -> None:
        """Send the state to all who listen, at once; called by the main thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._wake)

    @contextmanager
    def running(self, listener: socket.socket) -> Iterator[None]:
        """Answer as long as the context lasts."""
        config = uvicorn.Config(
            self.app(), log_level="error", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.is_open = False
            self.tell()
            server.should_exit = True
            thread.join()

    def app(self) -> Starlette:
        """Return the web application."""
        return Starlette(
            routes=[
                Route("/repertory/events", self._events),
                Route("/repertory/save", self._save, methods=["POST"]),
                Route("/repertory/{name}", self._own),
                Route("/{path:path}", self._page),
            ],
            middleware=[
                Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"]),
                Middleware(OwnOrigin),
            ],
        )

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _events(self, _: Request) -> Response:
        """Send the state now, and again whenever it changes."""
        self._loop = asyncio.get_running_loop()

        async def stream() -> AsyncIterator[str]:
            sent = None
            while self.is_open:
                news, state = self._news, self.preview.state
                if state != sent:
                    sent = state
                    yield f"retry: 1000\ndata: {json.dumps(asdict(state))}\n\n"
                try:
                    await asyncio.wait_for(news.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream", headers=NO_STORE)

    async def _own(self, request: Request) -> Response:
        """Send the preview's own script or style."""
        name = request.path_params["name"]
        known = name in OWN
        return FileResponse(HERE / name, headers=NO_STORE) if known else Response(status_code=404)

    async def _save(self, request: Request) -> Response:
        """Write the record that the form sends, if the page that sends it came from here."""
        token = request.headers.get(TOKEN, "").encode()
        if not request.headers.get("origin") or not compare_digest(token, self._token.encode()):
            return PlainTextResponse("Not from here.", 403)
        try:
            async with asyncio.timeout(PATIENCE):
                sent = b"".join([part async for part in _up_to(LONGEST_REQUEST, request.stream())])
            said = save(self.preview.settings.root, sent)
        except TimeoutError:
            return PlainTextResponse("Too slow.", 408)
        except Refused as refused:
            return PlainTextResponse(str(refused), 409)
        except OSError as fault:
            message = f"The file cannot be written: {fault.strerror}. Mend that, and save again."
            return PlainTextResponse(message, 500)
        return PlainTextResponse(said)

    def _page(self, request: Request) -> Response:
        """Send a file of the site; a page gets the script that follows the next builds."""
        epoch = self.preview.state.epoch  # before the file is read: rather too old than too new
        path = request.path_params["path"]
        path += "index.html" if not path or path.endswith("/") else ""
        try:
            status, file = 200, self._content(path)
        except IsADirectoryError:
            return RedirectResponse(f"/{path}/", headers=NO_STORE)
        if file is None:
            status, path = 404, "404.html"
            file = self._content(path) or EMPTY.encode()
        if path.endswith(".html"):
            token = self._token if path == CONTRIBUTE else ""
            return HTMLResponse(live(file.decode(), epoch, token), status, NO_STORE)
        kind = guess_type(path)[0] or "application/octet-stream"
        return Response(file, media_type=kind, headers=NO_STORE)

    def _content(self, path: str) -> bytes | None:
        """Return a file of the last good site; it may be missing while the next takes its place.

        Of a record's file it is what stands in content/ now, so that the form can mend what it
        saved and no site could be built from.
        """
        record = RECORD.fullmatch(path)
        now = record and plain_bytes(self.preview.settings.root / "content" / path, RECORD_BYTES)
        if now is not None:
            return now
        for _ in range(TRIES):
            may_move = self.preview.is_building
            file = content(self.preview.site, path)
            if file is not None or not may_move:
                return file
            time.sleep(PAUSE)
        return None


async def _up_to(limit: int, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Pass on what somebody sends, up to a limit; raises Refused beyond it."""
    async for part in stream:
        limit -= len(part)
        if limit < 0:
            raise Refused("The record is too long to be one.")
        yield part


def serve(settings: Settings, port: int, opens: bool = False) -> None:
    """Build the site into the cache and serve it on 127.0.0.1 until interrupted.

    `port` 0 takes a free one; `opens` shows the site in the browser. Raises OSError where the
    port is taken. Whatever is built is built by the main thread.
    """
    listener = _listening(port)
    address = f"http://{HOST}:{listener.getsockname()[1]}/"
    root = settings.root
    places = {root / "content", root / "templates", root / "taxonomy.yaml", DEFAULT}
    preview = Preview(settings)
    server = Server(preview)
    with suppress(KeyboardInterrupt), preview, server.running(listener), Saves(places) as saves:
        if opens:  # in a thread, since a browser of the terminal comes back only when it is left
            Thread(target=webbrowser.open, args=[address], daemon=True).start()
        preview.rebuild()
        server.tell()
        preview.keep()
        click.echo(f"The site is at {address} (Ctrl+C stops it).")
        while True:
            preview.rebuild(saves.wait())
            server.tell()
            preview.keep()
    click.echo("\nThe preview has ended.")


def _listening(port: int) -> socket.socket:
    """Return a socket that listens on this machine only."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as fault:
        listener.close()
        if fault.errno != errno.EADDRINUSE:
            raise
        message = f"Port {port} is taken: is another preview running? --port 0 takes a free one"
        raise OSError(fault.errno, message) from fault
    return listener
