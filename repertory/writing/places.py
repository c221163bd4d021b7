"""Where nothing is built: among the files of others, to which a link may lead."""

import os
from pathlib import Path

from repertory.base.settings import Settings
from repertory.writing.manifest import ForeignFolder


def refuse_misplaced(settings: Settings) -> None:
    """Raise ForeignFolder where the site, that of the preview, or the cache has no own folder.

    Each may be a link to elsewhere, but not into what the site is made from, nor to a folder
    that all of that lies in, such as the user's own.
    """
    sources = [_real(settings.root / name) for name in ("content", "templates")]
    site, cache, preview = map(_real, (settings.site, settings.cache, settings.preview))
    above = [*sources, _real(settings.root), _real(Path(os.environ.get("HOME", "/")))]
    for link, place, other in (
        (settings.site, site, cache),
        (settings.cache, cache, site),
        (settings.preview, preview, site),
    ):
        is_inside = any(place.is_relative_to(folder) for folder in [*sources, other])
        if is_inside or any(folder.is_relative_to(place) for folder in above) or place.is_symlink():
            reason = f"{link.name}/ would be written in {place}, where other files belong"
            way_out = "delete the link that leads there, and give the same command again"
            raise ForeignFolder(f"{reason}: {way_out}.")


def _real(path: Path) -> Path:
    """Return where a path leads; links that lead in a circle stay as they are."""
    return Path(os.path.realpath(path))
