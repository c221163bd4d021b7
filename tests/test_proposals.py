"""Terms that records propose: shown on their own page, and counted nowhere."""

import json
from pathlib import Path

import pytest

from repertory.reading.proposals import accepting, proposal
from tests.worlds import SITES, built, checked, lay_out, settings_of

HEAD = "---\ntitle: Reading in the park\nsummary: Families read.\nadded: 2026-03-01\n"
PARK = "content/practices/park.md"


def world_with(folder: Path, lines: str, path: str = PARK) -> Path:
    """Lay the small world out with one more record of these lines."""
    root = lay_out(folder / "world", SITES / "small")
    (root / path).write_text(f"{HEAD}{lines}\n---\nThey read.\n", encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("new: school climate", "school climate"),
        ("  New :  school \n climate ", "school climate"),
        ("new:school", "school"),
        ("new:", ""),
        ("newcomers", None),
        ("new school climate", None),
        ("brand new: school", None),
    ],
)
def test_a_proposal_is_the_word_new_with_a_colon(value: str, name: str | None) -> None:
    assert proposal(value) == name


def test_the_command_can_be_pasted_whatever_the_name() -> None:
    command = accepting("outcome", "it's $HOME", "--root", "my site")
    assert command.endswith("""rename outcome 'new: it'"'"'s $HOME' --root 'my site'""")


def test_the_page_shows_a_proposal_without_a_link_and_says_so(tmp_path: Path) -> None:
    lines = 'category: good-practice\ncountry: [belgium]\noutcome: [friends, "new: calm <b>"]'
    root = world_with(tmp_path, lines)
    built(settings_of(root))
    page = (root / "site/practices/park.html").read_text("utf-8")
    assert '<dd class="proposed">Calm &lt;b&gt; <small>proposed</small></dd>' in page
    found = [file for file in (root / "site").rglob("*") if file.is_file()]
    told = {str(f.relative_to(root / "site")) for f in found if b"alm &lt;b" in f.read_bytes()}
    assert told == {"practices/park.html"}
    data = json.loads((root / "site/data/practices.json").read_text("utf-8"))
    assert {p["id"]: p.get("proposed") for p in data if "proposed" in p} == {
        "park": {"outcome": ["calm <b>"]}
    }
    assert next(p for p in data if p["id"] == "park")["outcome"] == ["friends"]


def test_a_proposal_is_enough_where_a_term_is_required(tmp_path: Path) -> None:
    root = world_with(tmp_path, 'category: "new: diary"\ncountry: ["new: Narnia"]\ntarget: parents')
    built(settings_of(root))
    page = (root / "site/practices/park.html").read_text("utf-8")
    assert "Diary <small>proposed" in page
    assert "Narnia <small>proposed" in page


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ('evidence: ["new: diary", none-stated]', "too-many-terms"),
        ('outcome: ["new: calm", "NEW: Calm"]', "term-given-twice"),
    ],
)
def test_a_proposal_counts_as_a_term_in_the_record(tmp_path: Path, lines: str, rule: str) -> None:
    root = world_with(tmp_path, f"category: good-practice\ncountry: [belgium]\n{lines}")
    assert rule in {problem.rule for problem in checked(settings_of(root)).problems}


def test_news_propose_no_categories(tmp_path: Path) -> None:
    root = world_with(tmp_path, 'category: ["new: parties"]', "content/news/party.md")
    assert [problem.rule for problem in checked(settings_of(root)).problems] == ["unknown-term"]


def test_a_former_id_leads_to_the_term_and_is_understood(tmp_path: Path) -> None:
    root = world_with(tmp_path, "category: good-practice\ncountry: [belgium]\noutcome: [pals]")
    file = root / "taxonomy.yaml"
    text = file.read_text("utf-8")
    for term in ("friends: {", "host-language: {", "norway: {", "community: {"):
        assert term in text
        text = text.replace(
            term, f"{term}formerly: [{'pals' if term[0] == 'f' else 'x' + term[0]}], "
        )
    file.write_text(text, encoding="utf-8")
    assert [problem.rule for problem in checked(settings_of(root)).problems] == ["name-for-id"]
    built(settings_of(root))
    for old, new in (
        ("outcome/pals", "friends.html"),
        ("outcome/xh", "host-language.html"),
        ("country/xn", "index.html"),
        ("news/xc", "community.html"),
    ):
        page = (root / f"site/{old}.html").read_text("utf-8")
        assert f'content="0; url={new}"' in page
        assert (root / "site" / Path(old).parent / new).is_file()
    assert "pals" not in (root / "site/sitemap.xml").read_text("utf-8")
