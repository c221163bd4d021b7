"""What a check found, told to whoever asked: people, other programs, or GitHub."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from repertory.base.formats import FORMATS, Outcome
from repertory.base.problem import Problem
from repertory.base.settings import Settings
from repertory.base.text import in_line
from repertory.catalog.catalog import assemble
from repertory.pipeline import Checked
from repertory.publishing import urls
from repertory.publishing.summary import Summary, limited
from repertory.publishing.view import View
from repertory.reading.pictures import beside, shown
from repertory.reading.prose import NO_PROSE
from repertory.reading.source import VOCABULARY

EVERYWHERE = {VOCABULARY, "build.py"}  # a change of these concerns every record


def paths_of(root: Path, files: Sequence[Path]) -> tuple[str, ...]:
    """Return the paths of files below `root`.

    Raises ValueError, with a sentence, where one of them is nothing that a check looks at.
    """
    folder = root.resolve()
    found = (os.path.relpath(file.parent.resolve() / file.name, folder) for file in files)
    paths = tuple(path.replace(os.sep, "/") for path in found)
    for file, path in zip(files, paths, strict=True):
        if path not in EVERYWHERE and not path.startswith("content/"):
            ours = f"{VOCABULARY}, build.py and what lies in content/"
            raise ValueError(f"{in_line(str(file))} is no file of the site: these are {ours}")
    return paths


def verdict(checked: Checked, paths: Collection[str]) -> Outcome:
    """Return what a check found in the files of these paths, or in all where there are none.

    The pictures that a record shows belong to it.
    """
    problems = concerning(checked.problems, {*paths, *_pictures_of(checked, paths)})
    return Outcome(checked.read, checked.refused, checked.story(), problems)


def _pictures_of(checked: Checked, paths: Collection[str]) -> Iterator[str]:
    for path in paths:
        if path in checked.records:
            named = shown(checked.records[path], checked.prose.get(path, NO_PROSE))
            yield from (beside(path, file) for file in named)


def summarised(checked: Checked, settings: Settings) -> Summary:
    """Return what can be told of all records that could be read, also of those with errors."""
    if checked.catalog is None:
        return Summary()
    every = assemble(checked.catalog.taxonomy, checked.records.values())
    return Summary(View(every, settings, urls.HOME), checked.prose)


def concerning(problems: Sequence[Problem], paths: Collection[str]) -> tuple[Problem, ...]:
    """Return the problems of some files, of the folders above them, and of the vocabulary."""
    if not paths or EVERYWHERE & set(paths):
        return tuple(problems)
    above = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
    concerned = {*paths, *above, VOCABULARY}
    return tuple(problem for problem in problems if problem.path in concerned)


def tell(
    form: str,
    root: Path,
    outcome: Outcome,
    paths: Sequence[str] = (),
    summary: Callable[[], Summary] = Summary,
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
    placed = replace(summary(), files=files, folder=folder)
    text = limited(placed.lines(outcome, paths))
    if "GITHUB_STEP_SUMMARY" not in job:
        return f"{said}\n\n{text}"
    with Path(job["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as file:
        file.write(text)
    return said
