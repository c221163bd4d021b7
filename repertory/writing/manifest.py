"""The list of our own files in a folder: no others are ever deleted."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

MANIFEST = ".repertory-manifest"
HEADER = "# The files that Repertory wrote here; it never deletes others.\n"


class ForeignFolder(Exception):
    """The output folder holds files that this program did not write."""


def manifest(site: Path, name: str = MANIFEST) -> dict[str, str] | None:
    """Return the files that we wrote into a folder with their SHA-256 digests, or None.

    Raises ForeignFolder where the manifest is not as we write it.
    """
    damaged = f"{site.name}/{name} is damaged: move the folder {site.name} elsewhere, and retry."
    try:
        text = (site / name).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as fault:
        raise ForeignFolder(damaged) from fault
    if not (text.startswith(HEADER) and text.endswith("\n")):
        raise ForeignFolder(damaged)
    lines = text[len(HEADER) : -1].split("\n") if len(text) > len(HEADER) else []
    found = {path: digest for digest, _, path in [line.partition("  ") for line in lines]}
    if "" in found or "  /" in text or ".." in text:  # which hardly any has
        for path in found:
            if not path or path.startswith("/") or ".." in path.split("/"):
                raise ForeignFolder(f"{path!r} is no line of ours: {damaged}")
    return found


def listed(files: Mapping[str, str]) -> bytes:
    """Return the manifest of files with these digests."""
    return (HEADER + "".join([f"{files[path]}  {path}\n" for path in sorted(files)])).encode()


def folders(paths: Iterable[str]) -> set[str]:
    """Return the folders that files lie in, at any depth; the site itself is the empty path."""
    found: set[str] = set()
    above = {path.rpartition("/")[0] for path in paths}
    while above:
        found |= above
        above = {path.rpartition("/")[0] for path in above} - found
    return found


def mark(folder: Path) -> None:
    """Make a folder that is known as ours before it has any file, should we be killed."""
    if not (folder / MANIFEST).exists():
        folder.mkdir(exist_ok=True)
        (folder / MANIFEST).write_text(HEADER, encoding="utf-8")


def refuse_foreign(folder: Path) -> None:
    """Raise ForeignFolder where there are files without a manifest, or a link to some."""
    is_ours = not folder.exists() or (folder / MANIFEST).is_file()
    if folder.is_symlink() or (not is_ours and any(folder.iterdir())):
        reason = f"{folder.name} is in the way, and Repertory did not make it"
        raise ForeignFolder(f"{reason}: move it elsewhere, and give the command again.")


def discard(folder: Path) -> None:
    """Delete a folder of our own making, its manifest last.

    Raises ForeignFolder where it has none.
    """
    refuse_foreign(folder)
    if not folder.exists():
        return
    for entry in list(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != MANIFEST:
            entry.unlink()
    (folder / MANIFEST).unlink(missing_ok=True)
    folder.rmdir()


def delete(site: Path, paths: Iterable[str]) -> None:
    """Delete files of ours and the folders that this leaves empty, but not the site itself.

    What others have put in their places stays, and so does what a link leads to.
    """
    paths = set(paths)
    above = folders(paths)
    ours = {path for path in above if (site / path).is_dir() and _is_plain(site / path)}
    for path in sorted(paths):
        file = site / path
        if path.rpartition("/")[0] in ours and (file.is_symlink() or not file.is_dir()):
            file.unlink(missing_ok=True)
    for path in sorted(ours - {""}, reverse=True):
        if not any((site / path).iterdir()):
            (site / path).rmdir()


def _is_plain(folder: Path) -> bool:
    """Tell whether a folder below a resolved one is reached by no link."""
    return folder.resolve() == folder
