"""What is not ours: packages pinned by their bytes, none run on install, and all of them listed."""

import base64
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from repertory.base.settings import Settings
from repertory.writing.assets import IN_PAGES, LICENCES, LUNR, NODE_MODULES, STEMMERS, Assets

ROOT = Path(__file__).parents[1]
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))
REQUIREMENT = re.compile(r"([a-z0-9][a-z0-9-]*)==([\w.]+)(?: ; [^\\]+)? \\")
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?")
SHA512 = re.compile(r"sha512-[\w+/]{86}==")
EXACT = re.compile(r"\d+\.\d+\.\d+(?:-[\w.]+)?")


def locked() -> Mapping[str, Mapping[str, Any]]:
    """Return the packages of package-lock.json by their places."""
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    return {place: known for place, known in packages.items() if place}


def wanted() -> Mapping[str, str]:
    """Return the packages of package.json, with their versions."""
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    return {**package["dependencies"], **package["devDependencies"]}


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: file.name)
def test_python_packages_are_pinned_by_their_bytes(file: Path) -> None:
    blocks = re.split(r"\n(?=[^ ])", file.read_text("utf-8").rstrip())
    packages = [block.split("\n") for block in blocks if not block.startswith("#")]
    assert packages
    for first, *lines in packages:
        assert REQUIREMENT.fullmatch(first), "only a version: no address, no option, no range"
        assert HASH.fullmatch(lines[0])
        assert all(HASH.fullmatch(line) or line.startswith("    #") for line in lines)


def test_each_package_has_one_version_in_all_lock_files() -> None:
    found: dict[str, set[str]] = {}
    for file in REQUIREMENTS:
        for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", file.read_text("utf-8"), re.M):
            found.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in found.items() if len(versions) > 1} == {}


def test_npm_packages_are_pinned_by_their_bytes() -> None:
    assert all(EXACT.fullmatch(version) for version in wanted().values())
    for place, known in locked().items():
        assert SHA512.fullmatch(known["integrity"]), place
        assert EXACT.fullmatch(known["version"]), place
        assert not {"link", "resolved", "inBundle"} & set(known), f"{place} is not npm's"
    assert {name: locked()[f"node_modules/{name}"]["version"] for name in wanted()} == wanted()


def test_no_npm_package_would_run_on_install() -> None:
    assert [place for place, known in locked().items() if known.get("hasInstallScript")] == []


@pytest.mark.parametrize("is_ours", [True, False])
def test_our_npm_runs_nothing_on_install(tmp_path: Path, is_ours: bool) -> None:
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    scripts = {"preinstall": "touch ../ran", "postinstall": "touch ../ran"}
    package = {"name": "hostile", "version": "1.0.0", "scripts": scripts}
    (hostile / "package.json").write_text(json.dumps(package), encoding="utf-8")
    wants = {"name": "a", "dependencies": {"hostile": "file:hostile"}}
    (tmp_path / "package.json").write_text(json.dumps(wants), encoding="utf-8")
    if is_ours:
        shutil.copy(ROOT / ".npmrc", tmp_path)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(
        ["npm", "install", "--offline", "--userconfig=/dev/null"],
        cwd=tmp_path,
        env={"PATH": path, "HOME": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "ran").exists() != is_ours


def test_make_installs_nothing_but_what_is_locked() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    installs = re.findall(r"pip install.*|npm (?:ci|install|i|exec)\b.*|npx.*", makefile)
    python, npm = installs
    assert "--require-hashes" in python
    assert npm == "npm ci $(1)"
    assert re.findall(r"call npm,(\S+?)[ )]", makefile) == ["--ignore-scripts", "--ignore-scripts"]


def test_what_pages_take_from_packages_is_their_own_bytes_and_licence() -> None:
    files = {file.path: file.content for file in Assets(settings()).files}
    for name, (package, path) in IN_PAGES.items():
        stem = f"assets/{name.removesuffix('.js')}."
        (content,) = (
            found for at, found in files.items() if at.startswith(stem) and at.endswith(".js")
        )
        assert content in package_bytes(package, path)
    (worker,) = (found for at, found in files.items() if "search-worker." in at)
    for package, path in (LUNR, *STEMMERS.values()):
        assert any(content in worker for content in package_bytes(package, path)), path
    shown = {at: found for at, found in files.items() if at.endswith(".LICENSE.txt")}
    assert sorted(shown.values()) == sorted(
        (NODE_MODULES / package / name).read_bytes() for package, name in LICENCES.items()
    )
    assert {*LICENCES} == {*json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]}


def settings() -> Settings:
    """Return settings of a site in all languages that have a stemmer."""
    return Settings(ROOT, "A", "B", "https://a.example/", "", languages=tuple(STEMMERS))


def package_bytes(package: str, path: str) -> list[bytes]:
    """Return a package's file, and what is left of it without the address of its source map."""
    content = (NODE_MODULES / package / path).read_bytes()
    return [content, re.sub(rb"//# sourceMappingURL=\S+", b"", content)]


def components(root: Path) -> dict[str, dict[str, Any]]:
    """Return what the list of packages says of those of a folder's lock files."""
    spec = importlib.util.spec_from_file_location("sbom", ROOT / ".github" / "sbom.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = json.loads(json.dumps(module.bom(root)))
    assert found == json.loads(json.dumps(module.bom(root)))
    names = [component["bom-ref"] for component in found["components"]]
    assert names == sorted({*names}) == found["dependencies"][0]["dependsOn"]
    return {component["purl"]: component for component in found["components"]}


def pinned(name: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the packages of a file of requirements, as addresses, with their hashes."""
    for block in (ROOT / name).read_text("utf-8").split("\n\n")[0].replace("\\\n", "").split("\n"):
        if "==" in block and not block.startswith((" ", "#")):
            name, _, rest = block.partition("==")
            yield f"pkg:pypi/{name}@{rest.split()[0]}", {*re.findall(r"sha256:(\S+)", rest)}


def test_the_list_of_packages_has_all_that_is_locked() -> None:
    found = components(ROOT)
    python = dict(pinned("requirements-dev.txt"))
    needed = {purl for purl, _ in pinned("requirements.txt")}
    npm = {
        f"pkg:npm/{place.split('node_modules/')[-1].replace('@', '%40')}@{known['version']}": known
        for place, known in locked().items()
    }
    assert len(python) > 40
    assert found.keys() == python.keys() | npm.keys()
    for purl, hashes in python.items():
        (files,) = found[purl]["externalReferences"]
        assert {hash["content"] for hash in files["hashes"]} == hashes
        assert found[purl]["scope"] == ("required" if purl in needed else "excluded")
    for purl, known in npm.items():
        (hash,) = found[purl]["hashes"]
        digest = base64.b64encode(bytes.fromhex(hash["content"])).decode()
        assert (hash["alg"], f"sha512-{digest}") == ("SHA-512", known["integrity"])
        assert found[purl]["scope"] == ("excluded" if known.get("dev") else "required")
        assert purl.endswith(f"{found[purl]['name'].replace('@', '%40')}@{found[purl]['version']}")


def test_a_package_that_pages_need_too_is_no_package_of_the_tests_only(tmp_path: Path) -> None:
    for file in (*REQUIREMENTS, ROOT / "pyproject.toml"):
        shutil.copy(file, tmp_path)
    lunr = locked()["node_modules/lunr"]
    twice = {"node_modules/lunr": lunr, "node_modules/a/node_modules/lunr": {**lunr, "dev": True}}
    lock = json.dumps({"packages": {"": {}, **twice}})
    (tmp_path / "package-lock.json").write_text(lock, encoding="utf-8")
    assert components(tmp_path)["pkg:npm/lunr@2.3.9"]["scope"] == "required"
