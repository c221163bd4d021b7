"""No input gives a traceback: examples by chance, of which tests/attack tries far more."""

import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from repertory.base.report import shown
from repertory.base.text import UNSEEN
from repertory.reading.document import read_document
from repertory.reading.records import PRACTICE_KEYS, read_practice
from repertory.reading.source import Source, collect
from repertory.reading.tree import Pairs, compose, whole
from repertory.reading.vocabulary import Languages, read_taxonomy
from tests.worlds import SITES

LANGUAGES = Languages("en", ("en", "de", "nl"))
SMALL = (SITES / "small" / "content" / "practices" / "reading-together.md").read_bytes()
VOCABULARY = (SITES / "small" / "taxonomy.yaml").read_bytes()
TAXONOMY, _ = collect(read_taxonomy(SITES / "small", LANGUAGES, PRACTICE_KEYS))
DIGITS = "0123456789٢０" + "12345"
SIGNS = "[]{}:,#&*!|>'\"%@`-?~ \t\n\\<>()_^=+.0aé“’\u202e\u2028\ufeff\x00"
QUICK = settings(max_examples=300)


def practice_from(data: bytes) -> str:
    """Read a record from bytes, as `check` does, and return all messages."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "content" / "practices" / "record.md"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        document, problems = collect(read_document(Path(folder), "content/practices/record.md"))
        if document:
            _, more = collect(read_practice(document, TAXONOMY))
            problems += more
    return "\n".join(shown(problem) for problem in problems)


def mutated(base: bytes) -> st.SearchStrategy[bytes]:
    """Texts near a good one: a piece is replaced by signs that YAML or Markdown gives a meaning."""
    pieces = st.text(alphabet=SIGNS, max_size=12).map(lambda text: text.encode("utf-8"))
    places = st.integers(0, len(base))
    return st.builds(
        lambda place, width, piece: base[:place] + piece + base[place + width :],
        places,
        st.integers(0, 30),
        pieces,
    )


@QUICK
@given(st.binary(max_size=400) | mutated(SMALL) | mutated(SMALL).flatmap(mutated))
def test_no_record_gives_a_traceback(data: bytes) -> None:
    practice_from(data)


@QUICK
@given(
    st.sampled_from(["added", "reviewed", "period", "source", "website", "image", "formerly"]),
    st.text(alphabet=DIGITS + "-/. :ht\u200b", max_size=24) | st.dates().map(str),
)
def test_no_value_of_a_field_gives_a_traceback(name: str, value: str) -> None:
    practice_from(f"---\n{name}: {value}\n---\nText.\n".encode())


@QUICK
@given(st.text(alphabet=SIGNS + "title:summary", max_size=200))
def test_no_front_matter_gives_a_traceback(text: str) -> None:
    practice_from(f"---\n{text}\n---\nText.\n".encode("utf-8", "surrogatepass"))


@QUICK
@given(st.text(alphabet=SIGNS + "ab\n# ", max_size=300))
def test_no_body_gives_a_traceback(text: str) -> None:
    practice_from(b"---\ntitle: T\n---\n" + text.encode("utf-8"))


@QUICK
@given(st.binary(max_size=300) | mutated(VOCABULARY) | mutated(VOCABULARY).flatmap(mutated))
def test_no_vocabulary_gives_a_traceback(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "taxonomy.yaml").write_bytes(data)
        collect(read_taxonomy(Path(folder), LANGUAGES, PRACTICE_KEYS))


@QUICK
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])))
def test_a_quoted_text_is_read_as_it_is(written: str) -> None:
    text = unicodedata.normalize("NFC", UNSEEN.sub("", written))
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    source = Source("x.md", f'title: "{escaped}"', (f'title: "{escaped}"',))
    tree, problems = collect(compose(whole(source)))
    assert isinstance(tree, Pairs)
    assert not problems
    assert getattr(tree.by_key()["title"], "value", None) == text
