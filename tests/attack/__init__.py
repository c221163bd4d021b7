"""Attacks on what docs/security.md promises: `make attack` runs all of them, CI smaller ones."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from tests.attack import (
    archive,
    building,
    neighbours,
    output,
    pictures,
    preview,
    proposals,
    unicode,
)
from tests.attack.arena import Arena, Outcome

Attack: TypeAlias = Callable[[Arena], Iterator[Outcome]]

PLAIN: Mapping[str, Attack] = {
    "building": building.attack,
    "neighbours": neighbours.attack,
    "proposals": proposals.attack,
    "pictures": pictures.attack,
    "archive": archive.attack,
    "preview": preview.attack,
    "unicode": unicode.attack,
}
IN_BROWSER: Mapping[str, Attack] = {
    "output": output.attack,
}
ATTACKS: Mapping[str, Attack] = {**PLAIN, **IN_BROWSER}
"""Every attack by its name, in the order of the table; those of IN_BROWSER need Chromium."""
