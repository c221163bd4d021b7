"""The preview in the browser: it follows what is saved, and disturbs nobody who is reading."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from repertory.base.settings import THEME
from tests.browser.judging import judged
from tests.browser.visitor import LIST, box, ready, titles, type_in
from tests.browser.world import lay_out_world
from tests.previews import PATIENCE, Running, change, preview_of, wait_until

pytestmark = pytest.mark.browser

RECORD = "content/practices/long-road-to-school.md"
PAGE = "practices/long-road-to-school.html"
WORDS, OTHER_WORDS = "began with a question", "began with a xylophone"
STYLE = "templates/assets/style.css"
PROBLEMS = "#repertory-problems section"
HIDE = """
(isHidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Start a preview of the world that the browser tests look at, with a style of its own."""
    root = lay_out_world(tmp_path / "world")
    (root / STYLE).parent.mkdir(parents=True)
    shutil.copy(THEME / "assets" / "style.css", root / STYLE)
    with preview_of(root) as started:
        yield started


@pytest.fixture
def window(browser: Browser, running: Running) -> Iterator[Page]:
    """Return a page that is lower than its text and waits long; an error on it fails the test.

    It is closed before the preview ends, which would be an error.
    """
    assert running.port
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1000, "height": 400})
    context.set_default_timeout(PATIENCE * 1000)
    faults: list[str] = []
    context.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    yield context.new_page()
    context.close()
    assert faults == []


def visit(page: Page, running: Running, path: str = PAGE) -> None:
    """Open a page and wait until it listens to the preview; mark it, which a reload forgets."""
    with page.expect_request("**/repertory/events"):
        page.goto(running.address + path)
    page.evaluate("document.documentElement.dataset.marked = ''")


def reloaded(page: Page) -> None:
    """Wait until a page was reloaded and is as it was."""
    expect(page.locator("html[data-marked]")).to_have_count(0)
    page.wait_for_load_state()


def is_marked(page: Page) -> bool:
    """Tell whether a page was not reloaded."""
    return page.locator("html[data-marked]").count() == 1


def test_a_page_follows_its_text_and_stays_where_it_was(window: Page, running: Running) -> None:
    visit(window, running)
    window.evaluate("scrollTo(0, 350)")
    change(running.root / RECORD, WORDS, OTHER_WORDS)
    window.get_by_text(OTHER_WORDS).wait_for()
    assert not is_marked(window)
    wait_until(lambda: window.evaluate("scrollY") == 350)


def test_fields_and_open_filters_stay_as_they_were(window: Page, running: Running) -> None:
    visit(window, running, LIST)
    box(window, "outcome", "belonging")
    window.locator(box(window, "country", "belgium")).check()
    type_in(window, "road")
    window.locator("select[name=sort]").select_option("title")
    before = titles(window)
    change(running.root / RECORD, WORDS, OTHER_WORDS)
    reloaded(window)
    assert titles(window) == before
    for facet in ("country", "outcome"):
        expect(window.locator(f"[data-facet={facet}]")).to_have_attribute("open", "")
    expect(window.locator("input[name=country][value=belgium]")).to_be_checked()
    expect(window.locator("main input[name=q]")).to_have_value("road")
    expect(window.locator("select[name=sort]")).to_have_value("title")


def test_what_is_half_typed_stays_once(window: Page, running: Running) -> None:
    visit(window, running, "index.html")
    type_in(window, "half a wo")
    change(running.root / RECORD, WORDS, OTHER_WORDS)
    reloaded(window)
    field = window.locator("main input[name=q]")
    expect(field).to_have_value("half a wo")
    expect(field).to_be_focused()
    visit(window, running, "index.html")
    expect(field).to_have_value("")


def test_the_scripts_of_a_page_follow_what_is_filled_in_again(
    window: Page, running: Running
) -> None:
    visit(window, running, LIST)
    box(window, "type-of-action", "mentoring")
    window.get_by_label("Find in Type of action").fill("ment")
    terms = window.locator("[data-facet=type-of-action] li:visible")
    expect(terms).to_have_count(1)
    change(running.root / RECORD, WORDS, OTHER_WORDS)
    reloaded(window)
    expect(terms).to_have_count(1)


def test_a_stylesheet_is_exchanged_without_a_reload(window: Page, running: Running) -> None:
    visit(window, running)
    links = window.locator("link[rel=stylesheet]").count()
    for width in ("3px", "5px"):
        style = (running.root / STYLE).read_text("utf-8")
        change(running.root / STYLE, style, f"{style}\nh1 {{ letter-spacing: {width} }}\n")
        expect(window.locator("h1")).to_have_css("letter-spacing", width)
        expect(window.locator("link[rel=stylesheet]")).to_have_count(links)
    assert is_marked(window)
    change(running.root / RECORD, WORDS, OTHER_WORDS)
    window.get_by_text(OTHER_WORDS).wait_for()


def test_a_hidden_page_waits_until_it_is_seen(window: Page, running: Running) -> None:
    witness = window.context.new_page()
    visit(witness, running)
    visit(window, running)
    window.evaluate(HIDE, True)
    change(running.root / RECORD, WORDS, OTHER_WORDS)
    witness.get_by_text(OTHER_WORDS).wait_for()
    assert is_marked(window)
    window.get_by_text(WORDS).wait_for()
    window.evaluate(HIDE, False)
    window.get_by_text(OTHER_WORDS).wait_for()


def test_a_mistake_is_shown_over_the_last_good_page(window: Page, running: Running) -> None:
    visit(window, running)
    change(running.root / RECORD, "[belgium, greece]", "[belgum, greece]")
    problems = window.locator(PROBLEMS)
    expect(problems.get_by_role("alert")).to_be_visible()
    expect(problems).to_contain_text("No site was built.")
    expect(problems).to_contain_text(f"{RECORD}:5:")
    expect(problems).to_contain_text("Did you mean belgium?")
    lines = problems.locator("pre").first.inner_text().split("\n")
    assert lines[2].index("^") == lines[1].index("belgum")
    assert lines[2].count("^") == len("belgum")
    change(running.root / RECORD, "category: good-practice", "category: god-practice")
    expect(problems.locator("pre")).to_have_count(2)
    assert window.locator("h1").inner_text() == "The long road to school"
    change(running.root / RECORD, "[belgum, greece]", "[belgium, greece]")
    expect(problems.locator("pre")).to_have_count(1)
    change(running.root / RECORD, "category: god-practice", "category: good-practice")
    expect(problems).to_have_count(0)
    assert is_marked(window)


def test_many_mistakes_can_be_read_with_the_keyboard(window: Page, running: Running) -> None:
    visit(window, running)
    names = [f"content/practices/invented-{number}.md" for number in range(1, 31)]
    for name in names:
        change(running.root / name, "category:", "catgory:")
    problems = window.locator(PROBLEMS)
    expect(problems).to_contain_text(names[-1])
    expect(problems.locator("pre")).to_have_count(len(names))
    window.locator("footer a").last.focus()
    window.keyboard.press("Tab")
    expect(problems).to_be_focused()
    window.keyboard.press("End")
    expect(problems.locator("pre").last).to_be_in_viewport()


def test_axe_finds_nothing_in_a_mistake(browser: Browser, running: Running) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    visit(page, running)
    change(running.root / RECORD, "category:", "catgory:")
    expect(page.locator(f"{PROBLEMS} pre")).to_be_visible(timeout=PATIENCE * 1000)
    faults = judged(page).faults
    context.close()
    assert faults == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("taxonomy.yaml", "facets: ["),
        ("templates/practice.html", "<p>\n{% if %}"),
        ("templates/practice.html", "<p>\n{{ 1 / 0 }}"),
        ("templates/practice.html", '<p>\n{% extends "none.html" %}'),
    ],
)
def test_what_breaks_everything_is_shown_and_goes_when_mended(
    window: Page, running: Running, name: str, text: str
) -> None:
    file = running.root / name
    good = file.read_text("utf-8") if file.exists() else None
    visit(window, running)
    file.write_text(text, encoding="utf-8")
    problem = window.locator(f"{PROBLEMS} pre").first
    expect(problem).to_contain_text(f"{name}:{len(text.splitlines())}:")
    expect(problem).to_contain_text(text.splitlines()[-1])
    expect(problem).to_contain_text("^")
    assert window.locator("h1").inner_text() == "The long road to school"
    if good is None:
        file.unlink()
    else:
        file.write_text(good, encoding="utf-8")
    expect(window.locator(PROBLEMS)).to_have_count(0)
    assert is_marked(window)


def test_a_page_comes_back_with_the_content(window: Page, running: Running) -> None:
    visit(window, running)
    content, aside = running.root / "content", running.root / "aside"
    shutil.copytree(content, aside)
    shutil.rmtree(content)
    change(aside / "practices" / Path(RECORD).name, WORDS, OTHER_WORDS)
    window.locator(PROBLEMS).or_(window.get_by_text("404")).first.wait_for()
    shutil.copytree(aside, content)
    window.get_by_text(OTHER_WORDS).wait_for()
    change(running.root / RECORD, OTHER_WORDS, WORDS)
    window.get_by_text(WORDS).wait_for()


def test_the_search_finds_what_was_just_written(window: Page, running: Running) -> None:
    visit(window, running, LIST)
    type_in(window, "xylophone")
    ready(window)
    assert titles(window) == []
    change(running.root / RECORD, WORDS, OTHER_WORDS)
    expect(window.locator(".results h3")).to_have_text(["The long road to school"])
