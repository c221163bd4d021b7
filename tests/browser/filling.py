"""Practices of three very different kinds, and how they are filled into the form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

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
    "country": ["belgium", 'new: "] x: [y\\'],
    "language": ["english"],
    "type-of-action": ["sport"],
    "section description": "`code`\n\n---\n\n</textarea><img src=x onerror=run> {% raw %} ${x}",
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
        page.get_by_role("button", name="Download the file", exact=True).click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes().decode()
