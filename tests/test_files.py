"""What stands in a file is known by two digests, and nothing is read that they do not tell."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from repertory.reading.document import read_body, read_document
from repertory.reading.files import File, read_contents
from repertory.reading.source import collect

PATH = "content/practices/one.md"
PIECES = ("---", "\n", "\r", "\r\n", "\ufeff", "title: A", "text", " ", "\t", "## B", "\u2028", "é")
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
    return contents.records[0], known, (front.front.pairs, more) if front else None


@hypothesis_settings(max_examples=1_500, deadline=None)
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
    if first.front == second.front and its_front and another_front:
        assert its_front == another_front
