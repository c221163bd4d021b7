"""The form while one writes: answers are judged, kept, shown, and helped with."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from repertory.reading.document import read_body, read_document
from repertory.reading.markdown import read_prose
from repertory.reading.records import PRACTICE_KEYS, read_practice
from repertory.reading.source import collect
from repertory.reading.vocabulary import Languages, read_taxonomy
from tests.browser.filling import HOSTILE, choose, fill
from tests.browser.world import SOURCE

pytestmark = pytest.mark.browser


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
        ("website", "https://good.example@a.example/"),
        ("website", "https://a.example\\.good.example/"),
        ("website", "https://a%2eexample/"),
        ("website", "https://exa\u202emple.org/"),
        ("source", "see the book"),
        ("period", "2019-"),
        ("period", "2022-2019"),
        ("period", "since 2019"),
        ("reviewed", "2024-02-29"),
        ("reviewed", "2025-02-29"),
        ("reviewed", "2025-13-01"),
        ("reviewed", "1. 2. 2025"),
        ("reviewed", "0000-01-01"),
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
    label = form.locator(f"[data-key={key}]").get_attribute("data-label")
    assert fault.inner_text().startswith("".join(said).replace(f"“{key}”", f"“{label}”"))
    assert form.locator(f"#field-{key}").get_attribute("aria-invalid") == str(bool(said)).lower()


NOT_OF_VALUES = {"missing-field", "missing-alt-text"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# A title", "“A title” is a heading of the first level."),
        ("Words\n=====", "“Words” is a heading of the first level."),
        ("## Budget", "“Budget” is not a section of a record."),
        ("Words\n---", "“Words” is not a section of a record."),
        ("```\n## Budget\n```\n\nBelow", ""),
        (
            "Words\n\n### Below",
            "“Below” is not a section of a record. Write it in bold, **Below**,",
        ),
        ("#refugees welcome", "“refugees welcome” is a heading of the first level."),
        ("[x](www.a.example)", "The link “www.a.example” cannot be followed safely."),
        ("[x](report.pdf)", "The link “report.pdf” cannot be followed safely."),
        ("[x](minimal.md), [y](https://a.example), [z](mailto:a@b.example)", ""),
        ("[x](mailto:a@b.example,c@d.example?subject=Let%E2%80%99s)", ""),
        ("[x](mailto:)", "The link “mailto:” cannot be followed safely."),
        ("[x](mailto:a@b.example?subject=x%0D%0ABcc:c)", "The link “mailto:a@b.example?subject=x"),
        ("[x](https://b.example@a.example)", "The link “https://b.example@a.example” cannot"),
        ("[x](//a.example/b.html)", "The link “//a.example/b.html” cannot be followed safely."),
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


def test_what_is_wrong_is_seen_before_one_goes_on(form: Page) -> None:
    press = form.get_by_role("button", name="Continue").locator("visible=true")
    press.click()
    expect(form.locator("#practice .to-mend")).to_be_visible()
    expect(form.locator("#field-title")).to_be_focused()
    form.locator("#field-title").fill("A title")
    form.locator("#field-summary").fill("A summary")
    expect(form.locator("#practice .to-mend")).to_be_hidden()
    form.locator("#field-website").fill("no address")
    press.click()
    expect(form.locator("#field-website")).to_be_focused()
    press.click()
    expect(form.locator("#category")).to_be_visible()


def test_enter_leads_to_the_next_field_and_chooses_what_was_found(form: Page) -> None:
    form.locator("#field-title").press("Enter")
    expect(form.locator("#field-summary")).to_be_focused()
    form.goto(form.url + "#type-of-action")
    found = form.locator("[data-key=type-of-action]")
    found.get_by_role("searchbox").fill("read")
    found.get_by_role("searchbox").press("Enter")
    expect(found.locator("[value=reading-aloud]")).to_be_checked()
    expect(form.locator("#type-of-action")).to_be_visible()
    found.get_by_role("searchbox").fill("meal")
    expect(found.locator("li:visible")).to_have_text(["Reading aloud", "Meals"])


@pytest.mark.parametrize(
    ("field", "written", "tidied"),
    [
        ("#field-website", "a.example/b", "https://a.example/b"),
        ("#field-website", "www.a.example", "https://www.a.example"),
        ("#field-website", "no address", "no address"),
        ("#field-website", "handbook.pdf", "handbook.pdf"),
        ("#field-website", "10.1016/j.childyouth", "10.1016/j.childyouth"),
        ("#field-website", "Dr.Smith", "Dr.Smith"),
        ("#field-same_as", "a.example b.example", "https://a.example\nhttps://b.example"),
        ("#field-period", "2019 – 2022", "2019-2022"),
        ("#field-period", "2019 – σήμερα", "2019-"),
        ("#section-description", "They:\n• sing\n•\tread\nEvery day.",
         "They:\n\n- sing\n- read\n\nEvery day."),
        ("#section-description", "- a\n- b", "- a\n- b"),
    ],
)  # fmt: skip
def test_an_answer_is_tidied_where_one_thing_is_meant(
    form: Page, field: str, written: str, tidied: str
) -> None:
    step = form.locator(field).evaluate("e => e.closest('.step').id")
    form.goto(f"{form.url}#{step}")
    form.locator(field).fill(written)
    form.locator(field).press("Tab")
    expect(form.locator(field)).to_have_value(tidied)


def test_a_term_by_another_name_is_chosen(form: Page) -> None:
    form.goto(form.url + "#country")
    form.locator("#field-country-new").fill("Ελλάδα, Hellas, Atlantis")
    form.locator("#field-country-new").press("Tab")
    expect(form.locator("[data-key=country] [value=greece]")).to_be_checked(checked=True)
    expect(form.locator("#field-country-new")).to_have_value("Ελλάδα, Atlantis")


def test_what_was_written_is_there_again(form: Page) -> None:
    form.locator("#field-title").fill("A title to keep")
    form.goto(form.url + "#category")
    choose(form, "category", ["policy-paper"])
    form.reload()
    expect(form.get_by_role("status")).to_contain_text("What you wrote last time is back.")
    assert form.locator("#field-title").input_value() == "A title to keep"
    assert form.locator("[data-key=category] [value=policy-paper]").is_checked()
    form.get_by_role("button", name="Begin anew").click()
    expect(form.locator("#field-title")).to_have_value("")
    expect(form.get_by_role("status")).to_contain_text("All is empty again.")
    form.get_by_role("button", name="Bring it back").click()
    expect(form.locator("#field-title")).to_have_value("A title to keep")


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
    expect(form.locator("#target")).to_be_visible()


OUTLINE = """(html) => {
  const whole = new DOMParser().parseFromString(html, "text/html").body;
  const outline = (node) => node.nodeType === Node.TEXT_NODE
    ? node.data.replace(/\\s+/g, " ").trim()
    : `<${node.localName}${node.href ? ` ${node.href}` : ""}>`
      + [...node.childNodes].map(outline).filter(Boolean).join("|");
  return outline(whole);
}"""


@pytest.mark.parametrize(
    "text",
    [
        "**Bold**, *leaning* and `code`; a_b_c",
        "[a link](https://a.example/b) and <https://a.example/c>",
        "~~gone~~ and ~one~",
        "See https://a.example/b, www.a.example and me@a.example",
        "- one\n- two\n    - inside\n\nAfter",
        "- [ ] to do\n- [x] done",
        "1. one\n2. two",
        "1) one\n2) two",
        "one  \ntwo\\\nthree",
        "> said\n> so",
        "| a | b |\n|---|---|\n| 1 | *2* |",
        "```\ncode <b>\n```",
        "1 < 2 & 3 > 2",
    ],
)
def test_the_preview_shows_what_people_write_as_the_page_will(form: Page, text: str) -> None:
    record = f"---\ntitle: T\n---\n\n{text}\n"
    body, _ = collect(read_body(Path(), "content/practices/t.md", record.encode()))
    assert body
    (_, html, _), problems = collect(read_prose(body))
    assert [problem.rule for problem in problems] == []
    form.goto(form.url + "#text")
    form.locator("#section-description").fill(text)
    shown = form.locator(".preview .prose")
    expect(shown).not_to_be_empty()
    blank = form.context.new_page()  # where text may become HTML
    outlines = [blank.evaluate(OUTLINE, source) for source in (shown.inner_html(), html)]
    blank.close()
    assert outlines[0] == outlines[1]


def test_the_preview_shows_text_and_nothing_else(form: Page) -> None:
    fill(form, HOSTILE)
    shown = form.locator(".preview")
    expect(shown.locator(".title")).to_contain_text("{{ it }} <b>: [x](javascript:alert(1))")
    expect(shown).to_contain_text("</textarea><img src=x onerror=run>")
    assert shown.locator("img, script, b, [href^=javascript]").count() == 0
    form.goto(form.url.replace("#send", "#text"))
    form.locator("#section-description").fill(
        "**Bold** and [a link](https://a.example)\n\n1. one\n"
    )
    expect(shown.locator("strong")).to_have_text("Bold")
    expect(shown.locator("ol > li")).to_have_text("one")
    expect(shown.locator("a[href='https://a.example']")).to_have_text("a link")
