"""The copies of the pictures, brought to the folders of the pages that show them."""

from collections.abc import Mapping
from functools import partial

from repertory.base.digest import digest
from repertory.publishing.output import Kept, Output, Section
from repertory.reading.markdown import published
from repertory.reading.pictures import beside
from repertory.reading.prose import Prose


def section(prose: Mapping[str, Prose]) -> Section:
    """Return every picture once, however many records show it."""
    kept = addresses(prose)
    outputs = tuple(
        Output(path, partial(Kept, key), partial(bytes, key), indexed=False)
        for path, key in kept.items()
    )
    return Section("pictures", digest(repr(sorted(kept.items()))), lambda: outputs)


def addresses(prose: Mapping[str, Prose]) -> Mapping[str, bytes]:
    """Return where the site has pictures, with the keys under which the cache keeps them."""
    return {
        published(beside(path, copy.file)): copy.kept
        for path, found in prose.items()
        for copy in found.copies
    }
