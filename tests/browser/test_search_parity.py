"""Python and the browser have the same words, and all ways of scoring are Lunr's."""

import random
import re
from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from stopwordsiso import stopwords

from repertory.base.text import fold
from repertory.publishing.postings import front_coded, packed
from repertory.publishing.words import STEMMERS, Stems, common_words, split
from tests.browser.engine import LANGUAGES, Engine
from tests.browser.expected import texts

pytestmark = pytest.mark.browser

FEW = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],  # lists name what differs: none need be made shorter
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
LETTERS = {
    "de": "abcdefghijklmnopqrstuvwxyzäöüß",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "en": "abcdefghijklmnopqrstuvwxz",
    "es": "abcdefghijklmnopqrstuvwxyzáéíóúüñ",
    "fr": "abcdefghijklmnopqrstuvwxyzàâæçéèêëîïôœùûüÿ",
    "it": "abcdefghijklmnopqrstuvwxyzàèéìíîòóùú",
    "nl": "abcdefghijklmnopqrstuvwxyzäëïöüéè",
}
DIGITS = "0123456789"
TEXTS = (".md", ".yaml")

# Where wink-porter2-stemmer is not Snowball's English stemmer: it gives a word of a vowel and -ed
# or -ing an e, as if a consonant stood before; and it takes only one of several y's in a row, or
# of those between vowels, for a consonant. No English word is like the latter, so that the invented
# ones of this test do without y; the former are these.
DIFFERENT = {
    "aed": ("a", "ae"),
    "oed": ("o", "oe"),
    "eing": ("e", "ee"),
    "ccyyes": ("ccyy", "ccyye"),
    "ayoyalize": ("ayoy", "ayoyal"),
}
INVENTED_LIKE_AED = re.compile("[aeiou](ed|edly|ing|ingly)")

SNOWBALL = Stems(STEMMERS)
STEMS = "([words, language]) => words.map((word) => stem(word, language))"
WORDS = "(texts) => texts.map((text) => split(text).map((word) => [word, fold(word)]))"

WHOLE = """async (base) => {
  self.whole = packaged.lunr.Index.load(await (await fetch(base + "lunr-index.json")).json());
  return packaged.lunr.version;
}"""

SCORES = """async ([queries, ids]) => {
  const numberOf = new Map(ids.map((id, number) => [id, number]));
  const asked = (clauses) => {
    const found = whole.query((query) => {
      clauses.forEach((boost, term) => query.term(term, { boost, usePipeline: false }));
    });
    return found.map(({ ref, score }) => [numberOf.get(ref), score]);
  };
  const pairs = (scores, hits) =>
    [...scores.entries()].filter(([number]) => bits.has(hits, number));
  return Promise.all(queries.map(async (q) => {
    const typed = [...new Set(split(q))];
    const words = await Promise.all(
      typed.map((word, i) => understood(word, i === typed.length - 1 && !q.endsWith(" "))));
    const clauses = clausesOf(words);
    const { hits } = having(words);
    return {
      small: pairs(scoresByLunr(clauses, hits), hits),
      direct: pairs(scoresDirectly(clauses, hits), hits),
      whole: asked(clauses),
      each: words.map(({ word, terms }) => [word, asked(terms).map(([number]) => number)]),
      shown: await inOrder(hits, { words, hits }, ""),
    };
  }));
}"""

PAGES = """async ([base, q]) => {
  const asked = { base, q, chosen: {}, sort: "", size: 4, facets: [] };
  const { numbers } = await numbersOf(asked);
  const ids = [];
  for (let [page, pages] = [1, 1]; page <= pages; page += 1) {
    const { cards } = await find({ ...asked, page }, newest + 1, (first) => {
      pages = first.pages;
      ids.push(...first.cards.map(({ id }) => id));
    });
    ids.push(...cards.map(({ id }) => id));
  }
  return [numbers, ids];
}"""

RANKED = """async (total) => {
  const [byLunr, directly] = [scoresByLunr, scoresDirectly];
  let used = "";
  scoresByLunr = () => (used = "lunr") && [];
  scoresDirectly = () => (used = "directly") && [];
  const hits = bits.all(total);
  await inOrder(hits, { words: [{ terms: new Map() }], hits }, "");
  [scoresByLunr, scoresDirectly] = [byLunr, directly];
  return used;
}"""

Scored = list[tuple[int, float]]  # numbers of practices with their scores


class Answer(TypedDict):
    """How a query is scored: by an index of its terms, by adding up, and by the whole index.

    `each` has what the whole index finds for each of the words, `shown` the results in order.
    """

    small: Scored
    direct: Scored
    whole: Scored
    each: list[tuple[str, list[int]]]
    shown: list[int]


def of_all_languages(root: Path) -> set[str]:
    """Return the words of the world of seven languages, the real content, and the documents."""
    folders = (root / "tests/sites/languages", root / "content", root / "docs")
    files = [*root.glob("*.md"), *root.glob("*.yaml")]
    files += [file for folder in folders for file in folder.rglob("*") if file.suffix in TEXTS]
    return {word for file in files for word in split(file.read_text("utf-8"))}


def of_language(language: str) -> set[str]:
    """Return the common words of a language, and invented ones with digits in them."""
    chance = random.Random(language)
    letters = LETTERS[language] + DIGITS
    words = {"".join(chance.choices(letters, k=chance.randint(2, 12))) for _ in range(500)}
    return words.union(*map(split, stopwords(language)))


def stem(word: str, language: str) -> str:
    """Return a word's stem as Python makes it."""
    return SNOWBALL[language][word]


def differing(ours: Iterable[object], theirs: Iterable[object]) -> list[tuple[object, object]]:
    """Return the first few pairs of what Python and the browser have that are not equal."""
    both = zip(ours, theirs, strict=True)
    return list(islice(((mine, other) for mine, other in both if mine != other), 5))


@pytest.mark.parametrize("language", STEMMERS)
def test_real_words_have_the_same_stems(engine: Engine, root: Path, language: str) -> None:
    words = sorted((of_all_languages(root) | of_language(language)) - DIFFERENT.keys())
    assert len(words) > 4000
    theirs = engine.run(STEMS, [words, language])
    assert differing([stem(word, language) for word in words], theirs) == []


@FEW
@given(
    st.sampled_from(sorted(STEMMERS)).flatmap(
        lambda language: st.tuples(
            st.just(language),
            st.lists(st.text(LETTERS[language], min_size=1, max_size=14), min_size=300),
        )
    )
)
def test_invented_words_have_the_same_stems(engine: Engine, case: tuple[str, list[str]]) -> None:
    language, invented = case
    words = [w for w in invented if language != "en" or not INVENTED_LIKE_AED.fullmatch(w)]
    theirs = engine.run(STEMS, [words, language])
    assert differing([stem(word, language) for word in words], theirs) == []


def test_these_stems_differ_in_english(engine: Engine) -> None:
    theirs = engine.run(STEMS, [list(DIFFERENT), "en"])
    found = {word: (stem(word, "en"), other) for word, other in zip(DIFFERENT, theirs, strict=True)}
    assert found == DIFFERENT


@pytest.mark.parametrize(
    ("word", "language"), [("2023", "en"), ("13th", "en"), ("ίδιο", "el"), ("\u037a", "el")]
)
def test_no_word_vanishes_or_changes_its_digits(engine: Engine, word: str, language: str) -> None:
    assert stem(word, language) == (fold(word) or word)
    assert engine.run(STEMS, [[word], language]) == [fold(word) or word]


def test_the_stemmers_are_those_of_the_site(engine: Engine) -> None:
    assert set(STEMMERS) == set(LANGUAGES)
    assert stem("bibliotecaria", "es") != fold("bibliotecaria")
    assert engine.run(STEMS, [["bibliotecaria"], "xx"]) == ["bibliotecaria"]


# Letters that Python's Unicode does not know yet may be known to the browser.
ASSIGNED = st.characters(codec="utf-8", exclude_categories=["Cn", "Cs"])


@FEW
@given(st.lists(st.text(ASSIGNED, max_size=60), min_size=50))
def test_any_text_has_the_same_words(engine: Engine, some: list[str]) -> None:
    ours = [[[word, fold(word)] for word in split(text)] for text in some]
    assert differing(ours, engine.run(WORDS, some)) == []


def test_every_letter_is_folded_alike(engine: Engine) -> None:
    """Every one of scripts with few letters, alone and within a word."""
    scripts = chain(range(0x3400), range(0xA000, 0xAC00), range(0xF900, 0x11000))
    letters = [chr(code) for code in scripts if chr(code).isalnum()]
    some = [" ".join(f"{c} a{c}b" for c in letters[i : i + 50]) for i in range(0, len(letters), 50)]
    ours = [[[word, fold(word)] for word in split(text)] for text in some]
    assert differing(ours, engine.run(WORDS, some)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L'école d’été", ["l", "école", "d", "été"]),
        ("school/health, snake_case", ["school", "health", "snake", "case"]),
        ("covid-19 in 2030", ["covid", "19", "in", "2030"]),
        ("İzmir", ["i̇zmir"]),
        ("मित्र", ["मित्र"]),
        ("مَدْرَسة", ["مَدْرَسة"]),
        ("ΓΟΝΕΊΣ", ["γονείς"]),
    ],
)
def test_words_are_split_where_readers_do(engine: Engine, text: str, words: list[str]) -> None:
    assert split(text) == words
    assert [word for word, _ in engine.run(WORDS, [text])[0]] == words


@FEW
@given(st.lists(st.text(max_size=80), min_size=20))
def test_any_text_is_a_valid_query(engine: Engine, some: list[str]) -> None:
    valid = [text.encode("utf-8", "replace").decode() for text in some]
    assert all(answer.have <= answer.of for answer in engine.find(valid).values())


@pytest.fixture(scope="module")
def scores(engine: Engine) -> dict[str, Answer]:
    """Return how each of many queries is scored by each way of scoring."""
    assert engine.run(WHOLE, engine.search) == "2.3.9"
    chance = random.Random(11)
    words = [split(texts(practice)) for practice in engine.practices]
    queries = [
        " ".join(chance.sample(chance.choice(words), size)) + end
        for size in (1, 2, 3, 5)
        for end in ("", " ")
        for _ in range(60)
    ]
    queries += [f"{chance.choice(a)} {chance.choice(b)}" for a in words for b in words[::5]]
    queries += [word[:-2] + word[-1] for word in words[0] + words[-1] if len(word) > 4]
    ids = [practice.id for practice in engine.practices]
    return dict(zip(queries, engine.run(SCORES, [queries, ids]), strict=True))


def by_number(scored: Scored) -> dict[int, float]:
    """Return scores by the numbers of the practices."""
    return dict(scored)


def test_the_small_index_scores_as_the_whole_in_an_unmodified_lunr(
    scores: dict[str, Answer],
) -> None:
    """To the last bit, as long as Python and JavaScript round weights of three decimals alike.

    They could differ where the fourth decimal is exactly a 5; in this world none is.
    """
    for query, answer in scores.items():
        whole, small = by_number(answer["whole"]), by_number(answer["small"])
        assert small == pytest.approx(
            {number: whole[number] for number in small}, rel=1e-9, abs=1e-12
        ), query


def test_adding_up_scores_as_lunr(scores: dict[str, Answer]) -> None:
    """Both add the same products up, perhaps in another order, and so round otherwise."""
    for query, answer in scores.items():
        small, direct = by_number(answer["small"]), by_number(answer["direct"])
        assert direct == pytest.approx(small, rel=1e-9, abs=1e-12), query


@pytest.mark.parametrize(("total", "scorer"), [(300, "lunr"), (301, "directly")])
def test_only_many_results_are_scored_directly(engine: Engine, total: int, scorer: str) -> None:
    assert engine.run(RANKED, total) == scorer


@pytest.mark.parametrize("query", ["the", "παιδιά", "language", ""])
def test_pages_show_the_list_in_its_order(engine: Engine, query: str) -> None:
    """Only what is shown is sorted; a download asks for all."""
    numbers, shown = engine.run(PAGES, [engine.search, query])
    assert shown == [engine.practices[number].id for number in numbers]
    assert len(shown) > 4


NUMBERS = st.sets(st.integers(0, 20_000), min_size=1, max_size=60).map(sorted)


@FEW
@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_what_is_packed_is_unpacked_in_the_browser(engine: Engine, lists: list[list[int]]) -> None:
    assert engine.run("lists => lists.map(unpacked)", [packed(each) for each in lists]) == lists


@FEW
@example(["a" * 30 + end for end in ("x", "y", "\U00010428", "\U00010428z", "\U0001042b")])
@given(st.lists(st.text(), min_size=1))
def test_what_is_front_coded_is_read_in_the_browser(engine: Engine, some: list[str]) -> None:
    words = sorted(word for text in some for word in split(text))
    assert engine.run("wordsIn", front_coded(words)) == words


def test_results_are_in_the_order_of_an_unmodified_lunr(scores: dict[str, Answer]) -> None:
    """Among equal scores the newest, which has the highest number, comes first."""
    for query, answer in scores.items():
        whole = by_number(answer["whole"])
        best = sorted(answer["shown"], key=lambda number: (-round(whole[number], 9), -number))
        assert answer["shown"] == best, query
    assert sum(len(answer["shown"]) > 1 for answer in scores.values()) > 300


def test_an_unmodified_lunr_has_the_same_hits(scores: dict[str, Answer]) -> None:
    """Those that have most of the words which are not common, as it finds each of them."""
    common = set(common_words(LANGUAGES))
    for query, answer in scores.items():
        telling = [set(numbers) for word, numbers in answer["each"] if fold(word) not in common]
        counted = telling or [set(numbers) for _, numbers in answer["each"]]
        having = Counter(number for numbers in counted for number in numbers)
        most = max(having.values(), default=0)
        assert set(answer["shown"]) == {n for n, count in having.items() if count == most}, query
