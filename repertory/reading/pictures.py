"""The pictures beside the records: each is checked, and visitors get a copy made of its pixels."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from repertory.base.digest import digest
from repertory.base.problem import Finding, Place, rule
from repertory.base.step import Made, NotKept, Shelf, Steps
from repertory.reading import apart
from repertory.reading.body import PICTURE_TYPES
from repertory.reading.model import Practice, Record
from repertory.reading.prose import NO_PROSE, Copy, Prose
from repertory.reading.site import Bodies, Found
from repertory.reading.source import (
    CHANGED,
    PICTURE_BYTES,
    Reading,
    collect,
    plain_bytes,
    unreadable_file,
)

KINDS = dict(zip(PICTURE_TYPES, ("JPEG", "JPEG", "PNG", "WEBP", "AVIF", "GIF"), strict=True))
"""The kind of picture that a file's name tells, by its ending."""
CONTENT: Mapping[str, re.Pattern[bytes]] = {
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "WEBP": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "AVIF": re.compile(rb".{4}ftyp(.{4}){0,20}?avi[fs]", re.DOTALL),
    "GIF": re.compile(rb"GIF8[79]a"),
}
"""What the kinds begin with."""
OTHERS: Mapping[str, re.Pattern[bytes]] = {
    "an SVG drawing, which may carry programs": re.compile(
        rb"(\xef\xbb\xbf)?\s*<(\?xml|!DOCTYPE|!--|(\w+:)?svg)|\x1f\x8b", re.IGNORECASE
    ),
    "an HEIC picture, which few browsers show": re.compile(rb".{4}ftyp", re.DOTALL),
}
"""What people often have instead; a packed SVG drawing begins as all that gzip has packed."""
TAG = re.compile(r'<img(?: [a-z]+="[^"]*")*? src="([^"]*)"')
SIZE_OF = ' width="{copy.width}" height="{copy.height}" loading="lazy" decoding="async"'


class PictureFile(NamedTuple):
    """A picture that a record shows: its path, and the digest of its content."""

    path: str
    content: bytes


@rule("error")
def picture_too_large(place: Place, why: str) -> Iterator[Finding]:
    """A picture has more than 10 MB or 25 million pixels (WebP, AVIF: 12), or takes too much.

    That is more than six seconds of the processor, or 450 MB of memory.

    Nobody sees more than a tenth of that on a page, and everybody who builds the site waits for it.
    """
    hint = "Make it smaller in a program for pictures: 1,600 pixels wide is enough."
    yield Finding(place, f"This picture {why}.", hint)


@rule("error")
def not_a_picture(place: Place, data: bytes) -> Iterator[Finding]:
    """A file that is named as a picture has something else in it.

    JPEG, PNG, WebP, AVIF and GIF are taken. SVG drawings are not: they may carry programs, which
    would run as if they were ours.
    """
    what = next((name for name, signs in OTHERS.items() if signs.match(data)), "no picture")
    hint = "Open it in a program for pictures, and export it from there as PNG or JPEG."
    yield Finding(place, f"The content of this file is {what}.", hint)


@rule("error")
def wrong_picture_type(place: Place, kind: str) -> Iterator[Finding]:
    """The name of a picture tells another kind than its content is.

    Browsers go by the name, and some then show nothing.
    """
    path = PurePosixPath(place.path)
    ending = next(ending for ending, its_kind in KINDS.items() if its_kind == kind)
    message = f"This is a {kind} picture, and its name ends in {path.suffix}"
    hint = f"Rename it to {path.stem}{ending}, also where records name it."
    yield Finding(place, message, hint)


@rule("error")
def damaged_picture(place: Place, why: str) -> Iterator[Finding]:
    """A picture cannot be decoded to its end.

    Perhaps it was not copied to its end, or it has more in it than its header tells.
    """
    hint = "Export it once more from where it comes from, or take another one."
    yield Finding(place, f"This picture {why}.", hint)


@rule("warning")
def moving_picture(place: Place) -> Iterator[Finding]:
    """A picture moves, and is shown standing still, as its first image.

    What moves and cannot be stopped keeps people from reading (WCAG 2.2.2).
    """
    hint = "Export the image that says most as a picture of its own, or link to a video."
    yield Finding(place, "This picture moves, and only its first image is shown.", hint)


def shown(record: Record, prose: Prose) -> dict[str, Place | None]:
    """Return the pictures that a record shows, by their files, and where its text does so."""
    named: dict[str, Place | None] = {file: place for file, _, place in prose.pictures}
    if isinstance(record, Practice) and record.image:
        named[record.image.file] = None
    return named


def beside(path: str, file: str) -> str:
    """Return the path of a file beside a record."""
    return str(PurePosixPath(path).with_name(file))


def read_pictures(
    root: Path, files: Mapping[str, bytes], records: Iterable[Record], bodies: Bodies, steps: Steps
) -> Bodies:
    """Return bodies with the copies of the pictures that their records show, and with the problems.

    `files` are those of content/ that are no records, with the digests of their content; a picture
    that is not among them is another rule's. Raises NotKept where one was changed meanwhile.
    """
    wanted: dict[str, list[str]] = {}
    for record in records:
        named = shown(record, bodies.prose.get(record.path, NO_PROSE))
        if named:
            wanted[record.path] = [beside(record.path, file) for file in named]
    paths = sorted({path for some in wanted.values() for path in some if path in files})
    pictures = [PictureFile(path, files[path]) for path in paths]
    made = steps("pictures", partial(_read, root), pictures, _key) if pictures else ()
    copies: dict[str, Copy] = {}
    problems = list(bodies.problems)
    for picture, (kept, (copy, faults)) in zip(pictures, made, strict=True):
        problems += faults
        if copy:
            copies[picture.path] = copy._replace(kept=kept)
            problems += moving_picture(Place(picture.path)) if copy.is_moving else ()
    prose = dict(bodies.prose)
    for path, some in wanted.items():
        if path in prose:
            found = (copies[picture] for picture in some if picture in copies)
            prose[path] = prose[path]._replace(copies=tuple(found))
    return Bodies(prose, tuple(problems))


def sized(html: str, copies: Iterable[Copy]) -> str:
    """Return the HTML of a body whose pictures tell their size, so that no page jumps."""
    found = {copy.file: SIZE_OF.format(copy=copy) for copy in copies}
    return TAG.sub(lambda tag: tag[0] + found.get(tag[1], ""), html) if found else html


def _key(picture: PictureFile) -> bytes:
    return digest("picture", PurePosixPath(picture.path).name, picture.content)


def _read(root: Path, picture: PictureFile, _: Shelf) -> Made[Found[Copy | None]]:
    """Read a picture: its copy, and in bulk the bytes of that."""
    (copy, content), problems = collect(_copied(root, picture))
    return Made((copy, problems), (content,), copy is not None)


def _copied(root: Path, picture: PictureFile) -> Reading[tuple[Copy | None, bytes]]:
    place, file = Place(picture.path), root / picture.path
    data = plain_bytes(file, PICTURE_BYTES)
    if data is None:
        yield from (unreadable := list(unreadable_file(place, file)))
        if not unreadable:
            size = f"{file.stat().st_size / 1_000_000:,.1f} MB"
            yield from picture_too_large(place, f"has {size}; at most 10 MB are taken")
        return None, b""
    if digest(data) != picture.content:
        raise NotKept(CHANGED)
    kind = next((kind for kind, signs in CONTENT.items() if signs.match(data)), "")
    if not kind:
        yield from not_a_picture(place, data)
    elif KINDS[file.suffix.lower()] != kind:
        yield from wrong_picture_type(place, kind)
    else:
        try:
            content, width, height, is_moving = apart.copied(data, kind)
            return Copy(file.name, width, height, is_moving), content
        except apart.TooLarge as fault:
            yield from picture_too_large(place, str(fault))
        except apart.Damaged:
            yield from damaged_picture(place, "is damaged")
    return None, b""
