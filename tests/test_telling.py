"""How a check speaks to people, programs and GitHub, whatever stands in the records."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from repertory.base.formats import Outcome, as_annotations, as_sarif
from repertory.base.problem import RULES, Problem, Repair
from repertory.base.report import shown
from repertory.base.rulebook import explained, listed, pages
from repertory.base.text import visible
from repertory.publishing.summary import CUT, MOST_BYTES, Summary, limited, literal
from repertory.telling import paths_of, summarised, tell, verdict
from tests.formats import assert_programs_can_read, commands
from tests.test_broken_worlds import outcome_of
from tests.worlds import SITES, checked, lay_out, settings_of

ROOT = Path(__file__).parents[1]
PARK = "content/practices/park.md"
HOSTILE = [
    "::stop-commands::x",
    "a\n::add-mask::b\r::error file=c,line=1::d",
    "%0A::error::e%2C%3A",
    "x ##[add-mask]y",
    "# a\n## b",
    "[a](javascript:b) ![c](https://d.example/e.png) <https://f.example>",
    "https://g.example www.h.example WWW.i.example j@k.example",
    "<script>a</script> <img src=x onerror=y> &lt;b&gt; <!-- c",
    "| a | b |\n| --- | --- |\n| c | d |",
    "\\| \\` `` ` ``` ~~~ **a** __b__ _c_ ~~d~~ $e$ @team #1",
    "\ud800\u202e\u2028\x00\x1b[31m",
]
SIGNS = "\n\r:,%#[]()<>&|`*_~\\@!=-+.$ "
words = st.text(st.characters() | st.sampled_from(SIGNS)) | st.sampled_from(HOSTILE)
repairs = st.builds(Repair, st.integers(1, 9), st.integers(1, 9), st.integers(0, 9), words)
problems = st.builds(
    Problem,
    path=words.map(lambda text: "content/" + text.encode("utf-8", "replace").decode()),
    line=st.integers(1, 99),
    column=st.integers(1, 99),
    rule=st.sampled_from(["unknown-term", "bad-date"]),
    message=words.map("M".__add__),
    level=st.sampled_from(["error", "warning"]),
    hint=words,
    width=st.integers(0, 99),
    source=words,
    repair=st.none()
    | st.builds(Repair, st.integers(1, 9), st.integers(1, 9), st.integers(0, 9), words),
)


RENDER = """
const { marked } = require(process.argv[1]);
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => console.log(JSON.stringify(marked.parse(JSON.parse(line)))));
"""
Render = Callable[[str], str]


class Read(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Note a tag."""
        self.tags.append(tag)

    def handle_comment(self, data: str) -> None:
        """Note a comment."""
        self.tags.append("<!--")

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


@pytest.fixture(scope="module")
def render() -> Iterator[Render]:
    """Return what makes HTML of GitHub's Markdown: marked, in a process of its own."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = ["node", "-e", RENDER, str(ROOT / "node_modules/marked")]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PATH": path},
    ) as process:
        told, asked = process.stdout, process.stdin
        assert told and asked

        def rendered(text: str) -> str:
            asked.write(json.dumps(text) + "\n")
            asked.flush()
            return str(json.loads(told.readline()))

        yield rendered
        asked.close()


def problem(repair: Repair | None = None) -> Problem:
    """Return a problem of line 5."""
    message, hint = "“Belgium” is a name of the term belgium.", "Write belgium"
    source = "country: [Belgium]"
    return Problem(PARK, 5, 11, "name-for-id", message, "warning", hint, 7, source, repair)


@given(st.lists(problems, max_size=14, unique=True))
def test_no_record_gives_github_another_command(found: list[Problem]) -> None:
    printed = as_annotations(Outcome(1, 0, "1 record read.", tuple(found)))
    worst = sorted(found, key=lambda problem: problem.level)[:10]
    told = commands(printed)
    assert len(printed.splitlines()) == len(worst) + 1
    for command, problem in zip(told, worst, strict=True):
        assert command.name == problem.level
        assert command.properties == {
            "file": visible(problem.path),
            "line": str(problem.line),
            "col": str(problem.column),
            "endColumn": str(problem.column + max(0, problem.width - 1)),
            "title": problem.rule,
        }
        assert command.text == visible(f"{problem.message}\n{problem.hint}".strip())


@given(st.lists(problems, max_size=5, unique=True))
def test_every_part_of_a_problem_stands_in_one_line(found: list[Problem]) -> None:
    for problem in found:
        lines = click.unstyle(shown(problem)).splitlines()
        excerpt = 2 if problem.source.strip() else 0
        assert len(lines) == 1 + excerpt + bool(problem.hint)
        assert lines[0].startswith("content/")


def all_examples(test: Callable[..., None]) -> Callable[..., None]:
    """Try every hostile text, beside those that hypothesis finds."""
    for text in HOSTILE:
        test = example(text=text)(test)
    return test


@given(text=words)
@all_examples
def test_no_record_brings_markup_into_the_summary(render: Render, text: str) -> None:
    text = f"a{text}"
    shown = literal(text)
    page = f"## [{shown}](https://a.example/)\n\n> **{shown}**<br>{shown}\n\n"
    page += f"| {shown} | {shown} |\n| --- | --- |\n| {shown} | {shown} |\n\n"
    page += f"- **{shown}** {shown}\n"
    read = Read(render(page))
    tags = "h2 a blockquote p strong br table thead tr th th tbody tr td td ul li strong"
    assert read.tags == tags.split()
    words = "".join(read.text.split()).replace("\u200b", "")
    assert words == "".join(visible(" ".join(text.split())).split()).replace("\u200b", "") * 9
    assert not any(line.strip().startswith("::") or "##[" in line for line in page.splitlines())


def test_a_summary_that_github_would_not_show_is_cut() -> None:
    lines = ["é" * 1000 + "\n"] * 600
    text = limited(lines)
    assert text.endswith(f"é\n{CUT}")
    assert MOST_BYTES - 3000 < len(text.encode()) <= MOST_BYTES + len(CUT)
    assert limited(lines[:3]) == "".join(lines[:3])


@settings(max_examples=20)  # the schema of SARIF takes its time
@given(st.lists(problems, max_size=5, unique=True))
def test_programs_can_read_whatever_is_found(found: list[Problem]) -> None:
    at_level = (problem for problem in found if problem.level == RULES[problem.rule].level)
    assert_programs_can_read(Outcome(3, 1, "3 records read.", tuple(at_level)))


def test_a_repair_is_told_as_json_and_as_sarif() -> None:
    outcome = Outcome(1, 0, "1 record read.", (problem(Repair(5, 11, 7, "belgium")),))
    assert_programs_can_read(outcome)
    (result,) = json.loads(as_sarif(outcome))["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 5, "startColumn": 11, "endLine": 5, "endColumn": 18},
            "insertedContent": {"text": "belgium"},
        }
    ]


@pytest.mark.parametrize("repair", [Repair(4, 1, 2, "x"), Repair(5, 11, 20, "x")])
def test_a_repair_whose_end_is_not_known_is_left_out_of_sarif(repair: Repair) -> None:
    (result,) = json.loads(as_sarif(Outcome(1, 0, "", (problem(repair),))))["runs"][0]["results"]
    assert "fixes" not in result


def test_the_rule_pages_are_those_of_all_rules() -> None:
    assert set(pages()) == set(RULES)
    assert [line.split()[:2] for line in listed()] == [
        [rule.id, rule.level] for _, rule in sorted(RULES.items())
    ]
    for rule in RULES.values():
        assert rule.summary in explained(rule.id)
        assert "```" not in explained(rule.id)


def test_the_summary_shows_the_records_that_are_asked_for(tmp_path: Path, rewrite: bool) -> None:
    root = lay_out(tmp_path / "world", SITES / "small")
    practices = root / "content" / "practices"
    text = (practices / "no.md").read_text("utf-8")
    (practices / "no-again.md").write_text(text.replace("belgium", "belgum"), encoding="utf-8")
    (practices / "torn.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    names = "no-again.md", "torn.md", "reading-together.md"
    files = [practices / name for name in names]
    found = checked(settings_of(root))
    paths = paths_of(root, files)
    outcome = verdict(found, paths)
    job = {"GITHUB_WORKSPACE": str(root.parent), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    job |= {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "a/b"}
    summary = partial(summarised, found, settings_of(root))
    said = tell("github", root, outcome, paths, summary, job | {"GITHUB_SHA": "abc"})
    assert "::error file=world/content/practices/no-again.md,line=5,col=10," in said
    expected = SITES / "small.summary.md"
    written = (tmp_path / "summary").read_text("utf-8")
    if rewrite:
        expected.write_text(written, encoding="utf-8")
    assert written == expected.read_text("utf-8")


def test_a_record_whose_name_is_no_text_may_be_the_nearest(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "world", SITES / "small")
    record = (root / "content/practices/no.md").read_bytes()
    for name in ("garden.md", os.fsdecode(b"\xff.md")):
        (root / "content/practices" / name).write_bytes(record)
    found = checked(settings_of(root))
    paths = ["content/practices/garden.md"]
    summary = limited(summarised(found, settings_of(root)).lines(verdict(found, paths), paths))
    assert f"- **NO** {literal('The same title')}" in summary


def test_where_the_vocabulary_has_errors_only_these_are_shown(tmp_path: Path) -> None:
    root = tmp_path / "world"
    outcome = outcome_of("cycle-in-broader", root)
    job = {"GITHUB_WORKSPACE": str(root)}
    said = tell("github", root, outcome, [PARK], Summary, job)
    assert "::error file=taxonomy.yaml," in said
    assert said.endswith("How it will look is shown here once it can be read.\n")
