"""A server for measuring: it compresses, counts the bytes it sends, and can be a slow line."""

import gzip
import mimetypes
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

PIECE = 2_048  # bytes sent at once, so that answers at the same time share a slow line


class Line(NamedTuple):
    """Seconds until an answer begins, and the bytes a second of all answers together."""

    latency: float = 0.0
    rate: float = float("inf")


FAST, SLOW_4G = Line(), Line(0.150, 1_600_000 / 8)


class Server(ThreadingHTTPServer):
    """Serves a folder over `line`; `sent` holds the path and the size of every answer."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.root, self.line = root, FAST
        self.address = f"http://127.0.0.1:{self.server_port}/"
        self.sent: list[tuple[str, int]] = []
        self._lock, self._free = Lock(), 0.0

    def carry(self, size: int) -> None:
        """Wait until the line has carried so many bytes more, after those it has to carry yet."""
        with self._lock:
            self._free = max(self._free, time.perf_counter()) + size / self.line.rate
            arrival = self._free
        time.sleep(max(0.0, arrival - time.perf_counter()))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        time.sleep(self.server.line.latency)
        path = unquote(urlsplit(self.path).path).lstrip("/")
        if not (self.server.root / path).is_file():
            self.send_error(404)
            return
        body, is_packed = _packed(self.server.root / path)
        self.send_response(200)
        self.send_header("Content-Type", mimetypes.guess_type(path)[0] or "application/wasm")
        self.send_header("Content-Length", str(len(body)))
        if is_packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.server.sent.append((path, len(body)))
        with suppress(ConnectionError):  # the page may be closed meanwhile
            for start in range(0, len(body), PIECE):
                self.server.carry(len(body[start : start + PIECE]))
                self.wfile.write(body[start : start + PIECE])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(root: Path) -> Iterator[Server]:
    """Serve a folder while the block runs."""
    server = Server(root)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def packed_size(file: Path) -> int:
    """Return the bytes of a file as it is sent."""
    return len(_packed(file)[0])


@cache
def _packed(file: Path) -> tuple[bytes, bool]:
    """Return a file's bytes as they are sent, and whether they were compressed for that."""
    plain = file.read_bytes()
    small = gzip.compress(plain, 9, mtime=0)
    return (small, True) if len(small) < len(plain) else (plain, False)
