"""The small world is built to the files that are expected, byte for byte."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import pytest

from repertory.writing.manifest import MANIFEST
from tests.worlds import SITES, built, lay_out, settings_of

EXPECTED = SITES / "small.expected"
FINGERPRINT = re.compile(r"\.[0-9a-f]{8}\.(css|js|svg)")


def test_the_small_world_is_built_as_expected(tmp_path: Path, rewrite: bool) -> None:
    found = pages_of(tmp_path / "world", tmp_path / "world" / "site")
    if rewrite:
        for old in sorted(EXPECTED.rglob("*")):
            if old.is_file():
                old.unlink()
        for path, text in found.items():
            (EXPECTED / path).parent.mkdir(parents=True, exist_ok=True)
            (EXPECTED / path).write_text(text, encoding="utf-8")
    files = [file for file in EXPECTED.rglob("*") if file.is_file()]
    expected = {f.relative_to(EXPECTED).as_posix(): f.read_text("utf-8") for f in files}
    assert sorted(found) == sorted(expected)
    for path, text in found.items():
        assert text == expected[path], path


def test_the_place_of_the_folder_does_not_matter(tmp_path: Path) -> None:
    one = pages_of(tmp_path / "one", tmp_path / "one" / "site")
    deep = tmp_path / "another" / "place altogether"
    assert pages_of(deep, deep / "site") == one


def pages_of(root: Path, site: Path) -> dict[str, str]:
    """Build the small world; return its texts, without assets and their fingerprints."""
    lay_out(root, SITES / "small")
    settings = settings_of(root)
    built(settings, site)
    texts = {}
    for file in sorted(site.rglob("*")):
        path = file.relative_to(site).as_posix()
        if file.is_file() and not path.startswith(("assets/", MANIFEST)) and file.suffix != ".png":
            texts[path] = FINGERPRINT.sub(r".HASH.\1", file.read_text("utf-8"))
    return texts


class Turned(Iterator[os.DirEntry[str]]):
    """The entries of a folder, the last first, as `os.scandir` gives them."""

    def __init__(self, found: Iterable[os.DirEntry[str]]) -> None:
        self._entries = reversed(list(found))

    def __next__(self) -> os.DirEntry[str]:
        return next(self._entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_the_order_of_files_in_a_folder_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = pages_of(tmp_path / "one", tmp_path / "one" / "site")
    scandir, listdir = os.scandir, os.listdir
    monkeypatch.setattr(os, "scandir", lambda folder=".": Turned(scandir(folder)))
    monkeypatch.setattr(os, "listdir", lambda folder=".": listdir(folder)[::-1])
    assert pages_of(tmp_path / "two", tmp_path / "two" / "site") == one


def test_no_order_of_sets_no_time_zone_and_no_locale_matters(tmp_path: Path, root: Path) -> None:
    sites = []
    for seed, zone, locale in (
        ("0", "UTC", "C"),
        ("1", "UTC-14", "C.UTF-8"),
        ("2", "UTC+12", "tr_TR.UTF-8"),
    ):
        world = lay_out(tmp_path / seed, SITES / "small")
        subprocess.run(
            [sys.executable, root / "build.py", "--root", world],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale},
            check=True,
            capture_output=True,
        )
        files = [file for file in (world / "site").rglob("*") if file.is_file()]
        sites.append({file.relative_to(world): file.read_bytes() for file in files})
    assert sites[0] == sites[1] == sites[2]
