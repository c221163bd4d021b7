"""One edit of each kind, of records as any of the generators reads them."""

import re
from pathlib import Path
from typing import Any

import yaml

VOCABULARY = "taxonomy.yaml"
CHANGED = '{{% extends "default:practice.html" %}}\n{{% block main %}}{{{{ super() }}}}\n'
CHANGED += "<p>Version {}</p>{{% endblock %}}\n"


def edit_text(content: Path, number: int) -> tuple[str, str]:
    """Add a paragraph to the text of a record; return the record's id, and words of it."""
    record, words = _record(content, number), f"This is paragraph number {number}."
    record.write_text(f"{record.read_text('utf-8')}\n{words}\n", "utf-8")
    return record.stem, words


def edit_facet(site: Path, number: int) -> None:
    """Move a record to another country."""
    record, countries = _record(site / "content", number), list(_countries(_vocabulary(site)))
    front = re.compile(r"^(country:\s+- )([\w-]+)$", re.MULTILINE)

    def moved(found: re.Match[str]) -> str:
        return found[1] + countries[(countries.index(found[2]) + 1) % len(countries)]

    text, count = front.subn(moved, record.read_text("utf-8"), count=1)
    assert count, f"{record.name} has no country"
    record.write_text(text, "utf-8")


def add_record(site: Path, number: int) -> None:
    """Add a copy of a record, with a name and a title of its own."""
    record, title = _record(site / "content", number), f"title: New record number {number}"
    text = re.sub("^title: .*", title, record.read_text("utf-8"), count=1, flags=re.MULTILINE)
    record.with_stem(f"{record.stem}-copy-{number}").write_text(text, "utf-8")


def edit_label(site: Path, number: int) -> None:
    """Give the second country another name: one record in nine or so has it."""
    vocabulary = _vocabulary(site)
    _, second, *_ = _countries(vocabulary).values()
    second["label"] = f"Country {number}"
    text = yaml.safe_dump(vocabulary, sort_keys=False, allow_unicode=True)
    (site / VOCABULARY).write_text(text, "utf-8")


def edit_template(site: Path, number: int) -> None:
    """Change the template of the records, and with it the page of each."""
    file = site / "templates" / "practice.html"
    file.parent.mkdir(exist_ok=True)
    file.write_text(CHANGED.format(number), "utf-8")


def _record(content: Path, number: int) -> Path:
    """Return one of the records in the middle, another for every number."""
    records = sorted((content / "practices").iterdir())
    return records[len(records) // 2 + number]


def _vocabulary(site: Path) -> Any:
    return yaml.safe_load((site / VOCABULARY).read_text("utf-8"))


def _countries(vocabulary: Any) -> dict[str, dict[str, str]]:
    terms: dict[str, dict[str, str]] = vocabulary["facets"]["country"]["terms"]
    return terms
