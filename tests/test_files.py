"""What stands in a file is known by two digests, and nothing is read that they do not tell."""

import shutil
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from repertory.base.step import NotKept
from repertory.reading import files, source
from repertory.reading.document import read_body, read_document
from repertory.reading.files import File, read_contents
from repertory.reading.source import collect, plain_bytes
from tests.worlds import SITES, checked, lay_out, settings_of

PATH = "content/practices/one.md"
PIECES = (
    "---",
    "\n",
    "\r",
    "\r\n",
    "\ufeff",
    "title: A",
    "text",
    " ",
    "\t",
    "## B",
    "\u2028",
    "\a",
    "é",
)
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14)


def read(text: str) -> tuple[File, object, object]:
    """Return what is known of a file, its body, and its front matter."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / PATH
        path.parent.mkdir(parents=True)
        path.write_bytes(text.encode())
        contents, _ = read_contents(Path(folder), {})
        body, problems = collect(read_body(Path(folder), PATH))
        front, more = collect(read_document(Path(folder), PATH))
    known = (body.text, body.first_line) if body and not problems else None
    return contents.records[0], known, (front and front.front.pairs, more)


@hypothesis_settings(max_examples=1_500)
@given(st.booleans(), texts, texts, st.integers(0, 40), st.sampled_from(PIECES))
def test_equal_digests_are_equal_readings(
    is_usual: bool, front: list[str], body: list[str], place: int, other: str
) -> None:
    usual = ["---", "\n", *front, "\n", "---", "\n", *body]
    pieces = usual if is_usual else [*front, *body]
    place %= len(pieces)
    first, its_body, its_front = read("".join(pieces))
    second, another_body, another_front = read(
        "".join([*pieces[:place], other, *pieces[place + 1 :]])
    )
    if first.body == second.body and its_body and another_body:
        assert its_body == another_body
    if first.front == second.front:
        assert its_front == another_front


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a copy of the small world."""
    return lay_out(tmp_path / "world", SITES / "small")


def known(root: Path) -> list[object]:
    """Check a world; return what is known of it."""
    found = checked(settings_of(root))
    catalog = found.catalog
    return [found.problems, catalog and (catalog.practices, catalog.taxonomy), found.prose]


def known_anew(root: Path) -> list[object]:
    """Check a world without its cache."""
    shutil.rmtree(root / ".repertory-cache")
    return known(root)


@pytest.mark.parametrize("turn", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("path", "word"), [("content/practices/no.md", b"ars"), ("taxonomy.yaml", b"Policy")]
)
def test_nothing_is_kept_of_a_file_that_changes_and_changes_back(
    world: Path, path: str, word: bytes, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = count(1)

    def read(some: Path, limit: int) -> bytes | None:
        data = plain_bytes(some, limit)
        is_other = some == world / path and next(turns) == turn
        return data.replace(word, word * 2) if data and is_other else data

    with monkeypatch.context() as patch, suppress(NotKept):
        for module in (files, source):
            patch.setattr(module, "plain_bytes", read)
        checked(settings_of(world))
    assert next(turns) > 1, "nothing has read the file"
    (world / path).touch()
    assert known(world) == known_anew(world)


@pytest.mark.parametrize("sign", [b"\a", b"\xff", b"\xe2\x80\xa8", b"a" + b"\xcc\x81\xcc\x96" * 20])
def test_a_body_that_cannot_be_read_is_told_as_if_nothing_were_kept(
    world: Path, sign: bytes
) -> None:
    checked(settings_of(world))
    for name, more in (("no", sign), ("reading-together", b"\n\n[To a page](../pages/no.md)\n")):
        record = world / "content" / "practices" / f"{name}.md"
        record.write_bytes(record.read_bytes() + more)
    assert known(world) == known_anew(world)
