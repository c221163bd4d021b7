"""What contributors are asked is complete, and says what the rules say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from repertory.publishing import contribute, questions, urls
from repertory.publishing.contribute import FIRST, LATER, UNNAMED, steps
from repertory.publishing.output import Shown
from repertory.publishing.view import View
from repertory.reading.practice_fields import PRACTICE_FIELDS
from repertory.reading.taxonomy import Facet, Taxonomy, Term
from repertory.reading.vocabulary import RESERVED
from tests.test_pictures import catalog, practice
from tests.worlds import SITES, checked, lay_out, settings_of

FILLED = re.compile(r"\{(\w+)\}")


@pytest.fixture
def view(tmp_path: Path) -> Iterator[View]:
    """Return the small world as the form sees it."""
    settings = settings_of(lay_out(tmp_path / "world", SITES / "small"))
    found = checked(settings).catalog
    assert found
    yield View(found, settings, urls.CONTRIBUTE)


def test_every_field_and_facet_and_section_is_asked_once(view: View) -> None:
    every = list(steps(view))
    fields = [field.key for step in every for field in step.fields]
    assert sorted(fields) == sorted(field.key for field in PRACTICE_FIELDS if field.asked)
    facets = [step.facet.key for step in every if step.facet]
    assert facets == list(view.catalog.taxonomy.facets)
    sections = [section.key for step in every for section in step.sections]
    assert sections == list(view.catalog.taxonomy.sections)


def test_no_facet_can_have_the_name_of_a_step(view: View) -> None:
    own = {step.id for step in steps(view) if not step.facet} | {"send", "main"}
    assert own <= set(RESERVED)
    assert {FIRST[0], *(step[0] for step in LATER)} <= own


def test_terms_that_are_no_longer_used_cannot_be_chosen(view: View) -> None:
    outcome = next(facet for facet in questions.facets(view) if facet.key == "outcome")
    chosen = [choice.id for group in outcome.groups for choice in group.items]
    assert "reading-aloud" not in chosen
    assert [group.label for group in outcome.groups] == ["Well-being", "Learning"]
    belonging = outcome.groups[0].items[0]
    assert {"belonging", "Zugehörigkeitsgefühl", "feeling at home"} <= set(belonging.names)


def test_a_facet_says_for_which_records_it_is(view: View) -> None:
    conditions = {facet.key: facet.condition for facet in questions.facets(view)}
    assert conditions["target"] == "Only where Category is Good practices."
    assert conditions["country"] == ""


def test_the_words_have_places_for_answers(view: View) -> None:
    words = questions.wordings(tuple(view.catalog.taxonomy.sections.values()))
    places = {key: set(FILLED.findall(said)) for key, said in words.items()}
    assert places == {
        "empty": {"name"},
        "long": {"name", "length", "limit"},
        "address": {"name"},
        "date": {"name"},
        "day": {"value", "month", "days"},
        "years": {"name"},
        "future": {"name", "today"},
        "top": {"text"},
        "heading": {"text"},
        "opening": {"text"},
        "skipped": {"text", "level", "before", "hashes"},
        "link": {"text"},
        "picture": {"text"},
        "unnamed": set(),
        "wordy": set(),
    }
    assert not any(re.search(r"\d", FILLED.sub("", said)) for key, said in words.items()
                   if key not in ("date", "years"))  # fmt: skip


def test_the_text_is_asked_for_where_the_vocabulary_has_no_sections() -> None:
    terms = {"a": Term("a", {"en": "A"})}
    world = catalog(practice(1, kind="a"), facets=(Facet("kind", {"en": "Kind"}, terms, {}),))
    assert isinstance(world.taxonomy, Taxonomy)
    every = list(steps(View(world, settings_of(Path()), urls.CONTRIBUTE)))
    assert [step.id for step in every if step.sections] == ["text"]
    assert every[2].sections == (UNNAMED,)


def test_the_guide_explains_every_field(view: View) -> None:
    (page,) = (
        output.content()
        for section in contribute.sections(view.catalog, view.settings)
        for output in section.outputs()
        if output.path == urls.FIELDS
    )
    assert isinstance(page, Shown)
    fields = page.data["fields"]
    assert isinstance(fields, tuple)
    assert [field.key for field in fields] == [field.key for field in PRACTICE_FIELDS]
