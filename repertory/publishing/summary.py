"""The summary of a check in Markdown: its mistakes, and how the records checked will look."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from repertory.base.formats import Outcome, address
from repertory.base.problem import Problem
from repertory.base.text import fold, visible
from repertory.catalog.health import lacks
from repertory.publishing.practice import facts, glance, neighbour, neighbourhood
from repertory.publishing.view import View
from repertory.reading.model import Practice
from repertory.reading.practice_fields import PRACTICE_FIELDS
from repertory.reading.prose import NO_PROSE, Prose

MOST_BYTES = 900_000  # GitHub shows no summary above 1 MiB
CUT = "\n*There is more, which does not fit here.*\n"
MARKUP = re.compile(r"[\\`*_~$]|:(?=/)|(?<=www)\.", re.IGNORECASE)
APART = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "[": "&#91;", "]": "&#93;"}
    | {sign: f"{sign}\N{ZERO WIDTH SPACE}" for sign in "@#"}  # or people and issues are linked
)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the summary tells of: all records that could be read, and their prose by paths.

    Without `view` they were not compared with the vocabulary. `files` is the address that the
    paths of the repository's files follow, or "" where they can be looked at nowhere; `folder` is
    that of the site in the repository.
    """

    view: View | None = None
    prose: Mapping[str, Prose] = field(default_factory=dict)
    files: str = ""
    folder: str = ""

    def lines(self, outcome: Outcome, paths: Iterable[str]) -> Iterator[str]:
        """Yield the problems, and then the practices that are asked for by their paths."""
        yield f"## {literal(outcome.closing())}\n\n"
        if outcome.problems:
            yield "An *error* must be mended; a *warning* is advice.\n\n"
        yield from map(self._problem, outcome.problems)
        practices = self.view.catalog.practices if self.view else ()
        by_path = {practice.path: practice for practice in practices}
        for path in paths:
            if self.view and path in by_path:
                yield from self._record(self.view, by_path[path])
            elif path.startswith("content/practices/") and path.endswith(".md"):
                yield f"\n## {self._link(path, path)}\n\n"
                yield "How it will look is shown here once it can be read.\n"

    def _problem(self, problem: Problem) -> str:
        place = f"{problem.path}, line {problem.line}"
        rule = _link(problem.rule, self.files and f"{self.files}docs/rules.md#{problem.rule}")
        said = f"{literal(problem.message)} {literal(problem.hint)}".strip()
        as_written = "?plain=1" if problem.path.endswith(".md") else ""  # Markdown has no lines
        where = self._link(place, problem.path, f"{as_written}#L{problem.line}")
        return f"- **{problem.level}** {where}: {said} ({rule})\n"

    def _link(self, text: str, path: str, anchor: str = "") -> str:
        found = f"{self.files}{address(self.folder + path)}{anchor}"
        return _link(text, self.files and found)

    def _record(self, view: View, practice: Practice) -> Iterator[str]:
        title = practice.title or "This practice has no title yet"
        yield f"\n## {self._link(title, practice.path)}\n\n"
        summary = literal(practice.summary) or "*no summary yet*"
        yield f"This is how it will begin:\n\n> **{literal(title)}**<br>{summary}\n\n"
        cells = [(literal(cell.label), literal(cell.text)) for cell in glance(view, practice)]
        if cells:
            rows = zip(*cells, strict=True)
            head, row = (f"| {' | '.join(texts)} |\n" for texts in rows)
            yield f"{head}|{' --- |' * len(cells)}\n{row}\n"
        found = tuple(facts(view, practice))
        yield "### It is found under\n\n" if found else ""
        for fact in found:
            terms = "; ".join(term.text for group in fact.groups for term in group.items)
            yield f"- **{literal(fact.label)}** {literal(terms)}\n"
        yield from self._near(view, practice)
        yield from _missing(view, practice, self.prose.get(practice.path, NO_PROSE))

    def _near(self, view: View, practice: Practice) -> Iterator[str]:
        near: dict[str, tuple[str, list[str]]] = {}  # by paths: titles, and reasons
        for other in view.catalog.practices:
            if other.path != practice.path:
                for reason in _same(practice, other):
                    near.setdefault(other.path, (other.title, []))[1].append(reason)
        for related in neighbourhood(view.catalog).of(practice):
            other = related.practice
            reason = neighbour(view, related).reason
            near.setdefault(other.path, (other.title, []))[1].append(reason)
        if near:
            yield "\n### The nearest that there are already\n\nIs it one of these?\n\n"
        for path, (title, reasons) in near.items():
            yield f"- **{self._link(title or path, path)}** {literal('; '.join(reasons))}\n"


def limited(lines: Iterable[str]) -> str:
    """Return the lines as one text that GitHub shows, cut where it would be too long."""
    found: list[str] = []
    left = MOST_BYTES
    for line in lines:
        left -= len(line.encode())
        if left < 0:
            return "".join([*found, CUT])
        found.append(line)
    return "".join(found)


def literal(text: str) -> str:
    """Return a text as Markdown in which nothing of it is markup, inside a line of other text."""
    plain = visible(" ".join(text.split()))
    return MARKUP.sub(r"\\\g<0>", plain).translate(APART)


def _link(text: str, url: str) -> str:
    return f"[{literal(text)}]({url})" if url else literal(text)


def _same(practice: Practice, other: Practice) -> Iterator[str]:
    """Yield what tells that two records may be of one practice."""
    if practice.title and fold(practice.title) == fold(other.title):
        yield "The same title"
    if practice.website and _site(practice.website) == _site(other.website):
        yield "The same website"


def _site(url: str) -> str:
    """Return an address as it is compared: without scheme, www. and the last slash."""
    parts = urlsplit(url)
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"


def _missing(view: View, practice: Practice, prose: Prose) -> Iterator[str]:
    """Yield what a practice could have and has not."""
    taxonomy = view.catalog.taxonomy
    lacking, _ = lacks(practice, prose, taxonomy)
    labels = {field.key: field.label for field in PRACTICE_FIELDS}
    optional = (taxonomy.facets[id] for id in lacking.facets if not taxonomy.facets[id].required)
    missing = {
        "Facts": [labels[key] for key in lacking.fields],
        "Terms": [facet.short(view.language) for facet in optional],
        "Sections of the text": [
            taxonomy.sections[id].label(view.language) for id in lacking.sections
        ],
    }
    if any(missing.values()):
        yield "\n### What could be added\n\nOnly where you know it: none of this is needed.\n\n"
    for label, names in missing.items():
        if names:
            yield f"- **{label}** {literal(', '.join(names))}\n"
