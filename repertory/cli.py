"""The commands that people type: arguments, printing, exit codes."""

import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeAlias, TypeVar

import click

from repertory.base.problem import BuildError, Problem
from repertory.base.report import offer, shown, tally
from repertory.base.settings import Settings
from repertory.base.text import counted
from repertory.reading.source import VOCABULARY, collect
from repertory.reading.taxonomy import Taxonomy
from repertory.sources import last_build, look
from repertory.writing.assets import BrokenTemplate
from repertory.writing.cache import remove_cache
from repertory.writing.faults import FAULTS, told
from repertory.writing.output import clean_site
from repertory.writing.workshop import Workshop

CONTENT = 1  # exit code: problems in the content
MACHINE = 2  # exit code: wrong usage, or a fault of the machine
DIFF = {"+": "green", "-": "red", "@": "cyan"}  # colours of lines by their first sign
STANDING = "Nothing to write: all {} of site/ stand already."
Item = TypeVar("Item")
Make: TypeAlias = Callable[[], Settings]

root_option = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another site: a folder with its own content, taxonomy.yaml and templates.",
)


def main(settings: Make) -> None:
    """Run the command that was typed; without one, build. `settings` makes build.py's Settings."""
    gc.disable()  # a build makes many values and no circles: looking for those takes a fifth of it
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("--help", "-h")):
        arguments = ["build", *arguments]
    try:
        commands(arguments, prog_name="python build.py", obj=settings)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else bool(end.code)
    for out in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError):  # whoever listened has gone
            out.flush()
    os._exit(code)  # to take apart what a build has made, value by value, takes a tenth of it


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Check the records of a database of good practices, and build its site."""


@commands.command("build")
@root_option
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--profile", is_flag=True, help="Print where the time went, step by step.")
@click.option("--no-cache", is_flag=True, help="Make everything anew, to prove that it is equal.")
@click.option("--jobs", type=click.IntRange(1), help="Processes (one for each processor).")
@click.pass_obj
def build_command(
    settings: Make, root: Path | None, strict: bool, profile: bool, no_cache: bool, jobs: int | None
) -> None:
    """Check everything and build site/ (what happens when no command is given)."""
    chosen = _settings(settings, root)
    with _faults(), Workshop(chosen, jobs, not no_cache, _progress) as workshop:
        sources = look(workshop, date.today())
        last = None if strict else last_build(workshop, sources, chosen.site)
        if last:
            _show(last.problems)
            click.echo(f"{last.story} {tally(last.problems).capitalize()}.")
            click.echo(STANDING.format(counted(last.files, "file")))
            click.echo("\n".join(workshop.profile.lines()) if profile else "", nl=profile)
            return
        from repertory.pipeline import build, check  # late: nothing of it is needed above

        checked = check(workshop, sources)
        _show(checked.problems)
        if strict and checked.problems:
            raise BuildError(checked.story(0), checked.problems)
        written = build(workshop, checked, chosen.site)
        if profile:
            click.echo("\n".join(workshop.profile.lines()))
    click.echo(f"{checked.story(checked.read)} {tally(checked.problems).capitalize()}.")
    if not written.made and not written.deleted:
        click.echo(STANDING.format(counted(written.kept, "file")))
        return
    deleted = f", {written.deleted:,} deleted" if written.deleted else ""
    made = counted(written.made, "file")
    click.echo(f"{made} written into site/, {written.kept:,} unchanged{deleted}.")


@commands.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@root_option
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.pass_obj
def check_command(settings: Make, files: tuple[Path, ...], root: Path | None, strict: bool) -> None:
    """Check everything, build nothing; with FILES, show only the problems in those."""
    from repertory.pipeline import check

    chosen = _settings(settings, root)
    with _faults(), Workshop(chosen, progress=_progress) as workshop:
        checked = check(workshop, look(workshop, date.today()))
    problems = checked.problems
    if files:
        wanted = {file.resolve() for file in files}
        missing = [file for file in files if not file.exists()]
        if missing:
            raise click.UsageError(f"There is no file {missing[0]}.")
        problems = tuple(
            problem
            for problem in problems
            if problem.path == VOCABULARY or (chosen.root / problem.path).resolve() in wanted
        )
    _show(problems)
    click.echo(f"{checked.story()} {tally(problems).capitalize()}.")
    mendable = offer(problems) if checked.catalog else ""
    click.echo(mendable, nl=bool(mendable))
    if any(problem.level == "error" or strict for problem in problems):
        sys.exit(CONTENT)


@commands.command("fix")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@root_option
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.pass_context
def fix_command(
    context: click.Context, files: tuple[Path, ...], root: Path | None, dry_run: bool
) -> None:
    """Mend what can mean one thing only, in all records or in FILES; then check."""
    from repertory.editing import fix

    chosen = _settings(context.obj, root)
    try:
        paths = fix.records(chosen.root, files)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None
    with _faults():
        mended = fix.mended(chosen.root, _terms(chosen), _progress("Mending", paths))
        if not dry_run:
            fix.write(chosen.root, mended)
    count = counted(len(mended), "file")
    if dry_run:
        for line in fix.difference(mended):
            click.secho(line, fg=DIFF.get(line[:1]))
        click.echo(f"{count} would be mended; nothing was written.")
        return
    for line in fix.told(mended):
        click.echo(line)
    click.echo(f"{count} mended.\n" if mended else "No file was changed.\n")
    context.invoke(check_command, files=files, root=root)


@commands.command("new")
@click.argument("words", nargs=-1, required=True, metavar="TITLE")
@root_option
@click.pass_obj
def new_command(settings: Make, words: tuple[str, ...], root: Path | None) -> None:
    """Write a practice of this TITLE to fill in, with the terms that there are to choose from."""
    from repertory.editing import new

    chosen = _settings(settings, root)
    with _faults():
        taxonomy = _terms(chosen)
        try:
            path = new.write(chosen.root, " ".join(words), taxonomy, date.today())
        except ValueError as fault:
            raise click.UsageError(str(fault)) from None
    click.echo(f"{path} is written: open it in your editor and fill it in.")
    click.echo("Then `python build.py check` tells what is still missing.")


@commands.command("serve")
@root_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0 takes one that is free.",
)
@click.option("--open", "opens", is_flag=True, help="Show the site in your browser.")
@click.pass_obj
def serve_command(settings: Make, root: Path | None, port: int, opens: bool) -> None:
    """Show the site on this machine, and rebuild it whenever a file is saved."""
    from repertory.preview.server import serve

    with _faults():
        serve(_settings(settings, root), port, opens)


@commands.command("rename")
@click.argument("facet")
@click.argument("old")
@click.argument("new", default="")
@root_option
@click.option("--dry-run", is_flag=True, help="Print what would change, and write nothing.")
@click.pass_obj
def rename_command(
    settings: Make, facet: str, old: str, new: str, root: Path | None, dry_run: bool
) -> None:
    """Rename the term OLD of FACET in taxonomy.yaml and in all records.

    NEW is an id (school-climate) or a name ("School climate"). If NEW is a term already, the two
    become one. The page of the old term leads to the new one, and its old name stays an alias.

    OLD may be what records propose: rename outcome "new: school climate" makes a term of it; with
    NEW under another id or name, or it becomes the term NEW. FACET may be news, for its categories.
    """
    from repertory.editing.edits import difference, write
    from repertory.editing.rename import rename
    from repertory.editing.request import Refused
    from repertory.reading.site import read_fronts

    chosen = _settings(settings, root)
    with _faults(), Workshop(chosen, progress=_progress) as workshop:
        sources = look(workshop, date.today())
        fronts = read_fronts(chosen, sources.contents, sources.vocabulary, workshop.packed)
        try:
            renaming = rename(chosen, fronts, facet, old, new)
        except Refused as refused:
            _show(refused.problems)
            if refused.problems:
                click.echo(refused)
                sys.exit(CONTENT)
            raise click.UsageError(str(refused)) from None
        if dry_run:
            for path, (before, after) in renaming.files.items():
                click.echo(difference(path, before, after))
            click.echo("Nothing was written.")
            return
        write({chosen.root / path: after for path, (_, after) in renaming.files.items()})
    click.echo(renaming.story)


@commands.command("stats")
@root_option
@click.option("--all", "everything", is_flag=True, help="Print all lists whole.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def stats_command(settings: Make, root: Path | None, everything: bool, form: str) -> None:
    """Tell which terms are proposed, unused or alike, and how complete the practices are."""
    from repertory.catalog.health import health
    from repertory.catalog.health_report import as_json, as_text
    from repertory.pipeline import check

    chosen, today = _settings(settings, root), date.today()
    with _faults(), Workshop(chosen, progress=_progress) as workshop:
        checked = check(workshop, look(workshop, today))
    if checked.catalog is None:
        _show(checked.problems)
        click.echo(f"{checked.story()} {tally(checked.problems).capitalize()}.")
        sys.exit(CONTENT)
    found = health(checked.catalog, checked.prose, chosen.stemmed, today, checked.refused)
    options = ["--root", str(root)] if root else []
    is_json = form == "json"
    click.echo(as_json(found, options) if is_json else as_text(found, options, everything))


@commands.command("clean")
@root_option
@click.pass_obj
def clean_command(settings: Make, root: Path | None) -> None:
    """Delete what was built: the files in site/ that are ours, and the cache."""
    chosen = _settings(settings, root)
    with _faults():
        count = clean_site(chosen.site) + clean_site(chosen.cache / "preview")
        remove_cache(chosen.cache)
    click.echo(f"{counted(count, 'file')} deleted.")


def _terms(settings: Settings) -> Taxonomy:
    """Read taxonomy.yaml; end with its problems where it is not good enough to work with."""
    from repertory.reading.site import read_terms

    taxonomy, problems = read_terms(settings)
    if any(problem.level == "error" for problem in problems):
        _show(problems)
        click.echo("Please mend taxonomy.yaml first: records are compared with it.")
        sys.exit(CONTENT)
    return taxonomy


def _settings(settings: Make, root: Path | None) -> Settings:
    """Make the settings, once what stands in build.py is known to be good."""
    found: tuple[Problem, ...] = ()
    if root is None:
        from repertory.reading.settings_file import check_settings

        _, found = collect(check_settings(Path(sys.argv[0]).parent))
    if any(problem.level == "error" for problem in found):
        _show(found)
        click.echo(f"No record was read. {tally(found).capitalize()}.")
        sys.exit(CONTENT)
    made = settings()
    return replace(made, root=root) if root else made


@contextmanager
def _faults() -> Iterator[None]:
    """Turn what can go wrong outside our own code into a sentence and an exit code."""
    try:
        yield
    except FAULTS as fault:
        is_content = isinstance(fault, BuildError | BrokenTemplate)
        click.echo(told(fault), err=not isinstance(fault, BuildError))
        sys.exit(CONTENT if is_content else MACHINE)


def _show(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(shown(problem))
        click.echo()


def _progress(doing: str, items: Sequence[Item]) -> Iterable[Item]:
    """Show a bar on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, label=f"{doing:8}", file=sys.stderr, show_pos=True) as bar:
        yield from bar
