"""Every broken world prints exactly its expected text, and every rule has a broken world."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest

from repertory.base.formats import Outcome, as_text
from repertory.base.problem import RULES
from repertory.reading.settings_file import check_settings
from repertory.reading.site import BY_VOCABULARY
from repertory.reading.source import collect
from tests.formats import assert_programs_can_read
from tests.worlds import SITES, TODAY, checked, lay_out, settings_of

BROKEN = SITES / "broken"
PARK = "content/practices/park.md"
HEAD = "---\ntitle: Reading in the park\nsummary: Families read.\ncategory: good-practice\n"
HEAD += "country: [belgium]\nadded: 2026-03-01\n"


def a_link(root: Path) -> None:
    """A record that is a link to another file."""
    (root / PARK).symlink_to(root / "taxonomy.yaml")
    (root / "content/practices/folder.md").mkdir()


def same_names(root: Path) -> None:
    """Names that differ only by case, which not every machine can hold, nor every checkout."""
    (root / "content/practices/NO.md").write_text(f"{HEAD}---\nThey read.\n")


def much_text(root: Path) -> None:
    """A body over its limit, in a file below its own."""
    (root / PARK).write_text(f"{HEAD}---\n" + "They read. " * 25_000)


def much_front_matter(root: Path) -> None:
    """Front matter over its limit."""
    (root / PARK).write_text(f"{HEAD}reach: {'very ' * 14_000}\n---\nThey read.\n")


def much_of_all(root: Path) -> None:
    """A file over its limit."""
    (root / PARK).write_text(f"{HEAD}---\n" + "Much too long. " * 22_000)


def much_picture(root: Path) -> None:
    """A picture over the limit of its bytes."""
    with (root / "content/practices/reading.png").open("ab") as file:
        file.truncate(12_500_000)


def nothing(root: Path) -> None:
    """A site without records."""
    for folder in ("practices", "news", "pages"):
        for file in (root / "content" / folder).iterdir():
            file.unlink()


def endless(root: Path) -> None:
    """A text of headings that have to be looked for, which takes minutes."""
    (root / PARK).write_text(f"{HEAD}---\nThey read.\n\n" + "### a &amp; b\n\n" * 17_000)


def many_brackets(root: Path) -> None:
    """A text of more links than are read."""
    (root / PARK).write_text(f"{HEAD}---\n" + "They [read](no.md).\n\n" * 1_501)


def much_markup(root: Path) -> None:
    """A text of headings without empty lines between, for which Markdown would take a minute."""
    (root / PARK).write_text(f"{HEAD}---\nThey read.\n\n" + "## a\n" * 30_000)


def many_mistakes(root: Path) -> None:
    """Front matter with more mistakes than are shown."""
    proposals = "".join(f'  - "new: a word {number}"\n' for number in range(200))
    (root / PARK).write_text(f"{HEAD}outcome:\n{proposals}---\nThey read.\n")


def many_former_ids(root: Path) -> None:
    """A record with more former ids than are read."""
    former = ", ".join(f"old-{number}" for number in range(101))
    (root / PARK).write_text(f"{HEAD}formerly: [{former}]\n---\nThey read.\n")


def alike_pictures(root: Path) -> None:
    """Pictures whose names differ by case alone."""
    for name in ("Park.png", "park.png"):
        (root / "content/practices" / name).touch()


def linked_folders(root: Path) -> None:
    """A folder of the content that is a link to another."""
    (root / "content/news").rename(root / "elsewhere")
    (root / "content/news").symlink_to(root / "elsewhere")


def linked_content(root: Path) -> None:
    """A content folder that is a link to another."""
    (root / "content").rename(root / "elsewhere")
    (root / "content").symlink_to(root / "elsewhere")


def many_facets(root: Path) -> None:
    """A vocabulary of more facets than are taken."""
    _widen(root, "facets", "{label: Kind, terms: {a: {label: A}}}")


def called_as_a_list(root: Path) -> None:
    """A term whose page would have the address of the list of all terms."""
    _exchange(root, "      friends:", "      index: {label: Index}\n      friends:")
    (root / PARK).write_text(f"{HEAD}outcome: [index]\n---\nThey read.\n")


def many_sections(root: Path) -> None:
    """A vocabulary of more sections than are taken."""
    _widen(root, "sections", "{label: Reading}")


def _widen(root: Path, part: str, entry: str) -> None:
    """Put fifty entries before those of a part of the vocabulary."""
    many = "".join(f"  kind-{number}: {entry}\n" for number in range(50))
    _exchange(root, f"{part}:\n", f"{part}:\n{many}")


def _exchange(root: Path, old: str, new: str) -> None:
    """Write something else into the vocabulary."""
    file = root / "taxonomy.yaml"
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")


MADE: dict[str, Callable[[Path], None]] = {
    "unreadable-file": a_link,
    "unreadable-file--folder": linked_folders,
    "unreadable-file--content": linked_content,
    "address-taken--term": called_as_a_list,
    "id-collision": same_names,
    "id-collision--pictures": alike_pictures,
    "too-many-brackets": many_brackets,
    "too-much-markup": much_markup,
    "too-many-problems": many_mistakes,
    "list-too-long": many_former_ids,
    "vocabulary-too-wide": many_facets,
    "vocabulary-too-wide--sections": many_sections,
    "body-too-large": much_text,
    "takes-too-long": endless,
    "yaml-too-large--characters": much_front_matter,
    "file-too-large": much_of_all,
    "picture-too-large--bytes": much_picture,
    "no-records": nothing,
}
"""Worlds that cannot, or should not, lie in a repository."""

WORLDS = sorted(path.name for path in BROKEN.iterdir())


def outcome_of(name: str, root: Path) -> Outcome:
    """Lay out a broken world in `root`, and check it."""
    lay_out(root, SITES / "small", BROKEN / name)
    if name in MADE:
        MADE[name](root)
    settings = collect(check_settings(root, TODAY))[1]
    if settings:
        return Outcome(0, 0, "No record was read.", settings)
    found = checked(settings_of(root))
    return Outcome(found.read, found.refused, found.story(), found.problems)


@pytest.mark.parametrize("name", WORLDS)
def test_a_broken_world_prints_its_expected_text(name: str, tmp_path: Path, rewrite: bool) -> None:
    outcome = outcome_of(name, tmp_path / "world")
    text = f"{click.unstyle(as_text(outcome))}\n"
    if rewrite:
        (BROKEN / name / "expected.txt").write_text(text, encoding="utf-8")
    assert text == (BROKEN / name / "expected.txt").read_text("utf-8")
    assert name.split("--")[0] in {problem.rule for problem in outcome.problems}
    assert_programs_can_read(outcome)


def test_every_rule_has_a_broken_world() -> None:
    assert {name.split("--")[0] for name in WORLDS} == set(RULES)


def test_the_rules_that_compare_with_the_vocabulary_are_rules() -> None:
    assert set(RULES) >= BY_VOCABULARY
