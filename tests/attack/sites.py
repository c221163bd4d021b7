"""A site that changes to and fro, and judges what a bad machine or company has left of it."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

from build import settings
from repertory.cli import main
from repertory.editing.edits import STAGED
from repertory.publishing.urls import SEARCH_WHOLE
from repertory.writing.burst import JOURNAL
from repertory.writing.manifest import MANIFEST, listed
from tests.attack.machines import Ended, Fault, run
from tests.conftest import ROOT
from tests.worlds import SITES, bytes_of, lay_out

RECORD, TAXONOMY = "content/practices/no.md", "taxonomy.yaml"
OTHERS = "CNAME", ".git/HEAD", "practices/mine.txt"  # what people put into site/ themselves
KNOWN = {"build.py", "content", "taxonomy.yaml", ".repertory-cache"}
FIRST, TEXT, LABEL = range(3)  # what a site is made from: as it was, with a changed text or label


class Site:
    """A site, what each of its states is to be built as, and files of others in it.

    `records` are so many more than a small site has. `site` is where it is built.
    """

    def __init__(self, folder: Path, records: int = 0) -> None:
        self.root = lay_out(folder / "world", SITES / "small")
        self.out = folder / "said.txt"
        self.site = self.root / "site"
        self.state = self.before = FIRST
        self.others: Mapping[str, bytes] = {}
        self.hurries = False  # as the preview's builds do, which put something off
        self._wanted: dict[int, Mapping[str, bytes]] = {}
        letters = (self.root / "content/practices/letters-home.md").read_text("utf-8")
        for number in range(records):
            text = letters.replace("title: ", f"title: {number} ")
            (self.root / f"content/practices/letters-{number}.md").write_text(text, "utf-8")

    def wanted(self, state: int) -> Mapping[str, bytes]:
        """Return the files of the site in one of its states, if nothing befalls it."""
        if state not in self._wanted:
            folder, before, now = self.root.with_name(f"clean-{state}"), self.before, self.state
            self.change(state)
            shutil.copytree(self.root, folder, ignore=shutil.ignore_patterns("site", ".*"))
            build = partial(command, "build", "--no-cache", "--jobs", "1", root=folder)
            ended = run(build, folder, self.out)
            assert ended.code == 0, ended.said
            self._wanted[state] = bytes_of(folder / "site")
            self.change(before)
            self.change(now)
        return self._wanted[state]

    def change(self, state: int) -> None:
        """Bring what the site is made from into another state."""
        self.before, self.state = self.state, state
        text = (SITES / "small" / RECORD).read_text("utf-8")
        more = "\n\nThey read it again.\n" if state == TEXT else ""
        (self.root / RECORD).write_text(f"{text}{more}", "utf-8")
        text = (SITES / "small" / TAXONOMY).read_text("utf-8")
        label = "Country of the practice" if state == LABEL else "Country of implementation"
        (self.root / TAXONOMY).write_text(text.replace("Country of implementation", label), "utf-8")

    def empty(self) -> None:
        """Take away what was built, and what others put there."""
        shutil.rmtree(self.site, ignore_errors=True)
        self.others = {}

    def settle(self) -> None:
        """Build, and put files of others beside what was built."""
        wrong = self.mended()
        assert not wrong, wrong
        self.others = {path: path.encode() for path in OTHERS}
        for path, content in self.others.items():
            (self.site / path).parent.mkdir(exist_ok=True)
            (self.site / path).write_bytes(content)

    def stands(self) -> str:
        """Say what is wrong with the site as it stands: it is neither the old nor the new one.

        Only of what a journal tells of both may have files; others' may be in the old folder still.
        """
        found = bytes_of(self.site) if self.site.is_dir() else {}
        lost = bytes_of(self._beside("old")) if self._beside("old").is_dir() else {}
        others = {path: found.pop(path, lost.get(path)) for path in self.others}
        if others != self.others:
            return "files of others are gone"
        wanted = [self.wanted(self.before), self.wanted(self.state)]
        if self.hurries:
            wanted.append(_hurried(*wanted))
        if found in wanted or (not found and not self.others):
            return ""
        if not self.is_mixed():
            return f"{len(found)} files stand that are neither the old nor the new site"
        torn = [path for path in found if found[path] not in [files.get(path) for files in wanted]]
        return f"{torn[0]} is neither the old nor the new one" if torn else ""

    def is_mixed(self) -> bool:
        """Tell whether files of the old and the new site stand, and a journal that says so."""
        return (self._beside("new") / JOURNAL).is_file()

    def mended(self) -> str:
        """Build once more; say what is wrong with what comes of it."""
        ended = self.running("build", "--jobs", "1")(None)
        if ended.code:
            return f"the next build ends with {ended.code}: {ended.said}"
        return self.is_new() or self.litter()

    def is_new(self) -> str:
        """Say what is wrong with the site if it is not the new one."""
        is_new = bytes_of(self.site) == {**self.wanted(self.state), **self.others}
        return "" if is_new else "the site has other bytes than one that is built anew"

    def litter(self) -> str:
        """Say what lies about that nobody needs."""
        found = {file.name for file in self.root.iterdir()} - {*KNOWN, "site"}
        for file in (self.root / ".repertory-cache").iterdir():
            if file.suffix != ".sqlite" and file.name != "preview":
                found.add(file.name)
        found |= {file.name for file in self.root.rglob(f"{STAGED}*")}
        return f"{', '.join(sorted(found))} is left" if found else ""

    def running(self, *arguments: str) -> Callable[[Fault | None], Ended]:
        """Return what runs a command here, on a machine that fails or on a good one."""
        return partial(run, partial(command, *arguments, root=self.root), self.root, self.out)

    def _beside(self, what: str) -> Path:
        return self.site.with_name(f".{self.site.name}-{what}")


def _hurried(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the new site with that of the old one which no page asks for."""
    files = {**new, SEARCH_WHOLE: old[SEARCH_WHOLE]}
    del files[MANIFEST]
    return {**files, MANIFEST: listed({path: sha256(files[path]).hexdigest() for path in files})}


def command(*arguments: str, root: Path) -> None:
    """Run a command of build.py in this process, which ends with its exit code."""
    sys.argv = [str(ROOT / "build.py"), *arguments, "--root", str(root)]
    with patch.object(os, "_exit", sys.exit):
        main(settings)


class Records:
    """The files that people write, before and after they are edited by a command."""

    def __init__(self, root: Path, out: Path) -> None:
        self.root, self.out = root, out
        self.before = self.after = self._found()

    def _found(self) -> Mapping[str, bytes]:
        files = [self.root / TAXONOMY, *(self.root / "content").rglob("*.*")]
        return {file.relative_to(self.root).as_posix(): file.read_bytes() for file in files}

    def learn(self, attempt: Callable[[], Ended]) -> None:
        """See what an attempt makes of the files as they are now."""
        self.before = self._found()
        ended = attempt()
        assert ended.code == 0, ended.said
        self.after = self._found()
        assert self.after != self.before
        self.lay()

    def lay(self) -> None:
        """Put all as it was before."""
        for path in self._found().keys() - self.before.keys():
            (self.root / path).unlink()
        for path, content in self.before.items():
            (self.root / path).write_bytes(content)

    def stand(self) -> str:
        """Say what is wrong with the files as they stand: each is the old or the new one."""
        found = {path: data for path, data in self._found().items() if STAGED not in path}
        for path in sorted(found.keys() | self.before.keys()):
            if found.get(path) not in (self.before.get(path), self.after.get(path)):
                return f"{path} is neither the old nor the new one"
        return ""

    def are_new(self) -> str:
        """Say what is wrong with the files if all are not new, but for the order of a list."""
        found = self._found()
        wrong = [
            path for path, data in self.after.items() if _words(found.get(path)) != _words(data)
        ]
        more = sorted(found.keys() - self.after.keys())
        return f"{', '.join([*wrong, *more])} is not as it should be" if wrong or more else ""


def _words(data: bytes | None) -> list[bytes]:
    """Return what is between blanks, commas and brackets, in no order."""
    return sorted(re.split(rb"[\s,\[\]]+", data or b""))
