"""What the search leaves for its next build: an edit gives what folding all words anew gives."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from repertory.base.settings import Boosts
from repertory.publishing import index, search
from repertory.reading.model import Practice
from repertory.reading.taxonomy import Facet, Taxonomy, Term
from repertory.writing import cache
from tests.memory import SETTINGS, TAXONOMY, TOPICS, Memory, files, parts_of

DAY = date(2024, 1, 1)
TEXTS = st.text("abcé \ufdfa", max_size=12)  # the last sign is folded to several words
TERMS = st.lists(st.sampled_from(sorted(TOPICS)), unique=True).map(tuple)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few records have many ranges, and each way be taken often."""
    monkeypatch.setattr(index, "SHARD", 6)
    monkeypatch.setattr(index, "WORD_LIST", 3)
    monkeypatch.setattr(index, "MOST_CHANGED", 0.4)
    monkeypatch.setattr(search, "CARDS", 2)


class Editing(RuleBasedStateMachine):
    """Somebody edits records by chance; after each edit both ways to make the search agree."""

    def __init__(self) -> None:
        super().__init__()
        self.ids = count()
        self.memory = Memory()
        self.standing: dict[str, tuple[bytes, bytes]] = {}
        self.records: list[Practice] = []
        self.settings, self.taxonomy = SETTINGS, TAXONOMY

    @initialize(texts=st.lists(TEXTS, min_size=5, max_size=8))
    def begin(self, texts: list[str]) -> None:
        for number, text in enumerate(texts):
            self.add(number, text, text[:3], ("fire",))

    @rule(day=st.integers(0, 12), text=TEXTS, title=TEXTS, terms=TERMS)
    def add(self, day: int, text: str, title: str, terms: tuple[str, ...]) -> None:
        self.records.append(
            Practice(
                id=(name := f"p{next(self.ids)}"),
                path=name,
                title=title,
                summary="",
                terms={"topic": terms},
                added=DAY + timedelta(days=day),
                key=text.encode(),
            )
        )

    @rule(number=st.integers(0, 20))
    def remove(self, number: int) -> None:
        if len(self.records) > 1:
            del self.records[number % len(self.records)]

    @rule(number=st.integers(0, 20), text=TEXTS)
    def edit_body(self, number: int, text: str) -> None:
        number %= len(self.records)
        self.records[number] = self.records[number]._replace(key=text.encode())

    @rule(number=st.integers(0, 20), text=TEXTS)
    def edit_title(self, number: int, text: str) -> None:
        number %= len(self.records)
        self.records[number] = self.records[number]._replace(title=text)

    @rule(number=st.integers(0, 20), terms=TERMS)
    def edit_terms(self, number: int, terms: tuple[str, ...]) -> None:
        number %= len(self.records)
        self.records[number] = self.records[number]._replace(terms={"topic": terms})

    @rule(term=st.sampled_from(sorted(TOPICS)), name=TEXTS)
    def name_a_term(self, term: str, name: str) -> None:
        terms = {**self.taxonomy.facets["topic"].terms, term: Term(term, {"en": name, "nl": "a"})}
        self.taxonomy = Taxonomy({"topic": Facet("topic", {"en": "Topic"}, terms, {})}, {}, {})

    @rule(order=st.permutations(sorted(TOPICS)))
    def order_terms(self, order: list[str]) -> None:
        known = self.taxonomy.facets["topic"].terms
        terms = {term: known[term] for term in order}
        self.taxonomy = Taxonomy({"topic": Facet("topic", {"en": "Topic"}, terms, {})}, {}, {})

    @rule(title=st.integers(0, 2))
    def weigh_anew(self, title: int) -> None:
        self.settings = replace(SETTINGS, boosts=Boosts(title=title))

    @rule()
    def shrink(self) -> None:
        self.memory.shrink()

    @rule(number=st.integers(0, 100))
    def lose_something(self, number: int) -> None:
        names, values = sorted(self.memory.names), sorted(self.memory.values)
        if number < len(names):
            del self.memory.names[names[number]]
        elif values:
            self.memory.values.pop(values[number % len(values)])

    @invariant()
    def both_ways_agree(self) -> None:
        if not self.records:
            return
        parts = parts_of(self.records, self.settings, self.memory, self.taxonomy)
        found = {part.path: self.standing.get(part.path) for part in parts}
        self.standing = {
            part.path: then
            if (then := found[part.path]) and then[0] == part.key
            else (part.key, part.content())
            for part in parts
        }
        anew = files(self.records, self.settings, taxonomy=self.taxonomy)
        assert {path: content for path, (_, content) in self.standing.items()} == anew
        assert {part.path: part.content() for part in parts} == anew


def test_every_edit_gives_the_files_of_an_index_folded_anew() -> None:
    machine = Editing.TestCase
    machine.settings = hypothesis_settings(max_examples=100, stateful_step_count=15)
    machine().runTest()


def practices(count: int) -> list[Practice]:
    """Return practices, each with a word of its own and one that all have."""
    return [
        Practice(f"p{n:02}", f"p{n}", "", "", {}, DAY + timedelta(days=n), key=b"all x%d" % n)
        for n in range(count)
    ]


def test_an_edit_reads_the_words_of_one_record_however_often_the_cache_is_shrunk() -> None:
    records, memory = practices(20), Memory()
    files(records, memory=memory)
    for number in (3, 11, 3):
        memory.shrink()
        memory.made = 0
        text = records[number].key + b" anew"
        records[number] = records[number]._replace(key=text)
        assert files(records, memory=memory) == files(records)
        assert memory.made == 1


def test_a_record_more_or_less_at_the_end_is_one_change() -> None:
    records, memory = practices(20), Memory()
    files(records[:-1], memory=memory)
    for some, made in ((records, 1), (records[:-1], 0), (records[1:], len(records) - 1)):
        memory.made = 0
        assert files(some, memory=memory) == files(some)
        assert memory.made == made


def test_the_cache_keeps_what_is_said_to_be_of_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "FEWEST", 0)
    with cache.Cache(tmp_path) as first:
        for number in range(8):
            first.keep(bytes([number]), [b"value"])
        first.shrink()
    with cache.Cache(tmp_path) as then:
        then.use([b"\0"])
        then.shrink()
        assert list(then.find([b"\0", b"\1"])) == [b"\0"]
