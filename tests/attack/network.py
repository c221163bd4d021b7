"""Attacks on the preview from other sites and from other machines: who is answered, and how."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

from repertory.preview.server import SAFETY
from tests.attack.arena import Outcome, judged
from tests.attack.sockets import TOKEN, Answer, Target
from tests.previews import preview_of

METHODS = ("POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "OPTIONS", "PROPFIND", "get", "X")
PAGES = ("/", "/contribute.html", "/practices/no.md", "/repertory/events", "/nowhere", "/practices")


def foreign(port: int) -> list[str]:
    """Return what a Host may be that is none of the preview's."""
    return [
        "", "evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", "localhost.",
        f"127.0.0.1:{port}.evil.example", f"evil@127.0.0.1:{port}", "127.0.0.1@evil.example",
        "[::1]", "0.0.0.0", "127.0.0.2", "127.1", "2130706433", "0x7f.0.0.1", "127.0.0.1:", "::1",
        "127.0.0.1:x", "127.0.0.1, evil.example", "127.0.0.1 evil.example", "127.0.0.1:1:1", "*",
        "127.0.0.1/evil.example", "127.0.0.1#", "[127.0.0.1]", "localhost.evil.example", "\xe9",
    ]  # fmt: skip


def strangers(target: Target) -> Iterator[Outcome]:
    """Ask as pages of other sites make a browser ask, and with methods that nothing here has."""
    port, own = target.running.port, f"http://{target.host}"
    hosts = foreign(port)
    origins = [
        "null", "http://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", f"{own}0",
        f"{own}.evil.example", f"{own}@evil.example", f"http://evil.example/{own}", f"{own}/",
        f"https://{target.host}", f"http://localhost:{port}", f"{own}, http://evil.example",
        f"{own} http://evil.example", "file://", f"http://evil.example#{target.host}", own.upper(),
    ]  # fmt: skip

    def tries() -> Iterator[tuple[str, bool, object]]:
        for host, path in product(hosts, ("/contribute.html", "/repertory/events")):
            answer = target.ask(path, Host=host, X_Forwarded_Host=target.host)
            yield f"Host: {host}", answer.status == 400, answer
        twice = f"GET / HTTP/1.1\r\nHost: {target.host}\r\nHost: evil.example\r\n\r\n"
        for raw in (twice, "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"):
            answer = target.send(raw.encode())
            yield raw, answer.status == 400, answer
        for origin, path in product(origins, ("/contribute.html", "/repertory/events")):
            answer = target.ask(path, Origin=origin)
            yield f"Origin: {origin}", answer.status == 403, answer
        for origin in ("", *origins):
            answer = target.save({"name": "x.md", "text": "x", "before": None}, Origin=origin)
            yield f"a save by {origin}", answer.status == 403, answer
        for method, path in product(METHODS, PAGES):
            answer = target.ask(path, method, b"x" * 999, Origin=own)
            is_right = answer.status in (400, 404, 405) and b"x" * 99 not in answer.data
            yield f"{method} {path}", is_right, answer

    yield judged("Preview: foreign hosts, origins and methods", tries())
    answers = [*(target.ask(path) for path in PAGES), target.ask(Host="evil.example")]
    answers += [target.ask("/", "PUT"), target.ask("/repertory/livereload.js"), target.save(b"")]
    yield judged(
        "Preview: answers that other sites can neither read nor frame",
        ((str(answer.data[:99]), is_safe(answer), answer.data[:999]) for answer in answers),
        f"statuses {', '.join(sorted({str(answer.status) for answer in answers}))}",
    )


def is_safe(answer: Answer) -> bool:
    """Tell whether an answer has every header that keeps other sites away."""
    is_closed = all(answer.header(name) == value for name, value in SAFETY.items())
    return is_closed and b"access-control-" not in answer.data.lower()


def listening(root: Path) -> Iterator[Outcome]:
    """Come from other addresses, where only this machine is asked for, and where all are."""
    others = {"127.0.0.2", "::1", *own_addresses()}
    with preview_of(root) as running:
        closed = [(other, not is_open(other, running.port), "it is open") for other in others]
        warned = "Be careful" in "".join(running.said)
        yield judged(
            "Preview: other addresses of the machine", [*closed, ("a warning", not warned, "")]
        )
    with preview_of(root, "--host", "0.0.0.0") as running:
        target = Target(running, [])
        there = target._replace(address="127.0.0.2")
        token, right = target.token(), {"name": "new.md", "text": "x", "before": None}
        page = there.ask("/contribute.html")
        refused = there.save(right, X_Repertory_Token=token)
        foreign = there.ask(Host="evil.example")
        yield judged(
            "Preview: others in the network, where --host lets them in",
            [
                ("a warning", "everybody in this network" in "".join(running.said), running.said),
                ("a token for this machine", bool(token), "there is none"),
                ("a page for others", page.status == 200 and not TOKEN.search(page.data), page),
                ("a save by others", refused.status == 403, refused),
                ("a foreign host", foreign.status == 400, foreign),
            ],
        )


def own_addresses() -> Iterator[str]:
    """Yield the addresses by which this machine reaches a network, if it does."""
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with socket.socket(family, socket.SOCK_DGRAM) as probe, suppress(OSError):
            probe.connect((far, 9))  # sends nothing
            yield probe.getsockname()[0]


def is_open(host: str, port: int) -> bool:
    """Tell whether somebody listens there."""
    try:
        socket.create_connection((host, port), 2).close()
    except OSError:
        return False
    return True
