"""The preview's server: files and their types, who may ask, and answers while a site is built."""

import asyncio
import http.client
import os
import socket
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from ipaddress import ip_address
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from repertory import pipeline
from repertory.preview import rebuild, server
from repertory.preview.page import content, live
from repertory.preview.rebuild import Preview, State
from repertory.preview.server import SAFETY, Guard, Server
from repertory.writing.output import Written
from tests.previews import PATIENCE, Running, Told, change, preview_of
from tests.worlds import SITES, lay_out, settings_of

RECORD = "content/practices/no.md"
PAGE = "/practices/no.html"
HEADING = "title: NO"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/search/index.json", "application/json"),
        ("/data/practices.csv", "text/csv; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/repertory/livereload.js", "text/javascript; charset=utf-8"),
        ("/repertory/preview.css", "text/css; charset=utf-8"),
    ],
)
def test_files_are_served_with_their_types(shared: Running, path: str, kind: str) -> None:
    status, headers, _ = shared.get(path)
    assert (status, headers["content-type"]) == (200, kind)
    assert {name.lower(): value for name, value in SAFETY.items()}.items() <= headers.items()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start one preview for all tests that change nothing."""
    with preview_of(lay_out(tmp_path_factory.mktemp("shared") / "world", SITES / "small")) as it:
        yield it


def test_a_page_that_is_missing_is_the_site_s_own_404(shared: Running) -> None:
    status, headers, text = shared.get("/nowhere.html")
    assert (status, headers["cache-control"]) == (404, "no-store")
    assert "livereload.js" in text
    assert shared.get("/practices")[0] == 307


def test_strangers_and_ways_out_are_refused(shared: Running) -> None:
    assert shared.get("/", Host="evil.example")[0] == 400
    for path in (
        "/../taxonomy.yaml",
        "/..%2f..%2ftaxonomy.yaml",
        "/%2e%2e/%2e%2e/build.py",
        "/%00",
    ):
        assert shared.get(path)[0] == 404, path
    assert shared.get("/" + "a" * 3000)[0] == 404
    assert shared.get("/repertory/server.py")[0] == 404
    for origin in ("https://evil.example", "http://127.0.0.1:1", "null"):
        assert shared.get("/repertory/events", Origin=origin)[0] == 403
    assert shared.get("/", Origin=f"http://127.0.0.1:{shared.port}")[0] == 200
    assert not (shared.root / "site").exists()


@pytest.mark.parametrize(
    ("address", "host", "status"),
    [
        ("127.0.0.1", "127.0.0.1:8000", 200),
        ("127.0.0.1", "LocalHost:8000", 200),
        ("127.0.0.1", "localhost", 200),
        ("127.0.0.1", "192.0.2.9:8000", 400),
        ("192.0.2.9", "192.0.2.9:8000", 200),
        ("192.0.2.9", "127.0.0.1:8000", 400),
        ("fd00::2", "[fd00::2]:8000", 200),
        ("fd00::2", "[fd00::3]:8000", 400),
        ("fd00::2", "fd00::2", 400),
        ("fd00::2", "laptop.example:8000", 400),
    ],
)
def test_a_host_is_the_address_that_a_request_came_to(address: str, host: str, status: int) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response()(scope, receive, send)

    async def receive() -> Message:
        raise AssertionError("there is nothing to read")

    async def send(message: Message) -> None:
        answered.append(message.get("status"))

    answered: list[int | None] = []
    scope = {"type": "http", "server": (address, 8000), "headers": [(b"host", host.encode())]}
    asyncio.run(Guard(app)(scope, receive, send))
    assert answered[0] == status


def test_only_plain_files_in_the_site_are_served(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    for name in ("site/page.txt", "outside.txt"):
        (tmp_path / name).write_text("text", encoding="utf-8")
    (tmp_path / "site/out.txt").symlink_to("../outside.txt")
    (tmp_path / "site/in.txt").symlink_to("page.txt")
    os.mkfifo(tmp_path / "site/pipe.txt")
    files = {name: content(tmp_path / "site", f"{name}.txt") for name in ("in", "out", "pipe", "x")}
    assert files == {"in": b"text", "out": None, "pipe": None, "x": None}
    with pytest.raises(IsADirectoryError):
        content(tmp_path / "site", ".")


def test_who_holds_many_connections_keeps_out_nobody(shared: Running) -> None:
    with ExitStack() as held:
        silent = [held.enter_context(closing(shared.connection())) for _ in range(server.MOST + 9)]
        for connection in silent:
            connection.connect()
        assert shared.get("/")[0] == 200
        assert silent[0].sock.recv(1) == b""
        silent[-1].request("GET", "/")
        assert silent[-1].getresponse().status == 200


def test_a_page_keeps_its_policy_and_gets_what_the_preview_needs() -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'{}">'
    page = f"<html><head>{policy}</head></html>"
    shown = live(page.format("; script-src 'self' file:"), 7)
    extended = "; script-src 'self' file:; style-src 'self'; connect-src 'self'"
    assert policy.format(extended) in shown
    assert shown.index("livereload.js") < shown.index("Content-Security-Policy")
    assert 'data-epoch="7"' in shown
    assert "livereload.js" in live("<p>A page of one's own.", 7)


def test_a_page_is_known_by_all_but_its_stylesheets() -> None:
    def known(page: str) -> str:
        return live(page, 1).split('data-page="')[1][:16]

    page = '<head><link rel="stylesheet" href="a.{}.css"></head>{}'
    assert known(page.format("1", "one")) == known(page.format("2", "one"))
    assert known(page.format("1", "one")) != known(page.format("1", "two"))


def test_a_request_during_a_build_gets_the_last_good_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = lay_out(tmp_path / "world", SITES / "small")
    preview = Preview(settings_of(root))
    preview.rebuild()
    begun, may_end = Event(), Event()

    build = pipeline.build

    def slow(*arguments: Any, **ways: Any) -> Written:
        begun.set()
        assert may_end.wait(PATIENCE)
        return build(*arguments, **ways)

    monkeypatch.setattr(rebuild, "build", slow)
    change(root / RECORD, HEADING, "title: YES")
    with answering(preview) as running:
        building = Thread(target=preview.rebuild)
        building.start()
        assert begun.wait(PATIENCE)
        assert ">NO</h1>" in running.get(PAGE)[2]
        assert running.get("/nowhere.html")[0] == 404
        with Told(running) as told:
            assert told.events.headers["content-type"].startswith("text/event-stream")
        may_end.set()
        building.join()
        assert ">YES</h1>" in running.get(PAGE)[2]


@contextmanager
def answering(preview: Preview) -> Iterator[Running]:
    """Answer for a preview that the test itself rebuilds."""
    listener = socket.create_server(("127.0.0.1", 0))
    with Server(preview).running(listener):
        yield Running(listener.getsockname()[1], preview.settings.root, [])


def test_a_file_that_comes_back_is_waited_for(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "world", SITES / "small")
    preview = Preview(settings_of(root))
    preview.rebuild()
    preview.is_building = True
    with answering(preview) as running:
        preview.site.rename(tmp_path / "aside")
        back = Thread(target=lambda: (tmp_path / "aside").rename(preview.site))
        back.start()
        assert running.get(PAGE)[0] == 200
        back.join()


def test_a_dead_connection_is_tried_and_a_new_state_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEARTBEAT", 0.01)
    preview = Preview(settings_of(tmp_path))
    with answering(preview) as running, Told(running) as told:
        told.next()
        assert [told.events.readline() for _ in range(2)] == [b"\n", b": still here\n"]
        preview.state = State(1, "Something is wrong.")
        assert told.next() == (1, "Something is wrong.", [])


def test_the_end_is_quiet_whoever_still_reads(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    preview = Preview(settings_of(tmp_path))
    preview.site.mkdir(parents=True)
    (preview.site / "large.txt").write_bytes(b"x" * 20_000_000)
    with ExitStack() as held:
        with answering(preview) as running:
            held.enter_context(Told(running)).next()
            slow = held.enter_context(socket.create_connection(("127.0.0.1", running.port)))
            slow.sendall(b"GET /large.txt HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2)
            assert slow.recv(1)
        assert capfd.readouterr() == ("", "")


def test_before_there_is_a_site_a_page_says_so(tmp_path: Path) -> None:
    with answering(Preview(settings_of(tmp_path))) as running:
        status, _, text = running.get("/")
    assert status == 404
    assert "The site appears here once it is built." in text
    assert "livereload.js" in text


def test_the_browser_is_opened_where_the_site_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: SimpleQueue[str] = SimpleQueue()

    def answer(preview: Preview, saved: object = ()) -> None:
        with closing(http.client.HTTPConnection(opened.get()[7:-1], timeout=PATIENCE)) as there:
            there.request("GET", "/")
            assert there.getresponse().status == 404
        raise KeyboardInterrupt

    monkeypatch.setattr(webbrowser, "open", opened.put)
    monkeypatch.setattr(Preview, "rebuild", answer)
    server.serve(settings_of(tmp_path), 0, opens=True)


def test_a_port_that_is_taken_is_told(shared: Running, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="is another preview running"):
        server.serve(settings_of(tmp_path), shared.port)


def test_an_address_of_another_machine_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"192\.0\.2\.77 is no address of this machine"):
        server.serve(settings_of(tmp_path), 0, host=ip_address("192.0.2.77"))


@pytest.mark.parametrize(
    ("host", "is_warned"), [("127.0.0.1", False), ("127.0.0.9", False), ("0.0.0.0", True)]
)
def test_who_lets_others_in_is_warned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    host: str, is_warned: bool,
) -> None:  # fmt: skip
    def interrupt(preview: Preview, saved: object = ()) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Preview, "rebuild", interrupt)
    server.serve(settings_of(tmp_path), 0, host=ip_address(host))
    said = capsys.readouterr().out
    assert ("everybody in this network can read the site now" in said) == is_warned


def test_others_can_read_and_not_save(tmp_path: Path) -> None:
    with preview_of(lay_out(tmp_path / "world", SITES / "small"), "--host", "0.0.0.0") as running:

        def page(address: str) -> str:
            there = http.client.HTTPConnection(address, running.port, timeout=PATIENCE)
            with closing(there):
                there.request("GET", "/contribute.html")
                return there.getresponse().read().decode()

        running.until_shown("/contribute.html", "data-save=")
        assert "data-save=" in page("127.0.0.1")
        assert "<form" in page("127.0.0.2")  # reached from 127.0.0.1, which is another machine
        assert "data-save=" not in page("127.0.0.2")
