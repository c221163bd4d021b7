"""The templates of a site become bytes."""

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from traceback import walk_tb
from types import CodeType, TracebackType
from typing import Any, cast

from babel import Locale
from babel.dates import format_date
from jinja2 import (
    BytecodeCache,
    Environment,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket
from markupsafe import escape

from repertory.base.report import excerpt
from repertory.base.settings import ENGINE, THEME
from repertory.base.step import Notes, Shelf
from repertory.publishing.output import BodyText, Shown
from repertory.reading.addresses import REL
from repertory.reading.pictures import sized
from repertory.reading.prose import HTML
from repertory.writing.assets import Assets, BrokenTemplate

MOST_ONCE = 30_000  # pieces of pages that are remembered, of some 600 bytes each


@dataclass(frozen=True, slots=True)
class Blamed:
    """Raises BrokenTemplate for what goes wrong in a template, of any kind.

    A template is blamed unless the fault comes out of our own program, which it had called; those
    pass as they are. `name` is the template that is rendered.
    """

    name: str
    assets: Assets

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
            elif Path(file).is_relative_to(ENGINE):
                is_ours = True
        if isinstance(fault, TemplateSyntaxError) and fault.filename:
            place = fault.filename, fault.lineno
        elif isinstance(fault, TemplateNotFound) and place[0] == self.name:
            place = str(fault.name), 1
        if not is_ours or isinstance(fault, TemplateError):
            raise BrokenTemplate(self._told(*place, _message(fault))) from fault

    def _inside(self, file: str) -> str:
        """Return how people call a file of the theme, or "" if it is none."""
        inside = (
            folder for folder in self.assets.settings.theme if Path(file).is_relative_to(folder)
        )
        return next((str(Path(file).relative_to(folder.parent)) for folder in inside), "")

    def _told(self, file: str, line: int, message: str) -> str:
        lines = self.assets.read.get(Path(file), b"").splitlines()
        source = lines[line - 1].decode("utf-8", "replace") if line <= len(lines) else ""
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


class Compiled(BytecodeCache):
    """Keeps what templates are compiled to; Jinja asks for it by name and digest of the source."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template what it was compiled to, if it still has the same source."""
        bucket.bytecode_from_string(self._notes.noted(f"template {bucket.key}", b""))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self._notes.note(f"template {bucket.key}", bucket.bytecode_to_string())


@dataclass(frozen=True)
class Theme:
    """The templates and assets of a site: its own templates/ above the default theme.

    What the templates are compiled to is kept in `notes`.
    """

    assets: Assets
    notes: Notes

    def render(self, shown: Shown, shelf: Shelf) -> bytes:
        """Return the bytes of what is shown, whose bodies the shelf has.

        Raises BrokenTemplate where its template has a mistake.
        """
        data = {
            name: _html(value, shelf) if isinstance(value, BodyText) else value
            for name, value in shown.data.items()
        }
        with Blamed(shown.template, self.assets):
            return self._environment.get_template(shown.template).render(data).encode()

    @cached_property
    def _environment(self) -> Environment:
        environment = Templates(
            loader=FunctionLoader(self._source),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            bytecode_cache=Compiled(self.notes),
        )
        environment.filters["date"] = _written
        environment.filters["direction"] = _direction
        environment.globals["asset"] = cache(self._asset)
        environment.globals["once"] = Once()
        own = (file for file in self.assets.read if not file.is_relative_to(THEME))
        environment.globals["has_own_files"] = any(own)
        environment.globals["rel"] = REL
        return environment

    def _source(self, name: str) -> tuple[str, str, None] | None:
        """Return the text of a template and its file; "default:" passes the site's own over."""
        folders = (THEME,) if name.startswith("default:") else self.assets.settings.theme
        files = (Path(f"{folder}/{name.removeprefix('default:')}") for folder in folders)
        file = next((file for file in files if file in self.assets.read), None)
        try:
            return (self.assets.read[file].decode(), str(file), None) if file else None
        except UnicodeDecodeError as fault:
            line = fault.object.count(b"\n", 0, fault.start) + 1
            message = 'This is not UTF-8 text: open the file in your editor and save it as "UTF-8".'
            raise TemplateSyntaxError(message, line, name, str(file)) from fault

    def _asset(self, name: str) -> str:
        """Return the address of an asset for a template."""
        try:
            return self.assets.address(name)
        except KeyError as fault:
            missing = f"There is no file {name} in templates/assets/."
            raise TemplateRuntimeError(missing) from fault


class Templates(Environment):
    """Compiles templates so that they escape what they show with `escaped`."""

    escape = staticmethod(escaped)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Let templates share one dictionary: to look through chains of them at every import
        takes a twentieth of all rendering."""
        return super().make_globals(d) if d else self.globals

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


def _html(body: BodyText, shelf: Shelf) -> str:
    return sized(cast(str, shelf.bulk(body.key, HTML)), body.copies)


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


@cache
def _direction(language: str) -> str:
    """Return the direction in which a language is written, as HTML calls it: "ltr" or "rtl"."""
    return Locale.parse(language).text_direction


@lru_cache(maxsize=4096)
def _long_date(day: date, language: str) -> str:
    return format_date(day, "long", locale="en_GB" if language == "en" else language)
