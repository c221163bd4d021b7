"""The generators that ours is measured beside: their set-up, their builds, Hugo's server."""

import os
import re
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from bench.edits import edit_text
from bench.runs import PAUSE, Run, put_aside, run, running

WITH_SEARCH = " + Pagefind"
PAGES = "practices/*/index.html"  # Pagefind indexes the practices, as our search does
INSTALLED = {"venv", "node_modules", "__pycache__"}  # of another machine, perhaps
WAIT = 600  # seconds after which an edit is taken to be lost
LOOK = 0.01  # seconds between two looks at the edited page


class Peer(NamedTuple):
    """A generator: its folder among the peers, and in how many rounds at most it takes part."""

    name: str
    folder: str
    is_searched: bool = False
    most: int = sys.maxsize


HUGO = Peer("Hugo", "hugo", is_searched=True)
PEERS = (
    HUGO,
    Peer("Eleventy", "eleventy", is_searched=True),
    Peer("Pelican", "pelican", most=3),  # no goal is set against these two, which are slow
    Peer("MkDocs", "mkdocs", most=3),
)


def prepare(source: Path, folder: Path) -> dict[str, str]:
    """Copy the peers out of where they lie, install them; return the version of each."""
    for file in source.rglob("*"):
        place = file.relative_to(source)
        if file.is_file() and not INSTALLED & set(place.parts):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, folder / place)  # without its rights: it may be read-only
    versions = {}
    for peer in PEERS:
        print(f"Setting up {peer.name} ...", flush=True)
        home = folder / "peers" / peer.folder
        said = run(("sh", "setup.sh"), home, home / "none", _environment()).printed
        found = re.search(r"\d+\.\d+\.\d+", said.strip().rpartition("\n")[2])
        versions[peer.name] = found.group() if found else ""
    return versions


def content(folder: Path, count: int, to: Path) -> None:
    """Write so many records as the peers read them."""
    _generate(folder / "gen.py", count, to)


def our_content(folder: Path, count: int, to: Path) -> None:
    """Write the same records as a site of ours."""
    _generate(folder / "gen_repertory.py", count, to)


def builds(peer: Peer, folder: Path, records: Path, out: Path) -> Iterator[tuple[str, Run]]:
    """Build everything; yield what it took, and what it took with Pagefind's index."""
    put_aside(out, out.parent)
    script = folder / "peers" / peer.folder / "run.sh"
    with TemporaryDirectory(dir=folder) as scratch:
        more = _environment() | {"TMPDIR": scratch, "MKDOCS_MINI": "1"}
        whole = run(("sh", script, records, out), folder, out, more)
    yield peer.name, whole
    if peer.is_searched:
        program = (sys.executable, "-m", "pagefind_bin", "--site", out, "--glob", PAGES)
        search = run((*program, "--force-language", "en"), folder, out)
        yield peer.name + WITH_SEARCH, whole.then(search)


def hugo_reloads(folder: Path, records: Path, rounds: int) -> Iterator[Run]:
    """Edit a text while Hugo's server runs; yield how long its page took to show that."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script, address = folder / "peers" / HUGO.folder / "serve.sh", f"http://127.0.0.1:{port}/"
    with running(("sh", script, records, "unused", str(port)), folder):
        _until_shown(address, "<html")
        for number in range(1, rounds + 1):
            time.sleep(PAUSE)
            page, words = edit_text(records, number)
            start = time.perf_counter()
            _until_shown(f"{address}practices/{page}/", words)
            yield Run(time.perf_counter() - start)


def _until_shown(address: str, words: str) -> None:
    start = time.perf_counter()
    while time.perf_counter() - start < WAIT:
        with suppress(URLError, ConnectionError), urlopen(address) as answer:
            if words.encode() in answer.read():
                return
        time.sleep(LOOK)
    raise SystemExit(f"{address} never showed {words!r}.")


def _generate(program: Path, count: int, to: Path) -> None:
    run((sys.executable, program, str(count), to), program.parent, to)


def _environment() -> dict[str, str]:
    """Return a PATH on which the Node.js that make installs is found, where there is no other."""
    return {"PATH": f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}"}
