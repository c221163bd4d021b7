"""The theme of a site: its templates become bytes, and its assets get names of their content."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from traceback import walk_tb

from babel.dates import format_date
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
)

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.base.step import Shelf
from repertory.publishing.output import Data, Kept, Output
from repertory.reading.prose import HTML

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
MOST_ONCE = 30_000  # pieces of pages that are remembered, of some 600 bytes each
STYLE = "style.css"
TEMPLATES = (".html", ".xml")
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
    """A template cannot be rendered; the message says where, and what is wrong."""


def _broken(fault: TemplateError, folders: Iterable[Path]) -> BrokenTemplate:
    file, line = getattr(fault, "filename", None), getattr(fault, "lineno", 1)
    for frame, number in walk_tb(fault.__traceback__):
        if frame.f_code.co_filename.endswith(TEMPLATES) and not file:
            file, line = frame.f_code.co_filename, number
    path = Path(file or "templates")
    inside = [path.relative_to(f.parent) for f in folders if path.is_relative_to(f.parent)]
    return BrokenTemplate(f"{inside[0] if inside else path}:{line}: {fault.message}")


@dataclass(frozen=True)
class Theme:
    """The templates and assets of a site: its own templates/ above the default theme."""

    settings: Settings

    def render(self, output: Output, shelf: Shelf) -> bytes:
        """Return the bytes of an output, whose bodies the shelf has.

        Raises BrokenTemplate where its template has a mistake.
        """
        data = {
            name: shelf(value.key, HTML) if isinstance(value, Kept) else value
            for name, value in output.data.items()
        }
        try:
            return self._environment.get_template(output.template).render(data).encode()
        except TemplateError as fault:
            raise _broken(fault, self._folders) from fault

    def assets(self) -> Iterator[Data]:
        """Yield the theme's files and those of the packages it uses, each with its licence."""
        for name, content in self._assets.items():
            yield Data(self.asset(name), content)
        for package in sorted({package for package, _ in self._packages.values()}):
            name = package.removeprefix("@").replace("/", "-")
            yield Data(f"assets/vendor/{name}.LICENSE.txt", _packaged(package, LICENCES[package]))

    def asset(self, name: str) -> str:
        """Return the address of an asset, with the fingerprint of its content."""
        stem, suffix = posixpath.splitext(name)
        return f"assets/{stem}.{sha256(self._assets[name]).hexdigest()[:8]}{suffix}"

    @cached_property
    def digest(self) -> bytes:
        """Return the digest of all that a page is made from beside its output."""
        files = (file for folder in self._folders for file in _files(folder))
        parts = (digest(str(file), file.read_bytes()) for file in files)
        return digest(*self._assets, *self._assets.values(), *parts)

    @property
    def _folders(self) -> tuple[Path, ...]:
        """The folders of templates, the site's own first."""
        own = self.settings.root / "templates"
        return (own, DEFAULT) if own.is_dir() and not own.samefile(DEFAULT) else (DEFAULT,)

    @cached_property
    def _assets(self) -> dict[str, bytes]:
        """The content of every asset by name."""
        found: dict[str, bytes] = {}
        for folder in reversed(self._folders):
            assets = folder / "assets"
            found |= {f.relative_to(assets).as_posix(): f.read_bytes() for f in _files(assets)}
        found[STYLE] = _colours(self.settings).encode() + found[STYLE]
        packages = (_provided(name, *where) for name, where in self._packages.items())
        found[WORKER] = b"\n".join([found[IN_WORKER], PROVIDE, *packages, found[WORKER]])
        return dict(sorted(found.items()))

    @property
    def _packages(self) -> dict[str, tuple[str, str]]:
        """The packages of the search by the name it knows them by: Lunr, and its stemmers."""
        languages = self.settings.stemmed
        return {"lunr": LUNR, **{code: STEMMERS[code] for code in languages if code in STEMMERS}}

    @cached_property
    def _environment(self) -> Environment:
        default = FileSystemLoader(DEFAULT)
        environment = Environment(
            loader=ChoiceLoader(
                [
                    PrefixLoader({"default": default}, delimiter=":"),
                    *(FileSystemLoader(folder) for folder in self._folders),
                ]
            ),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        environment.filters["date"] = _written
        environment.globals["asset"] = cache(self.asset)
        environment.globals["once"] = Once()
        return environment


class Once:
    """Calls a macro of a template once for the same values, which many pages may share."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], str] = {}

    def __call__(self, macro: Callable[..., str], *values: object) -> str:
        """Return what the macro makes of the values."""
        key = (macro, *values)
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= MOST_ONCE:
                self._made.clear()
            made = self._made[key] = macro(*values)
        return made


@lru_cache(maxsize=4096)
def _written(day: date, language: str) -> str:
    """Return a date as people write it: 7 April 2022."""
    return format_date(day, "long", locale="en_GB" if language == "en" else language)


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
