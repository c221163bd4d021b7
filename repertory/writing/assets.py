"""The files of the theme that pages use, and what tells the theme from another."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.publishing.output import Data

DEFAULT = Path(__file__).parents[2] / "templates"
NODE_MODULES = Path(__file__).parents[2] / "node_modules"
WORKER = "search-worker.js"
IN_WORKER = "bits.js"  # what stands before it in the same file, with the packages
LICENCES = {"lunr": "LICENSE", "wink-porter2-stemmer": "LICENSE", "@orama/stemmers": "LICENSE.md"}
LUNR = ("lunr", "lunr.min.js")
STEMMERS = {  # language -> package, file: the same stems as Snowball's in publishing/words.py
    "en": ("wink-porter2-stemmer", "src/wink-porter2-stemmer.js"),
    "el": ("@orama/stemmers", "dist/gr.cjs"),
    **{code: ("@orama/stemmers", f"dist/{code}.cjs") for code in ("de", "es", "fr", "it", "nl")},
}
STYLE = "style.css"
SOURCE_MAP = re.compile(rb"//# sourceMappingURL=\S+")
PROVIDE = b"""const packaged = {};
const provide = (name, make) => {
  const module = { exports: {} };
  make(module, module.exports);
  packaged[name] = module.exports;
};"""


class MissingPackage(Exception):
    """A package that the browser needs is not in node_modules."""


class BrokenTemplate(Exception):
    """A template or asset cannot be used; the message says where and why, and shows the line."""


@dataclass(frozen=True)
class Assets:
    """The assets of a site, with names of their content: its own above those of the theme."""

    settings: Settings

    def files(self) -> Iterator[Data]:
        """Yield the theme's files and those of the packages it uses, each with its licence."""
        for name, content in self._content.items():
            yield Data(self.address(name), content)
        for package in sorted({package for package, _ in self._packages.values()}):
            name = package.removeprefix("@").replace("/", "-")
            yield Data(f"assets/vendor/{name}.LICENSE.txt", _packaged(package, LICENCES[package]))

    def address(self, name: str) -> str:
        """Return the address of an asset, with the fingerprint of its content.

        Raises KeyError where there is none of that name.
        """
        stem, suffix = posixpath.splitext(name)
        return f"assets/{stem}.{sha256(self._content[name]).hexdigest()[:8]}{suffix}"

    @cached_property
    def digest(self) -> bytes:
        """Return the digest of all that a page is made from beside its output."""
        files = (file for folder in self.folders for file in _files(folder))
        parts = (digest(str(file), file.read_bytes()) for file in files)
        return digest(*self._content, *self._content.values(), *parts)

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """Return the folders of templates, the site's own first."""
        own = self.settings.root / "templates"
        return (own, DEFAULT) if own.is_dir() and not own.samefile(DEFAULT) else (DEFAULT,)

    @cached_property
    def _content(self) -> dict[str, bytes]:
        """The content of every asset by name."""
        found: dict[str, bytes] = {}
        for folder in reversed(self.folders):
            assets = folder / "assets"
            found |= {f.relative_to(assets).as_posix(): f.read_bytes() for f in _files(assets)}
        for name in (STYLE, IN_WORKER, WORKER):
            if name not in found:
                raise BrokenTemplate(f"templates/assets/{name}: There is no such file.")
        found[STYLE] = _colours(self.settings).encode() + found[STYLE]
        packages = (_provided(name, *where) for name, where in self._packages.items())
        found[WORKER] = b"\n".join([found[IN_WORKER], PROVIDE, *packages, found[WORKER]])
        return dict(sorted(found.items()))

    @property
    def _packages(self) -> dict[str, tuple[str, str]]:
        """The packages of the search by the name it knows them by: Lunr, and its stemmers."""
        languages = self.settings.stemmed
        return {"lunr": LUNR, **{code: STEMMERS[code] for code in languages if code in STEMMERS}}


def _colours(settings: Settings) -> str:
    return f":root {{ --accent-light: {settings.accent}; --accent-dark: {settings.accent_dark} }}\n"


def _files(folder: Path) -> list[Path]:
    """Return the files below a folder, sorted, without those that editors and systems hide."""
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")
    )


def _provided(name: str, package: str, file: str) -> bytes:
    """Return a CommonJS module of a package as a script that adds it to `packaged`."""
    source = SOURCE_MAP.sub(b"", _packaged(package, file))
    return b'provide("%s", (module, exports) => {\n%s\n});' % (name.encode(), source)


def _packaged(package: str, file: str) -> bytes:
    path = NODE_MODULES / package / file
    if not path.is_file():
        raise MissingPackage(f"{package} is not installed: run `make setup` (or `npm ci`) once.")
    return path.read_bytes()
