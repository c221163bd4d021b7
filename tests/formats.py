"""What programs hold of the formats of a check: the schemas, and how GitHub reads commands."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jsonschema import Draft4Validator, Draft202012Validator
from jsonschema.protocols import Validator

from repertory.base.formats import Outcome, as_annotations, as_json, as_sarif

ROOT = Path(__file__).parents[1]
OURS = ROOT / "docs" / "problems.schema.json"
SARIF = ROOT / "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
ENCODED = {"%0D": "\r", "%0A": "\n"}
IN_PROPERTIES = ENCODED | {"%3A": ":", "%2C": ","}


class Command(NamedTuple):
    """A workflow command as GitHub understands it."""

    name: str
    properties: Mapping[str, str]
    text: str


@cache
def schema_of_problems() -> Validator:
    """Return the schema of `--format json`, checked itself."""
    schema = json.loads(OURS.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@cache
def schema_of_sarif() -> Validator:
    """Return the schema of SARIF 2.1.0."""
    return Draft4Validator(
        json.loads(SARIF.read_text("utf-8")), format_checker=Draft4Validator.FORMAT_CHECKER
    )


def commands(printed: str) -> list[Command]:
    """Return the workflow commands that GitHub's runner obeys in what a step printed.

    It takes a line as a command that begins with two colons, blanks apart, or that has the older
    sign ##[ anywhere; after ::stop-commands:: it takes none but the one that this names.
    """
    found: list[Command] = []
    awaited = ""
    for line in printed.splitlines():
        if awaited:
            awaited = "" if f"::{awaited}::" in line or f"##[{awaited}]" in line else awaited
        elif line.strip().startswith("::") or "##[" in line:
            found.append(_command(line.strip()))
            awaited = found[-1].text if found[-1].name == "stop-commands" else ""
    return found


def _command(line: str) -> Command:
    before, _, text = line.removeprefix("::").partition("::")
    name, _, written = before.partition(" ")
    pairs = (pair.partition("=") for pair in written.split(","))
    properties = {key: _decoded(value, IN_PROPERTIES) for key, _, value in pairs}
    return Command(name, properties, _decoded(text, ENCODED))


def _decoded(text: str, signs: Mapping[str, str]) -> str:
    for written, sign in signs.items():
        text = text.replace(written, sign)
    return text.replace("%25", "%")


def assert_programs_can_read(outcome: Outcome) -> None:
    """Fail unless all formats for programs are what they promise, and tell of every problem."""
    ours, sarif = json.loads(as_json(outcome)), json.loads(as_sarif(outcome))
    schema_of_problems().validate(ours)
    assert [(p["path"], p["rule"]) for p in ours["problems"]] == [
        (p.path, p.rule) for p in outcome.problems
    ]
    assert ours["errors"] + ours["warnings"] == len(outcome.problems)
    schema_of_sarif().validate(sarif)
    (run,) = sarif["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result, problem in zip(run["results"], outcome.problems, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == problem.rule
        assert rules[result["ruleIndex"]]["defaultConfiguration"]["level"] == result["level"]
    told = commands(as_annotations(outcome))
    assert len(told) == min(10, len(outcome.problems))
    assert [command.name for command in told] == sorted(command.name for command in told)
