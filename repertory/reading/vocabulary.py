"""taxonomy.yaml becomes a Taxonomy, checked like the records."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from babel import Locale

from repertory.base.problem import Finding, rule
from repertory.base.text import fold, nearest
from repertory.reading.fields import (
    bad_id,
    code_of,
    day,
    flag,
    is_empty,
    keys,
    slugs,
    take,
    text,
    texts,
    unknown_language,
    wrong_type,
)
from repertory.reading.source import TAXONOMY_BYTES, VOCABULARY, Reading, read_source
from repertory.reading.taxonomy import Facet, Labels, Section, Taxonomy, Term
from repertory.reading.tree import TAXONOMY_LIMITS, Items, Node, Pairs, Scalar, compose, whole

EMPTY = Taxonomy({}, {}, {})
MOST_ENTRIES = 50  # of facets, sections and categories of news: nobody overlooks more
UNNAMED: Labels = {}
FACET_KEYS = ("label", "short", "help", "required", "many", "only", "groups", "terms")
TERM_KEYS = (
    "label", "code", "group", "definition", "help", "aliases", "broader", "deprecated",
    "replaced_by", "formerly",
)  # fmt: skip
SECTION_KEYS = ("label", "help", "aliases", "recommended")
RESERVED = (
    *("repertory", "practices", "news", "assets", "search", "data", "map", "overview"),
    *("contribute", "change", "q", "sort", "page", "id", "constructor", "proposed"),
    *("dataset", "hidden"),  # of a form in a browser, which a field of that name would stand before
    *("practice", "text", "sections", "circumstances", "sources", "send", "main"),  # in the form
)


class Languages(NamedTuple):
    """The languages in which labels are wanted, as ISO 639-1 codes; the default language first."""

    default: str
    all: tuple[str, ...]


@rule("error")
def unknown_code(node: Scalar) -> Iterator[Finding]:
    """A code is no country's and no language's.

    Countries have two capital letters (BE), languages two or three small ones (nl).
    """
    english = Locale("en")
    if node.value not in english.territories and node.value not in english.languages:
        code = code_of(node.value, english.territories) or code_of(node.value, english.languages)
        known = "BE for a country (ISO 3166), nl for a language (ISO 639)."
        hint = f"Write {code or known}"
        yield Finding(node.place, f"“{node.value}” is not a code that is known.", hint)


@rule("error")
def unknown_reference(node: Scalar, kind: str, names: Collection[str]) -> Iterator[Finding]:
    """A facet, group or term is named that taxonomy.yaml does not have."""
    if node.value not in names:
        near = nearest(node.value, names)
        hint = f"Did you mean {near}?" if near else ""
        yield Finding(node.place, f"There is no {kind} “{node.value}”.", hint)


@rule("error")
def cycle_in_broader(
    node: Node, name: str, terms: Mapping[str, Term], start: Term
) -> Iterator[Finding]:
    """A term is, over its broader terms, broader than itself, or takes its own place.

    A term that is no longer to be used is replaced by one that is.
    """
    what = "is broader than itself" if name == "broader" else "would take its own place"
    chain = [start.id, getattr(start, name)]
    while chain[-1] != start.id:
        chain.append(getattr(terms[chain[-1]], name))
    yield Finding(node.place, f"The term {what}: {' → '.join(chain)}.", f"Delete {name}.")


def in_cycles(terms: Mapping[str, Term], name: str) -> set[str]:
    """Return the terms that are above themselves; each term is looked at once."""
    seen: set[str] = set()
    found: set[str] = set()
    for id in terms:
        chain: dict[str, int] = {}
        while id in terms and id not in seen and id not in chain:
            chain[id] = len(chain)
            id = getattr(terms[id], name)
        found.update(list(chain)[chain.get(id, len(chain)) :])
        seen.update(chain)
    return found


@rule("error")
def same_label(key: Scalar, name: str, other: str) -> Iterator[Finding]:
    """Two terms of a facet have names that are alike but for case and accents.

    Nobody could tell which of them a record means.
    """
    message = f"“{key.value}” and “{other}” have the same name: {name}."
    yield Finding(key.place, message, "Rename one of them, or join them.")


@rule("error")
def reserved_name(key: Scalar, taken: Collection[str]) -> Iterator[Finding]:
    """A facet has a name that the site needs for something else.

    A facet's id is a folder of the site and a key of the front matter.
    """
    if key.value in taken:
        hint = f"Call it {key.value}-type, for instance."
        yield Finding(key.place, f"A facet cannot be called “{key.value}”.", hint)


@rule("error")
def vocabulary_too_wide(node: Pairs, name: str) -> Iterator[Finding]:
    """taxonomy.yaml has more than fifty facets, sections or categories of news.

    Nobody would fill in so many, and each page of the site has a link to each facet.
    """
    if name != "terms" and len(node.pairs) > MOST_ENTRIES:
        message = f"“{name}” has {len(node.pairs):,} entries; at most {MOST_ENTRIES} are taken."
        yield Finding(node.pairs[MOST_ENTRIES][0].place, message, "Join some of them.")


@rule("error")
def facet_without_terms(key: Scalar, terms: Collection[Term]) -> Iterator[Finding]:
    """A facet has no terms, so that no record could use it."""
    if not terms:
        yield Finding(key.place, f"The facet “{key.value}” has no terms.", "Add terms: below it.")


def read_taxonomy(
    root: Path, languages: Languages, taken: Collection[str], data: bytes | None = None
) -> Reading[Taxonomy]:
    """Read taxonomy.yaml, or `data` of it; facets may not have the names in `taken`."""
    source = yield from read_source(root, VOCABULARY, TAXONOMY_BYTES, data)
    if source is None:
        return EMPTY
    tree = yield from compose(whole(source), TAXONOMY_LIMITS)
    if not isinstance(tree, Pairs):
        if tree is not None:
            yield from wrong_type(tree, VOCABULARY, "the keys facets, sections and news")
        return EMPTY
    parts = ("facets", "sections", "news")
    yield from keys(tree, parts, ("facets",), "taxonomy.yaml", source.place())
    facets: dict[str, Facet] = {}
    entries = yield from _entries(tree, "facets")
    for key, entry in entries:
        yield from reserved_name(key, (*taken, *RESERVED))
        facets[key.value] = yield from _facet(key, entry, languages)
    for _, entry in entries:
        yield from _only(entry, facets)
    sections: dict[str, Section] = {}
    for key, entry in (yield from _entries(tree, "sections")):
        sections[key.value] = yield from _section(key, entry, languages)
    news: dict[str, Term] = {}
    categories = yield from _entries(tree, "news")
    for key, entry in categories:
        news[key.value] = yield from _term(key, entry, languages)
    yield from _references(categories, news, ())
    yield from _same_labels(categories, news)
    return Taxonomy(facets, sections, news)


def _entries(parent: Pairs, name: str) -> Reading[tuple[tuple[Scalar, Pairs], ...]]:
    """Read a mapping from ids to mappings; an entry without anything counts as an empty one."""
    node = parent.by_key().get(name)
    if node is None or is_empty(node):
        return ()
    if not isinstance(node, Pairs):
        yield from wrong_type(node, name, "a mapping of ids")
        return ()
    yield from vocabulary_too_wide(node, name)
    entries = []
    for key, value in node.pairs:
        yield from bad_id(key, "an id")
        if isinstance(value, Pairs):
            entries.append((key, value))
        elif is_empty(value):
            entries.append((key, Pairs((), key.place)))
        else:
            yield from wrong_type(value, key.value, "keys with values")
    return tuple(entries)


def labels(name: str, node: Node, *, default: str) -> Reading[Labels | None]:
    """Read labels: a mapping of languages, or one text in the default language."""
    if not isinstance(node, Pairs):
        only = yield from text(name, node)
        return None if only is None else {default: only}
    found: dict[str, str] = {}
    for key, value in node.pairs:
        yield from unknown_language(key, name)
        label = yield from text(name, value)
        if label:
            found[key.value] = label
    first = {default: found[default]} if default in found else {}
    return first | found or None


def from_cldr(code: str, languages: tuple[str, ...]) -> dict[str, str]:
    """Return the name of a country or language in each language, from Unicode's CLDR by Babel."""
    names = {}
    for language in languages:
        locale = Locale.parse(language)
        name = (locale.territories if code.isupper() else locale.languages).get(code)
        if name:
            names[language] = name[:1].upper() + name[1:]
    return names


def _facet(key: Scalar, entry: Pairs, languages: Languages) -> Reading[Facet]:
    read = partial(labels, default=languages.default)
    yield from keys(entry, FACET_KEYS, ("label",), f"the facet {key.value}", key.place)
    for name in ("groups", "only"):
        shape = entry.by_key().get(name)
        if shape is not None and not isinstance(shape, Pairs) and not is_empty(shape):
            yield from wrong_type(shape, name, "keys with values")
    groups: dict[str, Labels] = {}
    for group, node in _pairs_of(entry, "groups"):
        groups[group.value] = (yield from read("groups", node)) or {}
    terms: dict[str, Term] = {}
    entries = yield from _entries(entry, "terms")
    for term_key, term_entry in entries:
        terms[term_key.value] = yield from _term(term_key, term_entry, languages, ("code",))
    yield from _references(entries, terms, groups)
    yield from facet_without_terms(key, terms.values())
    yield from _same_labels(entries, terms)
    only: dict[str, tuple[str, ...]] = {}
    for other, node in _pairs_of(entry, "only"):
        only[other.value] = (yield from texts(other.value, node)) or ()
    return Facet(
        id=key.value,
        labels=(yield from take(entry, "label", read, {languages.default: key.value})),
        short_labels=(yield from take(entry, "short", read, UNNAMED)),
        help=(yield from take(entry, "help", text, "")),
        required=(yield from take(entry, "required", flag, False)),
        many=(yield from take(entry, "many", flag, True)),
        only=only,
        groups=groups,
        terms=terms,
    )


def _pairs_of(entry: Pairs, name: str) -> tuple[tuple[Scalar, Node], ...]:
    node = entry.by_key().get(name)
    return node.pairs if isinstance(node, Pairs) else ()


def _only(entry: Pairs, facets: Mapping[str, Facet]) -> Reading[None]:
    """Check that `only` names facets and terms that there are."""
    for key, node in _pairs_of(entry, "only"):
        unknown = list(unknown_reference(key, "facet", facets))
        yield from unknown
        for item in getattr(node, "values", (node,)) if not unknown else ():
            if isinstance(item, Scalar):
                yield from unknown_reference(item, f"{key.value} term", facets[key.value].terms)


def _term(
    key: Scalar, entry: Pairs, languages: Languages, instead_of_label: tuple[str, ...] = ()
) -> Reading[Term]:
    code = yield from take(entry, "code", text, "")
    if code:
        yield from unknown_code(_scalar(entry, "code"))
    needed = () if code and instead_of_label else ("label",)
    yield from keys(entry, TERM_KEYS, needed, f"the term {key.value}", key.place)
    written = yield from take(entry, "label", partial(labels, default=languages.default), UNNAMED)
    cldr = from_cldr(code, languages.all) if code else {}
    every = {**cldr, **written} or {languages.default: key.value}
    first = {languages.default: every[languages.default]} if languages.default in every else {}
    return Term(
        id=key.value,
        labels=first | every,
        code=code,
        group=(yield from take(entry, "group", text, "")),
        definition=(yield from take(entry, "definition", text, "")),
        help=(yield from take(entry, "help", text, "")),
        aliases=(yield from take(entry, "aliases", texts, ())),
        broader=(yield from take(entry, "broader", text, "")),
        deprecated=(yield from take(entry, "deprecated", day, None)),
        replaced_by=(yield from take(entry, "replaced_by", text, "")),
        formerly=(yield from take(entry, "formerly", _listed_slugs, ())),
    )


def _listed_slugs(name: str, node: Node) -> Reading[tuple[str, ...] | None]:
    """Read names in a list, to which others can be added and taken away again."""
    if not isinstance(node, Items):
        yield from wrong_type(node, name, "a list")
        return None
    return (yield from slugs(name, node))


def _scalar(entry: Pairs, name: str) -> Scalar:
    node = entry.by_key()[name]
    return node if isinstance(node, Scalar) else Scalar("", node.place)


def _references(
    entries: Iterable[tuple[Scalar, Pairs]], terms: Mapping[str, Term], groups: Collection[str]
) -> Reading[None]:
    """Check that the terms' groups, broader and replacing terms exist."""
    cycles = {name: in_cycles(terms, name) for name in ("broader", "replaced_by")}
    for key, entry in entries:
        for name, names in (("group", groups), ("broader", terms), ("replaced_by", terms)):
            if name in entry.by_key():
                kind = "group" if name == "group" else "term"
                yield from unknown_reference(_scalar(entry, name), kind, names)
        for name, found in cycles.items():
            if key.value in found:
                yield from cycle_in_broader(entry.by_key()[name], name, terms, terms[key.value])


def _same_labels(
    entries: tuple[tuple[Scalar, Pairs], ...], terms: Mapping[str, Term]
) -> Reading[None]:
    """Check that no name belongs to two terms."""
    owner: dict[str, str] = {}
    for key, _ in entries:
        for name in terms[key.value].names():
            other = owner.setdefault(fold(name), key.value)
            if other != key.value:
                yield from same_label(key, name, other)
                break


def _section(key: Scalar, entry: Pairs, languages: Languages) -> Reading[Section]:
    yield from keys(entry, SECTION_KEYS, ("label",), f"the section {key.value}", key.place)
    read = partial(labels, default=languages.default)
    return Section(
        id=key.value,
        labels=(yield from take(entry, "label", read, {languages.default: key.value})),
        help=(yield from take(entry, "help", text, "")),
        aliases=(yield from take(entry, "aliases", texts, ())),
        recommended=(yield from take(entry, "recommended", flag, False)),
    )
