"""The form: a practice is proposed by answering, whoever writes it and whatever they write."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from repertory.pipeline import check
from repertory.reading.document import read_document
from repertory.reading.records import PRACTICE_KEYS, read_practice
from repertory.reading.source import collect
from repertory.reading.vocabulary import Languages, read_taxonomy
from repertory.sources import look
from repertory.writing.workshop import Workshop
from tests.browser.filling import (
    FILLED,
    FORM,
    GREEK,
    HOSTILE,
    LONG,
    RECORD,
    Answers,
    choose,
    downloaded,
    fill,
)
from tests.browser.world import SOURCE, lay_out_world
from tests.previews import PATIENCE, Running, preview_of, wait_until
from tests.worlds import settings_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", FILLED)
def test_what_the_form_gives_passes_the_check(form: Page, name: str, tmp_path: Path) -> None:
    fill(form, FILLED[name])
    file, text = downloaded(form)
    root = lay_out_world(tmp_path / "world")
    (root / "content" / "practices" / file).write_bytes(text.encode())
    with Workshop(settings_of(root), jobs=1) as workshop:
        problems = check(workshop, look(workshop, date.today())).problems
    assert [problem for problem in problems if problem.level == "error"] == []
    assert f"added: {date.today()}" in text


@pytest.mark.parametrize("name", FILLED)
def test_the_file_says_what_was_answered(form: Page, name: str) -> None:
    answers = FILLED[name]
    fill(form, answers)
    _, text = downloaded(form)
    taxonomy, _ = collect(read_taxonomy(SOURCE, Languages("en", ("en",)), PRACTICE_KEYS))
    document, _ = collect(read_document(Path(), "content/practices/a.md", data=text.encode()))
    assert document
    practice, _ = collect(read_practice(document, taxonomy))
    seen = re.sub("[\x07\u202e]", "", str(answers["title"])).strip()
    assert (practice.title, practice.summary) == (seen, " ".join(str(answers["summary"]).split()))
    for facet in taxonomy.facets:
        known = [term for term in answers.get(facet, []) if not term.startswith("new: ")]
        assert sorted(practice.terms.get(facet, ())) == sorted(known)
        for term in set(answers.get(facet, [])) - set(known):
            assert json.dumps(term, ensure_ascii=False) in text
    assert practice.period == answers.get("period", "")
    assert practice.language == answers.get("written_in", "")
    assert list(practice.same_as) == str(answers.get("same_as", "")).split()
    assert practice.website in ("", f"https://{answers.get('website')}")
    assert str(answers["section description"]).strip() in text


@pytest.mark.parametrize("answers", [GREEK, HOSTILE], ids=["greek", "hostile"])
def test_the_address_at_github_holds_the_same_text(form: Page, answers: Answers) -> None:
    fill(form, answers)
    link = form.get_by_role("link", name="Propose on GitHub")
    address = urlsplit(link.get_attribute("href") or "")
    name, text = downloaded(form)
    assert address.path == "/repository/new/main/content/practices"
    assert parse_qs(address.query, keep_blank_values=True) == {"filename": [name], "value": [text]}
    assert link.get_attribute("rel") == "noopener"
    mail = form.get_by_role("link", name="e-mail").get_attribute("href") or ""
    assert mail.startswith("mailto:editors@world.example?subject=")
    assert len(mail) > 1800 or parse_qs(urlsplit(mail).query)["body"] == [text]
    assert answers is HOSTILE or name == "mathimata-ellinikon-sto-limani.md"


def test_a_text_too_long_for_an_address_is_copied_in_two_steps(form: Page) -> None:
    form.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fill(form, LONG)
    form.get_by_role("button", name="1. Copy the text").click()
    expect(form.get_by_role("status")).to_contain_text("The text is copied.")
    name, text = downloaded(form)
    assert form.evaluate("navigator.clipboard.readText()") == text
    there = form.get_by_role("link", name="Open the page at GitHub").get_attribute("href")
    assert there == f"https://example.org/repository/new/main/content/practices?filename={name}"
    mail = form.get_by_role("link", name="2. Write the e-mail").get_attribute("href") or ""
    assert parse_qs(urlsplit(mail).query)["body"] == [
        f"(Attach the file {name} here: it is in your downloads.)"
    ]


def test_nothing_can_be_sent_before_what_is_needed_is_there(form: Page) -> None:
    form.goto(form.url + "#send")
    missing = form.locator(".missing li")
    expect(missing).to_have_text(
        [
            "Title – “Title” has no value, but a practice needs one.",
            "Summary – “Summary” has no value, but a practice needs one.",
            "Category – “Category” has no value, but a practice needs one.",
            "Country – “Country” has no value, but a practice needs one.",
            "Language – “Language” has no value, but a practice needs one.",
            "Description – “Description” has no value, but a practice needs one.",
        ]
    )
    expect(form.get_by_role("button", name="Download the file")).to_have_count(0)
    missing.nth(3).get_by_role("link").click()
    expect(form.locator("[data-key=country] [type=checkbox]").first).to_be_focused()
    expect(form.locator("[data-key=country] .fault")).to_be_visible()
    choose(form, "country", ["greece"])
    expect(form.locator("[data-key=country] .fault")).to_be_hidden()


def test_a_name_that_is_taken_is_seen_as_soon_as_the_last_step_is(form: Page) -> None:
    form.locator("#field-title").fill("Long road to school")
    form.goto(form.url + "#send")
    name = form.locator(".file-name")
    expect(name).to_have_text("content/practices/long-road-to-school-2.md")
    form.reload()
    expect(name).to_have_text("content/practices/long-road-to-school-2.md")


def test_a_name_that_windows_cannot_have_is_made_longer(form: Page) -> None:
    form.locator("#field-title").fill("Aux")
    form.goto(form.url + "#send")
    expect(form.locator(".file-name")).to_have_text("content/practices/aux-2.md")


def test_a_change_begins_with_the_record_and_keeps_the_rest(
    page: Page, http: str, site: Path
) -> None:
    page.goto(f"{http}practices/long-road-to-school.html")
    page.get_by_role("link", name="Suggest a change").click()
    expect(page.locator("h1")).to_contain_text("Suggest a change of “")
    before = (site.parent / RECORD).read_bytes().decode()
    page.goto(page.url + "#circumstances")
    page.locator("#field-reach").fill("1,000 children: more or less")
    page.goto(page.url.replace("#circumstances", "#send"))
    name, text = downloaded(page)
    lines = text.splitlines()
    changed = [line for line in lines if line not in before.splitlines()]
    assert (name, changed) == (Path(RECORD).name, ['reach: "1,000 children: more or less"'])
    there = page.get_by_role("link", name="Open the page at GitHub").get_attribute("href")
    assert there == f"https://example.org/repository/edit/main/{RECORD}"


def test_a_record_that_is_not_there_cannot_be_changed(page: Page, http: str) -> None:
    for wrong in ("nobody", "..%2F..%2Fx", "<b>"):
        page.goto(f"{http}{FORM}?change={wrong}")
        if wrong == "nobody":
            expect(page.get_by_role("status")).to_have_text("There is no practice “nobody”.")
            expect(page.locator("form.asked")).to_be_hidden()


def test_without_javascript_it_is_a_sheet_to_print(browser: Browser, http: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(http + FORM)
    expect(page.get_by_role("link", name="editors@world.example")).to_be_visible()
    for question in page.locator(".field").all():
        expect(question).to_be_visible()
    assert page.locator("button:visible").count() == page.locator(".masthead button").count()
    page.emulate_media(media="print")
    assert page.locator(".field:visible").count() == page.locator(".field").count()
    context.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Start a preview of the world."""
    with preview_of(lay_out_world(tmp_path / "world")) as started:
        yield started


def press_save(page: Page, is_good: bool = True) -> None:
    """Save the record, and wait until the preview has shown the page anew, which it does if it can.

    A page that is closed while it is loaded anew may never be closed.
    """
    epoch = page.locator("script[data-epoch]").get_attribute("data-epoch")
    page.get_by_role("button", name="Save into content/").click()
    if is_good:
        fresh = page.locator(f"script[data-epoch]:not([data-epoch='{epoch}'])")
        expect(fresh).to_have_count(1)
    expect(page.get_by_role("status")).to_contain_text("Saved as content/practices/")


def test_a_change_is_saved_from_the_preview(browser: Browser, running: Running) -> None:
    file = running.root / RECORD
    lines = file.read_text("utf-8").replace("title:", "# kept\ntitle:", 1).splitlines(keepends=True)
    file.write_text("".join(lines), "utf-8", newline="\r\n")
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    before = file.read_bytes()
    wait_until(lambda: len(running.rebuilds) == 2)  # or the page would be loaded anew meanwhile
    page.goto(f"{running.address}{FORM}?change=long-road-to-school#circumstances")
    page.locator("#field-place").fill("Elsewhere")
    page.goto(page.url.replace("#circumstances", "#send"))
    press_save(page)
    expect(page.get_by_role("status")).to_contain_text(f"Saved as {RECORD}.")
    after = file.read_bytes()
    there = [line for line in after.splitlines() if line not in before.splitlines()]
    assert there == [b"place: Elsewhere"]
    assert len(after.splitlines()) - len(before.splitlines()) in (0, 1)
    wait_until(lambda: "Elsewhere" in running.get("/practices/long-road-to-school.html")[2])
    context.close()


def test_what_was_saved_with_a_mistake_can_be_mended(browser: Browser, running: Running) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    running.until_shown(f"/{FORM}", "Propose a practice")
    for words in ("See [this](nobody.md).", "See [this](minimal.md)."):
        page = context.new_page()
        page.goto(f"{running.address}{FORM}?change=long-road-to-school#text")
        page.locator("#section-description").fill(words)
        page.locator("#text .to-send").click()
        press_save(page, is_good="nobody" not in words)
        assert words in (running.root / RECORD).read_text("utf-8")
        page.close()
    running.until_shown("/practices/long-road-to-school.html", 'href="minimal.html"')
    context.close()


def test_a_new_record_is_saved_from_the_preview(browser: Browser, running: Running) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    running.until_shown(f"/{FORM}", "Propose a practice")
    page.goto(running.address + FORM)
    fill(page, GREEK)
    _, text = downloaded(page)
    press_save(page)
    (saved,) = (running.root / "content/practices").glob("mathimata*.md")
    assert saved.read_bytes().decode() == text
    page.get_by_role("button", name="Save into content/").click()
    expect(page.get_by_role("status")).to_contain_text("There is a record")
    context.close()
