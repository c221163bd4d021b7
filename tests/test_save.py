"""What the form sends is written into content/, where it is a record's and nobody was before it."""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repertory.editing import new
from repertory.editing.save import Refused, save
from repertory.reading.taxonomy import Taxonomy
from tests.previews import Running, preview_of
from tests.worlds import SITES, lay_out

NO = "content/practices/no.md"
TEXT = "---\ntitle: Élan\n---\n\nText.\n"


def sent(name: object = "new.md", text: object = TEXT, before: object = None) -> bytes:
    """Return what the form sends."""
    return json.dumps({"name": name, "text": text, "before": before}).encode()


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a copy of the small world."""
    return lay_out(tmp_path / "world", SITES / "small")


def files(world: Path) -> dict[Path, bytes]:
    """Return every file of the world and what it has."""
    return {file: file.read_bytes() for file in world.rglob("*") if file.is_file()}


def test_a_new_record_is_written(world: Path) -> None:
    said = save(world, sent())
    assert said.startswith("Saved as content/practices/new.md.")
    assert (world / "content/practices/new.md").read_bytes() == TEXT.encode()


def test_a_record_is_changed_if_it_is_what_the_form_began_with(world: Path) -> None:
    before = (world / NO).read_bytes().decode()
    save(world, sent("no.md", TEXT, before))
    assert (world / NO).read_text("utf-8") == TEXT
    with pytest.raises(Refused, match="has been changed since you opened it here"):
        save(world, sent("no.md", "---\n", before))
    assert (world / NO).read_text("utf-8") == TEXT


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (sent("no.md"), "There is a record content/practices/no.md already"),
        (sent("gone.md", before="x"), "content/practices/gone.md is gone"),
        (sent("../../build.md"), "is no name for a record"),
        (sent("a/b.md"), "is no name for a record"),
        (sent(".md"), "is no name for a record"),
        (sent("new.txt"), "is no name for a record"),
        (sent("New.md"), "is no name for a record"),
        (sent("n" * 81 + ".md"), "is no name for a record"),
        (sent(text="x" * 400_000), "too long to be one"),
        (sent(text="\ud800"), "not what the form sends"),
        (sent(text=7), "not what the form sends"),
        (sent(before=7), "not what the form sends"),
        (b"[]", "not what the form sends"),
        (b"[" * 100_000, "not what the form sends"),
        (b"\xff", "not what the form sends"),
    ],
)
def test_nothing_else_is_written(world: Path, request_: bytes, said: str) -> None:
    before = files(world)
    with pytest.raises(Refused, match=said):
        save(world, request_)
    assert files(world) == before


def test_a_link_is_not_followed(world: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("mine", "utf-8")
    (world / "content/practices/new.md").symlink_to(outside)
    for before in (None, "mine"):
        with pytest.raises(Refused):
            save(world, sent(before=before))
    assert outside.read_text("utf-8") == "mine"


@pytest.mark.parametrize("folder", ["content", "content/practices"])
def test_a_folder_that_is_a_link_is_not_followed(world: Path, tmp_path: Path, folder: str) -> None:
    outside = (world / folder).rename(tmp_path / "outside")
    (world / folder).symlink_to(outside)
    before = files(outside)
    with pytest.raises(Refused, match="There is no folder content/practices"):
        save(world, sent())
    with pytest.raises(ValueError, match=f"{folder} is a link: put in its place"):
        new.write(world, "A club", Taxonomy({}, {}, {}), date(2026, 1, 1))
    with preview_of(world) as running:
        assert running.get("/practices/no.md")[0] == 404
    assert files(outside) == before


NAMES = st.text(max_size=20) | st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True)


@given(text=st.text(), before=st.none() | st.text(max_size=5), name=NAMES)
def test_whatever_is_sent_either_is_written_or_refused(
    text: str, before: str | None, name: str
) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "content/practices").mkdir(parents=True)
        try:
            save(root, sent(f"{name}.md", text, before))
        except Refused:
            assert files(root) == {}
        else:
            assert files(root) == {root / f"content/practices/{name}.md": text.encode()}


def post(running: Running, body: bytes, **headers: str) -> tuple[int, str]:
    """Send something to the preview as the form does."""
    connection = running.connection()
    connection.request("POST", "/repertory/save", body, headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def token_of(running: Running) -> str:
    """Return what the page of the form proves itself by."""
    running.until_shown("/contribute.html", "data-save=")
    page = running.get("/contribute.html")[2]
    return page.partition('data-save="')[2].partition('"')[0]


def test_only_the_page_itself_may_save(world: Path) -> None:
    with preview_of(world) as running:
        token, own = token_of(running), f"http://127.0.0.1:{running.port}"
        right = {"X-Repertory-Token": token, "Origin": own}
        wrong = (
            {"Origin": own},
            {"X-Repertory-Token": token},
            {**right, "X-Repertory-Token": "é"},
            {**right, "X-Repertory-Token": token[:-1]},
            {**right, "Origin": "http://evil.example"},
            {**right, "Origin": "null"},
        )
        for headers in wrong:
            assert post(running, sent(), **headers) == (403, "Not from here.")
        assert post(running, sent(), **right, Host="evil.example")[0] == 400
        assert running.get("/repertory/save", **right)[0] in (404, 405)
        assert "data-save" not in running.get("/index.html")[2]
        status, said = post(running, b"x" * (3 * 1024 * 1024), **right)
        assert (status, said) == (409, "The record is too long to be one.")
        assert not (world / "content/practices/new.md").exists()
        assert post(running, sent(), **right)[0] == 200
        assert (world / "content/practices/new.md").exists()
