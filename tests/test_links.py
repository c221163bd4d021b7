"""The weekly look at the links, on this machine: what it finds, and what it does with its issue."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINKS = ROOT / ".github" / "links.py"
GH = """#!{python}
import json, sys
with open({log!r}, "a") as log:
    log.write(json.dumps(sys.argv[2:]) + "\\n")
if sys.argv[2] == "list":
    print({listed!r})
"""


class Answers(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    def do_HEAD(self) -> None:
        """Answer without a page."""
        self.send_response(int(self.path.strip("/").partition("-")[0]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    """Return the address of a small web."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def ran(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, in which `bin` has programs of its own."""
    places = str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]
    return subprocess.run(
        [sys.executable, str(LINKS), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": os.pathsep.join(places)},
        check=False,
    )


def looked_at(folder: Path, links: str, exceptions: str) -> subprocess.CompletedProcess[str]:
    """Look at the links of a site of one page."""
    (folder / "site").mkdir()
    page = f"<!doctype html><title>a</title>{links}"
    (folder / "site" / "index.html").write_text(page, encoding="utf-8")
    (folder / "exceptions.yaml").write_text(exceptions, encoding="utf-8")
    return ran(folder, "site", "--report", "report.md", "--exceptions", "exceptions.yaml")


def test_dead_addresses_are_reported_but_for_the_exceptions(web: str, tmp_path: Path) -> None:
    paths = ("200", "200-b", "403-forbidden", "404-lost", "404-known")
    links = "".join(f'<a href="{web}/{path}">a</a>' for path in paths)
    links += '<a href="https://good-practices.example/x.html">a</a>'
    known = "- address: /404-known$\n  reason: It opens in a browser.\n"
    done = looked_at(tmp_path, links, known)
    assert (done.returncode, done.stderr) == (1, "")
    said = [line for line in done.stdout.splitlines() if line.startswith("- ")]
    assert said == [f"- <{web}/404-lost> (404) in `site/index.html`"]
    assert (tmp_path / "report.md").read_text("utf-8") == done.stdout.removesuffix("\n")


def test_without_dead_addresses_the_report_is_empty(web: str, tmp_path: Path) -> None:
    done = looked_at(tmp_path, f'<a href="{web}/200">a</a>', "[]")
    assert (done.returncode, done.stdout) == (0, "All addresses lead somewhere.\n"), done.stderr
    assert (tmp_path / "report.md").read_text("utf-8") == ""


@pytest.mark.parametrize("entry", ["- address: a", "- {address: a, reason: ' '}", "- reason: b"])
def test_an_exception_without_a_reason_is_refused(tmp_path: Path, entry: str) -> None:
    done = looked_at(tmp_path, "", entry)
    assert done.returncode == 2
    assert "every exception needs an address and a reason" in done.stderr
    assert not (tmp_path / "report.md").exists()


ISSUE = {"number": 7, "title": "Addresses that lead nowhere"}
OPEN, CLOSED = {**ISSUE, "state": "OPEN"}, {**ISSUE, "state": "CLOSED"}
OTHER = {"number": 8, "title": "Addresses that lead nowhere?", "state": "OPEN"}
BODY = ["--body-file", "report.md"]
CLOSE = ["close", "7", "--comment", "All addresses lead somewhere again."]


@pytest.mark.parametrize(
    ("listed", "report", "asked"),
    [
        ([], "- a\n", [["create", "--title", "Addresses that lead nowhere", *BODY]]),
        ([OTHER], "- a\n", [["create", "--title", "Addresses that lead nowhere", *BODY]]),
        ([OTHER, OPEN], "- a\n", [["edit", "7", *BODY]]),
        ([CLOSED], "- a\n", [["edit", "7", *BODY], ["reopen", "7"]]),
        ([OPEN], "", [CLOSE]),
        ([CLOSED], "", []),
        ([], "", []),
    ],
)
def test_there_is_one_issue_that_follows_the_report(
    tmp_path: Path, listed: list[object], report: str, asked: list[list[str]]
) -> None:
    log = tmp_path / "log"
    (tmp_path / "bin").mkdir()
    gh = GH.format(python=sys.executable, log=str(log), listed=json.dumps(listed))
    (tmp_path / "bin" / "gh").write_text(gh, encoding="utf-8")
    (tmp_path / "bin" / "gh").chmod(0o755)
    (tmp_path / "report.md").write_text(report, encoding="utf-8")
    done = ran(tmp_path, "--report", "report.md")
    assert (done.returncode, done.stderr) == (0, "")
    first, *others = map(json.loads, log.read_text("utf-8").splitlines())
    assert first[0] == "list"
    assert others == asked


def test_without_a_report_nothing_is_told(tmp_path: Path) -> None:
    assert ran(tmp_path, "--report", "report.md").returncode == 2
