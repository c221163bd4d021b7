"""Everything that a site is made from, read: the vocabulary and all records."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeAlias

from repertory.base.budget import OverBudget, processor_seconds
from repertory.base.digest import digest
from repertory.base.problem import Finding, Place, Problem, rule
from repertory.base.settings import Settings
from repertory.base.step import Made, NotKept, Shelf, Steps
from repertory.reading.document import Document, read_body, read_document
from repertory.reading.files import Contents, File, read_once, read_vocabulary
from repertory.reading.markdown import read_prose
from repertory.reading.model import Practice, Record, SharedIds
from repertory.reading.prose import Prose
from repertory.reading.records import (
    PRACTICE_KEYS,
    practice_in_other_folder,
    read_news_item,
    read_page,
    read_practice,
)
from repertory.reading.source import (
    CHANGED,
    TAXONOMY_BYTES,
    VOCABULARY,
    Reading,
    Value,
    collect,
    read_source,
)
from repertory.reading.taxonomy import Taxonomy
from repertory.reading.tree import TAXONOMY_LIMITS, Pairs, compose, whole
from repertory.reading.vocabulary import EMPTY, Languages, read_taxonomy

Problems: TypeAlias = tuple[Problem, ...]
Found: TypeAlias = tuple[Value, Problems]
READERS: dict[str, Callable[[Document, Taxonomy], Reading[Record]]] = {
    "practices": read_practice,
    "news": read_news_item,
    "pages": read_page,
}
"""The folders of content/, and how a file of each is read."""
BY_VOCABULARY = {
    "unknown-term", "several-terms-in-one", "name-for-id", "term-of-another-facet",
    "term-given-twice", "too-many-terms", "deprecated-term", "facet-not-for-category",
    "unknown-section", "unknown-key", "proposed-term",
}  # fmt: skip
"""Rules that compare records with the vocabulary: they mislead while that has errors of its own."""
BUDGET = 1.5  # seconds of the processor: a hundred times what a record takes
MOST_PROBLEMS = 100


class Fronts(NamedTuple):
    """What was read of the front matter of all records, and the problems met.

    `records` maps the paths of those that could be read to what they say. `compared` tells whether
    the vocabulary was good enough to compare records with it.
    """

    taxonomy: Taxonomy
    records: Mapping[str, Record]
    problems: Problems
    compared: bool


class Bodies(NamedTuple):
    """What was read of the bodies of all records, by their paths, and the problems met."""

    prose: Mapping[str, Prose]
    problems: Problems


@rule("error")
def too_many_problems(place: Place) -> Iterator[Finding]:
    """So much is wrong with a file that it is not read to its end.

    It may be no record at all. Mistakes by the thousand would bury those of other files.
    """
    message = f"{MOST_PROBLEMS} things are wrong with this file, and perhaps more."
    yield Finding(place, message, "Mend those that are shown, and check again.")


@rule("error")
def takes_too_long(place: Place) -> Iterator[Finding]:
    """A file takes so long to read that the others would have to wait.

    A record takes some milliseconds. Thousands of lines without an empty one between them, or of
    signs that Markdown gives a meaning, may take minutes.
    """
    message = f"This file was given up after {BUDGET:g} seconds."
    hint = "Put empty lines between paragraphs, and take out what repeats itself."
    yield Finding(place, message, hint)


def read_fronts(settings: Settings, contents: Contents, vocabulary: bytes, steps: Steps) -> Fronts:
    """Read taxonomy.yaml, whose digest is `vocabulary`, and the front matter of all records.

    Raises NotKept where a file is not what it was when its digest was made.
    """
    data, found = read_vocabulary(settings.root)
    taxonomy, problems = read_terms(settings, data)
    compared = _is_good(problems)
    if found != vocabulary or (compared and data is None):
        raise NotKept(CHANGED)
    function = partial(_read_front, settings.root, taxonomy)
    key = partial(_front_key, digest(repr(taxonomy)))
    read = list(steps("records", function, contents.records, key))
    records: dict[str, Record] = {}
    shared = SharedIds()
    for file, (front, made) in zip(contents.records, read, strict=True):
        record, faults = _unchanged(made)
        if isinstance(record, Practice):
            records[file.path] = record._replace(key=front, terms=shared.of(record.terms))
        elif record:
            records[file.path] = record._replace(key=front)
        problems += tuple(p for p in faults if compared or p.rule not in BY_VOCABULARY)
    return Fronts(taxonomy, records, problems, compared)


def read_terms(settings: Settings, data: bytes | None = None) -> Found[Taxonomy]:
    """Read taxonomy.yaml, or `data` of it."""
    languages = Languages(settings.language, settings.languages)
    reading = read_taxonomy(settings.root, languages, PRACTICE_KEYS, data)
    return _in_time(VOCABULARY, reading, EMPTY)


def front_problems(path: str, taxonomy: Taxonomy, data: bytes) -> Problems:
    """Return what is wrong with the front matter of a file of content/ that has `data`.

    That may take any time.
    """
    return collect(_limited(path, _record(Path(), path, taxonomy, data), None))[1]


def read_bodies(settings: Settings, contents: Contents, fronts: Fronts, steps: Steps) -> Bodies:
    """Read the bodies of the files of content/ whose front matter could be read.

    Raises NotKept where a file is not what it was when its digests were made.
    """
    files = [file for file in contents.records if file.path in fronts.records]
    function = partial(_read_body, settings.root, fronts.taxonomy)
    key = partial(_body_key, digest(repr(fronts.taxonomy.sections)))
    read = list(steps("prose", function, files, key))
    bodies: dict[str, Prose] = {}
    problems: list[Problem] = []
    for file, (body, made) in zip(files, read, strict=True):
        prose, faults = _unchanged(made)
        if prose:
            bodies[file.path] = prose._replace(kept=body)
        problems += (p for p in faults if fronts.compared or p.rule not in BY_VOCABULARY)
    return Bodies(bodies, tuple(problems))


def _front_key(terms: bytes, file: File) -> bytes:
    return digest("front", file.path, file.front, terms)


def _body_key(sections: bytes, file: File) -> bytes:
    return digest("body", file.path, file.body, sections)


def place_in(root: Path, path: str, key: str) -> Place:
    """Return where the value of a key stands in a file: few are asked for, so none is kept."""
    document, _ = collect(read_document(root, path))
    node = document.front.by_key().get(key) if document else None
    return node.place if node else Place(path)


def places_of_terms(root: Path) -> dict[str, Place]:
    """Return where terms stand in taxonomy.yaml, by "FACET/TERM"."""
    source, _ = collect(read_source(root, VOCABULARY, TAXONOMY_BYTES))
    tree = collect(compose(whole(source), TAXONOMY_LIMITS))[0] if source else None
    facets = tree.by_key().get("facets") if isinstance(tree, Pairs) else None
    found: dict[str, Place] = {}
    for facet, entry in facets.pairs if isinstance(facets, Pairs) else ():
        terms = entry.by_key().get("terms") if isinstance(entry, Pairs) else None
        for term, _ in terms.pairs if isinstance(terms, Pairs) else ():
            found[f"{facet.value}/{term.value}"] = term.place
    return found


def _read_front(
    root: Path, taxonomy: Taxonomy, file: File, _: Shelf
) -> Made[Found[Record | None] | None]:
    """Read what the front matter of a file says."""
    found = _read(root, file, partial(_record, root, file.path, taxonomy), None)
    return Made(found, (), found is not None and _is_good(found[1]))


def _read_body(
    root: Path, taxonomy: Taxonomy, file: File, _: Shelf
) -> Made[Found[Prose | None] | None]:
    """Read the body of a file: what is known of it, and in bulk its HTML and its text."""
    nothing: tuple[Prose | None, str, str] = None, "", ""
    sections = taxonomy if _kind(file.path) == "practices" else None
    found = _read(root, file, partial(_prose, root, file.path, sections), nothing)
    if found is None:
        return Made(None, (), False)
    (prose, html, text), problems = found
    return Made((prose, problems), (html, text), prose is not None and _is_good(problems))


def _record(
    root: Path, path: str, taxonomy: Taxonomy, data: bytes | None
) -> Reading[Record | None]:
    """Read the record in a file, by the folder that it lies in."""
    known = frozenset((*PRACTICE_KEYS, *taxonomy.facets))
    document = yield from read_document(root, path, known, data)
    if document is None:
        return None
    kind = _kind(path)
    if kind != "practices":
        misplaced = list(practice_in_other_folder(document, taxonomy))
        yield from misplaced
        if misplaced:
            return None
    return (yield from READERS[kind](document, taxonomy))


def _prose(
    root: Path, path: str, taxonomy: Taxonomy | None, data: bytes | None
) -> Reading[tuple[Prose | None, str, str]]:
    body = yield from read_body(root, path, data)
    if body is None:
        return None, "", ""
    return (yield from read_prose(body, taxonomy))


def _kind(path: str) -> str:
    return PurePosixPath(path).parent.name


def _is_good(problems: Problems) -> bool:
    return not any(problem.level == "error" for problem in problems)


def _read(
    root: Path, file: File, reader: Callable[[bytes | None], Reading[Value]], default: Value
) -> Found[Value] | None:
    """Read a file to its end, unless it takes too long; None where it was changed meanwhile."""
    data, now = read_once(root, file.path, file)
    if now != file:
        return None
    value, problems = _in_time(file.path, reader(data), default)
    return None if data is None and _is_good(problems) else (value, problems)


def _in_time(path: str, reading: Reading[Value], default: Value) -> Found[Value]:
    """Read to the end, unless it takes too long."""
    try:
        with processor_seconds(BUDGET):
            return collect(_limited(path, reading, default))
    except OverBudget:
        return default, tuple(takes_too_long(Place(path)))


def _limited(path: str, reading: Reading[Value], default: Value) -> Reading[Value]:
    """Read until too much is wrong."""
    for _ in range(MOST_PROBLEMS):
        try:
            yield next(reading)
        except StopIteration as end:
            found: Value = end.value
            return found
    yield from too_many_problems(Place(path))
    return default


def _unchanged(found: Found[Value] | None) -> Found[Value]:
    """Return what was found, once the step is over, so that it keeps what other files gave."""
    if found is None:
        raise NotKept(CHANGED)
    return found
