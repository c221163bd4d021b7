"""The preview: serves the last good site on this machine, and tells the browser of every save."""

import http.client
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.worlds import SITES, lay_out

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Running:
    """A preview that runs: where, and of which site."""

    port: int
    root: Path

    def get(self, path: str, **headers: str) -> tuple[int, str, str]:
        """Return the status, the type and the text of an address."""
        with closing(self.connection()) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            kind = answer.getheader("content-type") or ""
            return answer.status, kind, answer.read().decode("utf-8", "replace")

    def connection(self) -> http.client.HTTPConnection:
        """Return a connection to the preview."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Start a preview of the small world on a free port."""
    root = lay_out(tmp_path / "world", SITES / "small")
    command = [sys.executable, "-u", str(ROOT / "build.py"), "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--root", str(root)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        if found:
            break
    yield Running(int(found[1]) if found else 0, root)
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=20)[0]
    assert "Traceback" not in rest


def test_pages_are_served_with_their_types_and_the_script_that_reloads(running: Running) -> None:
    status, kind, text = running.get("/")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert "livereload.js" in text
    assert running.get("/search/index.json")[:2] == (200, "application/json")
    assert running.get("/repertory/livereload.js")[0] == 200
    assert running.get("/practices")[0] == 307
    status, _, text = running.get("/nowhere.html")
    assert status == 404
    assert "<html" in text


def test_strangers_and_ways_out_are_refused(running: Running) -> None:
    assert running.get("/", Host="evil.example")[0] == 400
    for path in (
        "/../taxonomy.yaml",
        "/..%2f..%2ftaxonomy.yaml",
        "/%2e%2e/%2e%2e/build.py",
        "/%00",
    ):
        assert running.get(path)[0] == 404, path
    assert running.get("/" + "a" * 3000)[0] == 404
    assert running.get("/repertory/server.py")[0] == 404
    assert running.get("/repertory/events", Origin="https://evil.example")[0] == 403
    assert not (running.root / "site").exists()


def test_a_save_is_told_and_a_mistake_keeps_the_last_good_page(running: Running) -> None:
    with closing(running.connection()) as connection:
        connection.request("GET", "/repertory/events")
        with connection.getresponse() as events:
            saves_are_told(running, events)


def saves_are_told(running: Running, events: http.client.HTTPResponse) -> None:
    """Save a mistake, then its repair, and see what the browser is told."""

    def told() -> dict[str, object]:
        line = b""
        while not line.startswith(b"data: "):
            line = events.readline()
        state = json.loads(line.removeprefix(b"data: "))
        assert isinstance(state, dict)
        return state

    assert told() == {"epoch": 1, "problems": ""}
    record = running.root / "content" / "practices" / "no.md"
    good = record.read_text("utf-8")
    record.write_text(good.replace("belgium", "belgum"), encoding="utf-8")
    state = told()
    assert "Did you mean belgium?" in str(state["problems"])
    assert running.get("/practices/no.html")[0] == 200
    (running.root / "taxonomy.yaml").rename(running.root / "gone.yaml")
    assert "There is no such file." in str(told()["problems"])
    (running.root / "gone.yaml").rename(running.root / "taxonomy.yaml")
    record.write_text(good.replace("title: NO", "title: YES"), encoding="utf-8")
    while told()["problems"]:
        pass
    assert ">YES</h1>" in running.get("/practices/no.html")[2]
