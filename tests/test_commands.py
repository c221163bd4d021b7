"""The commands as people type them: what they print, and how they end."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.worlds import SITES, lay_out

ROOT = Path(__file__).parents[1]


def typed(*arguments: str, root: Path) -> subprocess.CompletedProcess[str]:
    """Run build.py of the repository on another site."""
    command = [sys.executable, str(ROOT / "build.py"), *arguments, "--root", str(root)]
    at_home = {name: text for name, text in os.environ.items() if not name.startswith("GITHUB_")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=at_home)


def typed_there(world: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a world's own build.py."""
    command = [sys.executable, str(world / "build.py"), *arguments]
    only = {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=only)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a copy of the small world."""
    return lay_out(tmp_path / "world", SITES / "small")


def test_build_is_what_happens_without_a_command(world: Path) -> None:
    done = typed(root=world)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("7 records read, 7 built, 0 refused. No problem.\n")
    assert (world / "site" / "index.html").is_file()


def test_a_second_build_writes_nothing_and_says_so(world: Path) -> None:
    typed("build", root=world)
    stamps = {file: file.stat().st_mtime_ns for file in (world / "site").rglob("*")}
    done = typed("build", root=world)
    assert "Nothing to write: all " in done.stdout
    assert {file: file.stat().st_mtime_ns for file in (world / "site").rglob("*")} == stamps


def test_an_error_ends_with_1_and_leaves_the_site(world: Path) -> None:
    typed(root=world)
    record = world / "content" / "practices" / "no.md"
    record.write_text(record.read_text("utf-8").replace("belgium", "belgum"), encoding="utf-8")
    done = typed(root=world)
    assert done.returncode == 1
    assert "content/practices/no.md:5:10: error unknown-term" in done.stdout
    assert done.stdout.endswith("7 records read, 0 built, 1 refused. 1 error. No site was built.\n")
    assert (world / "site" / "practices" / "no.html").is_file()


def test_check_writes_nothing(world: Path) -> None:
    done = typed("check", root=world)
    assert (done.returncode, done.stdout) == (0, "7 records read, 7 good, 0 refused. No problem.\n")
    assert not (world / "site").exists()


def test_check_of_one_file_shows_its_problems_only(world: Path) -> None:
    practices = world / "content" / "practices"
    for name in ("no.md", "strategy.md"):
        text = (practices / name).read_text("utf-8")
        (practices / name).write_text(text.replace("country:", "contry:"), encoding="utf-8")
    done = typed("check", str(practices / "no.md"), root=world)
    assert done.returncode == 1
    assert "no.md:5:1: error unknown-key" in done.stdout
    assert "strategy.md" not in done.stdout
    assert typed("check", str(practices / "letters-home.md"), root=world).returncode == 0
    assert typed("check", str(practices / "none.md"), root=world).returncode == 2


@pytest.mark.parametrize("name", ["/etc/passwd", "{}/notes.txt", "{}/../notes.txt", "{}/content"])
def test_check_of_what_is_no_file_of_the_site_is_wrong_usage(world: Path, name: str) -> None:
    for folder in (world, world.parent):
        (folder / "notes.txt").touch()
    done = typed("check", name.format(world), root=world)
    assert done.returncode == 2
    assert "is no file of the site: these are taxonomy.yaml, build.py and what" in done.stderr
    for name in ("content/practices/reading.png", "content/practices", "taxonomy.yaml"):
        assert typed("check", str(world / name), root=world).returncode == 0


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_a_name_that_is_no_text_is_told_in_every_format(world: Path, form: str) -> None:
    practices = world / "content" / "practices"
    (practices / "no.md").rename(practices / os.fsdecode(b"n\xff.md"))
    done = typed("check", "--format", form, root=world)
    assert (done.returncode, done.stderr) == (1, "")
    assert "bad-file-name" in done.stdout
    assert "n\\udcff.md" in done.stdout
    assert typed("stats", root=world).returncode == 0
    assert "bad-file-name" in typed("rename", "outcome", "friends", "pals", root=world).stdout


def test_fix_mends_says_so_and_shows_what_is_left(world: Path) -> None:
    practices = world / "content" / "practices"
    good = {file: file.read_bytes() for file in practices.iterdir()}
    no, strategy = practices / "no.md", practices / "strategy.md"
    no.write_bytes(good[no].replace(b"country: belgium", b"contry: Hellas").replace(b"\n", b"\r\n"))
    strategy.write_bytes(good[strategy].replace(b"[greece]", b"[grecee]"))
    broken = no.read_bytes()

    done = typed("check", root=world)
    assert done.returncode == 1
    assert done.stdout.endswith("\n1 of these can be mended by `.venv/bin/python build.py fix`.\n")

    done = typed("fix", "--dry-run", root=world)
    assert (done.returncode, no.read_bytes()) == (0, broken)
    assert "\n-contry: Hellas\\u000d\n" in done.stdout
    assert "\n+country: greece\n" in done.stdout
    assert done.stdout.endswith("1 file would be mended; nothing was written.\n")

    done = typed("fix", root=world)
    assert done.returncode == 1
    assert done.stdout.startswith(
        "content/practices/no.md:1: the line no longer ends as in Windows (12 lines)\n"
        "content/practices/no.md:5: contry → country\n"
        "content/practices/no.md:5: Hellas → greece\n"
        "1 file mended.\n\n"
        "content/practices/strategy.md:5:11: error unknown-term"
    )
    assert "Did you mean greece?" in done.stdout
    assert "can be mended" not in done.stdout
    changed = {file for file in good if file.read_bytes() != good[file]}
    assert changed == {no, strategy}
    assert no.read_bytes() == good[no].replace(b"belgium", b"greece")

    strategy.write_bytes(good[strategy])
    done = typed("fix", root=world)
    assert (done.returncode, done.stdout[:21]) == (0, "No file was changed.\n")


def test_fix_tells_what_it_did_also_in_a_dry_run(world: Path) -> None:
    record = world / "content" / "practices" / "no.md"
    text = record.read_text("utf-8").replace("country: belgium", "country: [belgium, Belgium]")
    text = text.replace("\nadded:", "\n\tadded:").replace("reading]", "reading]\nplace=Ghent ")
    lines = text.replace("category: g", "category:g").split("\n")
    record.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    place = "content/practices/no.md"
    told = {
        f"{place}:1: the invisible sign at the beginning of the file is taken out",
        f"{place}:{lines.index('category:good-practice') + 1}: a blank is put in",
        f"{place}:5: taken out: Belgium",
        f"{place}:{lines.index('place=Ghent ') + 1}: a colon is put in",
        f"{place}:{lines.index('place=Ghent ') + 1}: blanks at the end of the line are taken out",
    }
    added = next(number for number, line in enumerate(lines, 1) if line.startswith("\tadded"))
    told.add(f"{place}:{added}: the tab at the beginning of the line is taken out")
    dry = typed("fix", "--dry-run", root=world).stdout
    said, _, _ = dry.partition("--- a/")
    assert set(said.splitlines()) == told
    assert typed("fix", root=world).stdout.startswith(said + "1 file mended.\n")


def test_what_nobody_sees_is_mended_beside_thousands_of_flags(world: Path) -> None:
    file = world / "content" / "practices" / "no.md"
    flags = "\N{REGIONAL INDICATOR SYMBOL LETTER A}" * 60_000
    file.write_bytes(file.read_bytes() + f"\n\ne\u0301 {flags}\u200b\n".encode())
    assert typed("fix", root=world).returncode == 0
    assert f"\n\ne\u0301 {flags}\n".encode() in file.read_bytes()


def test_fix_takes_records_and_nothing_else(world: Path) -> None:
    practices = world / "content" / "practices"
    for name in ("no.md", "letters-home.md"):
        text = (practices / name).read_text("utf-8").replace("belgium", "Belgium")
        (practices / name).write_text(text, encoding="utf-8")
    done = typed("fix", str(practices / "no.md"), root=world)
    assert done.returncode == 0
    assert "Belgium" not in (practices / "no.md").read_text("utf-8")
    assert "Belgium" in (practices / "letters-home.md").read_text("utf-8")
    for file in (world / "taxonomy.yaml", practices / "none.md", practices / "reading.png"):
        done = typed("fix", str(file), root=world)
        assert done.returncode == 2
        assert "is no record: records lie in content/ and end in .md" in done.stderr
    (world / "taxonomy.yaml").write_text("facets:\n\ta: {}\n")
    done = typed("fix", root=world)
    assert done.returncode == 1
    assert done.stdout.endswith(
        "\nPlease mend taxonomy.yaml first: records are compared with it.\n"
    )
    assert "can be mended" not in typed("check", root=world).stdout


def test_new_writes_a_practice_to_fill_in(world: Path) -> None:
    done = typed("new", "Homework:", "a club", root=world)
    assert done.returncode == 0
    assert done.stdout == (
        "content/practices/homework-a-club.md is written: open it in your editor and fill it in.\n"
        "Then `.venv/bin/python build.py check` tells what is still missing.\n"
    )
    text = (world / "content" / "practices" / "homework-a-club.md").read_text("utf-8")
    assert '\ntitle: "Homework: a club"\n' in text
    done = typed("new", "Homework", "-", "a club", root=world)
    assert done.returncode == 2
    assert "There is content/practices/homework-a-club.md already." in done.stderr


def test_check_of_the_vocabulary_shows_what_it_breaks_in_the_records(world: Path) -> None:
    vocabulary = world / "taxonomy.yaml"
    vocabulary.write_text(vocabulary.read_text("utf-8").replace("mentoring:", "mentors:"), "utf-8")
    done = typed("check", str(vocabulary), root=world)
    assert "reading-together.md:10:5: warning name-for-id" in done.stdout


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_every_format_ends_alike(world: Path, form: str) -> None:
    said = ["check", "--format", form]
    assert typed(*said, root=world).returncode == 0
    record = world / "content" / "practices" / "no.md"
    good = record.read_text("utf-8")
    record.write_text(good.replace("belgium", "Belgium"), encoding="utf-8")
    assert typed(*said, root=world).returncode == 0
    assert typed(*said, "--strict", root=world).returncode == 1
    record.write_text(good.replace("belgium", "belgum"), encoding="utf-8")
    done = typed(*said, root=world)
    assert (done.returncode, done.stderr) == (1, "")
    assert "unknown-term" in done.stdout
    assert typed(*said, "none.md", root=world).returncode == 2


def test_what_is_wrong_in_the_settings_is_told_in_the_format_too(world: Path) -> None:
    settings = world / "build.py"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("purpose=", "purpos="), encoding="utf-8")
    done = typed_there(world, "check", "--format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    assert [found["rule"] for found in json.loads(done.stdout)["problems"]] == ["unknown-key"]


def test_a_warning_about_the_settings_is_told_with_the_others_each_time(world: Path) -> None:
    lay_out(world, SITES / "broken" / "contact-out-of-date")
    done = typed_there(world, "check", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    told = [found["rule"] for found in json.loads(done.stdout)["problems"]]
    assert told == ["contact-out-of-date"]
    assert typed_there(world, "check", "--strict").returncode == 1
    for command in ("build", "build", "fix"):
        done = typed_there(world, command)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("warning contact-out-of-date") == 1
        assert "1 warning" in done.stdout
    assert typed_there(world, "new", "A title").stderr.count("contact-out-of-date") == 1


def test_check_explains_rules(world: Path) -> None:
    explained = typed("check", "--explain", "unknown-term", root=world)
    assert explained.returncode == 0
    assert explained.stdout.startswith("unknown-term\n\nError. A value is not a term of its facet.")
    assert "Did you mean belgium?" in explained.stdout
    near = typed("check", "--explain", "unknown-terms", root=world)
    assert near.returncode == 2
    assert "There is no rule “unknown-terms”. Did you mean unknown-term?" in near.stderr
    assert "check --explain lists all" in typed("check", "--explain", "x", root=world).stderr
    every = typed("check", "--explain", "", root=world).stdout
    assert "\nunknown-term                 error    A value is not a term of its facet.\n" in every


@pytest.mark.parametrize("command", ["check", "build"])
def test_strict_makes_warnings_errors(world: Path, command: str) -> None:
    record = world / "content" / "practices" / "no.md"
    record.write_text(record.read_text("utf-8").replace("belgium", "Belgium"), encoding="utf-8")
    assert typed(command, root=world).returncode == 0
    done = typed(command, "--strict", root=world)
    assert done.returncode == 1
    assert "1 warning" in done.stdout


def test_a_fault_of_the_machine_ends_with_2_and_a_sentence(world: Path) -> None:
    (world / "site").mkdir()
    (world / "site" / "thesis.doc").write_text("ten years")
    done = typed(root=world)
    assert done.returncode == 2
    assert done.stderr == (
        "site/ has files in it that Repertory did not write: "
        "move them elsewhere, and give the command again.\n"
    )
    assert (world / "site" / "thesis.doc").read_text() == "ten years"


def test_wrong_usage_ends_with_2(world: Path) -> None:
    assert typed("biuld", root=world).returncode == 2
    assert typed("check", "--loud", root=world).returncode == 2
    assert typed("check", root=world / "nowhere").returncode == 2


def test_a_broken_template_is_named_with_its_line(world: Path) -> None:
    (world / "templates").mkdir()
    (world / "templates" / "practice.html").write_text("<p>\n{% if %}\n", encoding="utf-8")
    done = typed(root=world)
    assert done.returncode == 1
    assert done.stderr.startswith("templates/practice.html:2: ")
    assert "Traceback" not in done.stderr


def test_clean_deletes_what_was_built(world: Path) -> None:
    typed(root=world)
    done = typed("clean", root=world)
    assert done.returncode == 0
    assert done.stdout.endswith(" files deleted.\n")
    assert not (world / "site").exists()
    assert not list((world / ".repertory-cache").glob("made.sqlite*"))


def test_the_site_s_own_templates_extend_the_default_ones(world: Path) -> None:
    (world / "templates").mkdir()
    page = '{% extends "default:page.html" %}{% block title %}Mine{% endblock %}'
    (world / "templates" / "page.html").write_text(page, encoding="utf-8")
    assert typed(root=world).returncode == 0
    assert "<title>Mine</title>" in (world / "site" / "about.html").read_text("utf-8")


def test_settings_are_checked_before_python_sees_them(world: Path) -> None:
    settings = world / "build.py"
    settings.write_text(
        settings.read_text("utf-8").replace("purpose=", "purpos="), encoding="utf-8"
    )
    done = typed_there(world)
    assert done.returncode == 1
    assert done.stdout.startswith("build.py:14:9: error unknown-key: “purpos”")
    assert done.stderr == ""


def test_the_profile_tells_of_every_step_or_that_there_was_none(world: Path) -> None:
    first = typed("build", "--profile", root=world).stdout
    for step in ("files", "records", "prose", "rules", "plan", "pages", "words", "search"):
        assert f"\n{step} " in first
    time.sleep(2.1)  # until the stamps of the copies are settled
    typed(root=world)
    assert "\nfiles " in typed("build", "--profile", root=world).stdout
