"""What axe-core says of a page, and what all that it said amounts to: the conformance statement."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.states import VISITS
from tests.browser.world import KINDS
from tests.conftest import ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
CRITERIA = Path(__file__).with_name("criteria.txt")
# All rules, also the one that axe-core leaves to be asked for: the size of targets is new in 2.2.
ASK = """
async () => {
  if (!window.axe) return null;
  const found = await axe.run({ rules: { "target-size": { enabled: true } } });
  const tags = kind => Object.fromEntries(found[kind].map(({ id, tags }) => [id, tags]));
  const faults = found.violations.map(
    v => `${v.id}: ${v.help} (${v.nodes.map(node => node.html).slice(0, 3).join(" ")})`);
  return [axe.version, faults, tags("passes"), tags("incomplete")];
}
"""
Look: TypeAlias = Literal["light", "dark", "phone"]
LOOKS: Sequence[Look] = ("light", "dark", "phone")


class Verdict(NamedTuple):
    """What was found at fault, and which rules found nothing, or could not tell, by their tags."""

    version: str
    faults: Sequence[str]
    passed: Mapping[str, Sequence[str]]
    undecided: Mapping[str, Sequence[str]]


def judged(page: Page) -> Verdict:
    """Ask axe-core about a page as it is now."""
    found: list[Any] | None = page.evaluate(ASK)
    if found is None:
        page.evaluate(AXE)
        found = page.evaluate(ASK)
    return Verdict(*found or ())


class Judge:
    """Judges everything in VISITS, each in every look once, whoever asks for it first."""

    def __init__(self, browser: Browser, http: str) -> None:
        self._browser, self._http = browser, http
        self._known: dict[tuple[str, Look], list[Verdict]] = {}

    def __call__(self, name: str, look: Look) -> Sequence[Verdict]:
        """Return the verdicts on all states of a visit, and fail where one is too wide."""
        if (name, look) not in self._known:
            context = self._browser.new_context(
                bypass_csp=True,
                color_scheme="dark" if look == "dark" else "light",
                reduced_motion="reduce",
                viewport={"width": 320 if look == "phone" else 1280, "height": 800},
            )
            page = context.new_page()
            found = self._known[name, look] = []
            for _ in VISITS[name](page, self._http):
                found.append(judged(page))
                assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
            context.close()
        return self._known[name, look]

    def all(self) -> Iterator[Verdict]:
        """Yield every verdict that there is."""
        for name in VISITS:
            for look in LOOKS:
                yield from self(name, look)


def statement(judge: Judge, checks: Mapping[str, Callable[..., None]]) -> dict[str, object]:
    """Return what was tested, as templates/conformance.json tells it, without the day.

    `checks` are tests that go through kinds of pages, by what they promise of them.
    """
    verdicts = list(judge.all())
    faults = [fault for verdict in verdicts for fault in verdict.faults]
    assert faults == [], "\n".join(faults)
    passed = {rule: tags for verdict in verdicts for rule, tags in verdict.passed.items()}
    undecided = {rule for verdict in verdicts for rule in verdict.undecided}
    criteria = [line.split(" ", 2) for line in CRITERIA.read_text("utf-8").splitlines()]
    return {
        "axe": verdicts[0].version,
        "pages": list(KINDS),
        "states": [name for name in VISITS if name not in KINDS],
        "looks": list(LOOKS),
        "checks": {name: kinds_of(check) for name, check in checks.items()},
        "criteria": [
            {"number": number, "level": level, "name": name, "rules": sorted(_of(number, passed))}
            for number, level, name in criteria
        ],
        "undecided": sorted(undecided),
    }


def kinds_of(test: Callable[..., None]) -> list[str]:
    """Return the kinds of pages that a test goes through."""
    marks: list[pytest.Mark] = getattr(test, "pytestmark")  # noqa: B009
    (kinds,) = (mark.args[1] for mark in marks if mark.name == "parametrize")
    return list(kinds)


def _of(number: str, rules: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the rules that have the tag of a criterion: wcag1412 for 1.4.12."""
    tag = f"wcag{number.replace('.', '')}"
    return (rule for rule, tags in rules.items() if tag in tags)
