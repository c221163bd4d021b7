"""The search index in Lunr's own format, and what a result shows."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

from lunr.builder import Builder
from lunr.token_set import TokenSet

from repertory.base.settings import Settings
from repertory.base.text import fold
from repertory.catalog.catalog import Catalog
from repertory.publishing import urls
from repertory.publishing.output import Data
from repertory.publishing.view import View
from repertory.reading.model import Practice

BOOSTS = {"title": 10, "terms": 6, "summary": 4, "body": 1}
LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")


def outputs(catalog: Catalog, settings: Settings) -> Iterator[Data]:
    """Yield the index, and the practices as results show them."""
    view = View(catalog, settings, urls.SEARCH)
    builder = LeanBuilder()
    for practice in catalog.practices:
        builder.add_words(practice.id, {f: words(t) for f, t in _texts(catalog, practice).items()})
    yield Data(urls.SEARCH_INDEX, _json(builder.serialised()))
    lines = zip(catalog.practices, view.practice_lines(catalog.practices), strict=True)
    documents = {
        practice.id: {
            "title": line.title,
            "url": line.href,
            "about": [*line.countries, line.years] if line.years else list(line.countries),
            "summary": line.summary,
        }
        for practice, line in lines
    }
    yield Data(urls.SEARCH_DOCUMENTS, _json(documents))


def words(text: str) -> list[str]:
    """Return the words of a text: search.js splits and folds what visitors type in the same way."""
    return [fold(word) for word in LETTERS_AND_DIGITS.findall(unicodedata.normalize("NFC", text))]


class LeanBuilder(Builder):  # type: ignore[misc]  # lunr has no type hints
    """Lunr's builder for words that are already split: same scores, no pipeline, no positions."""

    def __init__(self) -> None:
        super().__init__()
        for field, boost in BOOSTS.items():
            self.field(field, boost)

    def add_words(self, ref: str, fields: Mapping[str, list[str]]) -> None:
        """Add a document by the words of each field."""
        self._documents[ref] = {}
        self.document_count += 1
        for field, found in fields.items():
            self.field_term_frequencies[f"{field}/{ref}"] = counts = Counter(found)
            self.field_lengths[f"{field}/{ref}"] = len(found)
            for word in counts:
                posting = self.inverted_index.get(word)
                if posting is None:
                    posting = {"_index": len(self.inverted_index), **{f: {} for f in BOOSTS}}
                    self.inverted_index[word] = posting
                posting[field][ref] = {}

    def serialised(self) -> dict[str, object]:
        """Return the index as lunr.js loads it."""
        if not self.document_count:  # by which Lunr divides
            self.add_words("", {field: [] for field in BOOSTS})
        index: dict[str, object] = self.build().serialize()
        # lunr.js wants JavaScript's order, which is by UTF-16 units and not by characters.
        index["invertedIndex"] = sorted(
            self.inverted_index.items(), key=lambda entry: entry[0].encode("utf-16-be")
        )
        return index

    def _create_token_set(self) -> None:
        self.token_set = TokenSet()  # the browser makes its own from the words


def _texts(catalog: Catalog, practice: Practice) -> dict[str, str]:
    return {
        "title": practice.title,
        "terms": " ".join(_terms(catalog, practice)),
        "summary": practice.summary,
        "body": f"{practice.organisation} {practice.place} {practice.prose.text}",
    }


def _terms(catalog: Catalog, practice: Practice) -> Iterator[str]:
    for facet_id, terms in practice.terms.items():
        for term in terms:
            found = catalog.taxonomy.facets[facet_id].terms[term]
            yield from dict.fromkeys((*found.labels.values(), *found.aliases))


def _json(value: object) -> bytes:
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
    ).encode()
