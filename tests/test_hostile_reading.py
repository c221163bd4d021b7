"""No input gives a traceback; hostile YAML is refused within a second and 200 MB."""

import resource
import subprocess
import sys
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repertory.base.report import shown
from repertory.base.text import UNSEEN
from repertory.reading.document import read_document
from repertory.reading.records import PRACTICE_KEYS, read_practice
from repertory.reading.source import Source, collect
from repertory.reading.tree import Pairs, compose, whole
from repertory.reading.vocabulary import Languages, read_taxonomy
from tests.worlds import SITES, lay_out

LANGUAGES = Languages("en", ("en", "de", "nl"))
SMALL = (SITES / "small" / "content" / "practices" / "reading-together.md").read_bytes()
VOCABULARY = (SITES / "small" / "taxonomy.yaml").read_bytes()
TAXONOMY, _ = collect(read_taxonomy(SITES / "small", LANGUAGES, PRACTICE_KEYS))
DIGITS = "0123456789٢０" + "12345"
SIGNS = "[]{}:,#&*!|>'\"%@`-?~ \t\n\\<>()_^=+.0aé“’\u202e\u2028\ufeff\x00"
QUICK = settings(max_examples=300)

MOST_KILOBYTES = 200 * 1024
SECONDS = 8  # of the processor, starting Python included: a second is the promise for YAML
HOSTILE = {
    "brackets": "title: " + "[" * 50_000,
    "braces": "title: " + "{a: " * 15_000,
    "dashes": "- " * 20_000,
    "questions": "? " * 20_000,
    "indentation": "\n".join(" " * depth + "a:" for depth in range(300)),
    "merge bomb": "a: &a {x: 1}\n" + "".join(f"b{i}: &b{i} {{<<: [*a, *a]}}\n" for i in range(30)),
    "laughs": "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a, *a]\n" for i in range(40)),
    "quotes": "title: " + "'" * 60_001,
    "long key": "k" * 60_000 + ": v",
    "many keys": "".join(f"k{i}: v\n" for i in range(7_000)),
    "tags": "title: !!python/object/apply:os.system [true]",
    "many errors": "a: b: c\n" * 7_000,
    "blanks": "a" + " " * 60_000 + "b\nc: d: e",
    "escapes": 'title: "\\0 \\e[31m \\uFFFE"',
}
HOSTILE_BODIES = {
    "brackets": "[" * 200_000,
    "links": "[a](" * 60_000,
    "pictures": "![" * 100_000,
    "lists": "- " * 100_000 + "x",
    "quotations": "> " * 100_000 + "x",
    "headings": "## a\n\n" * 5_000,
    "long link": "[x](&#" + "9" * 5_000 + ";)",
    "controls in a link": "[x](%0299999999999%03) [y](a%00.md) [z](letters\\-home.md)",
}


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


def checked_in_another_process(record: str, tmp_path: Path) -> tuple[str, int]:
    """Check a record within limits of time; return what is said, and the kilobytes it took."""
    lay_out(tmp_path, SITES / "small")
    (tmp_path / "content/practices/record.md").write_text(record, encoding="utf-8")
    script = (
        "import sys; from pathlib import Path;"
        "from tests.worlds import checked, settings_of; from pathlib import Path;"
        "from repertory.base.report import shown; import click, resource;"
        "found = checked(settings_of(Path(sys.argv[1]))).problems;"
        "print(click.unstyle(chr(10).join(map(shown, found))));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        preexec_fn=limited,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said, _, kilobytes = done.stdout.strip().rpartition("\n")
    return said, int(kilobytes)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_yaml_is_refused_clearly_and_soon(name: str, tmp_path: Path) -> None:
    said, kilobytes = checked_in_another_process(f"---\n{HOSTILE[name]}\n---\nText.\n", tmp_path)
    assert ": error " in said
    assert kilobytes < MOST_KILOBYTES


@pytest.mark.parametrize("name", HOSTILE_BODIES)
def test_hostile_markdown_is_refused_clearly_and_soon(name: str, tmp_path: Path) -> None:
    head = "title: T\nsummary: S.\ncategory: good-practice\ncountry: [belgium]\nadded: 2026-01-01"
    said, _ = checked_in_another_process(f"---\n{head}\n---\n{HOSTILE_BODIES[name]}\n", tmp_path)
    assert ": error " in said
