"""Requests and half requests to a preview, byte by byte, and what comes back."""

import json
import re
import socket
from typing import NamedTuple

from tests.previews import PATIENCE, Running

TOKEN = re.compile(rb'data-save="([^"]+)"')


class Answer(NamedTuple):
    """What came back over a connection: the status, 0 where there was none, and all bytes."""

    status: int
    data: bytes

    def header(self, name: str) -> str | None:
        """Return what a header says."""
        found = re.search(rf"^{name}: (.*?)\r$".encode(), self.data, re.MULTILINE | re.IGNORECASE)
        return found[1].decode() if found else None


class Target(NamedTuple):
    """A preview that is attacked, all that it has answered so far, and where it is asked."""

    running: Running
    answers: list[Answer]
    address: str = "127.0.0.1"

    @property
    def host(self) -> str:
        """Return what a browser on this machine sends as Host."""
        return f"{self.address}:{self.running.port}"

    def connection(self) -> socket.socket:
        """Return a new connection."""
        return socket.create_connection((self.address, self.running.port), PATIENCE)

    def send(self, raw: bytes) -> Answer:
        """Send bytes, and return what comes back until the other end has done."""
        with self.connection() as sender:
            answer = exchanged(sender, raw)
        self.answers.append(answer)
        return answer

    def ask(self, path: str = "/", method: str = "GET", body: bytes = b"", **more: str) -> Answer:
        """Send a request that is well formed but for what `path` and the headers `more` have."""
        headers = {"Host": self.host, "Content-Length": str(len(body)), **more}
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "Connection: close", "", ""])
        return self.send(head.encode("latin-1") + body)

    def save(self, record: object, **more: str) -> Answer:
        """Send to the preview what the form would, with the headers that it sends."""
        body = record if isinstance(record, bytes) else json.dumps(record).encode()
        right = {"Origin": f"http://{self.host}", "X_Repertory_Token": self.token()} | more
        return self.ask("/repertory/save", "POST", body, **right)

    def token(self) -> str:
        """Return what the page of the form proves itself by."""
        found = TOKEN.search(self.ask("/contribute.html").data)
        return found[1].decode() if found else ""


def exchanged(sender: socket.socket, raw: bytes, is_all: bool = False) -> Answer:
    """Send bytes, and perhaps say that they are all; return what comes back."""
    data = b""
    try:
        sender.sendall(raw)
        if is_all:
            sender.shutdown(socket.SHUT_WR)
        while part := sender.recv(1 << 16):
            data += part
            if b"text/event-stream" in data:  # has no end
                break
    except OSError:  # it may hang up before it has read all, or sleep
        pass
    found = re.match(rb"HTTP/1\.1 (\d+) ", data)
    return Answer(int(found[1]) if found else 0, data)
