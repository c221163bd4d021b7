"""The page about accessibility: what it promises where settings, pages and templates differ."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from repertory.base.settings import Settings
from repertory.publishing import conformance
from tests.worlds import SITES, built, lay_out, settings_of

OWN_PAGE = "---\ntitle: For everybody\nsummary: Ours.\n---\nOur own words.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a copy of the small world."""
    return settings_of(lay_out(tmp_path / "world", SITES / "small"))


def page(settings: Settings) -> str:
    """Return the page of a site that is built, its blanks as a browser shows them."""
    built(settings)
    return " ".join((settings.site / "accessibility.html").read_text("utf-8").split())


def test_it_says_what_was_tested_and_what_was_not(settings: Settings) -> None:
    tested = json.loads(conformance.TESTED.read_text("utf-8"))
    html = page(settings)
    assert "<strong>partially conformant</strong>" in html
    assert f"{len(tested['pages'])} kinds of pages" in html
    assert f"axe-core</a> {tested['axe']} " in html
    for criterion in tested["criteria"]:
        assert f"{criterion['number']} {criterion['name']}" in html
    assert "has templates of its own" not in html


def test_what_was_not_tested_everywhere_is_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested = json.loads(conformance.TESTED.read_text("utf-8"))
    tested["checks"]["keyboard"] = [kind for kind in tested["pages"] if kind != "map"]
    (tmp_path / "tested.json").write_text(json.dumps(tested))
    monkeypatch.setattr(conformance, "TESTED", tmp_path / "tested.json")
    (told,) = re.findall(r"<li><strong>Keyboard\.</strong>[^<]*</li>", page(settings))
    assert told.endswith("(Not tested on: map.)</li>")


@pytest.mark.parametrize(
    ("email", "repository", "told"),
    [
        (
            "us@one.example",
            "https://git.example/it",
            "Write to .*us@one.example.*open an issue</a>",
        ),
        ("us@one.example", "", r'Write to <a href="mailto:us@one.example">us@one.example</a>\.'),
        ("", "https://git.example/it", '<a href="https://git.example/it/issues">Open an issue</a>'),
        ("", "", 'Tell those who run this site: see <a href="about.html">'),
    ],
)
def test_it_says_whom_to_tell(settings: Settings, email: str, repository: str, told: str) -> None:
    assert re.search(told, page(replace(settings, email=email, repository=repository)))


def test_a_site_with_templates_of_its_own_claims_nothing(settings: Settings) -> None:
    (settings.root / "templates").mkdir()
    before = page(settings)
    assert "partially conformant" in before
    (settings.root / "templates" / "home.html").write_text('{% extends "default:home.html" %}')
    html = page(settings)
    assert "has templates of its own" in html
    assert "partially conformant" not in html
    (settings.root / "templates" / "home.html").unlink()
    assert page(settings) == before


def test_a_page_of_the_site_itself_stands_in_its_place(settings: Settings) -> None:
    (settings.root / "content" / "pages" / "accessibility.md").write_text(OWN_PAGE)
    html = page(settings)
    assert "Our own words." in html
    assert "axe-core" not in html
    assert html.count(">For everybody</a>") == 1


def test_every_page_leads_to_it(settings: Settings) -> None:
    built(settings)
    for file in settings.site.rglob("*.html"):
        html = file.read_text("utf-8")
        assert 'http-equiv="refresh"' in html or 'accessibility.html">Accessibility</a>' in html
