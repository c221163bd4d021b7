"""The pictures beside the records, brought to the folders of the pages that show them."""

import posixpath
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import reads, urls
from repertory.publishing.output import Output, Section
from repertory.reading.model import NewsItem, Page, Practice


def sections(catalog: Catalog, settings: Settings, files: Mapping[str, bytes]) -> Iterator[Section]:
    """Yield every picture once, however many records show it.

    `files` are those that are no records, by their paths, with the digests of their content.
    """
    fronts = reads.fronts(catalog, settings)
    others = reads.bodies(catalog.news), reads.bodies(catalog.pages)
    shown = repr(sorted(files.items()))
    key = digest(fronts, reads.bodies(catalog.practices), *others, shown)
    yield Section("pictures", key, lambda: _outputs(catalog, settings, files))


def _outputs(catalog: Catalog, settings: Settings, files: Mapping[str, bytes]) -> Iterator[Output]:
    for path, source in dict(_shown(catalog)).items():
        content = partial(settings.root.joinpath, source)
        yield Output(path, content, partial(files.__getitem__, source), indexed=False)


def beside(page_address: str, file: str) -> str:
    """Return the address of a picture: it stands in the folder of the page that shows it."""
    return posixpath.join(posixpath.dirname(page_address), file)


def _shown(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield where each picture is shown, and its path."""
    for record, page_address in _records(catalog):
        names = [picture.file for picture in record.prose.pictures]
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
