"""What a check found, told to whoever asked: people, other programs, or GitHub."""

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from repertory.base.formats import FORMATS, Outcome
from repertory.base.problem import Problem
from repertory.base.settings import Settings
from repertory.catalog.catalog import assemble
from repertory.pipeline import Checked
from repertory.publishing import urls
from repertory.publishing.summary import Summary, limited
from repertory.publishing.view import View
from repertory.reading.source import VOCABULARY

EVERYWHERE = {VOCABULARY, "build.py"}  # a change of these concerns every record
NOTHING = Summary(None, {})


def verdict(
    checked: Checked, settings: Settings, files: Sequence[Path]
) -> tuple[Outcome, Summary, tuple[str, ...]]:
    """Return what a check found in some files, what can be told of them, and their paths.

    Without files, the problems of all are found, and nothing is told of any.
    """
    root = settings.root.resolve()
    paths = tuple(os.path.relpath(file.parent.resolve() / file.name, root) for file in files)
    paths = tuple(path.replace(os.sep, "/") for path in paths)
    problems = concerning(checked.problems, paths)
    outcome = Outcome(checked.read, checked.refused, checked.story(), problems)
    if checked.catalog is None:
        return outcome, Summary(None, checked.prose), paths
    every = assemble(checked.catalog.taxonomy, checked.records.values())
    return outcome, Summary(View(every, settings, urls.HOME), checked.prose), paths


def concerning(problems: Sequence[Problem], paths: Collection[str]) -> tuple[Problem, ...]:
    """Return the problems of some files, and of the vocabulary by which they are read."""
    if not paths or EVERYWHERE & set(paths):
        return tuple(problems)
    return tuple(p for p in problems if p.path in paths or p.path == VOCABULARY)


def tell(
    form: str,
    root: Path,
    outcome: Outcome,
    summary: Summary = NOTHING,
    paths: Sequence[str] = (),
    job: Mapping[str, str] = os.environ,
) -> str:
    """Return what to print in one of FORMATS; in "github" also write the summary of the job.

    `root` is the folder of the site, and `job` what GitHub says of itself in its variables: where
    it has no file for summaries, the summary is printed too. Raises OSError.
    """
    folder = os.path.relpath(root.resolve(), job.get("GITHUB_WORKSPACE") or Path.cwd())
    folder = "" if folder == "." or folder.startswith("..") else f"{folder.replace(os.sep, '/')}/"
    said = FORMATS[form](outcome._replace(folder=folder))
    if form != "github":
        return said
    server, repository, commit = (
        job.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA")
    )
    files = f"{server}/{repository}/blob/{commit}/" if server and repository and commit else ""
    placed = Summary(summary.view, summary.prose, files, folder)
    text = limited(placed.lines(outcome, paths))
    if "GITHUB_STEP_SUMMARY" not in job:
        return f"{said}\n\n{text}"
    with Path(job["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as file:
        file.write(text)
    return said
