"""What stands in for the cache in tests of the search: a memory that can be emptied in part."""

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.base.step import Function, Item, Value
from repertory.catalog.catalog import assemble
from repertory.publishing import search
from repertory.publishing.output import Part
from repertory.reading.model import Practice
from repertory.reading.prose import Prose
from repertory.reading.taxonomy import Facet, Taxonomy, Term
from tests.worlds import Texts

SETTINGS = Settings(root=Path(), name="A world", languages=("en", "nl"))
TOPICS = {
    "water": Term("water", {"en": "Water", "nl": "Water"}),
    "fire": Term("fire", {"en": "Fire", "nl": "Vuur"}, aliases=("flame",)),
    "wood": Term("wood", {"en": "Wood", "nl": "Hout"}),
}
TAXONOMY = Taxonomy({"topic": Facet("topic", {"en": "Topic"}, TOPICS, {})}, {}, {})


class Memory:
    """Keeps values, and runs steps of which it keeps what they make; `made` counts their items."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self.names: dict[str, bytes] = {}
        self.used: set[bytes] = set()
        self.made = 0

    def find(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return the values that are there."""
        self.used.update(keys)
        return {key: self.values[key] for key in keys if key in self.values}

    def keep(self, key: bytes, parts: Sequence[bytes]) -> None:
        """Keep a value."""
        self.values[key] = parts[0]
        self.used.add(key)

    def use(self, keys: Iterable[bytes]) -> None:
        """Say what is of use."""
        self.used.update(keys)

    def noted(self, name: str, default: Value) -> Value:
        """Return the value of a name."""
        found: Value = pickle.loads(self.names[name]) if name in self.names else default
        return found

    def note(self, name: str, value: object) -> None:
        """Keep a value under a name."""
        self.names[name] = pickle.dumps(value, 5)

    def steps(
        self,
        name: str,
        function: Function[Item, Value],
        items: Sequence[Item],
        key: Callable[[Item], bytes],
    ) -> Iterator[tuple[bytes, Value]]:
        """Run a step of the build."""
        for item in items:
            self.made += 1
            made = function(item, Texts())
            self.keep(key(item), [pickle.dumps(made.value, 5)])
            yield key(item), made.value

    def shrink(self) -> None:
        """Drop what was not of use since this was last called."""
        self.values = {key: value for key, value in self.values.items() if key in self.used}
        self.used = set()


def parts_of(
    records: Sequence[Practice], settings: Settings, memory: Memory, taxonomy: Taxonomy
) -> list[Part]:
    """Return the files of the search, made from nothing but what a memory has.

    The records have the texts of their bodies in the places of their keys.
    """
    texts = {record.path: Prose(kept=record.key) for record in records}
    bare = (record._replace(key=b"") for record in records)
    catalog = assemble(taxonomy, [record._replace(key=digest(repr(record))) for record in bare])
    return list(search.parts(catalog, settings, texts, memory.steps, memory))


def files(
    records: Sequence[Practice],
    settings: Settings = SETTINGS,
    memory: Memory | None = None,
    taxonomy: Taxonomy = TAXONOMY,
) -> dict[str, bytes]:
    """Return the files of the search by path."""
    parts = parts_of(records, settings, memory or Memory(), taxonomy)
    return {part.path: part.content() for part in parts}
