"""The group of all commands, and those that keep records in order: fix, new, rename, stats."""

import sys
from datetime import date
from pathlib import Path

import click

from repertory.base.report import COMMAND, tally
from repertory.base.text import counted
from repertory.console import (
    CONTENT,
    Make,
    faults,
    progress,
    root_option,
    say_later,
    show,
    site_settings,
    vocabulary,
    warn,
)
from repertory.sources import look
from repertory.writing.workshop import Workshop

DIFF = {"+": "green", "-": "red", "@": "cyan"}  # colours of lines by their first sign


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Check the records of a database of good practices, and build its site."""


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

    chosen = site_settings(context.obj, root, warned=warn if dry_run else say_later)
    try:
        paths = fix.records(chosen.root, files)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None
    with faults():
        mended = fix.mended(chosen.root, vocabulary(chosen), progress("Mending", paths))
        if not dry_run:
            fix.write(chosen.root, mended)
    count = counted(len(mended), "file")
    for line in fix.told(mended):
        click.echo(line)
    if dry_run:
        for path, done in mended.items():
            _show_difference(path, done[0].before, done[-1].after)
        click.echo(f"{count} would be mended; nothing was written.")
        return
    click.echo(f"{count} mended.\n" if mended else "No file was changed.\n")
    context.invoke(commands.commands["check"], files=files, root=root)


@commands.command("new")
@click.argument("words", nargs=-1, required=True, metavar="TITLE")
@root_option
@click.pass_obj
def new_command(settings: Make, words: tuple[str, ...], root: Path | None) -> None:
    """Write a practice of this TITLE to fill in, with the terms that there are to choose from."""
    from repertory.editing import new

    chosen = site_settings(settings, root)
    with faults():
        taxonomy = vocabulary(chosen)
        try:
            path = new.write(chosen.root, " ".join(words), taxonomy, date.today())
        except ValueError as fault:
            raise click.UsageError(str(fault)) from None
    click.echo(f"{path} is written: open it in your editor and fill it in.")
    click.echo(f"Then `{COMMAND} check` tells what is still missing.")


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
    from repertory.editing.edits import write
    from repertory.editing.rename import rename
    from repertory.editing.request import Refused
    from repertory.reading.site import read_fronts

    chosen = site_settings(settings, root)
    with faults(), Workshop(chosen, progress=progress) as workshop:
        sources = look(workshop, date.today())
        fronts = read_fronts(chosen, sources.contents, sources.vocabulary, workshop.packed)
        try:
            renaming = rename(chosen, fronts, facet, old, new)
        except Refused as refused:
            show(refused.problems)
            if refused.problems:
                click.echo(refused)
                sys.exit(CONTENT)
            raise click.UsageError(str(refused)) from None
        if dry_run:
            for path, (before, after) in renaming.files.items():
                _show_difference(path, before, after)
            click.echo("Nothing was written.")
            return
        write({chosen.root / path: change for path, change in renaming.files.items()})
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

    chosen, today = site_settings(settings, root), date.today()
    with faults(), Workshop(chosen, progress=progress) as workshop:
        checked = check(workshop, look(workshop, today))
    if checked.catalog is None:
        show(checked.problems)
        click.echo(f"{checked.story()} {tally(checked.problems).capitalize()}.")
        sys.exit(CONTENT)
    found = health(checked.catalog, checked.prose, chosen.stemmed, today, checked.refused)
    options = ["--root", str(root)] if root else []
    is_json = form == "json"
    click.echo(as_json(found, options) if is_json else as_text(found, options, everything))


def _show_difference(path: str, before: bytes, after: bytes) -> None:
    """Print what changes in a file."""
    from repertory.editing.edits import difference

    for line in difference(path, before, after).split("\n"):
        click.secho(line, fg=DIFF.get(line[:1]))
