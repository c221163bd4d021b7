"""Pull requests that carry what should not run, what leads elsewhere, and what is nothing usual."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.attack.arena import Arena, Outcome
from tests.formats import commands
from tests.pull_requests import LINK, MODULE, Entry, Proposal, Run, Upstream
from tests.worlds import SITES

RECORD = (SITES / "small/content/practices/no.md").read_bytes()
HONEST = {
    "content/practices/garden.md": Entry(RECORD.replace(b"title: NO", b"title: School garden"))
}
PAGE = "site/practices/garden.html"
SECRET = "only-the-runner-knows-this"
MARK = "made-by-the-proposal"
COMMIT = b"1" * 40
OURS = ("content", "taxonomy.yaml", "site", ".repertory-cache", ".git", "node_modules")


def attack(arena: Arena) -> Iterator[Outcome]:
    """Run the steps of *Check* on hostile proposals, with the program as it is."""
    ground = Ground(arena.folder)
    programs = ground.programs()
    alone: list[Proposal] = [{path: entry} for path, entry in programs.items()]
    fallen = ground.all_faults([programs, *arena.times(0, 1) * alone], is_taken=True)
    yield Outcome("a proposal with programs of its own", len(alone), fallen, "none of them ran")
    ways = ground.ways_out()
    fallen = ground.all_faults(ways, is_taken=False)
    yield Outcome("a proposal that leads out of content/", len(ways), fallen, "all refused")
    odd = ground.oddities(arena.times(1, 90))
    fallen = ground.all_faults(odd, is_taken=None)
    yield Outcome("a proposal of odd files", len(odd), fallen, "nothing else changed")


class Ground:
    """A repository, a machine that has programs for Git to call, and what tells that one ran."""

    def __init__(self, folder: Path) -> None:
        self.upstream = Upstream(folder)
        self.ran = folder / "ran"
        self.ran.mkdir()
        self.before = outside(self.upstream.origin)
        (folder / "secret.txt").write_text(SECRET)
        filters = "".join(
            f'[filter "{name}"]\n{way} = "touch {self.ran}/filter-{name}; cat"\n'
            for name in ("lfs", "own")
            for way in ("clean", "smudge")
        )
        (folder / "gitconfig").write_text(filters)
        self.machine = {
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
            "GITHUB_HEAD_REF": f"$(touch {self.ran}/branch)`touch {self.ran}/branch`",
            "SECRET": SECRET,
        }

    def programs(self) -> Proposal:
        """Return files that would run if they were where programs are looked for."""
        python = f"import pathlib; pathlib.Path('{self.ran}/{{}}').touch()\n"
        make = f"$(shell touch {self.ran}/{{}})\n%:\n\ttouch {self.ran}/{{}}\n"
        shell = f"#!/bin/sh\ntouch {self.ran}/{{}}\n"
        texts = {
            **dict.fromkeys(("Makefile", "GNUmakefile", "makefile"), make),
            **dict.fromkeys(PYTHON, python),
            **dict.fromkeys(SHELL, shell),
            "package.json": f'{{"scripts": {{"preinstall": "touch {self.ran}/{{}}"}}}}',
            "package-lock.json": f'{{"name": "{MARK}"}}',
            "requirements.txt": f"-e {self.ran}/{{}}\n",
            ".npmrc": "ignore-scripts=false\n",
            ".gitattributes": "* filter=lfs\n*.md filter=own export-subst ident eol=crlf\n",
            ".gitmodules": '[submodule "a"]\npath = a\nurl = /\nupdate = !touch {}\n',
            ".lfsconfig": "[lfs]\n\turl = https://elsewhere.example/\n",
            **dict.fromkeys(("templates/practice.html", "templates/base.html"), MARK),
            "templates/assets/style.css": f"/* {MARK} */",
            "site/index.html": MARK,
            "node_modules/lunr/lunr.min.js": MARK,
            "-rf": MARK,
        }
        return {
            path: Entry(text.replace("{}", path.replace("/", "-")).encode(), "100755")
            for path, text in texts.items()
        }

    def ways_out(self) -> list[Proposal]:
        """Return proposals with links, submodules, attributes, and what no tree may have."""
        secret = f"{self.upstream.folder}/secret.txt"
        links = {
            "content": (".git", "/etc", "templates"),
            "content/practices": ("../../.git", "/", "../practices"),
            "content/practices/leak.md": ("../../../secret.txt", secret, "no.md", "/dev/zero"),
            "content/pages/about.md": ("../../.git/config", "/proc/self/environ"),
            "content/news/a.md": ("a.md", ""),
            "taxonomy.yaml": (secret, "/dev/stdin", ".git/config", "content"),
        }
        attributes = b"* filter=lfs\n*.md filter=own working-tree-encoding=UTF-16 ident eol=crlf\n"
        hook = Entry(f"#!/bin/sh\ntouch {self.ran}/hook\n".encode(), "100755")
        return [
            *({path: Entry(to.encode(), LINK)} for path, tos in links.items() for to in tos),
            {"content/practices/sub": Entry(COMMIT, MODULE)},
            {"content": Entry(COMMIT, MODULE)},
            {"content/.gitattributes": Entry(attributes)},
            {"content/practices/.gitattributes": Entry(attributes)},
            {"content/a\nb/.gitattributes": Entry(attributes)},
            *({f"content/{path}": hook} for path in INSIDE),
        ]

    def oddities(self, megabytes: int) -> list[Proposal]:
        """Return proposals that may be taken or not, if only nothing comes of it."""
        return [
            *({f"content/practices/{name}": Entry(RECORD)} for name in NAMES),
            {"content/practices/big.md": Entry(b"a" * megabytes * 2**20)},
            {"content/" + "deep/" * 200 + "a.md": Entry(RECORD)},
            {"content": Entry(RECORD)},
            {"content": Entry(None)},
            {"content/./practices/a.md": Entry(RECORD)},
            {"content/practices": Entry(RECORD)},
            {"taxonomy.yaml": Entry(None)},
            {"taxonomy.yaml/a.yaml": Entry(RECORD)},
            {"taxonomy.yaml": Entry(b"")},
        ]

    def all_faults(self, proposals: Sequence[Proposal], is_taken: bool | None) -> Sequence[str]:
        """Check proposals, each with an honest record; return what should not have happened."""
        return [x for it in proposals for x in self.faults({**HONEST, **it}, is_taken)]

    def faults(self, proposal: Proposal, is_taken: bool | None) -> Iterator[str]:
        """Check a proposal; say in a line each what should not have happened."""
        name = ", ".join(path[:60] for path in proposal.keys() - HONEST.keys())
        run = self.upstream.check(self.upstream.propose(proposal), self.machine)
        if is_taken is not None and is_taken != (not run.code):
            yield f"{name}: ended with {run.code}: {run.printed}"
        if is_taken and not (run.folder / PAGE).is_file():
            yield f"{name}: the honest record has no page"
        if not is_taken and "Traceback" in run.printed:
            yield f"{name}: {run.printed}"
        for canary in self.ran.iterdir():
            yield f"{name}: {canary.name} ran"
            canary.unlink()
        for path in sorted({path for path, _ in self.before.items() ^ outside(run.folder).items()}):
            yield f"{name}: {path} is not what it was"
        yield from (f"{name}: {it}" for it in told(run))


PYTHON = (
    *("build.py", "sitecustomize.py", "usercustomize.py", "yaml.py", "conftest.py", "click.py"),
    *("repertory/__init__.py", "repertory/cli.py", "click/__init__.py", ".github/links.py"),
)
INSIDE = (".git/hooks/post-checkout", ".GIT/config", "practices/.git", "../a", "news/../../../a")
NAMES = (
    *("-rf", "--format=json", "$(touch ran)`touch ran`.md", "a\nb\r::error::c.md", "'\"\\.md"),
    *("##[add-mask]site.md", "n" * 251 + ".md", "\udcff\udcfe.md", "conftest.py", "Makefile"),
)
SHELL = (".venv/bin/python", ".ci/run", ".githooks/post-checkout", "git", "npm", "xargs", ".envrc")


def outside(folder: Path) -> Mapping[str, bytes]:
    """Return all files of a folder that no proposal may change, and the configuration of Git."""
    found = {}
    for place, folders, files in os.walk(folder):
        if place == str(folder):
            folders[:] = [name for name in folders if name not in OURS]
            files = [name for name in files if name not in OURS]
        folders[:] = [name for name in folders if name != "__pycache__"]
        for file in (Path(place, name) for name in files):
            found[file.relative_to(folder).as_posix()] = file.read_bytes()
    return found


def told(run: Run) -> Iterator[str]:
    """Yield where a secret, or what only the proposal's program says, can be read, and commands."""
    site = {str(file): file for file in (run.folder / "site").rglob("*") if file.is_file()}
    texts = {"what was printed": run.printed, "the summary": run.summary}
    texts |= {path: file.read_text("utf-8", "replace") for path, file in site.items()}
    for where, text in texts.items():
        if SECRET in text or MARK in text:
            yield f"{where} has what it may not"
    for command in (command for step in run.steps for command in commands(step)):
        if command.name not in ("stop-commands", "error", "warning"):
            yield f"GitHub is told to {command.name}"
