"""The last good site in the cache, made anew after a save, and what is wrong since."""

import sqlite3
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import perf_counter, time_ns
from typing import Self

import click

from repertory.base.problem import BuildError
from repertory.base.report import shown
from repertory.base.settings import Settings
from repertory.base.text import counted, in_line
from repertory.pipeline import Checked, build, check
from repertory.sources import look
from repertory.writing.assets import BrokenTemplate
from repertory.writing.faults import FAULTS, told
from repertory.writing.workshop import Workshop


@dataclass(frozen=True, slots=True)
class State:
    """What the browser is told.

    `epoch` is the number of the site, another one whenever a file has changed that a page asks for;
    `title` says in a sentence why there is no newer one, and `problems` are the mistakes, as text.
    """

    epoch: int
    title: str = ""
    problems: tuple[str, ...] = ()


class Preview:
    """The last good site, and its state."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.site = settings.preview
        # No two previews begin alike, so that a page left open sees that another one runs.
        self.state = State(time_ns() // 1_000_000)
        self.is_building = False
        self._workshop: Workshop | None = None
        self._hurries = True
        self._put_off: Checked | None = None  # what a build that hurried has left to do

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        workshop, self._workshop = self._workshop, None
        with suppress(sqlite3.Error), workshop or nullcontext():
            pass

    def rebuild(self, saved: Sequence[Path] = ()) -> None:
        """Build once more; what is wrong is kept for the browser, and all is told in the terminal.

        `saved` are the files that were changed since.
        """
        begun = perf_counter()
        click.echo(f"{datetime.now():%H:%M:%S}  {self._named(saved)}", nl=False)
        self.is_building, self._put_off = True, None
        try:
            workshop = self._opened()
            checked = check(workshop, look(workshop, date.today()))
            written = build(workshop, checked, self.site, self._hurries)
        except FAULTS as fault:
            if not isinstance(fault, BuildError | BrokenTemplate):
                self.__exit__()  # whatever it is with the machine, the next build begins anew
            title, problems = _reason(fault)
            self.state = State(self.state.epoch, title, tuple(map(click.unstyle, problems)))
            last = " The last good site stays up." if self.site.exists() else ""
            click.echo("\n\n".join(["not built.", *problems, f"{title}{last}"]))
        else:
            changed, self._hurries = len(written.changed), True
            self._put_off = checked if written.put_off else None
            self.state = State(self.state.epoch + bool(changed))
            files = f"{counted(changed, 'file')} changed" if changed else "nothing changed"
            took = f"{files}, in {perf_counter() - begun:.2f} s."
            warnings = [f"\n{shown(problem)}\n" for problem in checked.problems]
            click.echo("\n".join([f"{checked.story(checked.read)} {took}", *warnings]))
        finally:
            self.is_building = False

    def keep(self) -> None:
        """Make what could wait until the browser was told, and keep all for the next preview."""
        checked, self._put_off = self._put_off, None
        try:
            if self._workshop and checked:
                build(self._workshop, checked, self.site)
            if self._workshop:
                self._workshop.cache.write()
        except FAULTS:
            self.__exit__()
            self._hurries = False  # so that the next build meets it too, and tells

    def _opened(self) -> Workshop:
        """Return the workshop, in which all stays at hand from one build to the next."""
        if self._workshop is None or not self._workshop.cache.stands:
            self.__exit__()
            self._workshop = Workshop(self.settings)
        return self._workshop

    def _named(self, saved: Sequence[Path]) -> str:
        """Return what was saved, for the beginning of a line."""
        if not saved:
            return ""
        root = self.settings.root.resolve()
        first = saved[0].relative_to(root) if saved[0].is_relative_to(root) else saved[0]
        others = f" and {counted(len(saved) - 1, 'other')}" if len(saved) > 1 else ""
        return f"{in_line(str(first))}{others} saved: "


def _reason(fault: BaseException) -> tuple[str, list[str]]:
    """Return in a sentence why no site was built, and the mistakes to mend."""
    if isinstance(fault, BuildError):
        return told(fault), [shown(problem) for problem in fault.problems]
    if isinstance(fault, BrokenTemplate):
        return "A template cannot be used. No site was built.", [str(fault)]
    return told(fault), []
