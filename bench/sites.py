"""The same records as a site of Repertory and as one for Pagefind, and what their indexes cost."""

import gc
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import records
from bench.server import packed_size
from build import settings
from repertory.base.settings import Settings
from repertory.base.step import Function, Item, Value
from repertory.pipeline import Checked, check
from repertory.publishing import search
from repertory.reading.prose import TEXT
from repertory.sources import look
from repertory.writing.cache import Cache
from repertory.writing.workshop import Workshop

ROOT = Path(__file__).parents[1]
PROGRAM = ("repertory/**/*.py", "templates/**/*.*", "build.py", "*.json", "bench/records.py")
EXPORT = "lunr-index.json"  # for other programs: our search does not load it
IGNORED = '<p class="above"|aria-label="At a glance"|<nav class="contents"|<h2 id="facts"|<dt'
MARKS = (  # what the pages say to Pagefind, so that it indexes the words that Repertory does
    (r'<article class="practice"', r"\g<0> data-pagefind-body"),
    (r'<p class="lead"', r'\g<0> data-pagefind-meta="summary"'),
    (r'<dl class="glance">\s*<div[^>]*>.*?<dd', r'\g<0> data-pagefind-meta="about"'),
    (rf'{IGNORED}|aria-labelledby="record"', r"\g<0> data-pagefind-ignore"),
    (
        rf'<a (?=href="\.\./({"|".join(records.FACETS)})/(?!index))',
        r'\g<0>data-pagefind-filter="\1" ',
    ),
)


def prepare(count: int, fresh: bool) -> Path:
    """Return a folder with both sites; ours is built again when the program has changed."""
    folder = settings().cache / "bench" / str(count)
    stamp, program = folder / "program.txt", _program()
    if fresh or not stamp.is_file() or stamp.read_text("utf-8") != program:
        shutil.rmtree(folder, ignore_errors=True)
        records.write(folder, count)
        _run("build.py", "--root", folder)
        stamp.write_text(program, "utf-8")
    shutil.rmtree(folder / "pagefind", ignore_errors=True)
    _mark(folder / "site" / "practices", folder / "pagefind" / "practices")
    explorer = (folder / "site" / "practices" / "index.html").read_text("utf-8")
    page = (ROOT / "bench" / "pagefind.html").read_text("utf-8")
    page = page.replace('data-open=""', f'data-open="{" ".join(_open(explorer))}"')
    (folder / "pagefind" / "search.html").write_text(page, "utf-8")
    return folder


def cpu_seconds(folder: Path, rounds: int = 3) -> tuple[list[float], list[float]]:
    """Index in turn; return the processor seconds from checked records or finished pages.

    Ours run in forked processes, so that no round finds what another has cached.
    """
    made = replace(settings(), root=folder)
    with Workshop(made) as workshop:
        today = date(2026, 11, 1)
        checked = check(workshop, look(workshop, today))
        kept = [prose.kept for prose in checked.prose.values()]
        texts = Texts({key: workshop.cache.bulk(key, TEXT) for key in kept})
    gc.freeze()
    ours, theirs = [], []
    for _ in range(rounds):
        receiver, sender = (fork := get_context("fork")).Pipe(duplex=False)
        process = fork.Process(target=_index, args=(checked, texts, made, sender))
        process.start()
        ours.append(receiver.recv())
        process.join()
        shutil.rmtree(folder / "pagefind" / "pagefind", ignore_errors=True)
        before = _children()
        _run("-m", "pagefind_bin", "--site", folder / "pagefind", "--force-language", "en")
        theirs.append(_children() - before)
    gc.unfreeze()
    return ours, theirs


def on_disk(folder: Path) -> tuple[int, int]:
    """Return the compressed bytes of each index, without the programs that read it."""
    ours = (file for file in (folder / "site" / "search").rglob("*") if file.name != EXPORT)
    theirs = (folder / "pagefind" / "pagefind").rglob("*")
    return _packed(ours), _packed(f for f in theirs if re.match(r"\.(pf_|json)", f.suffix))


def explorer(folder: Path) -> list[int]:
    """Return the compressed bytes of our search page, its script and its worker."""
    names = ("practices/index.html", "assets/explorer.*.js", "assets/search-worker.*.js")
    return [_packed((folder / "site").glob(name)) for name in names]


def _mark(pages: Path, copies: Path) -> None:
    """Copy the practices' pages, and mark in them what Pagefind is to index."""
    copies.mkdir(parents=True)
    for page in pages.glob("*-" + "[0-9]" * 5 + ".html"):
        html = page.read_text("utf-8")
        for pattern, marked in MARKS:
            html, found = re.subn(pattern, marked, html, flags=re.DOTALL)
            if not found and "<article" in html:
                raise SystemExit(f"The page of a practice has no {pattern}: see bench/sites.py.")
        (copies / page.name).write_text(html, "utf-8")


def _open(explorer: str) -> list[str]:
    """Return the facets that our search page shows open, so that Pagefind's shows the same."""
    tags = [tag for tag in re.findall("<details[^>]*>", explorer) if re.search(r"\sopen\b", tag)]
    return re.findall(r'data-facet="([\w-]+)"', " ".join(tags)) or [
        "country",
        "language",
        "outcome",
    ]


@dataclass(frozen=True, eq=False)
class Texts:
    """A shelf with nothing but texts."""

    texts: Mapping[bytes, object]

    def bulk(self, key: bytes, part: int) -> object:
        """Return a text."""
        return self.texts[key]

    def noted(self, _: str, default: Value) -> Value:
        """Return nothing that was kept."""
        return default

    def note(self, name: str, value: object) -> None:
        """Keep nothing."""


def _index(checked: Checked, texts: Texts, made: Settings, sender: Connection) -> None:
    before = sum(os.times()[:4])
    assert checked.catalog, "the bench has a good vocabulary"

    def steps(
        name: str,
        function: Function[Item, Value],
        items: Sequence[Item],
        key: Callable[[Item], bytes],
    ) -> Iterator[tuple[bytes, Value]]:
        for item in items:
            yield key(item), function(item, texts).value

    with TemporaryDirectory() as folder, Cache(Path(folder)) as cache:
        for part in search.parts(checked.catalog, made, checked.prose, steps, cache):
            part.content()
    sender.send(sum(os.times()[:4]) - before)


def _children() -> float:
    return sum(os.times()[2:4])


def _run(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _packed(files: Iterable[Path]) -> int:
    return sum(packed_size(file) for file in files if file.is_file())


def _program() -> str:
    """Return a fingerprint of all that our site is made from."""
    files = sorted({file for name in PROGRAM for file in ROOT.glob(name) if file.is_file()})
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
