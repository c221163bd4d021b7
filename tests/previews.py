"""A preview that runs as people start it, for the tests of it."""

import http.client
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Self

ROOT = Path(__file__).parents[1]
PATIENCE = 60  # seconds until a test gives up waiting, which no test should need

# A shell lets what it runs in the background, and whatever that starts, hear nothing of Ctrl+C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Running:
    """A preview that runs: where, of which site, and what it has said so far."""

    port: int
    root: Path
    said: list[str] = field(repr=False)

    @property
    def address(self) -> str:
        """Return where its first page is."""
        return f"http://127.0.0.1:{self.port}/"

    def get(self, path: str, **headers: str) -> tuple[int, Mapping[str, str], str]:
        """Return the status, the headers (in lower case) and the text of an address."""
        with closing(self.connection()) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read().decode("utf-8", "replace")

    def connection(self) -> http.client.HTTPConnection:
        """Return a connection to the preview."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    @property
    def rebuilds(self) -> list[str]:
        """Return what was said of each build, the first one included."""
        return [line for line in self.said if re.match(r"\d\d:\d\d:\d\d ", line)]

    def until_shown(self, path: str, text: str) -> None:
        """Wait until a page has a text."""
        wait_until(lambda: text in self.get(path)[2])


class Told:
    """What the browser is told, event by event."""

    def __init__(self, running: Running) -> None:
        self.connection = running.connection()
        self.connection.request("GET", "/repertory/events")
        self.events = self.connection.getresponse()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.events.close()
        self.connection.close()

    def next(self) -> tuple[int, str, list[str]]:
        """Return the epoch, why there is no newer site, and the mistakes."""
        line = b""
        while not line.startswith(b"data: "):
            line = self.events.readline()
            assert line, "the events have ended"
        state = json.loads(line.removeprefix(b"data: "))
        return state["epoch"], state["title"], state["problems"]

    def until(self, fits: Callable[[int, str, list[str]], bool]) -> tuple[int, str, list[str]]:
        """Return the next state that fits."""
        while not fits(*(state := self.next())):
            pass
        return state


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "what was waited for never came"
        time.sleep(0.02)


def change(file: Path, old: str, new: str) -> None:
    """Replace text in a file, as editors do that save by renaming: nobody sees half of it."""
    text = file.read_text("utf-8")
    assert old in text
    beside = file.with_name(f".{file.name}.part")
    beside.write_text(text.replace(old, new), encoding="utf-8")
    beside.replace(file)


@contextmanager
def preview_of(root: Path, *options: str) -> Iterator[Running]:
    """Run the preview of a site on a free port, and end it as Ctrl+C does, which must be clean."""
    command = [sys.executable, "-u", str(ROOT / "build.py"), "serve", "--port", "0", *options]
    process = subprocess.Popen(
        [*command, "--root", str(root)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said: list[str] = []
    assert process.stdout
    reader = Thread(target=said.extend, args=[process.stdout])
    reader.start()
    try:
        wait_until(lambda: bool(_port(said)) or process.poll() is not None)
        yield Running(_port(said), root, said)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE)
        finally:  # whatever it waits for, the test ends
            process.kill()
            reader.join()
            process.stdout.close()
    assert "Traceback" not in "".join(said), "".join(said)
    assert (process.returncode, said[-1]) == (0, "The preview has ended.\n")


def _port(said: list[str]) -> int:
    found = re.search(r"http://\S+:(\d+)/", "".join(said))
    return int(found[1]) if found else 0
