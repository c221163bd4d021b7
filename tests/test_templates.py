"""A broken template is named with its file and line, whatever is wrong; our own faults are not."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from repertory.base.step import Item, NotKept
from repertory.pipeline import build, check
from repertory.publishing.output import Shown
from repertory.sources import last_build, look
from repertory.writing import work
from repertory.writing.assets import Assets, BrokenTemplate
from repertory.writing.theme import Templates, Theme
from repertory.writing.workshop import Workshop
from tests.worlds import SITES, TODAY, Texts, built, checked, lay_out, made, settings_of

PAGE = '{{% extends "default:page.html" %}}\n{{% block title %}}\n  {}\n{{% endblock %}}\n'


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a copy of the small world, with a folder of templates."""
    root = lay_out(tmp_path / "world", SITES / "small")
    (root / "templates" / "assets").mkdir(parents=True)
    return root


def broken(world: Path, name: str, text: str | bytes) -> list[str]:
    """Return what is said, line by line, of a site with a broken template."""
    data = text if isinstance(text, bytes) else text.encode()
    (world / "templates" / name).write_bytes(data)
    with pytest.raises(BrokenTemplate) as told:
        built(settings_of(world))
    return str(told.value).split("\n")


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ("{% if %}", "Expected an expression, got 'end of statement block'"),
        ("{{ frame.title | shout }}", "No filter named 'shout'."),
        ("{{ nobody.name }}", "'nobody' is undefined"),
        ("{{ 1 / 0 }}", "ZeroDivisionError: division by zero"),
        ("{% for letter in 5 %}{% endfor %}", "TypeError: 'int' object is not iterable"),
        ('{% include "none.html" %}', "There is no template none.html."),
        ('{{ asset("none.css") }}', "There is no file none.css in templates/assets/."),
        ('{{ "May" | date("en") }}', "The filter “date” writes dates, and this is none but str."),
    ],
)
def test_a_mistake_is_shown_with_its_line(world: Path, mistake: str, message: str) -> None:
    first, excerpt, caret = broken(world, "page.html", PAGE.format(mistake))
    assert first == f"templates/page.html:3: {message}"
    assert excerpt == f"    3 |   {mistake}"
    assert "^" * len(mistake) in caret


def test_a_template_that_is_not_utf_8_is_named(world: Path) -> None:
    first, excerpt, _ = broken(world, "layout.html", b"{# one #}\n{# caf\xe9 #}\n")
    assert first.startswith("templates/layout.html:2: This is not UTF-8 text")
    assert excerpt == "    2 | {# caf\ufffd #}"


def test_a_missing_template_below_is_named(world: Path) -> None:
    first, _, _ = broken(world, "page.html", '\n{% extends "none.html" %}')
    assert first == "templates/page.html:2: There is no template none.html."


def test_a_template_without_end_is_named(world: Path) -> None:
    first, *_ = broken(world, "page.html", '{% include "page.html" %}')
    assert first.startswith("templates/page.html:1: RecursionError")


def test_a_fault_of_our_own_program_is_not_blamed_on_a_template(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(theme: Assets) -> None:
        raise ZeroDivisionError(theme)

    settings = settings_of(world)
    content = made(checked(settings).sections)["about.html"]
    assert isinstance(content, Shown)
    monkeypatch.setattr(Assets, "_content", property(wrong))
    with pytest.raises(ZeroDivisionError):
        Theme(Assets(settings), Texts()).render(content, Texts())


def test_a_template_that_is_changed_and_changed_back_leaves_no_trace(world: Path) -> None:
    template = world / "templates" / "page.html"
    template.write_text("before", "utf-8")

    def meanwhile(doing: str, items: Sequence[Item]) -> Iterator[Item]:
        template.write_text("after" if doing == "Writing" else "before", "utf-8")
        yield from items
        template.write_text("before", "utf-8")

    with Workshop(settings_of(world), jobs=1, progress=meanwhile) as workshop:
        build(workshop, check(workshop, look(workshop, TODAY)), world / "site")
    assert (world / "site" / "about.html").read_text("utf-8") == "before"


def test_processes_make_no_pages_of_another_theme(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "FEW", 1)
    with Workshop(settings_of(world), jobs=2) as workshop:
        sources = look(workshop, TODAY)
        assert last_build(workshop, sources, world / "site") is None
        (world / "templates" / "page.html").write_text("after", "utf-8")
        with pytest.raises(NotKept, match="A template was changed"):
            build(workshop, check(workshop, sources), world / "site")
    assert not (world / "site").exists()


@pytest.mark.parametrize("name", ["linked/note.html", ".note.html", ".notes/note.html"])
def test_a_template_is_seen_wherever_it_stands(world: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (world / "templates" / "linked").symlink_to(tmp_path / "elsewhere")
    (world / "templates" / ".notes").mkdir()
    (world / "templates" / "page.html").write_text(f'{{% include "{name}" %}}', "utf-8")
    for text in ("one", "two"):
        (world / "templates" / name).write_text(text, "utf-8")
        built(settings_of(world))
        assert (world / "site" / "about.html").read_text("utf-8") == text


def test_what_editors_leave_and_links_that_lead_back_change_nothing(world: Path) -> None:
    before = Assets(settings_of(world))
    assets = world / "templates" / "assets"
    (assets / "back").symlink_to("..")
    (assets / ".#page.css").symlink_to("somebody@machine.1234")
    for name in ("page.css~", "#page.css#", ".page.css.swp"):
        (assets / name).write_text("left", "utf-8")
    assert Assets(settings_of(world)).digest == before.digest
    (assets / ".hidden.css").write_text("hidden", "utf-8")
    after = Assets(settings_of(world))
    assert after.digest != before.digest
    assert after.files == before.files


@given(st.text() | st.text().map(Markup) | st.integers() | st.none() | st.lists(st.text()))
def test_templates_show_what_jinja_shows(value: object) -> None:
    template = Templates(autoescape=True).from_string(
        "{% macro shown(v) %}<{{ v }}>{% endmacro %}{{ value }}{{ shown(value) }}"
    )
    assert template.render(value=value) == f"{escape(value)}<{escape(value)}>"
