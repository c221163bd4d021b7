"""Pull requests: a repository with the real program, proposals, and how *Check* runs on them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.worlds import SITES, lay_out

ROOT = Path(__file__).parents[1]
CHECK = ROOT / ".github" / "workflows" / "check.yml"
PROGRAM = ("repertory", "templates")
FILES = ("Makefile", "package.json", "package-lock.json", "requirements.txt", ".npmrc")
FILE, LINK, FOLDER, MODULE = "100644", "120000", "040000", "160000"
WHO = ["-c", "user.name=T", "-c", "user.email=t@example.org"]


class Entry(NamedTuple):
    """What a tree of Git has at a path; a file without content is one that is gone."""

    content: bytes | None
    mode: str = FILE


Proposal = Mapping[str, Entry]


class Run(NamedTuple):
    """What came of a run: the code of the step that failed, or 0, what all printed, the summary."""

    code: int
    steps: Sequence[str]
    summary: str
    folder: Path

    @property
    def printed(self) -> str:
        """Return what all steps printed."""
        return "".join(self.steps)


def workflow(path: Path) -> dict[str, Any]:
    """Return a file of YAML, in which `on` stays a word."""
    found = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(found, dict)
    return found


class Upstream:
    """A repository on GitHub, with the program as it is and the content of the small world."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.origin = folder / "origin"
        for name in PROGRAM:
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, self.origin / name, ignore=ignore)
        for name in FILES:
            shutil.copy(ROOT / name, self.origin)
        lay_out(self.origin, SITES / "small")
        self._git("init", "--quiet", "--initial-branch=main")
        self._git("add", ".")
        self._git("commit", "--quiet", "--message=What there was")
        bin = folder / "bin"
        bin.mkdir()
        # The packages are those of this machine: what `make setup` installs is not tried here.
        (bin / "make").write_text(
            f'#!/bin/sh\nexec {shutil.which("make")} -o setup PYTHON="{sys.executable}" "$@"\n'
        )
        (bin / "make").chmod(0o755)

    def propose(self, proposal: Proposal) -> str:
        """Return the commit that merges a proposal into main."""
        tree = self._git("rev-parse", "main^{tree}")
        for path, entry in proposal.items():
            tree = self._planted(tree, path.split("/"), entry)
        proposed = self._git("commit-tree", tree, "-p", "main", "-m", "What is proposed")
        merged = self._git("commit-tree", tree, "-p", "main", "-p", proposed, "-m", "Merge")
        self._git("update-ref", "refs/pull/1/merge", merged)
        return merged

    def check(self, commit: str, machine: Mapping[str, str] = os.environ) -> Run:
        """Run the steps of *Check* on a commit, after what its action does: check out main.

        `machine` is what the runner's variables say beyond those of GitHub.
        """
        folder = self.folder / commit
        url = f"file://{self.origin}"
        clone = ["git", "clone", "--quiet", "--depth=1", "--branch=main", url, str(folder)]
        subprocess.run(clone, check=True, env={**machine})
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        summary = self.folder / f"{commit}.md"
        summary.touch()
        job = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(folder),
            "GITHUB_BASE_REF": "main",
            "GITHUB_SHA": commit,
            "GITHUB_STEP_SUMMARY": str(summary),
            "SITE": "https://site.example/",
        }
        steps, code = list[str](), 0
        for line in run_lines(CHECK):
            done = subprocess.run(
                ["bash", "-e", "-c", line],
                cwd=folder,
                env={**machine, **job},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
            steps.append(done.stdout.decode("utf-8", "replace"))
            code = done.returncode
            if code:
                break
        return Run(code, steps, summary.read_text("utf-8"), folder)

    def _planted(self, tree: str, path: Sequence[str], entry: Entry) -> str:
        """Return a tree with an entry, also where Git itself would refuse to make one."""
        entries = {}
        for line in self._git("ls-tree", "-z", tree).split("\0")[:-1]:
            known, _, name = line.partition("\t")
            entries[name] = known
        name, *below = path
        if below:
            _, kind, found = entries.get(name, "  ").split(" ")
            inner = found if kind == "tree" else self._git("mktree", given=b"")
            entries[name] = f"{FOLDER} tree {self._planted(inner, below, entry)}"
        elif entry.content is None:
            del entries[name]
        else:
            is_module = entry.mode == MODULE
            made = (
                "1" * 40
                if is_module
                else self._git("hash-object", "-w", "--stdin", given=entry.content)
            )
            entries[name] = f"{entry.mode} {'commit' if is_module else 'blob'} {made}"
        lines = "".join(f"{known}\t{name}\0" for name, known in entries.items())
        return self._git("mktree", "-z", "--missing", given=os.fsencode(lines))

    def _git(self, *arguments: str, given: bytes | None = None) -> str:
        command = ["git", *WHO, *arguments]
        done = subprocess.run(
            command, cwd=self.origin, input=given, check=True, stdout=subprocess.PIPE
        )
        return os.fsdecode(done.stdout).removesuffix("\n")


def run_lines(path: Path) -> list[str]:
    """Return what the steps of a workflow's only job run."""
    (job,) = workflow(path)["jobs"].values()
    return [step["run"] for step in job["steps"] if "run" in step]
