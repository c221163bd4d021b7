"""The rules between records, and between records and the files beside them."""

import stat
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path, PurePosixPath

from repertory.base.problem import Finding, Place, Problem, rule
from repertory.base.text import fold, nearest
from repertory.reading.body import OTHER_PICTURES, PICTURE_TYPES
from repertory.reading.markdown import published
from repertory.reading.model import NewsItem, Practice, Record
from repertory.reading.pictures import beside, shown
from repertory.reading.prose import NO_PROSE, Link, Prose
from repertory.reading.site import MOST_PROBLEMS, place_in, places_of_terms, too_many_problems
from repertory.reading.source import VOCABULARY, unreadable_file

PLAIN = (stat.S_IFREG, stat.S_IFDIR)


@rule("error")
def id_collision(paths: Sequence[str]) -> Iterator[Finding]:
    """Two files have names that are alike, perhaps but for case or accents' form.

    Some machines cannot hold both files, and the pages of two records would have the same address.
    """
    same: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folded = unicodedata.normalize("NFKC", path).casefold()
        same[folded.removesuffix(".md")].append(path)
    for first, *others in same.values():
        for path in others:
            message = f"The name of this file is too much like that of {PurePosixPath(first).name}."
            yield Finding(Place(path), message, "Rename one of them.")


@rule("error")
def former_id_taken(root: Path, practices: Sequence[Record]) -> Iterator[Finding]:
    """A former id of a record is another record's id.

    The old address leads on to the record; it cannot lead to two.
    """
    owners = {record.id: record for record in practices}
    for record in practices:
        owner = {id: owners.setdefault(id, record) for id in getattr(record, "formerly", ())}
        taken = {id: it for id, it in owner.items() if it is not record or id == record.id}
        place = place_in(root, record.path, "formerly") if taken else Place(record.path)
        for id, other in taken.items():
            message = f"The former id “{id}” belongs to {other.path}."
            yield Finding(place, message, "Take it out of formerly.")


@rule("error")
def dead_link(links: Sequence[Link], addresses: frozenset[str]) -> Iterator[Finding]:
    """A link leads to a page that the site does not have.

    Other records are linked by their file name or id: [text](other-record.md).
    """
    for link in links:
        if link.address in addresses:
            continue
        wanted = PurePosixPath(link.address)
        near = nearest(wanted.stem, _stems(addresses).get(str(wanted.parent), ()))
        suffix = ".html" if link.written.endswith(".html") else ".md"
        hint = f"Did you mean {near}{suffix}?" if near else "Is it written like the file's name?"
        if link.written.startswith("www."):
            hint = f"Write https://{link.written}"
        elif "@" in link.written:
            hint = f"Write mailto:{link.written}"
        yield Finding(link.place, f"The link “{link.written}” leads nowhere.", hint)


@lru_cache(maxsize=1)
def _stems(addresses: frozenset[str]) -> Mapping[str, Collection[str]]:
    """Return the names of pages without their endings, by the folders that they are in."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in map(PurePosixPath, addresses):
        found[str(path.parent)].add(path.stem)
    return found


@rule("error")
def missing_image(
    root: Path, record: Record, prose: Prose, present: Collection[str]
) -> Iterator[Finding]:
    """A picture that a record names is not beside it."""
    folder = PurePosixPath(record.path).parent
    wanted = shown(record, prose)
    here = (PurePosixPath(path) for path in present if wanted)
    others = [path.name for path in here if path.parent == folder]
    others = [name for name in others if name.lower().endswith(PICTURE_TYPES)]
    for name, place in wanted.items():
        if str(folder / name) not in present:
            near = nearest(name, others)
            hint = f"Did you mean {near}?" if near else "Put the picture into the same folder."
            place = place or place_in(root, record.path, "image")
            yield Finding(place, f"There is no picture {name} beside the record.", hint)


@rule("error")
def stray_file(paths: Sequence[str]) -> Iterator[Finding]:
    """A file of the content folder is not read.

    Records end in .md and lie in content/practices, content/news or content/pages, not in folders
    below or beside them: elsewhere they would be lost without a word.
    """
    for path in paths:
        name = PurePosixPath(path)
        if name.suffix.lower() not in PICTURE_TYPES:
            where = "content/practices" if len(name.parts) < 3 else str(name.parent)
            stem = name.name.split(".")[0]
            hint = f"If it is a record, call it {where}/{stem}.md; if not, move it out of content/."
            if name.suffix.lower() in OTHER_PICTURES:
                hint = "If it is a picture, export it as PNG or JPEG, and delete this one."
            if not name.suffix:
                hint = "If it is a folder, put its records into content/practices/ itself."
            yield Finding(Place(path), "This is not read.", hint)


@rule("warning")
def unused_picture(paths: Sequence[str], used: Collection[str]) -> Iterator[Finding]:
    """A picture is named by no record."""
    for path in paths:
        if PurePosixPath(path).suffix.lower() in PICTURE_TYPES and path not in used:
            yield Finding(Place(path), "No record names this picture.", "Name it, or delete it.")


@rule("warning")
def same_title(root: Path, practices: Iterable[Practice]) -> Iterator[Finding]:
    """Two practices have the same title.

    They may be the same practice; if not, visitors need to tell them apart.
    """
    first: dict[str, Practice] = {}
    for practice in practices:
        other = first.setdefault(fold(practice.title), practice)
        if other is not practice and practice.title:
            message = f"{PurePosixPath(other.path).name} has the same title."
            place = place_in(root, practice.path, "title")
            yield Finding(place, message, "Is it the same practice?")


@rule("error")
def date_in_future(root: Path, record: Record, today: date) -> Iterator[Finding]:
    """A date is later than today.

    A day is granted, since somewhere it is tomorrow already.
    """
    for name in ("added", "reviewed"):
        found = getattr(record, name, None)
        if found and (found - today).days > 1:
            yield Finding(
                place_in(root, record.path, name),
                said_of_future(name, today.isoformat()),
                "Is the year right?",
            )


def said_of_future(name: str, today: str) -> str:
    """Return what is said of a date that is later than today."""
    return f"“{name}” is in the future: today is {today}."


@rule("error")
def no_records(paths: Sequence[str]) -> Iterator[Finding]:
    """There is no record at all."""
    if not paths:
        hint = "Write a first file into content/practices/."
        yield Finding(Place("content/practices"), "There are no records here.", hint)


@rule("error")
def address_taken(
    root: Path, paths: Iterable[str], records: Iterable[Record], planned: Iterable[str]
) -> Iterator[Finding]:
    """Two pages would have the same address.

    Lists, terms and records share folders: practices/index.html and practices/a-z.html are lists,
    for instance, and outcome/reading-2.html may be the second page of the term reading.
    """
    owners = {address(path): path for path in paths}
    former = {
        f"{PurePosixPath(published(record.path)).parent}/{id}.html": record.path
        for record in records
        for id in getattr(record, "formerly", ())
    }
    twice = [taken for taken, count in Counter(planned).items() if count > 1][:MOST_PROBLEMS]
    terms = {} if set(twice) <= owners.keys() | former.keys() else places_of_terms(root)
    for taken in twice:
        place = terms.get(taken.removesuffix(".html"), Place(owners.get(taken, VOCABULARY)))
        if taken in former:
            place = place_in(root, former[taken], "formerly")
        message = f"Another page of the site has this address already: {taken}."
        yield Finding(place, message, "Choose another name.")


def address(path: str) -> str:
    """Return the address of the page of a record's file."""
    return published(path).removesuffix(".md") + ".html"


def between_records(
    root: Path, paths: Sequence[str], records: Sequence[Record], today: date
) -> Iterator[Problem]:
    """Check what one file alone does not show, and the bodies do not either.

    `paths` are all files that are records, and `records` what could be read of them.
    """
    if (root / "content").is_symlink():
        yield from unreadable_file(Place("content"), root / "content")
    yield from no_records([path for path in paths if "/practices/" in path])
    yield from id_collision(paths)
    yield from same_title(root, [record for record in records if isinstance(record, Practice)])
    for kind in (Practice, NewsItem):
        yield from former_id_taken(root, [record for record in records if isinstance(record, kind)])
    for record in records:
        yield from date_in_future(root, record, today)


def beside_records(
    root: Path,
    records: Iterable[Record],
    prose: Mapping[str, Prose],
    strays: Sequence[str],
    complete: bool,
) -> Iterator[Problem]:
    """Check the other files of content/, and whether the pictures that records name are there.

    Where not all records could be read, they are not `complete`: some may name further pictures.
    """
    kinds = {path: kind for path in strays if (kind := _kind(root / path))}
    plain = [path for path, kind in kinds.items() if kind in PLAIN]
    present = frozenset(path for path, kind in kinds.items() if kind != stat.S_IFDIR)
    used: set[str] = set()
    for record in records:
        found = prose.get(record.path, NO_PROSE)
        if found.pictures or getattr(record, "image", None):
            yield from _told(missing_image(root, record, found, present), record.path)
            used.update(beside(record.path, name) for name in shown(record, found))
    for path in kinds.keys() - plain:
        yield from unreadable_file(Place(path), root / path)
    yield from id_collision(plain)
    yield from stray_file(plain)
    if complete:
        yield from unused_picture(plain, used)


def _told(problems: Iterator[Problem], path: str) -> Iterator[Problem]:
    """Yield as many problems of a file as are told of one."""
    yield from islice(problems, MOST_PROBLEMS)
    if any(True for _ in problems):
        yield from too_many_problems(Place(path))


def _kind(file: Path) -> int:
    """Return what kind of file this is, as `stat` numbers them; 0 where it is gone."""
    try:
        return stat.S_IFMT(file.lstat().st_mode)
    except OSError:
        return 0


def dead_links(
    prose: Iterable[Prose], addresses: frozenset[str], complete: bool
) -> Iterator[Problem]:
    """Check the links inside the site.

    Where not all records are good, `addresses` are not `complete`: a list may be missing.
    """
    for found in prose:
        links = [
            link
            for link in found.links
            if complete or link.address.startswith(("practices/", "news/"))
        ]
        path = links[0].place.path if links else ""
        yield from _told(dead_link(links, addresses), path)
