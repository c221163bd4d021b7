"""Small worlds to test in: a copy of a site, with some files of its own laid over it."""

import shutil
from datetime import date
from pathlib import Path

from repertory.base.settings import Settings

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
        languages=("en", "de", "nl"),
    )
