"""The preview: the site on this machine, rebuilt on save and reloaded in the browser."""

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
from ipaddress import IPv4Address, IPv6Address
from mimetypes import guess_type
from operator import attrgetter
from pathlib import Path
from secrets import compare_digest, token_urlsafe
from threading import Thread
from typing import TypeAlias

import click
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
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
from uvicorn.protocols.http.h11_impl import H11Protocol

from repertory.base.settings import THEME, Settings
from repertory.base.slugs import SLUG
from repertory.editing.save import Refused, save
from repertory.preview.page import content, live
from repertory.preview.rebuild import Preview
from repertory.preview.watch import Saves
from repertory.publishing.urls import CONTRIBUTE
from repertory.reading.files import PRACTICES, has_folder
from repertory.reading.source import RECORD_BYTES, plain_bytes

Address: TypeAlias = IPv4Address | IPv6Address
HERE_ONLY = IPv4Address("127.0.0.1")
SAFETY = {  # of every answer: no other site may read it, frame it, or take it for something else
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
OPEN = """\
Be careful: everybody in this network can read the site now, also what you have not published
yet. Only in a browser on this machine can the form save. Ctrl+C ends it."""
HERE = Path(__file__).parent
TOKEN = "X-Repertory-Token"  # by which the form proves that it came from here
LONGEST_REQUEST = 2 * 1024 * 1024  # bytes: a record before and after, and what JSON adds
RECORD = re.compile(rf"practices/{SLUG.pattern}\.md")
OWN = ("livereload.js", "preview.css")
PATIENCE = 10.0  # seconds in which a record is sent
MOST = 100  # connections: more than browsers open, and less than a machine has files to open
HEARTBEAT = 15.0  # seconds after which a silent connection is tried, so that dead ones end
TRIES, PAUSE = 25, 0.01  # to find a file, and seconds between, while the site is being exchanged
EMPTY = (
    "<!doctype html><html lang=en><head><title>Preview</title></head>"
    "<body><p>The site appears here once it is built.</p></body></html>"
)


class Guard:
    """Refuses requests that are meant for another host, and those that pages of others make."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if its Host is the address that it came to, and its Origin too.

        A name of another site that leads to this machine is therefore refused.
        """
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = re.sub(r":[0-9]+\Z", "", host).lower()
        answer = self.app
        if name not in ("localhost", _in_address(scope["server"][0])):
            answer = PlainTextResponse("Not for here.", 400)
        elif headers.get("origin", "") not in ("", f"http://{host}"):
            answer = PlainTextResponse("Not from here.", 403)
        await answer(scope, receive, send)


class Visitor(H11Protocol):
    """A connection. Beyond so many, the oldest makes room: nobody can hold all of them."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; who is sent away and waits for news, such as a page, comes again by itself."""
        super().connection_made(transport)
        self.since = self.loop.time()
        if len(self.connections) > MOST:
            oldest = min(self.connections, key=attrgetter("since"))
            self.connections.discard(oldest)
            oldest.transport.abort()

    def shutdown(self) -> None:
        """End at once, as the preview does: it does not wait for who reads slowly, or for news."""
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, and end; the request that it began as gets no answer more."""
        if self.cycle is None or not self.cycle.response_started:
            super().send_400_response(msg)
        if self.cycle:
            self.cycle.disconnected = True
        self.transport.close()


class Server:
    """Answers the browser, in a thread of its own, while the main thread builds."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
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
            self.app(),
            http=Visitor,
            ws="none",
            lifespan="off",
            log_level="error",
            proxy_headers=False,
            backlog=MOST // 2,  # taken at once: those that make room are closed only after that
            headers=list(SAFETY.items()),
            timeout_graceful_shutdown=5,
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield
        finally:
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
            middleware=[Middleware(Guard)],
        )

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _events(self, _: Request) -> Response:
        """Send the state now, and again whenever it changes."""
        self._loop = asyncio.get_running_loop()

        async def stream() -> AsyncIterator[str]:
            sent = None
            while True:
                news, state = self._news, self.preview.state
                if state != sent:
                    sent = state
                    yield f"retry: 1000\ndata: {json.dumps(asdict(state))}\n\n"
                try:
                    await asyncio.wait_for(news.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def _own(self, request: Request) -> Response:
        """Send the preview's own script or style."""
        name = request.path_params["name"]
        known = name in OWN
        return FileResponse(HERE / name) if known else Response(status_code=404)

    async def _save(self, request: Request) -> Response:
        """Write the record that the form sends, if the page that sends it came from here."""
        token = request.headers.get(TOKEN, "").encode()
        is_same = compare_digest(token, self._token.encode())
        if not is_same or not request.headers.get("origin") or not _is_here(request):
            return PlainTextResponse("Not from here.", 403)
        try:
            async with asyncio.timeout(PATIENCE):
                sent = b"".join([part async for part in _up_to(LONGEST_REQUEST, request.stream())])
            said = await run_in_threadpool(save, self.preview.settings.root, sent)
        except (TimeoutError, ClientDisconnect):
            return PlainTextResponse("Too slow.", 408, {"Connection": "close"})
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
            return RedirectResponse(f"/{path}/")
        if file is None:
            status, path = 404, "404.html"
            file = self._content(path) or EMPTY.encode()
        if path.endswith(".html"):
            token = self._token if path == CONTRIBUTE and _is_here(request) else ""
            return HTMLResponse(live(file.decode(errors="replace"), epoch, token), status)
        kind = guess_type(path)[0] or "application/octet-stream"
        return Response(file, media_type=kind)

    def _content(self, path: str) -> bytes | None:
        """Return a file of the last good site; it may be missing while the next takes its place.

        Of a record's file it is what stands in content/ now, so that the form can mend what it
        saved and no site could be built from.
        """
        root = self.preview.settings.root
        is_one = RECORD.fullmatch(path) and has_folder(root, PRACTICES)
        now = plain_bytes(root / "content" / path, RECORD_BYTES) if is_one else None
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


def _in_address(host: str) -> str:
    """Return an IP address as it stands in the address of a page."""
    return f"[{host}]" if ":" in host else host


def _is_here(request: Request) -> bool:
    """Tell whether a request comes from this machine: from the very address that it came to."""
    return request.client is not None and request.client.host == request.scope["server"][0]


def serve(settings: Settings, port: int, opens: bool = False, host: Address = HERE_ONLY) -> None:
    """Build the site into the cache and serve it until interrupted.

    `port` 0 takes a free one; `opens` shows the site in the browser; `host` is the address to
    listen at. Raises OSError where that is impossible. Whatever is built is built by the main
    thread.
    """
    listener = _listening(host, port)
    name = "localhost" if host.is_unspecified else _in_address(str(host))
    address = f"http://{name}:{listener.getsockname()[1]}/"
    if not host.is_loopback:
        click.echo(OPEN)
    root = settings.root
    places = {root / "content", root / "templates", root / "taxonomy.yaml", THEME}
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


def _listening(host: Address, port: int) -> socket.socket:
    """Return a socket that listens at one address only."""
    family = socket.AF_INET if host.version == 4 else socket.AF_INET6
    try:
        return socket.create_server((str(host), port), family=family)
    except OSError as fault:
        said = {
            errno.EADDRINUSE: f"Port {port} is taken: is another preview running?"
            " --port 0 takes a free one",
            errno.EADDRNOTAVAIL: f"{host} is no address of this machine",
            errno.EACCES: f"Port {port} is kept for the machine itself: take one from 1024 on",
        }
        raise OSError(said.get(fault.errno or 0, fault.strerror)) from fault
