"""The small world is built to the files that are expected, byte for byte."""

import os
import re
import subprocess
import sys
from pathlib import Path

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
        if file.is_file() and not path.startswith(("assets/", ".")) and file.suffix != ".png":
            texts[path] = FINGERPRINT.sub(r".HASH.\1", file.read_text("utf-8"))
    return texts


def test_the_order_of_sets_does_not_matter(tmp_path: Path, root: Path) -> None:
    sites = []
    for seed in ("0", "1", "2"):
        world = lay_out(tmp_path / seed, SITES / "small")
        subprocess.run(
            [sys.executable, root / "build.py", "--root", world],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC-{seed}", "LC_ALL": "C"},
            check=True,
            capture_output=True,
        )
        files = [file for file in (world / "site").rglob("*") if file.is_file()]
        sites.append({file.relative_to(world): file.read_bytes() for file in files})
    assert sites[0] == sites[1] == sites[2]
