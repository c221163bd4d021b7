"""Attacks on what docs/security.md promises: `make attack` runs all of them, CI smaller ones."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from tests.attack import amidst, bounds, expressions, names, raw_bytes
from tests.attack.arena import Arena, Outcome

Attack: TypeAlias = Callable[[Arena], Iterator[Outcome]]

PLAIN: Mapping[str, Attack] = {
    "bounds": bounds.attack,
    "names": names.attack,
    "amidst": amidst.attack,
    "expressions": expressions.attack,
    "raw_bytes": raw_bytes.attack,
}
IN_BROWSER: Mapping[str, Attack] = {}
ATTACKS: Mapping[str, Attack] = {**PLAIN, **IN_BROWSER}
"""Every attack by its name, in the order of the table; those of IN_BROWSER need Chromium."""
