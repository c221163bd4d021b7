"""Known words are found: as they stand, in capitals, without accents, mistyped, begun, in pairs."""

import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

import pytest

from repertory.base.text import fold
from repertory.publishing.words import WORD, common_words, split
from tests.browser.engine import LANGUAGES, Engine
from tests.browser.expected import Expected, texts

pytestmark = pytest.mark.browser

UNACCENTED = {"ß": "ss", "æ": "ae", "œ": "oe"}  # as people type who have no such key
WITHOUT_ACCENTS, WITH_A_TYPO = 0.99, 0.85  # the least shares of words that must find
FIRST = 10  # results among which a mistyped word must find its record
FEW = 5  # records with a word; more could stand before the one that it was taken from
TYPOS = 60  # for each language


@pytest.fixture(scope="module")
def expected(engine: Engine) -> Expected:
    """Return what each query should find."""
    return Expected(engine.practices, engine.catalog)


@pytest.fixture(scope="module")
def known(engine: Engine) -> list[tuple[str, int]]:
    """Return every word of every practice as it stands there, with the practice's number."""
    return [
        (word, number)
        for number, practice in enumerate(engine.practices)
        for word in dict.fromkeys(WORD.findall(unicodedata.normalize("NFC", texts(practice))))
    ]


def misses(
    engine: Engine, known: Iterable[tuple[str, int]], typed: Callable[[str], str] = str
) -> list[tuple[str, str]]:
    """Return the words that do not find the practice they stand in, as typed, with its id."""
    found = engine.find(typed(word) for word, _ in known)
    return [
        (typed(word), engine.practices[number].id)
        for word, number in known
        if number not in found[typed(word)].numbers
    ]


def unaccented(word: str) -> str:
    """Return a word without accents, not as the program folds it but by decomposing it (NFD)."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return "".join(UNACCENTED.get(letter, letter) for letter in bare)


def by_language(engine: Engine, known: Iterable[tuple[str, int]]) -> dict[str, list[str]]:
    """Return words by the language of the practices that they stand in."""
    found: dict[str, list[str]] = defaultdict(list)
    for word, number in known:
        found[engine.practices[number].language].append(word)
    return found


def test_the_index_is_in_several_parts(engine: Engine) -> None:
    shards, lists = engine.run("() => [index.shards.file.length, index.words.file.length]", None)
    assert shards > 2
    assert lists > 2
    assert {practice.language for practice in engine.practices} == set(LANGUAGES)


def test_every_word_finds_its_practice(engine: Engine, known: list[tuple[str, int]]) -> None:
    assert len(known) > 2500
    assert misses(engine, known) == []


def test_capital_letters_do_not_matter(engine: Engine, known: list[tuple[str, int]]) -> None:
    assert misses(engine, known, str.upper) == []


def test_words_without_accents_find(engine: Engine, known: list[tuple[str, int]]) -> None:
    """Only words with accents are counted: the others are those that were typed above."""
    accented = [(word, number) for word, number in known if unaccented(word) != word]
    missed = misses(engine, accented, unaccented)
    number_of = {practice.id: n for n, practice in enumerate(engine.practices)}
    lost = by_language(engine, [(word, number_of[id]) for word, id in missed])
    rates = {
        language: 1 - len(lost[language]) / len(words)
        for language, words in by_language(engine, accented).items()
    }
    print(rates)
    assert rates.keys() == set(LANGUAGES)
    assert min(rates.values()) >= WITHOUT_ACCENTS, missed


def with_a_typo(word: str, letters: str, chance: random.Random) -> str:
    """Return a word with a letter inserted, left out, replaced, or swapped with the next one."""
    while True:
        i, letter = chance.randrange(len(word)), chance.choice(letters)
        typed = chance.choice(
            (
                word[:i] + letter + word[i:],
                word[:i] + word[i + 1 :],
                word[:i] + letter + word[i + 1 :],
                word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :],
            )
        )
        if typed != word:
            return typed


def mistyped(
    expected: Expected, known: Iterable[tuple[str, int]], shortest: int, typos: int
) -> Iterator[tuple[str, str, int, str]]:
    """Yield words drawn from those in few practices: language, word, number, the word mistyped."""
    for language in LANGUAGES:
        chance = random.Random(f"{language}{typos}")
        words = [
            (word.lower(), number)
            for word, number in known
            if expected.practices[number].language == language
            and len(word) >= shortest
            and word.isalpha()
            and len(expected.having(word)) <= FEW
        ]
        letters = "".join(sorted({letter for word, _ in words for letter in word}))
        for word, number in chance.sample(words, min(TYPOS, len(words))):
            typed = word
            for _ in range(typos):
                typed = with_a_typo(typed, letters, chance)
            yield language, word, number, typed


@pytest.mark.parametrize(
    ("shortest", "typos"),
    [
        (4, 1),  # one letter of three is no typo: every such text is near to other words
        (9, 2),  # two from eight letters, which are left where one of nine is missing
    ],
)
def test_mistyped_words_find(
    engine: Engine, expected: Expected, known: list[tuple[str, int]], shortest: int, typos: int
) -> None:
    drawn = list(mistyped(expected, known, shortest, typos))
    found = engine.find(typed for _, _, _, typed in drawn)
    lost = [case for case in drawn if case[2] not in found[case[3]].numbers[:FIRST]]
    tried, failed = (Counter(language for language, *_ in cases) for cases in (drawn, lost))
    rates = {language: 1 - failed[language] / tried[language] for language in LANGUAGES}
    print({language: f"{rate:.1%} of {tried[language]}" for language, rate in rates.items()}, lost)
    assert min(tried.values()) > TYPOS / 2
    assert min(rates.values()) >= WITH_A_TYPO, lost


def test_a_word_of_seven_letters_may_have_one_typo_and_of_eight_two(engine: Engine) -> None:
    found = engine.find(["tomades", "tumades", "gimnaslo", "gimmaslo", "gimmaslu"])
    instead = {query: answer.instead for query, answer in found.items()}
    assert instead["tomades"] == ["tomates"]
    assert instead["tumades"] == []
    assert instead["gimnaslo"] == instead["gimmaslo"] == ["gimnasio"]
    assert instead["gimmaslu"] == []


def test_elided_words_find(engine: Engine) -> None:
    elided = [
        (typed, number)
        for number, practice in enumerate(engine.practices)
        for word in re.findall(r"\w+['’]\w+", texts(practice))
        for typed in (word, word.replace("'", "’"), word.upper(), unaccented(word))
    ]
    assert len({word for word, _ in elided}) > 100
    assert misses(engine, elided) == []


def test_terms_find_in_every_language(engine: Engine) -> None:
    """Whoever writes a term's name finds all practices that have the term, in all languages."""
    number_of = {practice.id: n for n, practice in enumerate(engine.practices)}
    names = [
        (name, number_of[practice.id])
        for (facet, term), practices in engine.catalog.by_term.items()
        for name in (
            *engine.catalog.taxonomy.facets[facet].terms[term].labels.values(),
            *engine.catalog.taxonomy.facets[facet].terms[term].aliases,
        )
        for practice in practices
    ]
    assert len({name for name, _ in names}) > 100
    assert misses(engine, names) == []
    assert misses(engine, names, unaccented) == []


def test_the_last_word_may_be_the_beginning_of_one(engine: Engine) -> None:
    begun = [
        (f"{first} {last[:end]}", number)
        for number, practice in enumerate(engine.practices)
        for first, last in zip(split(practice.summary), split(practice.title), strict=False)
        for end in range(3, len(last))
    ]
    assert len(begun) > 400
    assert misses(engine, begun) == []


def test_only_the_last_word_is_a_beginning(engine: Engine, expected: Expected) -> None:
    queries = ("dicciona", "dicciona ", "cuaderno dicciona", "dicciona cuaderno")
    found = engine.find(queries)
    assert [found[query].have for query in queries] == [1, 0, 2, 1]
    assert [expected.of(query)[1] for query in queries] == [1, 0, 2, 1]


def pairs(engine: Engine, together: bool) -> list[str]:
    """Return two words of the same practice each, or of two practices in different languages."""
    chance = random.Random(7)
    words = [split(texts(practice)) for practice in engine.practices]
    places = [(a, b) for a in range(len(words)) for b in range(len(words)) if (a == b) == together]
    return [
        f"{chance.choice(words[a])} {chance.choice(words[b])}"
        for a, b in chance.choices(places, k=300)
    ]


@pytest.mark.parametrize("end", ["", " "], ids=["unfinished", "finished"])
@pytest.mark.parametrize("together", [True, False], ids=["and", "or"])
def test_two_words_find_what_they_should_and_nothing_else(
    engine: Engine, expected: Expected, together: bool, end: str
) -> None:
    queries = [query + end for query in pairs(engine, together)]
    found = engine.find(queries)
    wrong = {
        query: (set(found[query].numbers), found[query].have, found[query].of)
        for query in queries
        if (set(found[query].numbers), found[query].have, found[query].of) != expected.of(query)
    }
    assert wrong == {}
    assert any(found[query].have == (2 if together else 1) for query in queries)


def test_stop_words_do_not_exclude(engine: Engine, known: list[tuple[str, int]]) -> None:
    common = common_words(LANGUAGES)
    chance = random.Random(3)
    rare = chance.sample([word for word, _ in known if fold(word) not in common], 200)
    typed = {word: f"{chance.choice(common)} {word} {chance.choice(common)} " for word in rare}
    found = engine.find([*(f"{word} " for word in rare), *typed.values()])
    assert {
        word
        for word in rare
        if set(found[typed[word]].numbers) != set(found[f"{word} "].numbers)
        or found[typed[word]].of != 1
    } == set()
