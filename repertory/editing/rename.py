"""A term is renamed, joined with another or accepted: in taxonomy.yaml and in all records."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from repertory.base.problem import Problem, Repair
from repertory.base.settings import Settings
from repertory.base.text import counted, fold
from repertory.catalog.catalog import assemble
from repertory.catalog.rules import address_taken
from repertory.editing.edits import applied
from repertory.editing.entries import (
    Sheet,
    Unwieldy,
    exchanged,
    is_flow,
    made_list,
    plain,
    put_first,
    put_last,
    reworded,
    taken_out,
)
from repertory.editing.request import NEWS, Refused, Request, understood
from repertory.pipeline import planned
from repertory.reading.document import read_document
from repertory.reading.records import PRACTICE_KEYS
from repertory.reading.site import READERS, Fronts
from repertory.reading.source import (
    CHANGED,
    RECORD_BYTES,
    TAXONOMY_BYTES,
    VOCABULARY,
    collect,
    plain_bytes,
    read_source,
)
from repertory.reading.taxonomy import Term
from repertory.reading.tree import TAXONOMY_LIMITS, Items, Node, Pairs, Scalar, compose, whole
from repertory.reading.vocabulary import Languages, read_taxonomy


class Renaming(NamedTuple):
    """What is done, as a sentence, and the files that change: what they had, and what they get."""

    story: str
    files: Mapping[str, tuple[bytes, bytes]]


def rename(settings: Settings, fronts: Fronts, facet: str, old: str, new: str = "") -> Renaming:
    """Prepare what is typed: `old` becomes `new` in a facet; nothing is written.

    Raises Refused where that cannot be done, or the content would be broken by it.
    """
    errors = _errors(fronts.problems)
    if errors:
        raise Refused("Nothing was renamed: first mend what has errors.", errors)
    request = understood(fronts.taxonomy, fronts.records.values(), facet, old, new)
    try:
        files = dict(_files(settings, fronts, request))
    except Unwieldy as fault:
        where = f"{fault.place.path}, line {fault.place.line}"
        reason = "is empty or goes over several lines, so that it cannot be changed safely."
        raise Refused(f"What stands in {where}, {reason} Write it in one line.") from fault
    if not files:
        raise Refused(f"{request.new} has that name already.")
    _check(settings, fronts, request, {path: after for path, (_, after) in files.items()})
    return Renaming(_story(request, files), files)


def _files(
    settings: Settings, fronts: Fronts, request: Request
) -> Iterator[tuple[str, tuple[bytes, bytes]]]:
    """Yield the files that change, with what they have and what they get."""
    before = _read(settings.root, VOCABULARY, TAXONOMY_BYTES)
    source, _ = collect(read_source(settings.root, VOCABULARY, data=before))
    tree = collect(compose(whole(source), TAXONOMY_LIMITS))[0] if source else None
    assert isinstance(tree, Pairs), "the vocabulary has been read without errors"
    after = applied(before, _in_vocabulary(tree, Sheet.of(before), request, settings.language))
    if after != before:
        yield VOCABULARY, (before, after)
    for path, record in fronts.records.items():
        if request.concerns(record):
            before = after = _read(settings.root, path, RECORD_BYTES)
            while repair := _in_record(settings.root, path, after, request):
                after = applied(after, [repair])
            if after != before:
                yield path, (before, after)


def _read(root: Path, path: str, limit: int) -> bytes:
    data = plain_bytes(root / path, limit)
    if data is None:
        raise Refused(CHANGED)
    return data


def _in_record(root: Path, path: str, data: bytes, request: Request) -> Repair | None:
    """Return the next change that a record needs."""
    document, _ = collect(read_document(root, path, data=data))
    node = document.front.by_key().get(request.key) if document else None
    if node is None:
        return None
    return _in_list(node, request.is_old, request.is_new, request, Sheet.of(data))


def _in_list(
    node: Node,
    is_old: Callable[[str], bool],
    is_new: Callable[[str], bool],
    request: Request,
    sheet: Sheet,
) -> Repair | None:
    """Exchange the first old value of a list, or take it out where the new one stands beside it."""
    items = node.values if isinstance(node, Items) else (node,)
    values = [item.value if isinstance(item, Scalar) else "" for item in items]
    has_new = any(map(is_new, values))
    for index, (item, value) in enumerate(zip(items, values, strict=True)):
        if isinstance(item, Scalar) and is_old(value):
            if has_new and isinstance(node, Items):
                return taken_out(node, index, sheet)
            return exchanged(item, request.old.id if request.old else "", request.new)
    return None


def _in_vocabulary(tree: Pairs, sheet: Sheet, request: Request, language: str) -> Iterator[Repair]:
    """Yield the changes of taxonomy.yaml."""
    old, new, terms = request.old, request.new, _terms(tree, request.facet)
    keys, entries = {key.value: key for key, _ in terms.pairs}, terms.by_key()
    if old is None:
        if not request.joins:
            yield _added(terms, request, sheet)
        return
    entry = entries[new if request.joins else old.id]
    assert isinstance(entry, Pairs)
    if request.joins:
        yield taken_out(terms, list(keys).index(old.id), sheet)
        yield from _inherited(entry, old, request.terms[new], sheet)
    elif old.id != new:
        yield exchanged(keys[old.id], old.id, new)
        yield _remembered(entry, old, new, sheet)
    if request.label and not request.joins:
        yield from _relabelled(entry, old, request.label, language, sheet)
    if old.id != new:
        yield from _references(tree, terms, old, request, sheet)


def _terms(tree: Pairs, facet: str) -> Pairs:
    """Return the entries of the terms of a facet, or of the categories of news."""
    node: Node = tree
    for name in (NEWS,) if facet == NEWS else ("facets", facet, "terms"):
        assert isinstance(node, Pairs)
        node = node.by_key()[name]
    assert isinstance(node, Pairs)
    return node


def _added(terms: Pairs, request: Request, sheet: Sheet) -> Repair:
    """Add a term behind the others, written as the last of them is."""
    key, last = terms.pairs[-1]
    label = f"label: {plain(request.label)}"
    if not isinstance(last, Pairs) or is_flow(last):
        return put_last(terms, f"{request.new}: {{{label}}}", sheet)
    deeper = " " * (last.place.column - key.place.column)
    return put_last(terms, f"{request.new}:\n{deeper}{label}", sheet)


def _remembered(entry: Pairs, old: Term, new: str, sheet: Sheet) -> Repair:
    """Write the old id into a term's `formerly`; or take the new one out, if it is a former one."""
    if new not in old.formerly:
        return _into(entry, "formerly", [old.id], sheet)
    former = entry.by_key()["formerly"]
    if len(old.formerly) > 1 and isinstance(former, Items):
        return taken_out(former, old.formerly.index(new), sheet)
    return taken_out(entry, list(entry.by_key()).index("formerly"), sheet)


def _inherited(entry: Pairs, old: Term, new: Term, sheet: Sheet) -> Iterator[Repair]:
    """Give a term the ids and names of another that is joined with it."""
    yield _into(entry, "formerly", [old.id, *old.formerly], sheet)
    known = {fold(name) for name in new.names()}
    names = {fold(name): plain(name) for name in (*old.labels.values(), *old.aliases)}
    fresh = [name for folded, name in names.items() if folded not in known]
    if fresh:
        yield _into(entry, "aliases", fresh, sheet)


def _relabelled(
    entry: Pairs, old: Term, label: str, language: str, sheet: Sheet
) -> Iterator[Repair]:
    """Give a term another name in the language of the site; the old one becomes an alias."""
    node = entry.by_key().get("label")
    name = node.by_key().get(language) if isinstance(node, Pairs) else node
    if isinstance(name, Scalar):
        yield reworded(name, label)
    elif isinstance(node, Pairs):
        yield put_first(node, [f"{language}: {plain(label)}"], sheet)
    else:
        yield put_last(entry, f"label: {plain(label)}", sheet)
    before = old.label(language)
    fresh = [] if fold(before) in {fold(name) for name in (label, *old.aliases)} else [before]
    same = [index for index, name in enumerate(old.aliases) if fold(name) == fold(label)]
    if same:
        yield _instead_of_alias(entry, same[0], fresh, sheet)
    elif fresh:
        yield _into(entry, "aliases", [plain(before)], sheet)


def _instead_of_alias(entry: Pairs, index: int, fresh: Sequence[str], sheet: Sheet) -> Repair:
    """Write another alias, or none, in the place of one that is the term's own name now."""
    node = entry.by_key()["aliases"]
    items = node.values if isinstance(node, Items) else (node,)
    alias = items[index]
    if fresh and isinstance(alias, Scalar):
        return reworded(alias, fresh[0])
    if len(items) > 1 and isinstance(node, Items):
        return taken_out(node, index, sheet)
    return taken_out(entry, list(entry.by_key()).index("aliases"), sheet)


def _into(entry: Pairs, key: str, words: Sequence[str], sheet: Sheet) -> Repair:
    """Put words into a list of a term, first; or else the list itself: former ids first of all."""
    node = entry.by_key().get(key)
    if isinstance(node, Items | Pairs):
        return put_first(node, words, sheet)
    if isinstance(node, Scalar):
        return made_list(node, words)
    text = f"{key}: [{', '.join(words)}]"
    return put_first(entry, [text], sheet) if key == "formerly" else put_last(entry, text, sheet)


def _references(
    tree: Pairs, terms: Pairs, old: Term, request: Request, sheet: Sheet
) -> Iterator[Repair]:
    """Let what names the old term name the new one."""
    for _, entry in terms.pairs:
        for name in ("broader", "replaced_by"):
            node = entry.by_key().get(name) if isinstance(entry, Pairs) else None
            if isinstance(node, Scalar) and node.value == old.id:
                yield exchanged(node, old.id, request.new)
    facets = tree.by_key()["facets"]
    for _, facet in facets.pairs if isinstance(facets, Pairs) else ():
        only = facet.by_key().get("only") if isinstance(facet, Pairs) else None
        node = only.by_key().get(request.facet) if isinstance(only, Pairs) else None
        if node is not None:
            found = _in_list(node, old.id.__eq__, request.new.__eq__, request, sheet)
            yield from [found] if found else []


def _check(
    settings: Settings, fronts: Fronts, request: Request, files: Mapping[str, bytes]
) -> None:
    """Read everything as it would be; raises Refused where that has errors, or is not as asked."""
    root, taxonomy, problems = settings.root, fronts.taxonomy, list[Problem]()
    old = request.old.id if request.old else None
    unsafe = []
    if VOCABULARY in files:
        languages = Languages(settings.language, settings.languages)
        reading = read_taxonomy(root, languages, PRACTICE_KEYS, files[VOCABULARY])
        taxonomy, found = collect(reading)
        problems += found
        facet = taxonomy.facets.get(request.facet)  # no facet is called news
        terms = facet.terms if facet else taxonomy.news
        is_there = terms.keys() == {*(request.terms.keys() - {old}), request.new}
        is_named = is_there and request.label in ("", terms[request.new].label(settings.language))
        if not is_named:
            unsafe.append(VOCABULARY)
    records = dict(fronts.records)
    for path, record in fronts.records.items():
        if request.concerns(record):
            document, found = collect(read_document(root, path, data=files.get(path)))
            problems += found
            if document:
                read = READERS[PurePosixPath(path).parent.name]
                records[path], found = collect(read(document, taxonomy))
                problems += found
            kept = {term for term in request.terms_of(record) if term != old}
            if set(request.terms_of(records[path])) != {*kept, request.new}:
                unsafe.append(path)
    errors = _errors(problems)
    if unsafe and not errors:
        raise Refused(f"{unsafe[0]} cannot be changed safely: nothing was renamed.")
    if not errors:
        addresses = planned(assemble(taxonomy, records.values()), settings)
        paths = tuple(records)
        errors = _errors(address_taken(root, paths, records.values(), addresses))
    if errors:
        raise Refused("Nothing was renamed, because these errors would come of it.", errors)


def _errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.level == "error")


def _story(request: Request, files: Mapping[str, object]) -> str:
    """Return what is done, in a sentence."""
    records = counted(len(files.keys() - {VOCABULARY}), "record")
    where = f"in {VOCABULARY} and {records}" if VOCABULARY in files else f"in {records}"
    if request.old is None:
        what = f"“{request.proposed}” is now the term {request.new} of {request.facet}"
        more = " There, give it a definition, and a group if others have one."
        more = more if VOCABULARY in files else ""
        return f"{what}, {where}.{more}"
    old = request.old.id
    if old == request.new:
        return f"{old} has the new name “{request.label}”, {where}."
    what = f"is joined with {request.new}" if request.joins else f"is now called {request.new}"
    is_left = request.new not in request.old.formerly
    return f"{old} {what}, {where}." + " Its old address leads there." * is_left
