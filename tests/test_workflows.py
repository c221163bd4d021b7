"""What surrounds the repository: the workflows of GitHub, and the hooks of pre-commit."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.formats import commands
from tests.worlds import SITES, lay_out

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"\s*(?:- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
TARGET = re.compile(r"^([a-z-]+):.* ## ", re.MULTILINE)
ADDED_TO_SUMMARY = re.compile(r'echo "[^"`]*" >> "\$GITHUB_STEP_SUMMARY"')
EXPRESSION = re.compile(r"\$\{\{")


def read(path: Path) -> dict[str, Any]:
    """Return a file of YAML, in which `on` stays a word."""
    found = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(found, dict)
    return found


def named(path: Path) -> str:
    """Return a file's name."""
    return path.name


def test_there_are_the_workflows_that_the_readme_tells_of() -> None:
    assert [path.stem for path in WORKFLOWS] == ["check", "links", "pages", "tests"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=named)
def test_a_workflow_may_do_only_what_it_must(path: Path) -> None:
    workflow, text = read(path), path.read_text("utf-8")
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in text
    assert "secrets" not in text
    for line in text.splitlines():
        assert "uses:" not in line or PINNED.fullmatch(line), line
    for job in workflow["jobs"].values():
        assert job["permissions"]
        assert int(job["timeout-minutes"]) <= 60
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] == "false"


@pytest.mark.parametrize("path", WORKFLOWS, ids=named)
def test_a_workflow_runs_what_everybody_can_run(path: Path) -> None:
    targets = {*TARGET.findall((ROOT / "Makefile").read_text("utf-8")), ""}
    for job in read(path)["jobs"].values():
        for step in job["steps"]:
            command = step.get("run", "")
            assert not EXPRESSION.search(command), "what strangers write would run as a command"
            make, *arguments = command.split() or ["make"]
            is_target = make == "make" and (arguments or [""])[0] in targets
            assert is_target or command == ".ci/run" or ADDED_TO_SUMMARY.fullmatch(command)


def test_only_one_job_may_write_and_only_what_it_must() -> None:
    writing = {
        (path.stem, job): {name for name, way in content["permissions"].items() if way == "write"}
        for path in WORKFLOWS
        for job, content in read(path)["jobs"].items()
    }
    assert {job: names for job, names in writing.items() if names} == {
        ("links", "links"): {"issues"},
        ("pages", "publish"): {"pages", "id-token"},
    }


def test_the_check_of_a_pull_request_reads_and_nothing_else() -> None:
    (job,) = read(ROOT / ".github/workflows/check.yml")["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    assert "token" not in str(job)


def test_our_hooks_are_those_that_others_are_offered() -> None:
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (local,) = read(ROOT / ".pre-commit-config.yaml")["repos"]
    ours = {hook["id"]: hook for hook in local["hooks"]}
    assert set(ours) == {hook["id"] for hook in offered} == {"check", "fix"}
    for hook in offered:
        for key in ("name", "entry", "language", "files"):
            assert ours[hook["id"]][key] == hook[key]
        program, name = hook["entry"].rsplit(" ", 1)
        assert (program, name) == (".venv/bin/python build.py", hook["id"])
        assert re.search(hook["files"], "content/practices/a b.md")
        assert not re.search(hook["files"], "tests/sites/small/content/practices/no.md")


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder."""
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def proposal(tmp_path: Path) -> Path:
    """Return a repository with the small world, and two mistakes that were there before."""
    root = lay_out(tmp_path / "world", SITES / "small", SITES / "broken" / "unknown-term")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "What there was")
    return root


def proposed(root: Path) -> subprocess.CompletedProcess[str]:
    """Commit what was changed, and check it as a pull request is checked."""
    git(root, "add", ".")
    git(root, "commit", "-qm", "What is proposed")
    command = ["make", "-s", "-f", str(ROOT / "Makefile"), "-o", "setup", "check-changed"]
    return subprocess.run(
        [*command, "base=HEAD^1", "format=github", f"PYTHON={sys.executable}"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )


def files(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Return the files that have annotations."""
    return {command.properties["file"] for command in commands(done.stdout)}


def test_a_proposal_is_told_of_its_own_records_only(proposal: Path) -> None:
    practices = proposal / "content" / "practices"
    record = (practices / "no.md").read_text("utf-8")
    (practices / "$(touch x) 'a\nb.md").write_text(record, encoding="utf-8")
    (practices / "again.md").write_text(record, encoding="utf-8")
    done = proposed(proposal)
    assert done.returncode == 2, done.stderr
    assert {name for name in files(done) if name.endswith("again.md")}
    assert {name for name in files(done) if "touch" in name}
    assert not {name for name in files(done) if name.endswith("park.md")}
    assert not (proposal / "x").exists()


def test_a_proposal_of_good_records_is_good(proposal: Path) -> None:
    record = proposal / "content" / "practices" / "no.md"
    record.write_text(record.read_text("utf-8") + "\nMore.\n", encoding="utf-8")
    done = proposed(proposal)
    assert (done.returncode, files(done)) == (0, set()), done.stderr


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_proposal_that_concerns_all_records_is_told_of_all(
    proposal: Path, is_deleted: bool
) -> None:
    if is_deleted:
        (proposal / "content" / "news" / next(iter(news(proposal)))).unlink()
    else:
        with (proposal / "taxonomy.yaml").open("a", encoding="utf-8") as vocabulary:
            vocabulary.write("# A remark\n")
    assert {name for name in files(proposed(proposal)) if name.endswith("park.md")}


def news(root: Path) -> list[str]:
    """Return the names of the news items of a world."""
    return sorted(file.name for file in (root / "content" / "news").iterdir())


def test_a_proposal_of_nothing_else_is_not_checked(proposal: Path) -> None:
    (proposal / "README.md").write_text("a", encoding="utf-8")
    done = proposed(proposal)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
