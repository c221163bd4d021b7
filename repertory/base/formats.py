"""What a check found, for programs: as JSON, as SARIF, and as the annotations of GitHub."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

from repertory.base.problem import RULES, Problem, Repair, Rule
from repertory.base.report import offer, shown, tally
from repertory.base.rulebook import explained
from repertory.base.text import visible

VERSION = 1  # of the object that docs/problems.schema.json describes
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_ANNOTATIONS = 10  # GitHub shows no more of one step
DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
PROPERTY = DATA | str.maketrans({":": "%3A", ",": "%2C"})

Json: TypeAlias = Mapping[str, object]


class Outcome(NamedTuple):
    """What a check found: how many records were read and refused, the same told, and problems.

    `folder` is that of the site in its repository: "", or "sites/other/".
    """

    read: int
    refused: int
    story: str
    problems: tuple[Problem, ...]
    folder: str = ""

    def closing(self) -> str:
        """Return the sentence that stands below the problems."""
        return f"{self.story} {tally(self.problems).capitalize()}."


def as_text(outcome: Outcome) -> str:
    """Return the outcome for people, and how much of it need not be mended by hand."""
    text = "\n\n".join([*map(shown, outcome.problems), outcome.closing()])
    return f"{text}\n{offer(outcome.problems)}".rstrip()


def as_json(outcome: Outcome) -> str:
    """Return the outcome as docs/problems.schema.json describes it."""
    read, refused, problems = outcome.read, outcome.refused, outcome.problems
    errors = sum(problem.level == "error" for problem in problems)
    return _written(
        {
            "version": VERSION,
            "story": outcome.closing(),
            "records": {"read": read, "good": read - refused, "refused": refused},
            "errors": errors,
            "warnings": len(problems) - errors,
            "problems": [_problem(problem) for problem in problems],
        }
    )


def as_annotations(outcome: Outcome) -> str:
    """Return workflow commands by which GitHub shows the ten worst problems beside their lines.

    Whatever stands in a record stays inside its command.
    """
    worst = sorted(outcome.problems, key=lambda problem: problem.level == "warning")
    commands = [_annotation(problem, outcome.folder) for problem in worst[:MOST_ANNOTATIONS]]
    return "\n".join([*commands, outcome.closing()])


def as_sarif(outcome: Outcome) -> str:
    """Return the outcome as SARIF 2.1.0, with every rule's page. Raises OSError."""
    rules = [rule for _, rule in sorted(RULES.items())]
    places = {rule.id: place for place, rule in enumerate(rules)}
    driver = {"name": "Repertory", "rules": [_descriptor(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(problem, places[problem.rule], outcome.folder + problem.path)
            for problem in outcome.problems
        ],
    }
    return _written({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def address(path: str) -> str:
    """Return a path as a relative address, whatever bytes are in it."""
    return quote(os.fsencode(path))


def _written(value: Json) -> str:
    """Return a value as JSON in ASCII, which any terminal and any pipe takes."""
    return json.dumps(value, indent=2, allow_nan=False)


def _problem(problem: Problem) -> Json:
    names = ("path", "line", "column", "width", "rule", "level", "message", "hint")
    found = {name: getattr(problem, name) for name in names}
    return found | ({"repair": problem.repair._asdict()} if problem.repair else {})


def _annotation(problem: Problem, folder: str) -> str:
    where = {
        "file": folder + problem.path,
        "line": problem.line,
        "col": problem.column,
        "endColumn": problem.column + max(0, problem.width - 1),
        "title": problem.rule,
    }
    properties = ",".join(
        f"{name}={visible(str(value)).translate(PROPERTY)}" for name, value in where.items()
    )
    text = visible(f"{problem.message}\n{problem.hint}".strip()).translate(DATA)
    return f"::{problem.level} {properties}::{text}"


def _descriptor(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation or rule.summary},
        "help": {"text": explained(rule.id)},
        "defaultConfiguration": {"level": rule.level},
    }


def _result(problem: Problem, place: int, path: str) -> Json:
    region = {"startLine": problem.line, "startColumn": problem.column}
    if problem.width:
        region["endColumn"] = problem.column + problem.width
    file = {"uri": address(path)}
    location = {"artifactLocation": file, "region": region}
    fixes = _fixes(problem, problem.repair, file) if problem.repair else []
    return {
        "ruleId": problem.rule,
        "ruleIndex": place,
        "level": problem.level,
        "message": {"text": f"{problem.message} {problem.hint}".strip()},
        "locations": [{"physicalLocation": location}],
    } | ({"fixes": fixes} if fixes else {})


def _fixes(problem: Problem, repair: Repair, file: Json) -> Sequence[Json]:
    """Return a problem's repair, unless its place cannot be told by columns of the problem's line.

    A repair may reach over the end of the line, or be of a byte-order mark, which is in no column.
    """
    end = repair.column + repair.width
    is_seen = repair.line == problem.line and repair.column >= 1 and end <= len(problem.source) + 1
    if repair.width and not is_seen:
        return []
    region = {
        "startLine": repair.line,
        "startColumn": repair.column,
        "endLine": repair.line,
        "endColumn": end,
    }
    instead = {"deletedRegion": region, "insertedContent": {"text": repair.text}}
    change = {"artifactLocation": file, "replacements": [instead]}
    described = {"description": {"text": problem.hint}} if problem.hint else {}
    return [described | {"artifactChanges": [change]}]


FORMATS = {"text": as_text, "json": as_json, "github": as_annotations, "sarif": as_sarif}
"""The formats that a check can be asked for."""
