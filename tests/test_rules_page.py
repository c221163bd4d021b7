"""docs/rules.md says of every rule what it is for and how its message looks."""

from pathlib import Path

import repertory.cli
import repertory.reading.settings_file  # noqa: F401
from repertory.base.problem import RULES
from tests.worlds import SITES

HEAD = """# The rules

What `.venv/bin/python build.py check` looks for. An *error* keeps the site from being built, a
*warning* does not. This page is made from the rules themselves and from the broken worlds of the
tests: `pytest --rewrite tests/test_rules_page.py` writes it anew.
"""


def test_the_page_of_the_rules_is_what_the_rules_say(root: Path, rewrite: bool) -> None:
    page = root / "docs" / "rules.md"
    if rewrite:
        page.write_text(the_page(), encoding="utf-8")
    assert page.read_text("utf-8") == the_page()


def test_every_rule_is_documented() -> None:
    for rule in RULES.values():
        assert rule.summary.endswith("."), rule.id
        assert len(rule.summary) <= 100, rule.id


def the_page() -> str:
    """Return the text of docs/rules.md."""
    parts = [HEAD]
    for _, rule in sorted(RULES.items()):
        expected = (SITES / "broken" / rule.id / "expected.txt").read_text("utf-8")
        messages = expected.split("\n\n")
        example = next(message for message in messages if f" {rule.id}: " in message)
        parts.append(f"## {rule.id}\n\n*{rule.level.capitalize()}.* {rule.summary}\n")
        if rule.explanation:
            parts.append(f"{rule.explanation}\n")
        parts.append(f"```text\n{example}\n```\n")
    return "\n".join(parts)
