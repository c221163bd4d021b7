"""A small site with its program as a Git repository, and archives that are made in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.conftest import ROOT
from tests.worlds import SITES, lay_out

DAY = "2026-03-01"
PROGRAM = (
    "LICENSE", "package-lock.json", "package.json", "pyproject.toml", "repertory",
    "requirements.txt", "templates",
)  # fmt: skip
AT_HOME = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}


def git(folder: Path, *arguments: str) -> None:
    """Run Git as somebody who is known to it, on a certain day."""
    who = [f"GIT_{one}_{what}" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
    when = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{DAY}T23:30:00-0500")
    env = AT_HOME | dict.fromkeys(who, "somebody") | when
    subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, env=env)


def commit(folder: Path) -> None:
    """Commit all that there is, in a repository that is made if there is none."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "All of it")


def repository(folder: Path) -> Path:
    """Commit the program and the small world in `folder`; return it."""
    lay_out(folder, SITES / "small")
    for name in PROGRAM:
        if (ROOT / name).is_dir():
            leave = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=leave)
        else:
            shutil.copy(ROOT / name, folder)
    ignored = "/site/\n/archive/\n/.repertory-cache/\n__pycache__/\n/node_modules\n.env\n"
    (folder / ".gitignore").write_text(ignored)
    (folder / "notes").mkdir()
    (folder / "notes" / "où l’on va.txt").write_text("Là-bas.\n", "utf-8")
    (folder / "notes" / "run").write_text("#!/bin/sh\n")
    (folder / "notes" / "run").chmod(0o755)
    commit(folder)
    return with_packages(folder)


def with_packages(folder: Path) -> Path:
    """Let a copy of the program have the packages of the browser; return it."""
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def typed(
    folder: Path, *arguments: str | Path, env: dict[str, str] | None = None, umask: int = -1
) -> subprocess.CompletedProcess[str]:
    """Run the build.py of a folder."""
    command = [sys.executable, folder / "build.py", *arguments]
    whole = AT_HOME | (env or {})
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=whole, umask=umask
    )


def archived(folder: Path, env: dict[str, str] | None = None, umask: int = -1) -> Path:
    """Make an archive in a repository; return it."""
    done = typed(folder, "archive", env=env, umask=umask)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    (found,) = (folder / "archive").glob("*.zip")
    return found


def unpacked(file: Path, folder: Path) -> Path:
    """Unpack an archive into a folder; return it."""
    with ZipFile(file) as pack:
        pack.extractall(folder)
    return folder


def harmed(folder: Path) -> list[str]:
    """Return the files that are not as SHA256SUMS says, as a user's own tool tells them."""
    tool = ["sha256sum"] if shutil.which("sha256sum") else ["shasum", "-a", "256"]
    command = [*tool, "--check", "--strict", "SHA256SUMS"]
    env = AT_HOME | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=env)
    lines = [line.rpartition(": ") for line in done.stdout.splitlines()]
    assert done.returncode == any(verdict != "OK" for _, _, verdict in lines), done.stderr
    assert len(lines) == len((folder / "SHA256SUMS").read_bytes().splitlines())
    return [name for name, _, verdict in lines if verdict != "OK"]
