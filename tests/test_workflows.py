"""What surrounds the repository: the workflows of GitHub, and the hooks of pre-commit."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.formats import commands
from tests.pull_requests import Entry, Upstream, workflow
from tests.worlds import SITES, lay_out

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OPEN = ("audit", "check", "tests")  # to pull requests: anybody can have these run
PINNED = re.compile(r"\s*(?:- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
TARGET = re.compile(r"^([a-z-]+):.* ## ", re.MULTILINE)
ADDED_TO_SUMMARY = re.compile(r'echo "[^"`]*" >> "\$GITHUB_STEP_SUMMARY"')
FETCHED = 'git fetch --quiet --no-tags --no-recurse-submodules --depth=2 origin "$GITHUB_SHA"'
RELEASED = re.compile(
    r'gh release create "\$GITHUB_REF_NAME" --verify-tag --notes "[^"`$]*" archive/\*'
)
EXPRESSION = re.compile(r"\$\{\{")


def named(path: Path) -> str:
    """Return a file's name."""
    return path.name


def test_there_are_the_workflows_that_the_readme_tells_of() -> None:
    told = re.findall(r"^\| \*(\w+)\* \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(name.lower() for name in told) == [path.stem for path in WORKFLOWS]


@pytest.mark.parametrize("path", WORKFLOWS, ids=named)
def test_a_workflow_may_do_only_what_it_must(path: Path) -> None:
    found, text = workflow(path), path.read_text("utf-8")
    assert found["permissions"] == {}
    assert "pull_request_target" not in found["on"]
    assert "workflow_run" not in found["on"]
    assert "secrets" not in str(found)
    assert "cache" not in str(found), "what a run keeps, another would trust"
    for line in text.splitlines():
        assert "uses:" not in line or PINNED.fullmatch(line), line
    for job in found["jobs"].values():
        assert job["permissions"]
        assert job["runs-on"] == "ubuntu-latest"
        assert int(job["timeout-minutes"]) <= 60
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] == "false"


@pytest.mark.parametrize("path", WORKFLOWS, ids=named)
def test_a_workflow_runs_what_everybody_can_run(path: Path) -> None:
    targets = {*TARGET.findall((ROOT / "Makefile").read_text("utf-8")), ""}
    for job in workflow(path)["jobs"].values():
        for step in job["steps"]:
            command = step.get("run", "")
            assert not EXPRESSION.search(command), "what strangers write would run as a command"
            make, *arguments = command.split() or ["make"]
            is_target = make == "make" and (arguments or [""])[0] in targets
            is_known = is_target or command in (".ci/run", FETCHED)
            assert is_known or ADDED_TO_SUMMARY.fullmatch(command) or RELEASED.fullmatch(command)


def test_few_jobs_may_write_and_only_what_they_must() -> None:
    writing = {
        (path.stem, job): {name for name, way in content["permissions"].items() if way == "write"}
        for path in WORKFLOWS
        for job, content in workflow(path)["jobs"].items()
    }
    assert {job: names for job, names in writing.items() if names} == {
        ("links", "links"): {"issues"},
        ("pages", "publish"): {"pages", "id-token"},
        ("release", "publish"): {"contents"},
    }


def test_the_job_that_may_write_releases_runs_nothing_of_ours() -> None:
    steps = workflow(ROOT / ".github/workflows/release.yml")["jobs"]["publish"]["steps"]
    download, create = steps
    assert download["uses"].startswith("actions/download-artifact@")
    assert RELEASED.fullmatch(create["run"])


def test_a_pull_request_runs_what_reads_and_nothing_else() -> None:
    found = {path.stem: workflow(path) for path in WORKFLOWS}
    assert [name for name, it in found.items() if "pull_request" in it["on"]] == [*OPEN]
    for name in OPEN:
        for job in found[name]["jobs"].values():
            assert job["permissions"] == {"contents": "read"}
            assert "token" not in str(job)


def test_what_is_checked_out_to_check_a_pull_request_is_its_base() -> None:
    (job,) = workflow(ROOT / ".github/workflows/check.yml")["jobs"].values()
    (checkout,) = (step for step in job["steps"] if "checkout@" in step.get("uses", ""))
    assert checkout["with"] == {"ref": "${{ github.base_ref }}", "persist-credentials": "false"}


def test_our_hooks_are_those_that_others_are_offered() -> None:
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (local,) = workflow(ROOT / ".pre-commit-config.yaml")["repos"]
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


def made(root: Path, *asked: str, **job: str) -> subprocess.CompletedProcess[str]:
    """Make a target in a world, with the program and the packages of this repository."""
    command = [
        "make",
        "-s",
        "-f",
        str(ROOT / "Makefile"),
        "-o",
        "setup",
        f"PYTHON={sys.executable}",
    ]
    return subprocess.run(
        [*command, *asked],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **job},
    )


def proposed(root: Path, *form: str, **job: str) -> subprocess.CompletedProcess[str]:
    """Commit what was changed, and check it as a pull request is checked."""
    git(root, "add", ".")
    git(root, "commit", "-qm", "What is proposed")
    return made(root, "check-changed", "base=HEAD^1", *(form or ("format=github",)), **job)


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


ORDERS = b"country: '##[error]x'\nreach: '::error::y'\noutcome: [\"##[add-mask]reading\"]"


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    """Return a repository to which pull requests are made."""
    return Upstream(tmp_path_factory.mktemp("upstream"))


def garden(lines: bytes = b"country: belgium") -> dict[str, Entry]:
    """Return a proposal of one more record, with some lines in the place of its country."""
    record = (SITES / "small/content/practices/no.md").read_bytes()
    return {"content/practices/garden.md": Entry(record.replace(b"country: belgium", lines, 1))}


def test_a_pull_request_is_shown_as_it_will_look(upstream: Upstream) -> None:
    gone = {"content/news/2025-01-start.md": Entry(None)}
    run = upstream.check(upstream.propose(garden() | gone))
    assert run.code == 0, run.printed
    assert (run.folder / "site/practices/garden.html").is_file()
    assert not (run.folder / "site/news/2025-01-start.html").exists()
    assert "A title that YAML 1.1 would take" in run.summary
    assert "Download the site" in run.summary
    assert "*Tests*" not in run.summary


def test_a_pull_request_that_changes_the_program_is_told_where_that_is_looked_at(
    upstream: Upstream,
) -> None:
    run = upstream.check(upstream.propose(garden() | {"templates/practice.html": Entry(b"Mine")}))
    assert run.code == 0, run.printed
    assert "*Tests*" in run.summary
    assert "Mine" not in (run.folder / "site/practices/garden.html").read_text("utf-8")


def test_a_mistake_in_a_pull_request_is_shown_beside_its_line(upstream: Upstream) -> None:
    run = upstream.check(upstream.propose(garden(ORDERS)))
    assert run.code == 2
    told = [it for it in commands(run.steps[-1]) if it.name != "stop-commands"]
    assert {command.properties.get("file") for command in told} == {"content/practices/garden.md"}
    assert {command.name for command in told} == {"error"}


def test_a_folder_that_nobody_reads_is_told_to_who_proposes_a_record_in_it(
    upstream: Upstream,
) -> None:
    (entry,) = garden().values()
    run = upstream.check(upstream.propose({"content/schools/garden.md": entry}))
    (told,) = (it for it in commands(run.steps[-1]) if it.name == "error")
    assert told.properties["file"] == "content/schools"


def test_a_pull_request_with_a_link_is_refused(upstream: Upstream) -> None:
    run = upstream.check(upstream.propose({"content/pages/a.md": Entry(b"about.md", "120000")}))
    assert run.code == 2
    assert "plain files only" in run.summary
    assert "content/pages/a.md" in run.printed


def test_without_its_base_a_proposal_is_not_called_good(proposal: Path) -> None:
    assert made(proposal, "check-changed", "base=nowhere").returncode == 2


@pytest.mark.parametrize("asked", [["build"], ["check"], ["check-changed", "base=HEAD"]])
def test_no_record_commands_the_workflow_that_prints_it(proposal: Path, asked: list[str]) -> None:
    with (proposal / "taxonomy.yaml").open("ab") as vocabulary:
        vocabulary.write(b"\n'##[error]x': 1\n")
    assert commands(made(proposal, *asked).stdout), "it would, where none are stopped"
    inside = made(proposal, *asked, GITHUB_ACTIONS="true")
    assert "##[error]x" in inside.stdout
    assert [it.name for it in commands(inside.stdout)] == ["stop-commands"]
    assert inside.stderr.startswith("make: ***")


def test_what_a_workflow_runs_of_ours_prints_no_commands() -> None:
    texts = [path.read_text("utf-8") for path in WORKFLOWS]
    run = {target for text in texts for target in re.findall(r"run: make ([\w-]+)", text)}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipes = dict(re.findall(r"^([\w-]+):.*\n((?:\t.*\n)+)", makefile, re.MULTILINE))
    ours = {name for name in run & recipes.keys() if "build.py" in recipes[name]}
    assert {"archive", "check-changed"} <= ours
    assert {name for name in ours if "as_text)" not in recipes[name]} == set()


def test_what_a_check_says_beside_its_commands_is_text(proposal: Path) -> None:
    (proposal / "content/practices/##[error]x.md").touch()
    git(proposal, "add", ".")
    git(proposal, "commit", "-qm", "What is proposed")
    (proposal / "content/practices/##[error]x.md").unlink()
    asked = ("check-changed", "base=HEAD^1", "proposal=HEAD", "format=github")
    assert "##[error]x" in made(proposal, *asked).stderr
    inside = made(proposal, *asked, GITHUB_ACTIONS="true")
    assert "##[error]x" in inside.stdout
    assert [it.name for it in commands(inside.stdout)] == ["stop-commands"]
    assert inside.returncode == 2
