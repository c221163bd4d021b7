"""The form: a practice is proposed by answering, whoever writes it and whatever they write."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal
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
from tests.browser.test_access import AXE, FINDINGS
from tests.browser.world import SOURCE, lay_out_world
from tests.previews import PATIENCE, Running, preview_of, wait_until
from tests.worlds import settings_of

pytestmark = pytest.mark.browser

FORM = "contribute.html"
RECORD = "content/practices/long-road-to-school.md"
LONG = {
    "title": "The long way from the harbour to the classroom",
    "summary": "Every morning students accompany children from the harbour to school. " * 4,
    "website": "harbour.example/school?day=monday&way=long",
    "category": ["good-practice"],
    "country": ["greece", "italy", "new: San Marino"],
    "language": ["greek", "english"],
    "outcome": ["belonging", "friendship"],
    "type-of-action": ["mentoring", "transport"],
    "section description": "They walk.\n\n- They sing.\n- They read.\n\nThen they are there. "
    + "On. " * 2500,
    "section evaluation": "Teachers were asked in 2021.\n\n### How\n\nBy **letter**.",
    "organisation": "Harbour Schools",
    "place": "Piraeus",
    "period": "2019-2022",
    "reach": "200 children",
    "source": "https://harbour.example/report",
    "same_as": "https://one.example/a\nhttps://two.example/b",
    "reviewed": "2026-01-02",
}
GREEK = {
    "title": "Μαθήματα ελληνικών στο λιμάνι",
    "summary": "Εθελοντές διδάσκουν ελληνικά σε παιδιά: κάθε Σάββατο, δωρεάν.",
    "category": ["good-practice"],
    "country": ["greece"],
    "language": ["greek"],
    "type-of-action": ["homework"],
    "section description": "Τα παιδιά μαθαίνουν τη γλώσσα μαζί με τους γονείς τους.",
    "written_in": "el",
}
HOSTILE = {
    "title": "'\"--- # {{ it }} <b>: [x](javascript:alert(1)) \\ & %0A \u202eevil \x07",
    "summary": "]: &a *b !!c | > @ ` ~ null <script>alert(1)</script> 😀 --- # end",
    "category": ["policy-paper"],
    "country": ["belgium", 'new: "], x: [y\\'],
    "language": ["english"],
    "type-of-action": ["sport"],
    "section description": "`code`\n---\n\n</textarea><img src=x onerror=alert(1)> {% raw %} ${x}",
    "organisation": "? a: b",
    "place": "- no",
}
FILLED = {"long": LONG, "greek": GREEK, "hostile": HOSTILE}
Answers = Mapping[str, Any]


def fill(page: Page, answers: Answers) -> None:
    """Answer the questions, step by step, and go on to the last step."""
    while (step := page.locator(".step:visible").get_attribute("id")) != "send":
        for field in page.locator(f"#{step} .field").all():
            key = field.get_attribute("data-key")
            answer = answers.get(key or f"section {field.get_attribute('data-section')}")
            if isinstance(answer, list):
                choose(page, str(key), answer)
            elif answer and field.locator("select").count():
                field.locator("select").select_option(answer)
            elif answer:
                field.locator("input, textarea").fill(answer)
        page.locator(f"#{step} .next").click()
        expect(page.locator(f"#{step}")).to_be_hidden()


def choose(page: Page, facet: str, terms: list[str]) -> None:
    """Choose terms of a facet, and propose others."""
    field = page.locator(f"[data-key={facet}]")
    for term in terms:
        if term.startswith("new: "):
            field.locator(".new-term").fill(term.removeprefix("new: "))
        else:
            field.locator(f"[value={term}]").check()


def downloaded(page: Page) -> tuple[str, str]:
    """Return the name and the text of the file that the form gives."""
    with page.expect_download() as found:
        page.get_by_role("button", name="Download the file").click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes().decode()


@pytest.fixture
def form(page: Page, http: str) -> Iterator[Page]:
    """Return the form, at its first step; an error on it fails the test."""
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.goto(http + FORM)
    yield page
    assert faults == []


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
    seen = str(answers["title"]).replace("\x07", "")
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


def test_the_address_at_github_holds_the_same_text(form: Page) -> None:
    fill(form, GREEK)
    link = form.get_by_role("link", name="Propose on GitHub")
    address = urlsplit(link.get_attribute("href") or "")
    name, text = downloaded(form)
    assert address.path == "/repository/new/main/content/practices"
    assert parse_qs(address.query, keep_blank_values=True) == {"filename": [name], "value": [text]}
    assert link.get_attribute("rel") == "noopener"
    mail = form.get_by_role("link", name="Send by e-mail").get_attribute("href") or ""
    assert mail.startswith("mailto:editors@world.example?subject=")
    assert name == "mathimata-ellinikon-sto-limani.md"


def test_a_text_too_long_for_an_address_is_copied_in_two_steps(form: Page) -> None:
    form.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fill(form, LONG)
    form.get_by_role("button", name="Copy the text").click()
    expect(form.get_by_role("button", name="Copied")).to_be_visible()
    name, text = downloaded(form)
    assert form.evaluate("navigator.clipboard.readText()") == text
    there = form.get_by_role("link", name="Open the page at GitHub").get_attribute("href")
    assert there == f"https://example.org/repository/new/main/content/practices?filename={name}"
    expect(form.locator(".ways")).to_contain_text("Download the file first; then attach it")


def test_nothing_can_be_sent_before_what_is_needed_is_there(form: Page) -> None:
    form.goto(form.url + "#send")
    missing = form.locator(".missing li")
    expect(missing).to_have_text(
        [
            "Title: “title” has no value, but a practice needs one.",
            "Summary: “summary” has no value, but a practice needs one.",
            "Category: “category” has no value, but a practice needs one.",
            "Country of implementation: “country” has no value, but a practice needs one.",
            "Language: “language” has no value, but a practice needs one.",
            "Description: “Description” has no value, but a practice needs one.",
        ]
    )
    expect(form.get_by_role("button", name="Download the file")).to_have_count(0)
    missing.nth(3).get_by_role("link").click()
    expect(form.locator("#country h2")).to_be_focused()
    expect(form.locator("[data-key=country] .fault")).to_be_visible()
    choose(form, "country", ["greece"])
    expect(form.locator("[data-key=country] .fault")).to_be_hidden()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", "x" * 151),
        ("summary", "é" * 301),
        ("summary", "😀" * 300),
        ("website", "ftp://a.example"),
        ("website", "http://"),
        ("website", "https://user@a.example"),
        ("website", "https://a.example/x y"),
        ("website", "https://a.example:80/?x#y"),
        ("website", "https://nowhere"),
        ("source", "see the book"),
        ("period", "2019-"),
        ("period", "2022-2019"),
        ("period", "since 2019"),
        ("reviewed", "2024-02-29"),
        ("reviewed", "2025-02-29"),
        ("reviewed", "2025-13-01"),
        ("reviewed", "1. 2. 2025"),
        ("reviewed", "0000-01-01"),
        ("image", "C:\\a.png"),
        ("image", "a.png"),
    ],
)
def test_an_answer_is_judged_in_the_words_of_check(form: Page, key: str, value: str) -> None:
    taxonomy, _ = collect(read_taxonomy(SOURCE, Languages("en", ("en",)), PRACTICE_KEYS))
    text = f"---\n{key}: {json.dumps(value)}\n---\nText.\n"
    document, _ = collect(read_document(Path(), "content/practices/a.md", data=text.encode()))
    assert document
    _, problems = collect(read_practice(document, taxonomy))
    said = [p.message for p in problems if p.level == "error" and p.rule not in NOT_OF_VALUES]
    step = form.locator(f"[data-key={key}]").evaluate("e => e.closest('.step').id")
    form.goto(f"{form.url}#{step}")
    form.locator(f"#field-{key}").fill(value)
    form.locator(f"#field-{key}").press("Tab")
    fault = form.locator(f"[data-key={key}] .fault")
    expect(fault).to_be_visible() if said else expect(fault).to_be_hidden()
    assert fault.inner_text().startswith("".join(said))
    assert form.locator(f"#field-{key}").get_attribute("aria-invalid") == str(bool(said)).lower()


NOT_OF_VALUES = {"missing-field", "missing-alt-text"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# A title", "“A title” is a heading of the first level."),
        ("Words\n=====", "“Words” is a heading of the first level."),
        ("## Budget", "“Budget” is not a section of a record."),
        ("Words\n---", "“Words” is not a section of a record."),
        ("```\n## Budget\n```\n\n### Below", ""),
        ("[x](javascript:alert(1))", "The link “javascript:alert(1)” cannot be followed safely."),
        ("![a](https://a.example/b.png)", "“https://a.example/b.png” is not the name of a picture"),
    ],
)
def test_a_text_is_judged_too(form: Page, text: str, said: str) -> None:
    form.goto(form.url + "#text")
    form.locator("#section-description").fill(text)
    form.locator("#section-description").press("Tab")
    fault = form.locator("[data-section=description] .fault")
    assert fault.text_content().startswith(said) if said else fault.is_hidden()  # type: ignore[union-attr]


def test_a_facet_is_asked_only_where_it_belongs(form: Page) -> None:
    summary = form.locator(".steps summary")
    expect(summary).to_have_text("Step 1 of 13")
    form.goto(form.url + "#category")
    choose(form, "category", ["policy-paper"])
    form.goto(form.url.replace("#category", "#outcome"))
    expect(form.locator("#practice")).to_be_visible()
    form.goto(form.url.replace("#outcome", "#category"))
    choose(form, "category", ["good-practice"])
    form.goto(form.url.replace("#category", "#outcome"))
    expect(form.locator("#outcome")).to_be_visible()


def test_what_was_written_is_there_again(form: Page) -> None:
    form.locator("#field-title").fill("A title to keep")
    form.get_by_role("button", name="Continue").locator("visible=true").click()
    choose(form, "category", ["policy-paper"])
    form.reload()
    expect(form.get_by_role("status")).to_contain_text("What you wrote last time is back.")
    assert form.locator("#field-title").input_value() == "A title to keep"
    assert form.locator("[data-key=category] [value=policy-paper]").is_checked()
    form.get_by_role("button", name="Begin anew").click()
    form.wait_for_load_state()
    expect(form.locator("#field-title")).to_have_value("")
    expect(form.get_by_role("status")).to_be_empty()


def test_the_same_practice_is_offered_while_one_writes(form: Page) -> None:
    form.locator("#field-title").fill("the LONG road to school!")
    near = form.locator(".near")
    expect(near).to_contain_text("Is it one of these, which are here already?")
    expect(near.get_by_role("link").first).to_have_attribute(
        "href", "practices/long-road-to-school.html"
    )
    form.locator("#field-title").fill("Something else")
    expect(near).to_be_empty()
    form.locator("#field-website").fill("www.example.org/report.pdf/")
    expect(near.get_by_role("link").first).to_be_visible()


def test_a_long_list_can_be_searched(form: Page) -> None:
    form.goto(form.url + "#type-of-action")
    found = form.locator("[data-key=type-of-action]")
    found.get_by_role("searchbox").fill("READ")
    expect(found.locator("li:visible")).to_have_text(["Reading aloud"])
    found.get_by_role("searchbox").fill("xyz")
    expect(found.get_by_text("Nothing in this list has these letters.")).to_be_visible()
    form.locator("#type-of-action .next").click()
    expect(form.locator("#text")).to_be_visible()


def test_the_preview_shows_text_and_nothing_else(form: Page) -> None:
    fill(form, HOSTILE)
    shown = form.locator(".preview")
    expect(shown.locator(".title")).to_contain_text("{{ it }} <b>: [x](javascript:alert(1))")
    expect(shown).to_contain_text("</textarea><img src=x onerror=alert(1)>")
    assert shown.locator("img, script, b, [href^=javascript]").count() == 0
    form.goto(form.url.replace("#send", "#text"))
    form.locator("#section-description").fill(
        "**Bold** and [a link](https://a.example)\n\n1. one\n"
    )
    expect(shown.locator("strong")).to_have_text("Bold")
    expect(shown.locator("ol > li")).to_have_text("one")
    expect(shown.locator("a[href='https://a.example']")).to_have_text("a link")


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
            expect(page.get_by_role("status")).to_contain_text("This record cannot be read here.")
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


def test_a_change_is_saved_from_the_preview(browser: Browser, running: Running) -> None:
    file = running.root / RECORD
    lines = file.read_text("utf-8").replace("title:", "# kept\ntitle:", 1).splitlines(keepends=True)
    file.write_text("".join(lines), "utf-8", newline="\r\n")
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    before = file.read_bytes()
    running.until_shown("practices/long-road-to-school.md", "# kept")
    page.goto(f"{running.address}{FORM}?change=long-road-to-school#circumstances")
    page.locator("#field-place").fill("Elsewhere")
    page.goto(page.url.replace("#circumstances", "#send"))
    page.get_by_role("button", name="Save into content/").click()
    expect(page.get_by_role("status")).to_contain_text(f"Saved as {RECORD}.")
    after = file.read_bytes()
    there = [line for line in after.splitlines() if line not in before.splitlines()]
    assert there == [b"place: Elsewhere"]
    assert len(after.splitlines()) - len(before.splitlines()) in (0, 1)
    wait_until(lambda: "Elsewhere" in running.get("/practices/long-road-to-school.html")[2])
    context.close()


def test_a_new_record_is_saved_from_the_preview(browser: Browser, running: Running) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    running.until_shown(FORM, "Propose a practice")
    page.goto(running.address + FORM)
    fill(page, GREEK)
    _, text = downloaded(page)
    page.get_by_role("button", name="Save into content/").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as content/practices/mathimata-")
    (saved,) = (running.root / "content/practices").glob("mathimata*.md")
    assert saved.read_bytes().decode() == text
    page.get_by_role("button", name="Save into content/").click()
    expect(page.get_by_role("status")).to_contain_text("There is a record")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(
    browser: Browser, http: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    page = context.new_page()
    page.goto(http + FORM)
    page.evaluate(AXE.read_text("utf-8"))
    page.locator("#field-title").fill("The long road to school")
    page.locator("#field-website").fill("no address")
    page.locator("#field-website").press("Tab")
    expect(page.locator(".near a").first).to_be_visible()
    states = page.locator(".step").evaluate_all("all => all.map(step => step.id)")
    for state in (*states, "practice"):
        page.evaluate("id => { location.hash = id }", state)
        expect(page.locator(f"#{state}")).to_be_visible()
        assert page.evaluate(FINDINGS) == [], state
        if state == "category":
            choose(page, "category", ["good-practice"])
            page.locator(".steps summary").click()
            assert page.evaluate(FINDINGS) == []
    page.locator("#field-website").fill("")
    fill(page, LONG)
    page.locator(".file summary").click()
    assert page.evaluate(FINDINGS) == []
    context.close()
