"""The form in which a practice is proposed, the guide to its fields, and what both need."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import NamedTuple

from babel import Locale

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.base.slugs import DEVICE
from repertory.catalog.catalog import Catalog
from repertory.publishing import frame, questions, reads, urls
from repertory.publishing.output import Output, Section, Shown, alone, as_json
from repertory.publishing.questions import FacetQuestion, SectionQuestion
from repertory.publishing.schema import schema
from repertory.publishing.view import View
from repertory.reading.files import PRACTICES
from repertory.reading.practice_fields import PRACTICE_FIELDS, Field
from repertory.reading.taxonomy import OPENING

FIRST = ("practice", "The practice", ("title", "summary", "written_in", "website"))
LATER = (
    ("circumstances", "Who, where, when, how many", ("organisation", "place", "period", "reach")),
    ("sources", "Where it can be read", ("source", "same_as", "reviewed")),
)
"""The steps of the form that ask for fields: an id, a title and the keys; facets come between."""
LAST_KEYS = ("added", "reviewed")  # in a file: what the editors look for at the end
SCRIPTS = (
    *("vendor/js-yaml.js", "vendor/marked.js", "vendor/slugify.js"),
    *("record.js", "preview.js", "answers.js", "nearest.js", "ways.js", "contribute.js"),
)
"""The form's scripts, each after those that it needs."""


class Step(NamedTuple):
    """One screen of the form."""

    id: str
    title: str
    fields: tuple[Field, ...] = ()
    facet: FacetQuestion | None = None
    sections: tuple[SectionQuestion, ...] = ()


def sections(catalog: Catalog, settings: Settings) -> Iterator[Section]:
    """Yield the form, the guide, the schema, and the list of the practices there are."""
    around = reads.around(catalog, settings)
    view = View(catalog, settings, urls.CONTRIBUTE)
    yield alone(around, Output(view.path, partial(_form, view)))
    guide = View(catalog, settings, urls.FIELDS)
    yield alone(around, Output(guide.path, partial(_guide, guide)))
    yield alone(around, Output(urls.SCHEMA, partial(schema, catalog.taxonomy, settings)))
    known = digest(reads.keys(catalog.practices))
    yield alone(known, Output(urls.KNOWN, partial(_known, catalog), indexed=False))


def steps(view: View) -> Iterator[Step]:
    """Yield the screens of the form, in order: what it is, its terms, its text, the rest."""
    asked = {field.key: field for field in PRACTICE_FIELDS if field.asked}

    def of_fields(id: str, title: str, keys: Iterable[str]) -> Step:
        return Step(id, title, tuple(asked[key] for key in keys if key in asked))

    yield of_fields(*FIRST)
    for facet in questions.facets(view):
        yield Step(facet.key, facet.short, facet=facet)
    texts = tuple(questions.sections(view))
    opening = tuple(section for section in texts if section.is_opening)
    yield Step("text", "What is done", sections=opening or (UNNAMED,))
    if texts != opening:
        others = tuple(section for section in texts if section not in opening)
        yield Step("sections", "More about it", sections=others)
    for step in LATER:
        yield of_fields(*step)


UNNAMED = SectionQuestion(
    OPENING, "Description", "What is done, by whom, for whom, where and since when?", True, ()
)
"""The beginning of the text, where taxonomy.yaml says nothing about it."""


def _form(view: View) -> Shown:
    settings = view.settings
    told = {
        "keys": _file_order(view),
        "words": questions.wordings(tuple(view.catalog.taxonomy.sections.values())),
        "known": view.href(urls.KNOWN),
        "practices": view.href(urls.PRACTICES).removesuffix("index.html"),
        "repository": settings.repository.rstrip("/"),
        "taken": [PurePosixPath(path).stem for path in (urls.PRACTICES, urls.A_TO_Z)],
        "device": f"^{DEVICE}$",
        "branch": settings.branch,
        "folder": PRACTICES,
        "email": settings.email,
        "site": settings.name,
    }
    return frame.page(
        view,
        "contribute.html",
        title="Propose a practice",
        description="Tell us about a practice that should be here: answer what you know.",
        scripts=SCRIPTS,
        styles=("contribute.css",),
        steps=tuple(steps(view)),
        told=as_json(told).decode(),
        own_language=Locale(view.language).get_display_name(view.language),
        languages=questions.languages(view),
        guide=view.href(urls.FIELDS),
        repository=settings.repository,
        email=settings.email,
        about=view.about(),
    )


def _file_order(view: View) -> list[str]:
    """Return the keys of the front matter in the order in which the form writes them."""
    keys = [field.key for field in PRACTICE_FIELDS]
    first = [key for key in keys if key in ("title", "summary")]
    others = [key for key in keys if key not in (*first, *LAST_KEYS)]
    return [*first, *view.catalog.taxonomy.facets, *others, *LAST_KEYS]


def _guide(view: View) -> Shown:
    return frame.page(
        view,
        "fields.html",
        title="The fields of a practice",
        description="What each field of a practice asks, and which terms can be chosen.",
        styles=("contribute.css",),
        fields=PRACTICE_FIELDS,
        facets=tuple(questions.facets(view)),
        sections=tuple(questions.sections(view)),
        form=view.href(urls.CONTRIBUTE),
        schema=view.href(urls.SCHEMA),
    )


def _known(catalog: Catalog) -> bytes:
    """Return the id, title, addresses and former ids of all practices, to find the nearest."""
    return as_json(
        [
            (
                p.id,
                p.title,
                [*filter(None, dict.fromkeys((p.website, p.source, *p.same_as)))],
                p.formerly,
            )
            for p in catalog.practices
        ]
    )
