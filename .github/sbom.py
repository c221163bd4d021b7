"""All packages that the program runs on and is tested with, by CycloneDX, from the lock files."""

import base64
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([\w.-]+)==([^\s;]+).*\n((?: +--hash=sha256:.+\n)+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:(\w+)")
Json: TypeAlias = Mapping[str, object]


def bom(root: Path) -> Json:
    """Return the list for the program in a folder; the same locks always give the same list."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    packages = dict(sorted({**dict(from_pypi(root)), **dict(from_npm(root))}.items()))
    name = project["name"]
    program = {"type": "application", "bom-ref": name, "name": name, "version": project["version"]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": program | {"licenses": [{"expression": project["license"]}]}},
        "components": [*packages.values()],
        "dependencies": [{"ref": name, "dependsOn": [*packages]}],
    }


def from_pypi(root: Path) -> Iterator[tuple[str, Json]]:
    """Yield the packages of the requirements by their addresses, with the hashes of all files."""
    needed = {name for name, *_ in PINNED.findall((root / "requirements.txt").read_text("utf-8"))}
    for name, version, lines in PINNED.findall((root / "requirements-dev.txt").read_text("utf-8")):
        hashes = [{"alg": "SHA-256", "content": found} for found in HASH.findall(lines)]
        url = f"https://pypi.org/simple/{name}/"
        files = [{"type": "distribution", "url": url, "hashes": hashes}]
        purl = f"pkg:pypi/{name.lower()}@{version}"
        yield purl, _component(purl, name, version, name in needed) | {"externalReferences": files}


def from_npm(root: Path) -> Iterator[tuple[str, Json]]:
    """Yield the packages of package-lock.json by their addresses, those that are needed last."""
    lock = json.loads((root / "package-lock.json").read_text("utf-8"))
    found = [(path, known) for path, known in lock["packages"].items() if path]
    for path, known in sorted(found, key=lambda item: not item[1].get("dev")):
        name, version = path.rpartition("node_modules/")[2], known["version"]
        algorithm, _, digest = known["integrity"].partition("-")
        content = base64.b64decode(digest).hex()
        hashes = [{"alg": algorithm.replace("sha", "SHA-"), "content": content}]
        licences = [{"expression": known["license"]}] if "license" in known else []
        purl = f"pkg:npm/{quote(name)}@{version}"
        component = _component(purl, name, version, not known.get("dev"))
        yield purl, component | {"hashes": hashes, "licenses": licences}


def _component(purl: str, name: str, version: str, is_needed: bool) -> dict[str, object]:
    scope = "required" if is_needed else "excluded"  # CycloneDX's word for what only tests need
    known = {"bom-ref": purl, "name": name, "version": version, "purl": purl, "scope": scope}
    return {"type": "library", **known}


def main(file: Path) -> int:
    """Write the list into a file, once CycloneDX's own library takes it; return the exit code."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = json.dumps(bom(ROOT), indent=2) + "\n"
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault:
        print(fault, file=sys.stderr)
        return 2
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
