"""The pictures beside the records, brought to the folders of the pages that show them."""

import posixpath
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import urls
from repertory.publishing.output import Output, Section
from repertory.reading.model import NewsItem, Page, Practice
from repertory.reading.prose import NO_PROSE, Prose


def sections(
    catalog: Catalog, settings: Settings, prose: Mapping[str, Prose], files: Mapping[str, bytes]
) -> Iterator[Section]:
    """Yield every picture once, however many records show it.

    `files` are those that are no records, by their paths, with the digests of their content.
    """
    shown = dict(_shown(catalog, prose))
    used = {path: (source, files.get(source, b"")) for path, source in shown.items()}
    root = settings.root
    outputs = tuple(
        Output(path, partial(root.joinpath, source), partial(bytes, content), indexed=False)
        for path, (source, content) in used.items()
    )
    yield Section("pictures", digest(repr(sorted(used.items()))), lambda: outputs)


def beside(page_address: str, file: str) -> str:
    """Return the address of a picture: it stands in the folder of the page that shows it."""
    return posixpath.join(posixpath.dirname(page_address), file)


def _shown(catalog: Catalog, prose: Mapping[str, Prose]) -> Iterator[tuple[str, str]]:
    """Yield where each picture is shown, and its path."""
    for record, page_address in _records(catalog):
        names = [picture.file for picture in prose.get(record.path, NO_PROSE).pictures]
        if isinstance(record, Practice) and record.image:
            names.append(record.image.file)
        for name in names:
            yield beside(page_address, name), str(PurePosixPath(record.path).with_name(name))


def _records(catalog: Catalog) -> Iterator[tuple[Practice | NewsItem | Page, str]]:
    for practice in catalog.practices:
        yield practice, urls.practice(practice.id)
    for item in catalog.news:
        yield item, urls.news_item(item.id)
    for page in catalog.pages:
        yield page, urls.page(page.id)
