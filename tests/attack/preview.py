"""Attacks on the preview, with sockets of our own: what it sends, to whom, and what it survives."""

import os
import re
import resource
import socket
import stat
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import product
from pathlib import Path
from random import Random

from tests.attack.arena import Arena, Outcome, judged
from tests.attack.network import listening, strangers
from tests.attack.sockets import Target, exchanged
from tests.previews import Told, change, preview_of
from tests.worlds import SITES, lay_out

SECRET = "wing-of-a-moth"  # stands in files that must never be sent, and in the names of none
QUIET = re.compile(  # all that the terminal may say while the preview is attacked
    r"(\d\d:\d\d:\d\d  .* built, 0 refused\. .*, in [\d.]+ s\.|The site is at .*|"
    r".*content/practices/link\.md.*|        Put what it leads to in its place\.|"
    r".*good site stays up\.|)\n"
)
DOTS = ("..", "%2e%2e", ".%2E", "%252e%252e", "%c0%ae%c0%ae", "%e0%80%ae.", "....", "..;", "%00..")
SLASHES = ("/", "//", "%2f", "%5c", "\\", "%252f", "%c0%af", "%ef%bc%8f", "/./", "%00/")
STARTS = ("/", "//", "/practices/", "/practices/no.md/", "/repertory/", "/data/%2e/", "/assets//")


def attack(arena: Arena) -> Iterator[Outcome]:
    """Attack a preview that runs as people start it, and one that others may read."""
    root = lay_out(arena.folder / "world", SITES / "small")
    plant(arena.folder, root)
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, usual[1]))  # as where it is least, on macOS
    with preview_of(root) as running:
        resource.setrlimit(resource.RLIMIT_NOFILE, usual)
        target = Target(running, [])
        yield from paths(target, arena.times(300, 4000))
        yield from requests(target)
        yield from strangers(target)
        yield from savings(target)
        yield from links(target, arena.folder)
        yield from crowds(target, arena.times(300, 600))
        yield aftermath(target)
    yield from listening(root)


def plant(folder: Path, root: Path) -> None:
    """Write the secret wherever a way out of the site could lead to."""
    beside = root / ".repertory-cache" / "preview-of-others"
    for place in (
        folder,
        root,
        root / "content",
        root / "content/practices",
        beside,
        beside.parent,
    ):
        place.mkdir(parents=True, exist_ok=True)
        (place / ".secret.md").write_text(SECRET, encoding="utf-8")


def paths(target: Target, number: int) -> Iterator[Outcome]:
    """Ask for files outside of the site in every spelling of a way out."""
    names = (".secret.md", "preview-of-others/.secret.md", "etc/passwd", "build.py")
    ways = [
        start + (dots + slash) * depth + name
        for start, dots, slash, depth, name in product(STARTS, DOTS, SLASHES, range(1, 7), names)
    ]
    outside = f"{target.running.root.resolve()}/.secret.md"
    direct = [outside, f"/{outside}", f"/%2f{outside[1:]}", f"/file://{outside}", "/%00", "/.git"]
    direct += [f"/practices/{name}" for name in (".secret.md", "..md", "no.md%00.html", "NO.md")]
    direct += [
        "/" + sign * size for sign in ("a", "%41", "a/", "../") for size in (255, 9000, 99999)
    ]

    def tries() -> Iterator[tuple[str, bool, object]]:
        for path in [*direct, *Random(6).sample(ways, number)]:
            answer = target.ask(path)
            yield path, answer.status in (400, 404), answer.status

    yield judged("Preview: ways out of the site", tries())


def broken(host: str) -> list[str]:
    """Return what is no request."""
    post = f"POST / HTTP/1.1\r\n{host}"
    get = f"GET / HTTP/1.1\r\n{host}"
    return [
        "", "\r\n\r\n", "\0" * 99, "GET /\r\n\r\n", "GET\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
        f"GET / HTTP/9.9\r\n{host}\r\n", f"GET / HTTP/1.1 x\r\n{host}\r\n", "\x16\x03\x01\x02\0",
        f"GET / \r\n{host}\r\n", f"GET /\0 HTTP/1.1\r\n{host}\r\n",
        f"G\0T / HTTP/1.1\r\n{host}\r\n", f"GET /é HTTP/1.1\r\n{host}\r\n",
        f"{get}X\r\n\r\n", f"{get}: x\r\n\r\n",
        f"{get}X : y\r\n\r\n", f"{get}X: a\0b\r\n\r\n", f"{get} folded: x\r\n\r\n",
        f"{get}X: {'y' * 999_999}\r\n\r\n", get + "X: y\r\n" * 99_999 + "\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", f"GET / HTTP/1.1\r\n\r\n{host}",
        f"{post}Content-Length: -1\r\n\r\n", f"{post}Content-Length: 1e9\r\n\r\n",
        f"{post}Content-Length: +4\r\n\r\nabcd", f"{post}Content-Length: {'9' * 999}\r\n\r\n",
        f"{post}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        f"{post}Transfer-Encoding: gzip\r\n\r\n", f"{post}Transfer-Encoding: chunked, x\r\n\r\n",
        f"{post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ]  # fmt: skip


def doubled(host: str) -> list[str]:
    """Return requests in which another one hides, for whom reads them less strictly."""
    hidden = f"GET /robots.txt HTTP/1.1\r\n{host}\r\n"
    post = f"POST / HTTP/1.1\r\n{host}"
    get = f"GET / HTTP/1.1\r\n{host}"
    chunked = "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    return [
        f"{post}Content-Length: 4\r\n{chunked}0\r\n\r\n{hidden}",
        f"{post}Content-Length: {len(hidden) + 5}\r\n{chunked}0\r\n\r\n{hidden}",
        f"{post}Content-Length: 0\r\nContent-Length: {len(hidden)}\r\n\r\n{hidden}",
        f"{post}Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{hidden}",
        f"{post}Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{hidden}",
        *(
            f"{post}{chunked}{chunk}\r\n\r\n{hidden}"
            for chunk in ("-1", "0x0", "g", "1\r\nab", "f" * 40, "0;" + "x" * 99_999, "1\na\n0", "")
        ),
        f"{get}X: y\r\rGET /robots.txt HTTP/1.1\r\n{host}Connection: close\r\n\r\n",
    ]


def requests(target: Target) -> Iterator[Outcome]:
    """Send what is no request, or two in one; a second one must never be answered."""
    host = f"Host: {target.host}\r\n"

    def tries() -> Iterator[tuple[str, bool, object]]:
        for raw in broken(host):
            with target.connection() as sender:
                answer = exchanged(sender, raw.encode("latin-1"), is_all=True)
            target.answers.append(answer)
            yield raw, answer.status in (0, 400, 405), answer.status
        for raw in doubled(host):
            answer = target.send(raw.encode("latin-1"))
            number = answer.data.count(b"HTTP/1.1 ")
            yield raw, number <= 1 and b"Sitemap:" not in answer.data, answer
        with target.connection() as sender:
            events = f"GET /repertory/events HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n"
            began = exchanged(sender, events.encode())
            sender.sendall(b"no chunk\r\n")
            answer = exchanged(sender, b"")
        yield "a bad chunk to the events", began.status == 200 and answer.status == 0, answer

    yield judged("Preview: what is no request, or two in one", tries())


def no_records(root: Path) -> Iterator[object]:
    """Yield what the form never sends, or could only send for a file that is no record."""
    right: dict[str, object] = {"name": "new.md", "text": "x", "before": None}
    names = ["../x.md", "..%2fx.md", "/x.md", f"{root}/x.md", "a/b.md", "x.md\0", "x\n.md", ".md"]
    names += [
        "no.md",
        "link.md",
        ".secret.md",
        "x.MD",
        "x.html",
        "x" * 99 + ".md",
        "\u202e.md",
        "é.md",
    ]
    bombs = [
        b"[" * 999_999,
        b'{"name":' * 99_999,
        b"9" * 999_999,
        b"x" * 3_000_000,
        b"\xff",
        b"null",
    ]
    bombs += [b"{}", b'"' + b"\\u0041" * 300_000 + b'"', b"1e999999", b'{"name": NaN}', b"-" * 9999]
    others: list[dict[str, object]] = [{"name": name} for name in names]
    others += [{"name": "link.md", "before": SECRET}, {"before": 7}, {"text": "x" * 400_000}]
    records = [right | other for other in others]
    yield from records
    yield from bombs


def savings(target: Target) -> Iterator[Outcome]:
    """Save what is no record, where none may stand, or without being the form."""
    root = target.running.root
    outside = root.parent / ".secret.md"
    before = content_of(root)
    (root / "content/practices/link.md").symlink_to(outside)
    right: dict[str, object] = {"name": "new.md", "text": "x", "before": None}
    wrong = ["", "x", target.token()[:-1], f"{target.token()}x", target.token().swapcase(), "\xe9"]

    def tries() -> Iterator[tuple[str, bool, object]]:
        head = f"POST /repertory/save HTTP/1.1\r\nHost: {target.host}\r\nContent-Length: 99\r\n"
        proof = f"Origin: http://{target.host}\r\nX-Repertory-Token: {target.token()}\r\n\r\n"
        slow = [target.connection() for _ in range(9)]
        for connection in slow:
            connection.sendall(f"{head}{proof}{{".encode())
        for _ in range(9):
            dropped(target, f"{head}Expect: 100-continue\r\n{proof}{{".encode(), is_awaited=True)
        for record in no_records(root):
            answer = target.save(record)
            yield str(record)[:99], answer.status == 409, answer
        for token in wrong:
            answer = target.save(right, X_Repertory_Token=token)
            yield f"the token {token!r}", answer.status == 403, answer
        answer = target.save(right, Content_Length="1", Transfer_Encoding="gzip")
        yield "a body of an unknown kind", answer.status in (400, 501), answer
        for connection in slow:
            with connection:
                answer = exchanged(connection, b"")
            yield "a slow save", answer.status == 408, answer

        (root / "content/practices/link.md").unlink()
        yield "the files after all", content_of(root) == before, "others than before"

    yield judged("Preview: saving what is no record, or elsewhere, or too slowly", tries())


def content_of(root: Path) -> dict[Path, bytes]:
    """Return every file around a world that is neither built nor of the cache."""
    found = (file for file in root.parent.rglob("*") if ".repertory-cache" not in file.parts)
    return {file: file.read_bytes() for file in found if file.is_file()}


def dropped(target: Target, raw: bytes, is_awaited: bool = False) -> None:
    """Send bytes, wait perhaps for what is said to them first, and break the connection off."""
    with target.connection() as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sender.sendall(raw)
        if is_awaited:
            sender.recv(9)


def links(target: Target, outside: Path) -> Iterator[Outcome]:
    """Plant links, pipes and more in the built site, and ask for them, also many at once."""
    site = target.running.root / ".repertory-cache" / "preview"
    leads: dict[str, str | Path] = {
        "file.html": outside / ".secret.md", "folder": outside, "up": "..", "far": "../../..",
        "loop": "loop", "gone": "nothing", "zero": "/dev/zero", "proc": "/proc/self/environ",
        "data/up": "../..", "taxonomy.json": target.running.root / "taxonomy.yaml",
    }  # fmt: skip
    for name, lead in leads.items():
        (site / name).symlink_to(lead)
    os.mkfifo(site / "pipe.txt")
    os.mkfifo(site / "pipe.html")
    os.mknod(site / "socket", 0o600 | stat.S_IFSOCK)
    (site / "broken.html").write_bytes(b"\xff\xfe<head>")
    inside = ("world/.secret.md", ".secret.md", "preview-of-others/.secret.md", "preview/../x", "")
    names = [*leads, *(f"{name}/{rest}" for name, rest in product(leads, inside)), "socket"]

    def tries() -> Iterator[tuple[str, bool, object]]:
        for name in names:
            answer = target.ask(f"/{name}")
            yield name, answer.status == 404, answer
        with ThreadPoolExecutor(64) as pool:
            for answer in pool.map(target.ask, ["/pipe.txt", "/pipe.html", "/"] * 32):
                yield "a pipe", answer.status in (404, 200), answer
        answer = target.ask("/broken.html")
        yield "a page that is no text", answer.status == 200, answer

    yield judged("Preview: links, pipes and sockets in the built site", tries())


def crowds(target: Target, number: int) -> Iterator[Outcome]:
    """Hold connections in every way that costs nothing; a visitor is answered all the while."""
    host = f"Host: {target.host}\r\n"
    ways = {
        "connections that say nothing": "",
        "heads that never end": f"GET / HTTP/1.1\r\n{host}X: y",
        "bodies that never end": f"POST / HTTP/1.1\r\n{host}Content-Length: 99\r\n\r\nx",
        "streams of events": f"GET /repertory/events HTTP/1.1\r\n{host}\r\n",
        "answers that nobody reads": f"GET / HTTP/1.1\r\n{host}\r\n" * 99,
    }
    waited: list[float] = []

    def tries() -> Iterator[tuple[str, bool, object]]:
        for name, raw in ways.items():
            with ExitStack() as held:
                for count in range(1, number + 1):
                    connection = held.enter_context(target.connection())
                    with suppress(ConnectionError):  # sent away already, for others
                        connection.sendall(raw.encode())
                    if count % 10 == 0:
                        begun = time.monotonic()
                        answer = target.ask()
                        waited.append(time.monotonic() - begun)
                        yield f"a visitor after {count} {name}", answer.status == 200, answer
                with Told(target.running) as told:
                    yield f"news after {name}", bool(told.next()[0]), "there are none"
            for _ in range(number):
                dropped(target, raw.encode())

    done = judged("Preview: visitors between hundreds of connections that others hold", tries())
    most = f"{number} held in each of {len(ways)} ways, answers within {max(waited):.2f} s"
    yield done._replace(figures=most)


def aftermath(target: Target) -> Outcome:
    """After all of it: what is saved is built, no answer had a secret, the terminal is quiet."""
    record = target.running.root / "content/practices/no.md"
    change(record, "title: NO", "title: Still here")
    target.running.until_shown("/practices/no.html", ">Still here</h1>")
    loud = [line for line in target.running.said if not QUIET.fullmatch(line)]
    secret = [answer for answer in target.answers if SECRET.encode() in answer.data]
    longest = max(len(answer.data) for answer in target.answers)
    return judged(
        "Preview: no secret in any answer, a quiet terminal, and the next build",
        [("the terminal", not loud, loud[:3]), ("secrets", not secret, secret[:1])],
        f"{len(target.answers):,} answers, {longest / 1000:,.0f} kB at most",
    )
