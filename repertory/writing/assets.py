"""The files of the theme that pages use, and what tells the theme from another."""

import os
import posixpath
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain
from pathlib import Path

from repertory.base.digest import digest
from repertory.base.settings import PROGRAM, Settings
from repertory.publishing.output import Data

NODE_MODULES = PROGRAM / "node_modules"
WORKER = "search-worker.js"
IN_WORKER = "bits.js"  # what stands before it in the same file, with the packages
LICENCES = {
    "@orama/stemmers": "LICENSE.md", "js-yaml": "LICENSE", "lunr": "LICENSE", "marked": "LICENSE",
    "slugify": "LICENSE", "wink-porter2-stemmer": "LICENSE",
}  # fmt: skip
IN_PAGES = {  # asset -> package, file: scripts of the form
    "vendor/js-yaml.js": ("js-yaml", "dist/browser/js-yaml.umd.min.js"),
    "vendor/marked.js": ("marked", "lib/marked.umd.js"),
    "vendor/slugify.js": ("slugify", "slugify.js"),
}
LUNR = ("lunr", "lunr.min.js")
STEMMERS = {  # language -> package, file: the same stems as Snowball's in publishing/words.py
    "en": ("wink-porter2-stemmer", "src/wink-porter2-stemmer.js"),
    "el": ("@orama/stemmers", "dist/gr.cjs"),
    **{code: ("@orama/stemmers", f"dist/{code}.cjs") for code in ("de", "es", "fr", "it", "nl")},
}
STYLE = "style.css"
OF_EDITORS = re.compile(r"~$|^#|^\.#|^\..*\.sw.$")  # backups, locks and the like: they come and go
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
    """The templates and assets of a site, read once in each process: its own above the theme's."""

    settings: Settings

    def __reduce__(self) -> tuple[type["Assets"], tuple[Settings]]:
        return Assets, (self.settings,)

    @cached_property
    def files(self) -> tuple[Data, ...]:
        """The theme's files, named by their content, and the licences of the packages in them."""
        assets = [Data(self.address(name), content) for name, content in self._content.items()]
        packages = (*self._packages.values(), *IN_PAGES.values())
        for package in sorted({package for package, _ in packages}):
            path = f"assets/vendor/{package.removeprefix('@').replace('/', '-')}.LICENSE.txt"
            assets.append(Data(path, _packaged(package, LICENCES[package])))
        return tuple(assets)

    def address(self, name: str) -> str:
        """Return the address of an asset, with the fingerprint of its content.

        Raises KeyError where there is none of that name.
        """
        stem, suffix = posixpath.splitext(name)
        return f"assets/{stem}.{sha256(self._content[name]).hexdigest()[:8]}{suffix}"

    @cached_property
    def digest(self) -> bytes:
        """Return the digest of all that a page is made from beside its output."""
        read = (digest(str(file), content) for file, content in self.read.items())
        return digest(*(digest(*file) for file in self.files), *read)

    @cached_property
    def read(self) -> dict[Path, bytes]:
        """Every file of the folders of templates, but those that editors leave there."""
        found = {}
        for place, below, names in chain(
            *(os.walk(f, followlinks=True) for f in self.settings.theme)
        ):
            above = {path.resolve() for path in (Path(place), *Path(place).parents)}
            below[:] = [name for name in below if Path(place, name).resolve() not in above]
            for file in (Path(place, name) for name in names if not OF_EDITORS.search(name)):
                with suppress(FileNotFoundError):  # it may be gone since
                    if file.is_file():
                        found[file] = file.read_bytes()
        return dict(sorted(found.items()))

    @cached_property
    def _content(self) -> dict[str, bytes]:
        """The content of every asset by name."""
        found: dict[str, bytes] = {}
        for folder in reversed(self.settings.theme):
            assets = folder / "assets"
            found |= {
                file.relative_to(assets).as_posix(): content
                for file, content in self.read.items()
                if file.is_relative_to(assets) and not file.name.startswith(".")
            }
        for name in (STYLE, IN_WORKER, WORKER):
            if name not in found:
                raise BrokenTemplate(f"templates/assets/{name}: There is no such file.")
        found[STYLE] = _colours(self.settings).encode() + found[STYLE]
        packages = (_provided(name, *where) for name, where in self._packages.items())
        found |= {name: _without_map(*where) for name, where in IN_PAGES.items()}
        found[WORKER] = b"\n".join([found[IN_WORKER], PROVIDE, *packages, found[WORKER]])
        return dict(sorted(found.items()))

    @property
    def _packages(self) -> dict[str, tuple[str, str]]:
        """The packages of the search by the name it knows them by: Lunr, and its stemmers."""
        languages = self.settings.stemmed
        return {"lunr": LUNR, **{code: STEMMERS[code] for code in languages if code in STEMMERS}}


def _colours(settings: Settings) -> str:
    return f":root {{ --accent-light: {settings.accent}; --accent-dark: {settings.accent_dark} }}\n"


def _provided(name: str, package: str, file: str) -> bytes:
    """Return a CommonJS module of a package as a script that adds it to `packaged`."""
    source = _without_map(package, file)
    return b'provide("%s", (module, exports) => {\n%s\n});' % (name.encode(), source)


def _without_map(package: str, file: str) -> bytes:
    """Return a script of a package without the mention of a file that is not copied."""
    return SOURCE_MAP.sub(b"", _packaged(package, file))


def _packaged(package: str, file: str) -> bytes:
    path = NODE_MODULES / package / file
    if not path.is_file():
        raise MissingPackage(f"{package} is not installed: run `make setup` (or `npm ci`) once.")
    return path.read_bytes()
