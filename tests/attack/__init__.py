"""Attacks on what docs/security.md promises: `make attack` runs all of them, CI smaller ones."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from tests.attack import (
    amidst,
    archive,
    bounds,
    building,
    expressions,
    markup,
    names,
    neighbours,
    output,
    pictures,
    preview,
    proposals,
    raw_bytes,
    unicode,
)
from tests.attack.arena import Arena, Outcome

Attack: TypeAlias = Callable[[Arena], Iterator[Outcome]]

PLAIN: Mapping[str, Attack] = {
    "bounds": bounds.attack,
    "names": names.attack,
    "amidst": amidst.attack,
    "expressions": expressions.attack,
    "raw_bytes": raw_bytes.attack,
    "pictures": pictures.attack,
    "unicode": unicode.attack,
    "building": building.attack,
    "neighbours": neighbours.attack,
    "archive": archive.attack,
    "preview": preview.attack,
    "proposals": proposals.attack,
}
IN_BROWSER: Mapping[str, Attack] = {
    "markup": markup.attack,
    "output": output.attack,
}
ATTACKS: Mapping[str, Attack] = {**PLAIN, **IN_BROWSER}
"""Every attack by its name, in the order of the table; those of IN_BROWSER need Chromium."""
