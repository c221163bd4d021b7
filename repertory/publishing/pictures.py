"""The pictures beside the records, brought to the folders of the pages that show them."""

import posixpath
from collections.abc import Iterator

from repertory.base.settings import Settings
from repertory.catalog.catalog import Catalog
from repertory.publishing import urls
from repertory.publishing.output import Copy
from repertory.reading.model import NewsItem, Page, Practice


def outputs(catalog: Catalog, settings: Settings) -> Iterator[Copy]:
    """Yield every picture once, however many records show it."""
    copies = {copy.path: copy for copy in _copies(catalog, settings)}
    yield from copies.values()


def beside(page_address: str, file: str) -> str:
    """Return the address of a picture: it stands in the folder of the page that shows it."""
    return posixpath.join(posixpath.dirname(page_address), file)


def _copies(catalog: Catalog, settings: Settings) -> Iterator[Copy]:
    for record, page_address in _records(catalog):
        names = [picture.file for picture in record.prose.pictures]
        if isinstance(record, Practice) and record.image:
            names.append(record.image.file)
        for name in names:
            source = (settings.root / record.path).with_name(name)
            yield Copy(beside(page_address, name), source)


def _records(catalog: Catalog) -> Iterator[tuple[Practice | NewsItem | Page, str]]:
    for practice in catalog.practices:
        yield practice, urls.practice(practice.id)
    for item in catalog.news:
        yield item, urls.news_item(item.id)
    for page in catalog.pages:
        yield page, urls.page(page.id)
