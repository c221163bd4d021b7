"""A step of a build: a function of one item, whose values a cache may keep."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, Protocol, TypeAlias, TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")


class NotKept(Exception):
    """What was to be asked for later was not good enough to be kept."""


class Made(NamedTuple, Generic[Value]):
    """What a function made of an item.

    `bulk` is kept beside the value, to be asked for by the key and its number, from 1. What is not
    good, a failure, is never kept by a cache.
    """

    value: Value
    bulk: tuple[object, ...] = ()
    is_good: bool = True


class Notes(Hashable, Protocol):
    """Keeps what one build leaves for the next under names. All of it may be lost at any time."""

    def noted(self, name: str, default: Value) -> Value:
        """Return the value that was kept under a name."""

    def note(self, name: str, value: object) -> None:
        """Keep a value under a name, in the place of an earlier one."""


class Shelf(Notes, Protocol):
    """What a function may take from the cache, in any process."""

    def bulk(self, key: bytes, part: int) -> object:
        """Return the bulk that is kept under a key, by its number."""


Function: TypeAlias = Callable[[Item, Shelf], Made[Value]]


class Named(Protocol):
    """An item of a path that stays the same while what it is changes."""

    @property
    def path(self) -> str:
        """Return the path."""


File = TypeVar("File", bound=Named)


class Steps(Protocol):
    """Runs the steps of a build, and keeps what they make."""

    def __call__(
        self,
        name: str,
        function: Function[File, Value],
        items: Sequence[File],
        key: Callable[[File], bytes],
    ) -> Iterable[tuple[bytes, Value]]:
        """Return the key and the value of each item, in order; what is not good has the key b"".

        `key` is the digest of all that `function` reads; it, the items and the values can be
        pickled. Raises what `function` raises.
        """


class Store(Notes, Protocol):
    """Keeps what one build leaves for the next: pickled values by digests, and others by names."""

    def find(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return the values that are there, by their keys."""

    def keep(self, key: bytes, parts: Sequence[bytes]) -> None:
        """Keep a value, which is the first of the parts."""

    def use(self, keys: Iterable[bytes]) -> None:
        """Say that values are still of use, though nobody asked for them."""
