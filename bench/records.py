"""Invented records for measuring: record number i is the same in a site of any size.

Their words follow Zipf's law, so that an index has as many words, common and rare, as one of real
texts has: sentences that repeat would flatter every index.
"""

import random
from datetime import date, timedelta
from itertools import accumulate, product
from pathlib import Path
from typing import NamedTuple

import yaml

FIRST_DAY, DAYS = date(2012, 1, 1), 5_000
STARTS = (*"bdfghklmnprstvw", "br", "dr", "fr", "gl", "kl", "pl", "sk", "sp", "st", "tr", "sch")
VOWELS = (*"aeiouaeioe", "ei", "ou", "ö")
ENDS = ("", "", "", *"lmnrst", "nd", "rk", "st")
VOCABULARY = 20_000
CLASSES = {"common": (20, 200), "middling": (200, 2_000), "rare": (2_000, VOCABULARY)}
SECTIONS = ("Evaluation", "Products", "Reasons")
FACETS = {  # how many terms there are, and how many a record has at least and at most
    "category": (1, 1, 1),
    "country": (30, 1, 1),
    "language": (24, 1, 3),
    "outcome": (30, 3, 13),
    "action": (15, 1, 3),
    "target": (12, 1, 4),
    "professional": (15, 1, 4),
    "funding": (8, 1, 3),
    "actor": (12, 1, 4),
}


def _vocabulary() -> list[str]:
    """Return invented words, the commonest first; common words are short."""
    chance, words = random.Random("vocabulary"), dict[str, None]()
    while len(words) < VOCABULARY:
        syllables = 1 if len(words) < 150 else chance.choice((2, 2, 3)) if len(words) > 3_000 else 2
        parts = product(range(syllables), (STARTS, VOWELS, ENDS))
        word = "".join(chance.choice(part) for _, part in parts)
        if len(word) > 2:
            words[word] = None
    return list(words)


WORDS = _vocabulary()
RANKS = {word: rank for rank, word in enumerate(WORDS)}
ZIPF = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))


class Record(NamedTuple):
    """One invented record: its id, its front matter and its text."""

    id: str
    front: dict[str, object]
    body: str


def record(number: int) -> Record:
    """Return a record by its number."""
    chance = random.Random(f"record {number}")
    title = " ".join(_some(chance, chance.randint(4, 8))).capitalize()
    front: dict[str, object] = {
        "title": title,
        "summary": _text(chance, chance.randint(18, 38)).replace("*", "")[:300].strip(),
        "organisation": " ".join(_some(chance, 2)).title(),
        "source": f"https://example.org/{number}",
        "added": FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
    }
    for facet, (count, least, most) in FACETS.items():
        weights = [1 / (place + 2) for place in range(count)]
        wanted, chosen = chance.randint(least, most), dict[str, None]()
        while len(chosen) < wanted:
            chosen[chance.choices(list(terms(facet)), weights)[0]] = None
        front[facet] = list(chosen)
    length = chance.randint(300, 700)
    parts = [_paragraphs(chance, length // 2)]
    parts += (f"## {section}\n\n{_paragraphs(chance, length // 6)}" for section in SECTIONS)
    return Record(f"{_plain(title.split()[0])}-{number:05}", front, "\n\n".join(parts))


def terms(facet: str) -> dict[str, str]:
    """Return the labels of a facet's terms by their ids."""
    if facet == "category":
        return {"good-practice": "Good practice"}
    start = 300 + 40 * list(FACETS).index(facet)
    words = WORDS[start : start + FACETS[facet][0]]
    return {_plain(word): f"{word.capitalize()} {WORDS[-1 - RANKS[word]]}" for word in words}


def queries(count: int) -> list[str]:
    """Return two words of one record for each query: of common, middling and rare in turn."""
    chance, found = random.Random("queries"), list[str]()
    while len(found) < count:
        low, high = list(CLASSES.values())[len(found) % len(CLASSES)]
        one = record(chance.randrange(1_000))
        words = {word.strip(".*").lower() for word in f"{one.front['title']} {one.body}".split()}
        fit = sorted(word for word in words if len(word) > 3 and low <= RANKS.get(word, -1) < high)
        if len(fit) > 1:
            found.append(" ".join(chance.sample(fit, 2)))
    return found


def write(root: Path, count: int) -> None:
    """Write a site's vocabulary and content: records, and a news item for every twenty."""
    facets: dict[str, object] = {}
    for facet in FACETS:
        labels = {term: {"label": label} for term, label in terms(facet).items()}
        shape = {"label": facet.capitalize(), "required": True, "many": facet != "category"}
        facets[facet] = {**shape, "terms": labels}
    sections = {section.lower(): {"label": section} for section in SECTIONS}
    root.mkdir(parents=True)
    (root / "taxonomy.yaml").write_text(_yaml({"facets": facets, "sections": sections}), "utf-8")
    news = [record(1_000_000 + number) for number in range(count // 20)]
    _write(root / "content" / "practices", [record(number) for number in range(count)])
    keys = ("title", "summary", "added")
    short = [Record(n.id, {key: n.front[key] for key in keys}, n.body[:1_000]) for n in news]
    _write(root / "content" / "news", short)


def _write(folder: Path, items: list[Record]) -> None:
    folder.mkdir(parents=True)
    for item in items:
        text = f"---\n{_yaml(item.front)}---\n\n{item.body}\n"
        (folder / f"{item.id}.md").write_text(text, "utf-8")


def _paragraphs(chance: random.Random, count: int) -> str:
    return "\n\n".join(_text(chance, min(70, count - done)) for done in range(0, count, 70))


def _text(chance: random.Random, count: int) -> str:
    """Return so many words in sentences of 14."""
    words = _some(chance, count)
    for start in range(0, count, 14):
        words[start] = words[start].capitalize()
        words[min(start + 13, count - 1)] += "."
        if chance.random() < 0.15 and start + 5 < count:
            words[start + 4] = f"*{words[start + 4]}*"
    return " ".join(words)


def _some(chance: random.Random, count: int) -> list[str]:
    return chance.choices(WORDS, cum_weights=ZIPF, k=count)


def _plain(word: str) -> str:
    return word.lower().replace("ö", "oe")


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=1_000)
