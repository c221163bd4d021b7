"""A site, its sources and its data in one ZIP, of the same bytes wherever it is made."""

import os
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import ZipFile, ZipInfo

from repertory.base.settings import Settings
from repertory.base.slugs import DEVICE, slugged
from repertory.base.text import in_line
from repertory.writing.disk import alone
from repertory.writing.manifest import manifest
from repertory.writing.readme import readme
from repertory.writing.tracked import NotArchived, Source, files

SUMS = "SHA256SUMS"
PIECE = 1 << 20  # bytes that are read at once
LONGEST_NAME = 60
FORBIDDEN = re.compile(  # to Windows; all others can have what is left
    rf'[<>:"|?*\\]|[. ](/|$)|(^|/){DEVICE} *(\.[^/]*)?(/|$)', re.IGNORECASE
)


class Archived(NamedTuple):
    """The ZIP that was written, and how many files are in it."""

    file: Path
    files: int


class Filling(NamedTuple):
    """A ZIP that is being filled, and the lines of SHA256SUMS for what is in it.

    All that differs between machines is fixed: times, permissions, the system and, since each
    zlib does it in its own way, that nothing is compressed.
    """

    pack: ZipFile
    day: date
    sums: list[str]
    names: set[str]

    def add(self, name: str, content: IO[bytes], size: int, is_run: bool = False) -> str:
        """Add a file; return its digest. Raises NotArchived for a name that not all can read."""
        folded = unicodedata.normalize("NFC", name).casefold()  # as Macs and Windows compare names
        if not name.isprintable() or FORBIDDEN.search(name) or folded in self.names:
            raise NotArchived(f"Not everybody could read {in_line(name)}: give it another name.")
        self.names.add(folded)
        entry = ZipInfo(name, (self.day.year, self.day.month, self.day.day, 0, 0, 0))
        entry.create_system = 3  # Unix, whose permissions these are
        entry.external_attr = (0o100755 if is_run else 0o100644) << 16
        entry.file_size = size  # which tells whether it needs ZIP64
        found = sha256()
        with self.pack.open(entry, "w") as into:
            while piece := content.read(PIECE):
                found.update(piece)
                into.write(piece)
        self.sums.append(f"{found.hexdigest()}  {name}\n")
        return found.hexdigest()


def archive(settings: Settings, sources: Sequence[Source]) -> Archived:
    """Write the ZIP of a site that was just built, and of these sources, into archive/.

    Raises NotArchived, Busy where a build is at work, and OSError.
    """
    day = max(source.day for source in sources)
    name = slugged(settings.name, LONGEST_NAME) or "site"
    file = settings.root / "archive" / f"{name}-{day}.zip"
    beside = file.with_name(f".{file.name}.new")
    if file.parent.is_symlink():
        raise NotArchived("archive/ is a link: delete it, and give the same command again.")
    file.parent.mkdir(exist_ok=True)
    with alone(settings.site.resolve().parent):
        beside.unlink(missing_ok=True)  # perhaps a link, through which something would be written
        try:
            with beside.open("xb") as into:
                with ZipFile(into, "w") as pack:
                    count = _fill(Filling(pack, day, [], set()), settings, sources)
                into.flush()
                os.fsync(into.fileno())
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    return Archived(file, count)


def _fill(filling: Filling, settings: Settings, sources: Sequence[Source]) -> int:
    """Put everything into the ZIP; return the number of files."""
    built = manifest(settings.site) or {}
    text = readme(settings, sources, filling.day, built).encode()
    filling.add("README.txt", BytesIO(text), len(text))
    for path in sorted(built):
        with (settings.site / path).open("rb") as content:
            found = filling.add(f"site/{path}", content, os.fstat(content.fileno()).st_size)
        if found != built[path]:
            hint = "run `build.py clean`, and retry."
            raise NotArchived(f"site/{path} is not as it was built: {hint}")
    for source in sources:
        for file in files(source):
            filling.add(f"{source.name}/{file.path}", file.content, file.size, file.is_run)
    sums = "".join(filling.sums).encode()
    filling.add(SUMS, BytesIO(sums), len(sums))
    return len(filling.sums)
