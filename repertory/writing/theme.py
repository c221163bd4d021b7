"""The theme of a site: its templates become bytes, and its assets get names of their content."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
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

from repertory.base.settings import Settings
from repertory.publishing.output import Data, Output

DEFAULT = Path(__file__).parents[2] / "templates"
NODE_MODULES = Path(__file__).parents[2] / "node_modules"
PACKAGES = {"vendor/lunr.js": ("lunr", "lunr.js", "LICENSE")}  # asset -> package, file, licence
STYLE = "style.css"
TEMPLATES = (".html", ".xml")


class MissingPackage(Exception):
    """A package that the browser needs is not in node_modules."""

    def __init__(self, package: str) -> None:
        super().__init__(f"{package}.js is not installed: run `make setup` (or `npm ci`) once.")


class BrokenTemplate(Exception):
    """A template cannot be rendered; the message says where, and what is wrong."""

    def __init__(self, fault: TemplateError, folders: Iterable[Path]) -> None:
        file, line = getattr(fault, "filename", None), getattr(fault, "lineno", 1)
        for frame, number in walk_tb(fault.__traceback__):
            if frame.f_code.co_filename.endswith(TEMPLATES) and not file:
                file, line = frame.f_code.co_filename, number
        path = Path(file or "templates")
        inside = [path.relative_to(f.parent) for f in folders if path.is_relative_to(f.parent)]
        super().__init__(f"{inside[0] if inside else path}:{line}: {fault.message}")


@dataclass(frozen=True)
class Theme:
    """The templates and assets of a site: its own templates/ above the default theme."""

    settings: Settings

    def render(self, output: Output) -> bytes:
        """Return the bytes of an output; raises BrokenTemplate where its template has a mistake."""
        try:
            return self._environment.get_template(output.template).render(output.data).encode()
        except TemplateError as fault:
            raise BrokenTemplate(fault, self._folders) from fault

    def assets(self) -> Iterator[Data]:
        """Yield the theme's files and those of the packages it uses, each with its licence."""
        for name, content in self._assets.items():
            yield Data(self.asset(name), content)
        for name, (package, _, licence) in PACKAGES.items():
            address = f"assets/{posixpath.splitext(name)[0]}.LICENSE.txt"
            yield Data(address, _packaged(package, licence))

    def asset(self, name: str) -> str:
        """Return the address of an asset, with the fingerprint of its content."""
        stem, suffix = posixpath.splitext(name)
        return f"assets/{stem}.{sha256(self._assets[name]).hexdigest()[:8]}{suffix}"

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
        for name, (package, file, _) in PACKAGES.items():
            found[name] = _packaged(package, file)
        return dict(sorted(found.items()))

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
        environment.globals["asset"] = self.asset
        return environment


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


def _packaged(package: str, file: str) -> bytes:
    path = NODE_MODULES / package / file
    if not path.is_file():
        raise MissingPackage(package)
    return path.read_bytes()
