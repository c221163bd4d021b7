"""A record that the form sends is written into content/, in the preview alone."""

import json
from pathlib import Path

from repertory.base.slugs import LONGEST_SLUG, SLUG
from repertory.editing.edits import write
from repertory.reading.files import PRACTICES, has_folder
from repertory.reading.source import RECORD_BYTES, plain_bytes
from repertory.writing.disk import Busy


class Refused(Exception):
    """The record is not written; the message says why, and what to do."""


def save(root: Path, sent: bytes) -> str:
    """Write what the form sent below `root`, and return in a sentence what became of it.

    `sent` is JSON: {"name": the file's name, "text": what it is to have, "before": what it had
    when the form read it, or null for a new record}. Raises Refused where it is no record's, or
    where the file is not what it was, and OSError.
    """
    try:
        found = json.loads(sent)
        name, text, before = found["name"], found["text"], found["before"]
        data, had = text.encode(), None if before is None else before.encode()
        id, is_record = name.removesuffix(".md"), name.endswith(".md")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise Refused("This is not what the form sends.") from fault
    if not is_record or not SLUG.fullmatch(id) or len(id) > LONGEST_SLUG:
        raise Refused(f"“{name[:80]}” is no name for a record.")
    if len(data) > RECORD_BYTES:
        raise Refused("The record is too long to be one.")
    path = f"{PRACTICES}/{name}"
    file = root / path
    if not has_folder(root, PRACTICES):
        raise Refused(f"There is no folder {PRACTICES}.")
    now = plain_bytes(file, RECORD_BYTES)
    if now is None and (had is not None or file.is_symlink() or file.exists()):
        raise Refused(f"{path} is gone, or cannot be read.")
    if now is not None and had is None:
        raise Refused(f"There is a record {path} already: give yours another title.")
    changed = f"{path} has been changed since you opened it here. Your draft is kept: open it anew."
    if now != had:
        raise Refused(changed)
    try:
        write({file: (had, data)})
    except Busy as fault:
        raise Refused(changed) from fault
    return f"Saved as {path}. The preview shows it as soon as it is built."
