"""The health of a site as text to read, and as JSON."""

import json
from collections.abc import Iterator, Sequence
from textwrap import fill

from babel import Locale

from repertory.base.text import counted, listed, visible
from repertory.catalog.health import COUNTED, ByFacet, Health
from repertory.reading.proposals import accepting

WIDTH = 80  # characters of a line
SHOWN = 8  # terms of a facet that are named
LEAST = 10  # practices that are named
BANDS = ((100, 100), (75, 99), (50, 74), (25, 49), (0, 24))  # percent


def as_text(health: Health, options: Sequence[str] = (), everything: bool = False) -> str:
    """Return what `stats` prints; lists are cut unless `everything` is wanted.

    `options` are those of the commands that are printed to be pasted.
    """
    parts = [
        _head(health),
        _proposed(health, options),
        _terms("Terms that no practice has", health.unused, everything),
        _terms("Terms that only one practice has", health.used_once, everything),
        _alike(health),
        _terms("Terms without a definition", health.without_definition, everything),
        *(_labels(*each, everything) for each in health.without_label.items()),
        _completeness(health, everything),
        _stale(health, everything),
    ]
    return visible("\n\n".join("\n".join(lines) for lines in parts))


def as_json(health: Health, options: Sequence[str] = ()) -> str:
    """Return the same as JSON.

    `practices` counts those that were looked at, `left_out` the records with errors. `proposed` is
    a list of `facet`, `label`, `records` (paths), `near` (a term, or "") and `accept` (a command).
    `unused`, `used_once` and `without_definition` map facets to ids of terms, `without_label`
    languages to such. `alike` is a list of `facet`, `terms`, `names` and `likeness` (0 to 100).
    `completeness` is a list of `path`, `percent` and `lacks` of every practice, the least complete
    first, `stale` one of `path` and `updated` (a day), the oldest first.
    """
    proposed = [
        term._asdict() | {"accept": accepting(term.facet, term.label, *options)}
        for term in health.proposed
    ]
    found = health._asdict() | {
        "proposed": proposed,
        "alike": [pair._asdict() for pair in health.alike],
        "completeness": [practice._asdict() for practice in health.completeness],
        "stale": [{"path": path, "updated": day.isoformat()} for path, day in health.stale],
    }
    return json.dumps(found, indent=2)


def _head(health: Health) -> Iterator[str]:
    yield f"{counted(health.practices, 'practice')} looked at."
    if health.left_out:
        yield f"{counted(health.left_out, 'record')} with errors left out: see check."


def _proposed(health: Health, options: Sequence[str]) -> Iterator[str]:
    yield _heading("Terms that records propose", len(health.proposed))
    for term in health.proposed:
        yield f"  {term.facet}: “{term.label}”, in {counted(len(term.records), 'record')}"
        yield from (f"    {path}" for path in term.records)
        yield "    To make it a term:"
        yield f"      {accepting(term.facet, term.label, *options)}"
        if term.near:
            yield f"    If {term.near} is meant:"
            yield f"      {accepting(term.facet, term.label, term.near, *options)}"


def _terms(heading: str, terms: ByFacet, everything: bool) -> Iterator[str]:
    yield _heading(heading, sum(map(len, terms.values())))
    width = max(map(len, terms), default=0)
    for facet, ids in terms.items():
        cut = len(ids) if everything or len(ids) <= SHOWN + 1 else SHOWN
        more = f" and {len(ids) - cut} more" if cut < len(ids) else ""
        yield _hanging(f"  {facet:{width}}  ", ", ".join(ids[:cut]) + more)


def _alike(health: Health) -> Iterator[str]:
    yield _heading("Terms with names that are nearly the same", len(health.alike))
    width = max((len(pair.facet) for pair in health.alike), default=0)
    for pair in health.alike:
        named = zip(pair.terms, pair.names, strict=True)
        terms = " and ".join(f"{id} (“{name}”)" for id, name in named)
        yield _hanging(f"  {pair.facet:{width}}  ", terms)


def _labels(language: str, terms: ByFacet, everything: bool) -> Iterator[str]:
    name = Locale("en").languages.get(language, language)
    lines = _terms(f"Terms without a name in {name}", terms, everything)
    if everything or not terms:
        yield from lines
        return
    yield next(lines)
    yield _hanging("  ", listed([f"{len(ids)} of {facet}" for facet, ids in terms.items()]))


def _completeness(health: Health, everything: bool) -> Iterator[str]:
    yield "How complete the practices are"
    whole = f"A practice that is complete has {listed(COUNTED)}, a term of every facet that is for"
    yield _hanging("  ", f"{whole} it, and every recommended section.")
    for low, high in BANDS:
        count = sum(low <= practice.percent <= high for practice in health.completeness)
        yield f"  {f'{low} to {high} %' if low < high else f'{low} %':>10} {count:6,}"
    shown = [practice for practice in health.completeness if practice.percent < 100]
    shown = shown if everything else shown[:LEAST]
    if shown:
        yield "  The least complete, and what they lack:"
    for practice in shown:
        yield f"  {practice.percent:3} %  {practice.path}"
        yield _hanging(" " * 9, ", ".join(practice.lacks))


def _stale(health: Health, everything: bool) -> Iterator[str]:
    yield _heading("Practices that nobody has reviewed for two years", len(health.stale))
    shown = health.stale if everything else health.stale[:LEAST]
    yield from (f"  {day.isoformat()}  {path}" for path, day in shown)
    if len(shown) < len(health.stale):
        yield f"  and {len(health.stale) - len(shown)} more"


def _heading(text: str, count: int) -> str:
    return f"{text}: {count or 'none'}"


def _hanging(first: str, text: str) -> str:
    """Return a text in lines that all begin where it does."""
    after = " " * len(first)
    return fill(text, WIDTH, initial_indent=first, subsequent_indent=after, break_on_hyphens=False)
