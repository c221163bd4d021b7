"""The commands that people type, from the first one on: build, check, serve, clean."""

import gc
import os
import sys
from contextlib import suppress
from datetime import date
from functools import partial
from io import TextIOWrapper
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import click

from repertory.base.formats import FORMATS
from repertory.base.problem import BuildError, Problem
from repertory.base.report import COMMAND, tally
from repertory.base.text import counted, nearest
from repertory.console import (
    CONTENT,
    Make,
    faults,
    here,
    progress,
    root_option,
    say_later,
    show,
    site_settings,
)
from repertory.sources import last_build, look
from repertory.upkeep import commands
from repertory.writing.cache import remove_cache
from repertory.writing.output import clean_site
from repertory.writing.places import refuse_misplaced
from repertory.writing.workshop import Workshop

STANDING = "Nothing to write: all {} of site/ stand already."


def main(settings: Make) -> None:
    """Run the command that was typed; without one, build. `settings` makes build.py's Settings."""
    gc.disable()  # a build makes many values and no circles: looking for those takes a fifth of it
    for out in (sys.stdout, sys.stderr):
        if isinstance(out, TextIOWrapper):  # what a terminal has no sign for is written out
            out.reconfigure(errors="backslashreplace")
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("--help", "-h")):
        arguments = ["build", *arguments]
    try:
        commands(arguments, prog_name=COMMAND, obj=settings)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else bool(end.code)
    for out in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError):  # whoever listened has gone
            out.flush()
    os._exit(code)  # to take apart what a build has made, value by value, takes a tenth of it


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
    warnings: list[Problem] = []
    chosen = site_settings(settings, root, warned=warnings.append)
    with faults(), Workshop(chosen, jobs, not no_cache, progress) as workshop:
        sources = look(workshop, date.today(), tuple(warnings))
        last = None if strict else last_build(workshop, sources, chosen.site)
        if last:
            show(last.problems)
            click.echo(f"{last.story} {tally(last.problems).capitalize()}.")
            click.echo(STANDING.format(counted(last.files, "file")))
            click.echo("\n".join(workshop.profile.lines()) if profile else "", nl=profile)
            return
        from repertory.pipeline import build, check  # late: nothing of it is needed above

        checked = check(workshop, sources)
        show(checked.problems)
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
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@root_option
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS]),
    default="text",
    show_default=True,
    help="For people, for programs, or for the workflows of GitHub.",
)
@click.option(
    "--explain",
    metavar="RULE",
    is_flag=False,
    flag_value="",
    help="Tell what a rule is for, with an example; without RULE, list all rules.",
)
@click.pass_obj
def check_command(
    settings: Make,
    files: tuple[Path, ...],
    root: Path | None,
    strict: bool,
    form: str,
    explain: str | None,
) -> None:
    """Check everything, build nothing; with FILES, show only the problems in those.

    A change of taxonomy.yaml or build.py concerns every record: if one of them is among FILES, all
    problems are shown.
    """
    if explain is not None:
        _explain(explain)
        return
    from repertory.pipeline import check
    from repertory.telling import paths_of, summarised, tell, verdict

    warnings: list[Problem] = []
    with faults():
        told = partial(tell, form, root or here())
        chosen = site_settings(settings, root, told, warnings.append)
        try:
            paths = paths_of(chosen.root, files)
        except ValueError as fault:
            raise click.UsageError(str(fault)) from None
        with Workshop(chosen, progress=progress) as workshop:
            checked = check(workshop, look(workshop, date.today(), tuple(warnings)))
        outcome = verdict(checked, paths)
        click.echo(tell(form, chosen.root, outcome, paths, partial(summarised, checked, chosen)))
    if any(problem.level == "error" or strict for problem in outcome.problems):
        sys.exit(CONTENT)


@commands.command("serve")
@root_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0 takes one that is free.",
)
@click.option(
    "--host",
    type=ip_address,
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Another address of this machine lets others in this network read the site.",
)
@click.option("--open", "opens", is_flag=True, help="Show the site in your browser.")
@click.pass_obj
def serve_command(
    settings: Make,
    root: Path | None,
    port: int,
    host: IPv4Address | IPv6Address,
    opens: bool,
) -> None:
    """Show the site on this machine, and rebuild it whenever a file is saved."""
    from repertory.preview.server import serve

    with faults():
        serve(site_settings(settings, root), port, opens, host)


@commands.command("archive")
@root_option
@click.pass_context
def archive_command(context: click.Context, root: Path | None) -> None:
    """Build the site, and pack it with its sources and its data into one ZIP in archive/."""
    from repertory.writing.archive import archive
    from repertory.writing.tracked import sources

    chosen = site_settings(context.obj, root, warned=say_later)
    with faults():
        packed = sources(chosen.root)
        context.invoke(build_command, root=root)
        made = archive(chosen, packed)
    size = made.file.stat().st_size / 1_000_000
    path = made.file.relative_to(chosen.root).as_posix()
    click.echo(f"{path} is written: {counted(made.files, 'file')}, {size:,.1f} MB.")


@commands.command("clean")
@root_option
@click.pass_obj
def clean_command(settings: Make, root: Path | None) -> None:
    """Delete what was built: the files in site/ that are ours, and the cache."""
    chosen = site_settings(settings, root)
    with faults():
        refuse_misplaced(chosen)
        count = clean_site(chosen.site) + clean_site(chosen.preview)
        remove_cache(chosen.cache)
    click.echo(f"{counted(count, 'file')} deleted.")


def _explain(name: str) -> None:
    """Print the page of a rule, or of "" a list of all rules."""
    from repertory.base.rulebook import explained, listed, pages

    with faults():
        if name and name not in pages():
            near = nearest(name, pages())
            hint = f"Did you mean {near}?" if near else "check --explain lists all rules."
            raise click.UsageError(f"There is no rule “{name}”. {hint}")
        click.echo(explained(name) if name else "\n".join(listed()))
