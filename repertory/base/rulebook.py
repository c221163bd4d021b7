"""The pages of the rules, as docs/rules.md has them: why each is there, and an example."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[2] / "docs" / "rules.md"
LEVEL = re.compile(r"^\*(\w+)\.\* (.*)$", re.MULTILINE)
FENCE = re.compile(r"^```.*\n", re.MULTILINE)


@cache
def pages() -> Mapping[str, str]:
    """Return the page of each rule in Markdown, by its id. Raises OSError."""
    _, *found = FILE.read_text("utf-8").split("\n## ")
    named = (page.partition("\n\n") for page in found)
    return {name: text.strip() + "\n" for name, _, text in named}


def explained(rule: str) -> str:
    """Return the page of a rule for a terminal. Raises KeyError, and OSError."""
    page = LEVEL.sub(r"\1. \2", pages()[rule])
    return f"{rule}\n\n{FENCE.sub('', page)}".rstrip()


def listed() -> Iterator[str]:
    """Yield a line for each rule: its id, its level, and what is wrong. Raises OSError."""
    for rule, page in pages().items():
        found = LEVEL.match(page)
        if found:
            yield f"{rule:28} {found[1].lower():8} {found[2]}"
