"""A record to fill in: its comments say what is asked, and which terms there are to choose from."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from textwrap import fill

from repertory.base.slugs import DEVICE, OF_WINDOWS, slugged
from repertory.base.text import counted, listed
from repertory.editing import edits
from repertory.reading.excerpt import quoted
from repertory.reading.files import PRACTICES
from repertory.reading.practice_fields import PRACTICE_FIELDS, Field
from repertory.reading.source import unseen
from repertory.reading.taxonomy import Facet, Taxonomy
from repertory.reading.terms import named

WIDTH = 78  # characters of a line, so that every editor shows it whole
START = "Fill in what is empty here, and write the text below the last line of this file."
BELOW = "All that follows may stay as it is. Take the # away before a line that you use."


def write(root: Path, title: str, taxonomy: Taxonomy, today: date) -> str:
    """Write a practice to fill in; return its path, relative to `root`.

    Raises ValueError, with a sentence, where the title cannot be one, and OSError.
    """
    title = " ".join(title.split())
    limit = next(field.limit for field in PRACTICE_FIELDS if field.key == "title")
    is_seen = not unseen(title)
    slug = slugged(title) if is_seen else ""
    if re.fullmatch(DEVICE, slug):
        raise ValueError(f"A file cannot be called {slug}. {OF_WINDOWS}")
    if not slug:
        raise ValueError("A title needs letters or digits, and has no signs that cannot be seen.")
    if len(title) > limit:
        over = counted(len(title) - limit, "character")
        raise ValueError(f"The title is too long: shorten it by {over}.")
    folder, name = root / PRACTICES, f"{slug}.md"
    for each in (folder.parent, folder):
        if each.is_symlink():
            path = each.relative_to(root)
            raise ValueError(f"{path} is a link: put in its place the folder that it leads to.")
    folder.mkdir(parents=True, exist_ok=True)
    if name in {file.name.lower() for file in folder.iterdir()}:
        hint = "Is it the same practice? If not, give this one another title."
        raise ValueError(f"There is {PRACTICES}/{name} already. {hint}")
    edits.write({folder / name: (None, record(title, taxonomy, today).encode())})
    return f"{PRACTICES}/{name}"


def record(title: str, taxonomy: Taxonomy, today: date) -> str:
    """Return a practice with this title and this day, and all else to be filled in.

    What need not be filled in is a comment, so that it is no mistake where it stays.
    """
    given = {"title": quoted(title), "added": today.isoformat()}
    fields, facets = [], []
    for field in PRACTICE_FIELDS:
        line = f"{field.key}: {given.get(field.key, '')}".rstrip()
        is_open = field.required or field.key in given
        fields.append((is_open, "\n".join([*_about_field(field), line if is_open else f"#{line}"])))
    for facet in taxonomy.facets.values():
        line = f"{facet.id}: []" if facet.many else f"{facet.id}:"
        is_open = facet.required and not facet.only
        facets.append((is_open, "\n".join([*_about_facet(facet), line if is_open else f"#{line}"])))
    needed = [entry for is_open, entry in fields + facets if is_open]
    others = [entry for is_open, entry in facets + fields if not is_open]
    parts = ["---", _comment(START), *needed, _comment(BELOW), *others, *_about_text(taxonomy)]
    return "\n\n".join(parts) + "\n---\n\n"


def _about_field(field: Field) -> Iterator[str]:
    """Yield the comment on a field."""
    limit = f" At most {field.limit} characters." if field.required and field.kind == "text" else ""
    yield _comment(f"{field.question} {field.help}{limit}")
    yield _comment(f"For example: {field.example}")


def _about_facet(facet: Facet) -> Iterator[str]:
    """Yield the comment on a facet, with its terms by their groups."""
    yield _comment(f"{facet.label()}: {facet.help}".strip())
    for other, allowed in facet.only.items():
        verb = "Needed" if facet.required else "Only"
        yield _comment(f"{verb} where {other} is {listed(allowed, 'or')}.")
    yield _comment(
        "One or more of these, with commas, in the brackets:" if facet.many else "One of these:"
    )
    terms = [term for term in facet.terms.values() if not term.deprecated]
    for group in dict.fromkeys(term.group for term in terms):
        names = ", ".join(named(term) for term in terms if term.group == group)
        yield _comment(f"{facet.group_label(group)}: {names}" if group else names, "  ")


def _about_text(taxonomy: Taxonomy) -> Iterator[str]:
    """Yield the comment on the sections that the text may have."""
    sections = list(taxonomy.sections.values())
    if sections:
        start = "The text may have these sections. Each begins with a line of two hashes and its"
        lines = [_comment(f"{start} name, such as: ## {sections[-1].label()}")]
        lines += [_comment(f"{each.label()}: {each.help}".strip(), "  ") for each in sections]
        yield "\n".join(lines)


def _comment(text: str, indent: str = "") -> str:
    """Return a text as a comment, in lines that can be seen whole."""
    return fill(
        text,
        width=WIDTH,
        initial_indent=f"# {indent}",
        subsequent_indent=f"# {indent * 2}",
        break_on_hyphens=False,
        break_long_words=False,
    )
