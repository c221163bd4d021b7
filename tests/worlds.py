"""Small worlds to test in: a copy of a site, with some files of its own laid over it."""

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TypeVar

from repertory.base.problem import BuildError
from repertory.base.settings import Settings
from repertory.pipeline import Checked, build, check
from repertory.publishing.output import Content, Section
from repertory.reading.document import read_body
from repertory.reading.markdown import read_prose
from repertory.reading.source import collect
from repertory.sources import look
from repertory.writing.assets import BrokenTemplate
from repertory.writing.output import Written
from repertory.writing.workshop import Workshop

Value = TypeVar("Value")
SITES = Path(__file__).parent / "sites"
TODAY = date(2026, 11, 1)  # so that "in the future" means the same every day


def lay_out(target: Path, *worlds: Path) -> Path:
    """Copy worlds over each other into `target`, the later ones on top."""
    for world in worlds:
        shutil.copytree(world, target, dirs_exist_ok=True)
    return target


def settings_of(root: Path) -> Settings:
    """Return the settings of the small world, for a copy of it in `root`."""
    return Settings(
        root=root,
        name="A small world",
        purpose="Four records, with everything that a record can have.",
        address="https://small.example/world/",
        repository="https://git.example/small/world",
        security_contact="safety@small.example",
        security_until="2027-06-30",
        languages=("en", "de", "nl"),
    )


def checked(settings: Settings) -> Checked:
    """Check a world."""
    with Workshop(settings, jobs=1) as workshop:
        return check(workshop, look(workshop, TODAY))


def built(settings: Settings, site: Path | None = None) -> Written:
    """Build a world."""
    with Workshop(settings, jobs=1) as workshop:
        found = check(workshop, look(workshop, TODAY))
        return build(workshop, found, site or settings.site)


def made(sections: Iterable[Section]) -> dict[str, Content]:
    """Return what each file of some sections is made of, by its path."""
    return {output.path: output.content() for section in sections for output in section.outputs()}


class Texts:
    """A shelf on which the text of a body stands in the place of its key."""

    def bulk(self, key: bytes, part: int) -> object:
        """Return the text."""
        return key.decode("utf-8", "replace")

    def noted(self, _: str, default: Value) -> Value:
        """Return nothing that was kept."""
        return default

    def note(self, name: str, value: object) -> None:
        """Keep nothing."""


def text_of(root: Path, path: str) -> str:
    """Return the text of a record's body, without markup."""
    body, _ = collect(read_body(root, path))
    assert body
    return collect(read_prose(body))[0][2]


def bytes_of(site: Path) -> dict[str, bytes]:
    """Return every file of a site, the manifest too."""
    found = sorted(file for file in site.rglob("*") if file.is_file())
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in found}


def outcome(root: Path, site: Path, is_cached: bool, jobs: int = 1) -> object:
    """Build a world; return the bytes of its site, or what keeps it from being built."""
    settings = settings_of(root)
    try:
        with Workshop(settings, jobs, is_cached) as workshop:
            found = check(workshop, look(workshop, TODAY))
            written = build(workshop, found, site)
    except (BuildError, BrokenTemplate) as fault:
        return getattr(fault, "problems", str(fault))
    files = bytes_of(site)
    assert written.made + written.kept == len(files) - 1
    return found.problems, files
