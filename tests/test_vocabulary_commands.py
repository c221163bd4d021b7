"""The commands `rename` and `stats` as maintainers type them."""

import json
import re
from datetime import date
from pathlib import Path
from unittest.mock import Mock

import pytest

from repertory.catalog import rules
from repertory.catalog.health import health
from repertory.catalog.health_report import WIDTH, as_text
from repertory.reading.site import MOST_PROBLEMS, places_of_terms
from tests.test_commands import typed
from tests.worlds import SITES, TODAY, bytes_of, checked, lay_out, settings_of

PRACTICES = "content/practices"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a copy of the small world in which a record proposes two terms."""
    root = lay_out(tmp_path / "world", SITES / "small")
    edit(root, "[reading]", '[reading, "new: school climate", "new: friend"]', f"{PRACTICES}/no.md")
    return root


def texts(root: Path) -> dict[str, bytes]:
    """Return the vocabulary and the records."""
    return bytes_of(root / "content") | {"taxonomy.yaml": (root / "taxonomy.yaml").read_bytes()}


def edit(root: Path, old: str, new: str, path: str = "taxonomy.yaml") -> None:
    """Write something else into a file, by default the vocabulary."""
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), "utf-8")


def test_rename_tells_what_it_did_and_the_site_still_builds(world: Path) -> None:
    done = typed("rename", "outcome", "Sense of belonging", "home", root=world)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "belonging is now called home, in taxonomy.yaml and 2 records."
        " Its old address leads there.\n"
    )
    assert "broader: home" in (world / "taxonomy.yaml").read_text("utf-8")
    assert typed("build", root=world).returncode == 0
    assert "home.html" in (world / "site/outcome/belonging.html").read_text("utf-8")


def test_a_dry_run_prints_the_difference_and_writes_nothing(world: Path) -> None:
    before = texts(world)
    done = typed("rename", "outcome", "friends", "Good friends", "--dry-run", root=world)
    assert done.returncode == 0
    assert (
        "-      friends: {label: Friends, group: well-being, broader: belonging}\n" in done.stdout
    )
    assert (
        "+      good-friends: {formerly: [friends], label: Good friends, group: well-being,"
        " broader: belonging, aliases: [Friends]}\n"
    ) in done.stdout
    assert "+outcome: [reading, belonging, good-friends]\n" in done.stdout
    assert done.stdout.endswith("Nothing was written.\n")
    assert texts(world) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("outcom friends x", "There is no facet “outcom”. Did you mean outcome?"),
        ("outcome freinds x", "outcome has no term “freinds”. Did you mean friends?"),
        ("outcome friends", "Say what friends is to be called: rename outcome friends NEW"),
        ("outcome friends friends", "friends has that name already."),
        ("outcome friends Friends", "friends has that name already."),
        ("outcome Friends friends", "Records that still have Friends get it by `"),
        ("outcome friends Reading", "“Reading” is a name of the term reading."),
        ("outcome new:calm", "No record proposes “calm” for outcome."),
        (
            "outcome new:frend",
            "No record proposes “frend” for outcome. Did you mean “new: friend”?",
        ),
        ("outcome friends new:calm", "“new:calm” cannot be the name of a term"),
        ("outcome friends ★", "“★” cannot be the name of a term"),
        ("outcome reading reading-aloud", "reading-aloud is no longer to be used. reading is used"),
        ("outcome new:friend reading-aloud", "reading-aloud is no longer to be used."),
    ],
)
def test_what_cannot_be_meant_is_said_and_ends_with_2(world: Path, words: str, said: str) -> None:
    before = texts(world)
    done = typed("rename", *words.split(), root=world)
    assert done.returncode == 2
    assert said in done.stderr
    assert texts(world) == before


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("outcome belonging friends", "cycle-in-broader"),
        ("outcome friends index", "address-taken"),
    ],
)
def test_what_would_break_the_vocabulary_is_not_written(world: Path, words: str, rule: str) -> None:
    before = texts(world)
    done = typed("rename", *words.split(), root=world)
    assert done.returncode == 1
    assert f"error {rule}: " in done.stdout
    assert "Nothing was renamed, because these errors would come of it.\n" in done.stdout
    assert texts(world) == before


def test_errors_come_first(world: Path) -> None:
    edit(world, "added: 2026", "added: 206", f"{PRACTICES}/strategy.md")
    done = typed("rename", "outcome", "friends", "pals", root=world)
    assert done.returncode == 1
    assert "error bad-date" in done.stdout
    assert done.stdout.endswith("Nothing was renamed: first mend what has errors.\n")


def test_categories_of_news_are_renamed_too(world: Path) -> None:
    assert typed("rename", "news", "community", "Neighbours", root=world).returncode == 0
    text = (world / "taxonomy.yaml").read_text("utf-8")
    new = "neighbours: {formerly: [community], label: Neighbours, aliases: [Community]}"
    assert new in text
    assert typed("build", root=world).returncode == 0


def test_two_ways_to_write_a_proposal_become_one_term(world: Path) -> None:
    edit(world, '"new: friend"', "'NEW: School  Climate'", f"{PRACTICES}/no.md")
    assert typed("rename", "outcome", "new: school climate", root=world).returncode == 0
    record = (world / PRACTICES / "no.md").read_text("utf-8")
    assert "outcome: [reading, school-climate]\n" in record


def test_stats_prints_the_very_command_that_accepts(world: Path) -> None:
    told = json.loads(typed("stats", "--format", "json", root=world).stdout)
    assert [(term["label"], term["near"]) for term in told["proposed"]] == [
        ("friend", "friends"),
        ("school climate", ""),
    ]
    printed = typed("stats", root=world).stdout
    commands = re.findall(r"^ +\.venv/bin/python build.py (rename .*) --root .*$", printed, re.M)
    assert commands == [
        "rename outcome 'new: friend'",
        "rename outcome 'new: friend' friends",
        "rename outcome 'new: school climate'",
    ]
    assert typed("rename", "outcome", "new: school climate", root=world).returncode == 0
    assert typed("rename", "outcome", "new: friend", "friends", root=world).returncode == 0
    record = (world / PRACTICES / "no.md").read_text("utf-8")
    assert "outcome: [reading, school-climate, friends]\n" in record
    text = (world / "taxonomy.yaml").read_text("utf-8")
    assert "      school-climate: {label: School climate}\n  type-of-action:" in text
    assert json.loads(typed("stats", "--format", "json", root=world).stdout)["proposed"] == []


def test_what_stats_finds(world: Path) -> None:
    settings = settings_of(world)
    found = checked(settings)
    assert found.catalog
    told = health(found.catalog, found.prose, settings.stemmed, date(2027, 1, 1))
    assert told.practices == 4
    assert told.unused == {"country": ("norway",), "evidence": ("none-stated",)}
    assert told.used_once["outcome"] == ("friends", "host-language")
    assert "reading-aloud" not in str(told), "it is not to be used any more"
    assert told.without_definition["outcome"] == ("friends", "host-language", "reading")
    assert "country" not in told.without_definition
    assert told.without_label["de"]["outcome"] == ("friends", "host-language", "reading")
    assert told.without_label["en"] == {}
    names = [Path(path).stem for path, _ in told.stale]
    assert names == ["letters-home", "no"]
    by_name = {Path(each.path).stem: each for each in told.completeness}
    assert by_name["reading-together"].percent == 100
    assert by_name["strategy"].lacks == (
        "organisation", "website", "period", "reach", "source", "reviewed", "outcome",
        "“Evaluation ex post”",
    )  # fmt: skip
    assert by_name["strategy"].percent == 100 * 2 // 10  # of category and country, it has both


def test_no_practice_lacks_the_opening_of_its_text(world: Path) -> None:
    edit(world, "{label: Description, help", "{label: Description, recommended: true, help")
    found = checked(settings_of(world))
    assert found.catalog
    told = health(found.catalog, found.prose, ("en",), TODAY)
    assert max(each.percent for each in told.completeness) == 100
    assert "“Description”" not in str(told.completeness)


def test_the_vocabulary_is_read_once_however_many_addresses_clash(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Mock(wraps=places_of_terms)
    monkeypatch.setattr(rules, "places_of_terms", read)
    taken = [f"outcome/{name}.html" for name in ("friends", "reading", *map(str, range(200)))]
    problems = list(rules.address_taken(world, (), (), taken * 2))
    assert [problem.line for problem in problems[:3]] == [30, 32, 1]
    assert (len(problems), read.call_count) == (MOST_PROBLEMS, 1)


def test_near_names_are_told_but_not_of_countries(world: Path) -> None:
    edit(world, "mentoring: {", "mentorings: {label: Mentorings}\n      mentoring: {")
    edit(world, "norway: {code: NO", "austria: {code: AT}\n      australia: {code: AU")
    settings = settings_of(world)
    found = checked(settings)
    assert found.catalog
    told = health(found.catalog, found.prose, settings.stemmed, TODAY)
    assert [(pair.facet, pair.terms, pair.likeness) for pair in told.alike] == [
        ("type-of-action", ("mentorings", "mentoring"), 95)
    ]


def test_stats_fits_a_terminal_and_cuts_long_lists(world: Path) -> None:
    terms = "".join(f"      action-{n}: {{label: Action {n}}}\n" for n in range(30))
    edit(world, "      mentoring:", f"{terms}      mentoring:")
    cut, whole = typed("stats", root=world), typed("stats", "--all", root=world)
    assert cut.returncode == whole.returncode == 0
    assert re.search(r"action-7\s+and\s+2\d\s+more\n", cut.stdout)
    assert "action-29" in whole.stdout
    lines = [line for line in (cut.stdout + whole.stdout).splitlines() if "build.py" not in line]
    assert max(map(len, lines)) <= WIDTH


def test_stats_tells_what_it_leaves_out(world: Path) -> None:
    edit(world, "[greece]", "[atlantis]", f"{PRACTICES}/strategy.md")
    done = typed("stats", root=world)
    assert done.stdout.startswith(
        "3 practices looked at.\n1 record with errors left out: see check.\n"
    )
    (world / "taxonomy.yaml").write_text("facets: no\n", "utf-8")
    assert typed("stats", root=world).returncode == 1


def test_a_site_without_proposals_says_none(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "world", SITES / "small")
    found = checked(settings_of(root))
    assert found.catalog
    told = as_text(health(found.catalog, found.prose, ("en",), TODAY))
    assert "Terms that records propose: none\n" in told
