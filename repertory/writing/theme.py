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
from types import CodeType, TracebackType
from typing import Any

from babel.dates import format_date
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
)
from markupsafe import escape

from repertory.base.digest import digest
from repertory.base.report import excerpt
from repertory.base.settings import Settings
from repertory.base.step import Shelf
from repertory.publishing.output import Data, Kept, Output
from repertory.reading.prose import HTML

PROGRAM = Path(__file__).parents[1]
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


class Folder(FileSystemLoader):
    """A folder of templates that can tell where one of them is not UTF-8 text."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return the text of a template, its file, and what tells whether it is up to date."""
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as fault:
            line = fault.object.count(b"\n", 0, fault.start) + 1
            message = 'This is not UTF-8 text: open the file in your editor and save it as "UTF-8".'
            file = posixpath.join(self.searchpath[0], template)
            raise TemplateSyntaxError(message, line, template, file) from fault


@dataclass(frozen=True, slots=True)
class Blamed:
    """Raises BrokenTemplate for what goes wrong in a template, of any kind.

    A template is blamed unless the fault comes out of our own program, which it had called; those
    pass as they are. `name` is the template that is rendered, `folders` are those of templates.
    """

    name: str
    folders: tuple[Path, ...]

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, fault: BaseException | None, trace: TracebackType | None) -> None:
        """Look who was at work last: a template, or the program."""
        if not isinstance(fault, Exception):
            return
        place, is_ours = (self.name, 1), False
        for frame, line in list(walk_tb(trace))[1:]:  # without Theme.render itself
            file = frame.f_code.co_filename
            if self._inside(file):
                place, is_ours = (file, line), False
            elif Path(file).is_relative_to(PROGRAM):
                is_ours = True
        if isinstance(fault, TemplateSyntaxError) and fault.filename:
            place = fault.filename, fault.lineno
        elif isinstance(fault, TemplateNotFound) and place[0] == self.name:
            place = str(fault.name), 1
        if not is_ours or isinstance(fault, TemplateError):
            raise BrokenTemplate(self._told(*place, _message(fault))) from fault

    def _inside(self, file: str) -> str:
        """Return how people call a file of the theme, or "" if it is none."""
        inside = (folder for folder in self.folders if Path(file).is_relative_to(folder))
        return next((str(Path(file).relative_to(folder.parent)) for folder in inside), "")

    def _told(self, file: str, line: int, message: str) -> str:
        path = Path(file)
        lines = path.read_text("utf-8", "replace").split("\n") if path.is_file() else []
        source = lines[line - 1] if line <= len(lines) else ""
        bare = source.strip()
        shown = excerpt(source, line, source.find(bare) + 1, len(bare), "error")
        return "\n".join([f"{self._inside(file) or f'templates/{file}'}:{line}: {message}", *shown])


def escaped(value: Any) -> str:
    """Return a value as HTML, as `escape` does: texts may be known, and HTML is not copied."""
    if type(value) is str:
        return _escaped(value)
    html: str = value.__html__() if hasattr(value, "__html__") else escape(value)
    return html


_escaped = lru_cache(maxsize=20_000)(escape)


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
        with Blamed(output.template, self._folders):
            return self._environment.get_template(output.template).render(data).encode()

    def assets(self) -> Iterator[Data]:
        """Yield the theme's files and those of the packages it uses, each with its licence."""
        for name, content in self._assets.items():
            yield Data(self.asset(name), content)
        for package in sorted({package for package, _ in self._packages.values()}):
            name = package.removeprefix("@").replace("/", "-")
            yield Data(f"assets/vendor/{name}.LICENSE.txt", _packaged(package, LICENCES[package]))

    def asset(self, name: str) -> str:
        """Return the address of an asset, with the fingerprint of its content."""
        if name not in self._assets:
            raise TemplateRuntimeError(f"There is no file {name} in templates/assets/.")
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

    @cached_property
    def _environment(self) -> Environment:
        default = Folder(DEFAULT)
        environment = Templates(
            loader=ChoiceLoader(
                [
                    PrefixLoader({"default": default}, delimiter=":"),
                    *(Folder(folder) for folder in self._folders),
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


class Templates(Environment):
    """Compiles templates so that they escape what they show with `escaped`."""

    escape = staticmethod(escaped)

    def _compile(self, source: str, filename: str) -> CodeType:
        return super()._compile(f"{source}\nescape = environment.escape\n", filename)


class Once:
    """Calls a macro of a template once for the same values, which many pages may share."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], str] = {}

    def __call__(self, macro: Callable[..., str], *values: object) -> str:
        """Return what the macro makes of the values."""
        key = (macro, *values)
        try:
            made = self._made.get(key)
        except TypeError as fault:
            raise TemplateRuntimeError("“once” takes no lists and no dictionaries.") from fault
        if made is None:
            if len(self._made) >= MOST_ONCE:
                self._made.clear()
            made = self._made[key] = macro(*values)
        return made

    def each(
        self, macro: Callable[..., str], lines: Iterable[object], *values: object
    ) -> Iterator[str]:
        """Yield what the macro makes of each line with the values."""
        return (self(macro, line, *values) for line in lines)


def _message(fault: Exception) -> str:
    """Return what is wrong with a template, as a sentence."""
    if isinstance(fault, TemplateNotFound):
        return f"There is no template {fault.name}."
    if isinstance(fault, TemplateError):
        return fault.message or "The template cannot be understood."
    return f"{type(fault).__name__}: {fault}"


def _written(day: object, language: str) -> str:
    """Return a date as people write it: 7 April 2022."""
    if not isinstance(day, date):
        kind = type(day).__name__
        raise TemplateRuntimeError(f"The filter “date” writes dates, and this is none but {kind}.")
    return _long_date(day, language)


@lru_cache(maxsize=4096)
def _long_date(day: date, language: str) -> str:
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
