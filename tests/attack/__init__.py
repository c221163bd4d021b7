"""Attacks on what docs/security.md promises: `make attack` runs all of them, CI smaller ones."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from tests.attack import markup
from tests.attack.arena import Arena, Outcome

Attack: TypeAlias = Callable[[Arena], Iterator[Outcome]]

PLAIN: Mapping[str, Attack] = {}
IN_BROWSER: Mapping[str, Attack] = {"markup": markup.attack}
ATTACKS: Mapping[str, Attack] = {**PLAIN, **IN_BROWSER}
"""Every attack by its name, in the order of the table; those of IN_BROWSER need Chromium."""
