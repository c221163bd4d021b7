"""A step of a build: a function of one item, whose values a cache may keep."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Made(Generic[Value]):
    """What a function made of an item.

    `bulk` is kept beside the value, to be asked for by the key and its number, from 1. What is not
    good, a failure, is never kept by a cache.
    """

    value: Value
    bulk: tuple[object, ...] = ()
    is_good: bool = True


Shelf: TypeAlias = Callable[[bytes, int], object]
"""Returns the bulk that is kept under a key, by its number."""
Function: TypeAlias = Callable[[Item, Shelf], Made[Value]]


class Steps(Protocol):
    """Runs the steps of a build, and keeps what they make."""

    def __call__(
        self,
        name: str,
        function: Function[Item, Value],
        items: Sequence[Item],
        key: Callable[[Item], bytes],
    ) -> Iterator[tuple[bytes, Value]]:
        """Yield the key and the value of each item, in order.

        `key` is the digest of all that `function` reads; it, the items and the values can be
        pickled. Raises what `function` raises.
        """


class Store(Protocol):
    """Keeps what one build leaves for the next: pickled values by digests, and others by names.

    All of it may be lost at any time.
    """

    def find(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return the values that are there, by their keys."""

    def keep(self, key: bytes, parts: Sequence[bytes]) -> None:
        """Keep a value, which is the first of the parts."""

    def use(self, keys: Iterable[bytes]) -> None:
        """Say that values are still of use, though nobody asked for them."""

    def noted(self, name: str, default: Value) -> Value:
        """Return the value that was kept under a name."""

    def note(self, name: str, value: object) -> None:
        """Keep a value under a name, in the place of an earlier one."""
