"""The fields of a practice that are no facets: what each asks, and how it is answered."""

from typing import NamedTuple

from repertory.reading.fields import SUMMARY, TEXT, TITLE


class Field(NamedTuple):
    """A key of the front matter, and what the form, the field guide and `new` say about it.

    `kind` tells how an answer is written: as a "text" of at most `limit` characters, an "address",
    "addresses", a "date", "years", a "language" or "names". What is `asked` stands in the form;
    other fields are the editors'.
    """

    key: str
    label: str
    question: str
    help: str
    example: str
    kind: str
    limit: int = TEXT
    required: bool = False
    asked: bool = True


PRACTICE_FIELDS = (
    Field(
        "title",
        "Title",
        "What is the practice called?",
        "Its own name, as those who do it call it.",
        "Homework club in Ghent",
        "text",
        limit=TITLE,
        required=True,
    ),
    Field(
        "summary",
        "Summary",
        "What is it, in one or two sentences?",
        "Who does what, for whom. It stands in lists and search results.",
        "Students of teaching help newly arrived pupils with homework, twice a week.",
        "text",
        limit=SUMMARY,
        required=True,
    ),
    Field(
        "added",
        "Added",
        "When is this record written?",
        "The day of today, as year-month-day.",
        "2026-11-01",
        "date",
        required=True,
        asked=False,
    ),
    Field(
        "organisation",
        "Organisation",
        "Who carries it out?",
        "The school, association or authority; several with commas.",
        "City of Ghent",
        "text",
    ),
    Field(
        "website",
        "Website",
        "Where on the web can one see it?",
        "The address of the practice's own page, copied from the browser.",
        "https://example.org/homework-club",
        "address",
    ),
    Field(
        "place",
        "Place",
        "In which town or region?",
        "Leave it out if it is the whole country.",
        "Ghent",
        "text",
    ),
    Field(
        "period",
        "Years",
        "In which years?",
        "2019 is one year, 2019-2022 is from one to another, 2019- goes on.",
        "2019-2022",
        "years",
    ),
    Field(
        "reach",
        "Reach",
        "How many does it reach?",
        "A number, and of whom or what; only where somebody has counted.",
        "About 60 pupils a year",
        "text",
    ),
    Field(
        "source",
        "Source",
        "Where can your facts be read?",
        "The address of a page, report or article that others can check.",
        "https://example.org/homework-club/report",
        "address",
    ),
    Field(
        "reviewed",
        "Reviewed",
        "When did somebody last make sure that this is still true?",
        "A date as year-month-day.",
        "2026-11-01",
        "date",
    ),
    Field(
        "image",
        "Picture",
        "Which picture shows it?",
        "The name of a file that lies beside the record: jpg, png, webp, avif or gif.",
        "homework-club.jpg",
        "text",
        asked=False,
    ),
    Field(
        "image_alt",
        "Picture in words",
        "What does the picture show?",
        "One sentence for those who cannot see it.",
        "Two students and six pupils around a table with books.",
        "text",
        asked=False,
    ),
    Field(
        "same_as",
        "Also described at",
        "Where else is the same practice described?",
        "Addresses of its pages in other databases.",
        "https://example.org/database/17",
        "addresses",
    ),
    Field(
        "formerly",
        "Former names",
        "Which names did this file have before?",
        "So that old addresses lead here; without .md at the end.",
        "homework-ghent",
        "names",
        asked=False,
    ),
    Field(
        "written_in",
        "Written in",
        "In which language is this record written?",
        "Write in the language that you know best.",
        "nl",
        "language",
    ),
)
"""Every field, in the order in which it is asked."""
