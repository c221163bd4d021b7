"""A file of the last good site, as the preview sends it: a page gets the script that follows."""

import re
import stat
import sys
from hashlib import sha256
from pathlib import Path

from starlette.staticfiles import StaticFiles

from repertory.reading.source import plain_bytes

HEAD = re.compile(r"<head\b[^>]*>")
STYLES = re.compile(r"<link\b[^>]*\bstylesheet\b[^>]*>")
POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content="[^"]*)"')
SCRIPT = '<script src="/repertory/livereload.js" data-epoch="{}" data-page="{}"{} defer></script>'
NEEDED = ("script-src", "style-src", "connect-src")  # by the preview itself, of its own host


def content(site: Path, path: str) -> bytes | None:
    """Return the content of a plain file in the site, or None where there is none.

    Raises IsADirectoryError where there is a folder.
    """
    try:
        full, found = StaticFiles(directory=site, check_dir=False).lookup_path(path)
    except (OSError, ValueError):  # a name too long or with a NUL, or a link that leads nowhere
        return None
    if found and stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(path)
    return plain_bytes(Path(full), sys.maxsize) if found else None


def live(html: str, epoch: int, token: str = "") -> str:
    """Return a page with the script that shows the next one.

    With a `token`, by which a page proves that it came from here, it may save records. The script
    stands first, so that it runs before those of the page. It knows the page by a digest that
    leaves the links to stylesheets out: where only these differ, it need not reload.
    """
    digest = sha256(STYLES.sub("", html).encode()).hexdigest()[:16]
    saves = f' data-save="{token}"' if token else ""
    script = SCRIPT.format(epoch, digest, saves)
    allowed = POLICY.sub(_extended, html, count=1)
    shown, heads = HEAD.subn(lambda head: head[0] + script, allowed, count=1)
    return shown if heads else allowed + script


def _extended(policy: re.Match[str]) -> str:
    """Return the page's own policy, with what the preview needs and the page does not."""
    more = (f"; {name} 'self'" for name in NEEDED if name not in policy[1])
    return f'{policy[1]}{"".join(more)}"'
