"""Problems as text for people: where, what, the line itself with a caret, and what to do."""

from collections.abc import Sequence

import click

from repertory.base.problem import Level, Problem
from repertory.base.text import FAINT, UNSEEN, counted, in_line

COMMAND = ".venv/bin/python build.py"  # as messages name it
COLOURS = {"error": "red", "warning": "yellow"}
SHOWN_WIDTH = 100
HOLE = "\N{REPLACEMENT CHARACTER}"  # shown where a sign is that nobody sees


def shown(problem: Problem) -> str:
    """Return one problem as lines of text, in colours that `click.echo` drops in a pipe."""
    place = f"{in_line(problem.path)}:{problem.line}:{problem.column}"
    level = click.style(problem.level, fg=COLOURS[problem.level], bold=True)
    lines = [f"{click.style(place, bold=True)}: {level} {problem.rule}: {in_line(problem.message)}"]
    lines += excerpt(problem.source, problem.line, problem.column, problem.width, problem.level)
    if problem.hint:
        lines.append(f"        {in_line(problem.hint)}")
    return "\n".join(lines)


def excerpt(source: str, line: int, column: int, width: int, level: Level) -> list[str]:
    """Return a line of a file with its number, and below it a caret; nothing of an empty one."""
    if not source.strip():
        return []
    source = UNSEEN.sub(HOLE, source.replace("\t", " ").replace("\n", HOLE))
    if FAINT.search(source, column - 1, column - 1 + width):  # else they may be right as they are
        source = FAINT.sub(HOLE, source)
    shown, first = _window(source, column)
    width = min(width or len(shown) - first + 1, len(shown) - first + 1)
    caret = " " * (first - 1) + "^" * max(1, width)
    below = "      | " + click.style(caret, fg=COLOURS[level])
    return [f"{line:5} | {shown}", below]


def _window(source: str, column: int) -> tuple[str, int]:
    """Cut a long line to the part around `column`; return it and the column in it."""
    if len(source) <= SHOWN_WIDTH:
        return source, column
    start = max(0, min(column - 1 - SHOWN_WIDTH // 3, len(source) - SHOWN_WIDTH))
    cut = source[start : start + SHOWN_WIDTH]
    before = "…" if start else ""
    after = "…" if start + SHOWN_WIDTH < len(source) else ""
    return f"{before}{cut}{after}", column - start + len(before)


def tally(problems: Sequence[Problem]) -> str:
    """Return "2 errors, 1 warning", or "no problem"."""
    errors = sum(problem.level == "error" for problem in problems)
    warnings = len(problems) - errors
    parts = [counted(errors, "error")] if errors else []
    parts += [counted(warnings, "warning")] if warnings else []
    return ", ".join(parts) or "no problem"


def offer(problems: Sequence[Problem]) -> str:
    """Return how many problems of records `fix` can mend, as a sentence; "" where there is none.

    It mends none while the vocabulary has errors.
    """
    count = sum(bool(problem.repair) for problem in problems if is_of_content(problem))
    is_good = not any(p.level == "error" and not is_of_content(p) for p in problems)
    return f"{count:,} of these can be mended by `{COMMAND} fix`." if count and is_good else ""


def is_of_content(problem: Problem) -> bool:
    """Tell whether a problem is one of a record, and not of the vocabulary or the settings."""
    return problem.path.startswith("content/")
