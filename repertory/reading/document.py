"""A file is split: its front matter becomes a Document, what follows a Body."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

import frontmatter
from frontmatter.default_handlers import BaseHandler

from repertory.base.problem import Finding, Place, Problem, Repair, rule
from repertory.base.slugs import DEVICE, LONGEST_SLUG, OF_WINDOWS, SLUG, slugged
from repertory.reading.body import Body
from repertory.reading.excerpt import Excerpt
from repertory.reading.source import Reading, Source, collect, read_source
from repertory.reading.tree import Node, Pairs, Scalar, compose

FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
LOOKS_LIKE_FENCE = re.compile(r"\s*([-–—]{2,}|[–—]|(- )+-)\s*")
LOOKS_LIKE_YAML = re.compile(r"\s*(#|- |$)|[ \t]+\S|[\w-]+\s*:(\s|$)")


@dataclass(frozen=True, slots=True)
class Document:
    """The front matter of a file of the content folder; `start` is the place of its first line."""

    id: str
    path: str
    start: Place
    front: Pairs


class FrontMatter(BaseHandler):
    """How python-frontmatter splits our files: the YAML becomes a tree with places."""

    FM_BOUNDARY = FENCE
    START_DELIMITER = END_DELIMITER = "---"

    def __init__(self, source: Source, known: frozenset[str]) -> None:
        super().__init__()
        self.source = source
        self.known = known

    def load(self, fm: str) -> dict[str, object]:
        """Return the tree of the front matter and the problems met."""
        lines = fm.removeprefix("\n").removesuffix("\n")
        excerpt = Excerpt.of(self.source, lines, 2, self.known)
        tree, problems = collect(compose(excerpt))
        return {"tree": tree, "problems": problems}


@rule("error")
def bad_file_name(place: Place, stem: str) -> Iterator[Finding]:
    """A file's name cannot be the address of its page.

    The name of the file is the id of the record and its address: lower-case letters without
    accents, digits and single hyphens, at most 80, and .md at the end. Windows has no files that
    are called con, aux or the like.
    """
    is_slug = SLUG.fullmatch(stem) and len(stem) <= LONGEST_SLUG
    if not is_slug or not place.path.endswith(".md"):
        slug = slugged(stem)
        hint = f"Call it {slug}.md" if slug else "Use lower-case letters, digits and hyphens."
        hint = OF_WINDOWS if re.fullmatch(DEVICE, slug) else hint
        yield Finding(place, f"“{PurePosixPath(place.path).name}” cannot be an address.", hint)


@rule("error")
def front_matter_missing(source: Source) -> Iterator[Finding]:
    """A file does not begin with front matter.

    The first line is ---, then come the fields, then another line ---, then the text.
    """
    first, repair = source.lines[0], None
    if FENCE.match(first):
        return
    hint = "Write --- as the very first line, the fields below it, and --- again behind them."
    message = "The file does not begin with a line of three hyphens."
    beginning = next((line for line in source.lines if line.strip()), "")
    if LOOKS_LIKE_FENCE.fullmatch(first):
        hint = "Write exactly three hyphens: ---"
        repair = Repair(1, 1, len(first), "---") if FENCE.search(source.text) else None
    elif FENCE.match(beginning):
        message, hint = "There are empty lines before the first ---.", "Delete them."
        repair = Repair(1, 1, source.text.index(beginning), "")
    elif re.match(r"[\w-]+:\s", beginning):
        hint = "Write --- in a line of its own above this one."
    yield Finding(source.place(1), message, hint, repair)


@rule("error")
def front_matter_unclosed(source: Source) -> Iterator[Finding]:
    """The front matter has no end.

    A second line of three hyphens divides the fields from the text.
    """
    fences = fences_of(source.text)
    end = source.text.count("\n", 0, fences[1].start()) if len(fences) > 1 else None
    lines = list(enumerate(source.lines[1:end], 2))
    for number, line in lines:
        if LOOKS_LIKE_FENCE.fullmatch(line):
            message = "This looks like the end of the front matter, but is not three hyphens."
            yield Finding(source.place(number), message, "Write exactly three hyphens: ---")
            return
    if len(fences) > 1:
        return
    place = next((n for n, line in lines if not LOOKS_LIKE_YAML.match(line)), len(source.lines))
    message = "The front matter that begins in line 1 does not end."
    yield Finding(source.place(place), message, "Write --- in a line of its own before the text.")


@rule("error")
def front_matter_not_a_mapping(node: Node | None, start: Place) -> Iterator[Finding]:
    """The front matter is empty, or has no keys.

    Every line of it is a key, a colon, a blank and a value.
    """
    place = node.place if node else start
    if node is None or (isinstance(node, Scalar) and not node.value):
        yield Finding(place, "The front matter is empty.", "Begin with a line title: ...")
    else:
        hint = "Write lines like title: Reading together"
        yield Finding(place, "The front matter has no keys with values.", hint)


def read_document(
    root: Path, path: str, known: frozenset[str] = frozenset(), data: bytes | None = None
) -> Reading[Document | None]:
    """Read the front matter of a file; None, with problems, where it cannot be.

    `known` are the keys that its front matter may have, `data` is what was read of it already.
    """
    stem = PurePosixPath(path).stem
    source = yield from read_source(root, path, data=data)
    yield from bad_file_name(source.place(1) if source else Place(path), stem)
    if source is None:
        return None
    faults = _unsplit(source)
    if faults:
        yield from faults
        return None
    parts, _ = frontmatter.parse(source.text, handler=FrontMatter(source, known))
    problems, tree = parts["problems"], parts["tree"]
    assert isinstance(problems, tuple)
    yield from problems
    if not isinstance(tree, Pairs):
        if not problems:
            yield from front_matter_not_a_mapping(tree, source.place(1))  # type: ignore[arg-type]
        return None
    return Document(stem, path, source.place(1), tree)


def read_body(root: Path, path: str, data: bytes | None = None) -> Reading[Body | None]:
    """Read what stands behind the front matter; None where that cannot be told.

    What is wrong with the front matter is told by `read_document`.
    """
    source = yield from read_source(root, path, data=data)
    fences = fences_of(source.text) if source else []
    if source is None or len(fences) < 2 or fences[0].start() > 0:
        return None
    closing = fences[1].end()
    text = source.text[closing:].removeprefix("\n")
    line = source.text.count("\n", 0, closing) + 2
    return Body(source, text, line)


def fences_of(text: str) -> list[re.Match[str]]:
    """Find the lines around the front matter, or what there is of them."""
    return list(islice(FENCE.finditer(text), 2))


def _unsplit(source: Source) -> list[Problem]:
    """Return why a file cannot be split."""
    return list(front_matter_missing(source)) or list(front_matter_unclosed(source))
