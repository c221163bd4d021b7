"""What an archive says to whoever opens it, in however many years."""

import json
import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from textwrap import fill

from repertory.base.settings import PROGRAM, Settings
from repertory.publishing import urls
from repertory.writing.tracked import Source

TEXT = Path(__file__).with_suffix(".txt")
LOCKED = re.compile(r"^([\w.-]+)(?:\[.*\])?==([^\s;\\]+)", re.MULTILINE)
WIDTH = 78
DATA = {
    urls.ALL_AS_CSV: "the practices, one in a row (CSV)",
    urls.ALL_AS_JSON: "the practices, with all that is said (JSON)",
    urls.OVERVIEW_CSV: "how many have two terms in common (CSV)",
    urls.SCHEMA: "what can be said of a practice (JSON Schema)",
}
AGAIN = {
    1: "    cd source\n    make",
    2: "    cd program\n    make setup\n    .venv/bin/python build.py --root ../source",
}


def readme(settings: Settings, sources: Sequence[Source], day: date, built: Container[str]) -> str:
    """Return the text for an archive of a site, which has these files, and of its sources.

    Versions are those that are locked: those of the machine would make each archive another.
    """
    project = tomllib.loads((PROGRAM / "pyproject.toml").read_text("utf-8"))["project"]
    owner = (settings.name, settings.address, settings.repository, settings.email)
    return TEXT.read_text("utf-8").format(
        title=f"{settings.name}\n{'=' * len(settings.name)}",
        purpose=fill(settings.purpose, WIDTH),
        day=day,
        sources="\n".join(map(_about, sources)),
        data="\n".join(f"site/{path:27} {what}" for path, what in DATA.items() if path in built),
        python=project["requires-python"].removeprefix(">=") + " or newer",
        build=AGAIN[len(sources)],
        packages=_listed(f"{name} {version}" for name, version in _for_python()),
        scripts=_listed(f"{name} {version}" for name, version in _for_browsers()),
        program=sources[-1].name,
        owner="\n".join(filter(None, owner)),
        licence="\n".join(filter(None, (settings.licence, settings.licence_address))),
    )


def _about(source: Source) -> str:
    what = "the program" if source.name == "program" else "what all this was made from"
    return f"{f'{source.name}/':13} {what}, as in Git's commit\n{'':14}{source.commit}"


def _for_python() -> list[tuple[str, str]]:
    return LOCKED.findall((PROGRAM / "requirements.txt").read_text("utf-8"))


def _for_browsers() -> Iterator[tuple[str, str]]:
    lock = json.loads((PROGRAM / "package-lock.json").read_text("utf-8"))
    for path, package in lock["packages"].items():
        if path and not package.get("dev"):
            yield path.removeprefix("node_modules/"), package["version"]


def _listed(packages: Iterable[str]) -> str:
    """Return packages as lines, which end between two of them."""
    whole = ", ".join(each.replace(" ", "\N{NO-BREAK SPACE}") for each in packages)
    lines = fill(
        whole, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
    )
    return lines.replace("\N{NO-BREAK SPACE}", " ")
