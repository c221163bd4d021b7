"""The preview: the site on 127.0.0.1, rebuilt on save and reloaded in the browser."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from html import escape
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

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
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from repertory.base.report import shown
from repertory.base.settings import Settings
from repertory.base.text import counted
from repertory.pipeline import FAULTS, Workshop, told
from repertory.preview.watch import watch

HOST = "127.0.0.1"
OWN_HOSTS = [HOST, "localhost"]
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
TAGS = (
    '<link rel="stylesheet" href="/repertory/preview.css">'
    '<script src="/repertory/livereload.js" data-epoch="{}" defer></script></head>'
)
NO_STORE = {"Cache-Control": "no-store"}
HERE = Path(__file__).parent
EMPTY = "<!doctype html><html lang=en><head><title>Preview</title></head><pre>{}</pre></html>"


class OwnOrigin:
    """Refuses requests that pages of other sites make."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless its Origin is another host."""
        origin = Headers(scope=scope).get("origin") if scope["type"] == "http" else None
        is_own = origin is None or urlsplit(origin).hostname in OWN_HOSTS
        answer = self.app if is_own else Response("Not from here.", status_code=403)
        await answer(scope, receive, send)


class Preview:
    """The last good site in the cache, the number of the build, and the problems since."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.site = settings.cache / "preview"
        self.epoch = 0
        self.problems = ""
        self.exchange = Lock()

    def rebuild(self) -> None:
        """Build once more; what is wrong is kept for the page and told in the terminal."""
        problems = ""
        try:
            with Workshop(self.settings) as workshop:
                today = date.today()
                checked = workshop.check(workshop.sources(today), today)
            problems = "\n\n".join(shown(problem) for problem in checked.problems)
            click.echo(f"\n{problems}\n" if problems else "", nl=False)
            with self.exchange, Workshop(self.settings) as workshop:
                written = workshop.build(checked, self.site)
        except FAULTS as fault:
            self.problems = click.unstyle(f"{told(fault)}\n\n{problems}")
            click.echo(f"{told(fault)} The last good site stays up.")
        else:
            self.problems = ""
            click.echo(f"{checked.story(checked.read)} {counted(written.made, 'file')} written.")
        self.epoch += 1

    def state(self) -> str:
        """Return what the browser wants to know, as JSON."""
        return json.dumps({"epoch": self.epoch, "problems": self.problems})

    async def events(self, request: Request) -> Response:
        """Send the state now, and again whenever it changes."""

        async def stream() -> AsyncIterator[str]:
            sent = None
            while not await request.is_disconnected():
                if sent != self.epoch:
                    sent = self.epoch
                    yield f"data: {self.state()}\n\n"
                await asyncio.sleep(0.1)

        return StreamingResponse(stream(), media_type="text/event-stream", headers=NO_STORE)

    async def own(self, request: Request) -> Response:
        """Send the preview's own script or style."""
        name = request.path_params["name"]
        if name not in ("livereload.js", "preview.css"):
            return Response(status_code=404)
        return FileResponse(HERE / name, headers=NO_STORE)

    def page(self, request: Request) -> Response:
        """Send a file of the site; a page gets the script that reloads it."""
        path = request.path_params["path"]
        path += "index.html" if not path or path.endswith("/") else ""
        with self.exchange:
            full = self._found(path)
            if full and full.is_dir():
                return RedirectResponse(f"/{path}/", headers=NO_STORE)
            status = 200 if full else 404
            if not full:
                full, path = self.site / "404.html", "404.html"
            if not path.endswith(".html"):
                return FileResponse(full, headers=NO_STORE)
            good = full.is_file()
            html = full.read_text("utf-8") if good else EMPTY.format(escape(self.problems))
        live = POLICY.sub("", html, count=1).replace("</head>", TAGS.format(self.epoch), 1)
        return HTMLResponse(live, status_code=status, headers=NO_STORE)

    def _found(self, path: str) -> Path | None:
        """Return the file or folder of the site at a path, or None."""
        files = StaticFiles(directory=self.site, check_dir=False)
        try:
            full, _ = files.lookup_path(path)
        except (OSError, ValueError):  # a name too long, or with a NUL
            return None
        found = Path(full)
        return found if full and (found.is_file() or found.is_dir()) else None

    def app(self) -> Starlette:
        """Return the web application."""

        @asynccontextmanager
        async def life(_: Starlette) -> AsyncIterator[None]:
            observer = watch(self.settings.root, self.rebuild)
            yield
            observer.stop()

        return Starlette(
            routes=[
                Route("/repertory/events", self.events),
                Route("/repertory/{name}", self.own),
                Route("/{path:path}", self.page),
            ],
            middleware=[
                Middleware(TrustedHostMiddleware, allowed_hosts=OWN_HOSTS),
                Middleware(OwnOrigin),
            ],
            lifespan=life,
        )


def serve(settings: Settings, port: int) -> None:
    """Build the site into the cache and serve it on 127.0.0.1 until interrupted.

    `port` 0 takes a free one. Raises OSError where the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as fault:
        message = f"Port {port} is taken: is another preview running? Try --port {port + 1}"
        raise OSError(fault.errno, message) from fault
    preview = Preview(settings)
    preview.rebuild()
    click.echo(f"The site is at http://{HOST}:{listener.getsockname()[1]}/ (Ctrl+C stops it).")
    config = uvicorn.Config(preview.app(), log_level="error", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listener])
