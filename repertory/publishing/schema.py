"""The JSON Schema of a practice's front matter: for editors that complete and check as one types.

It refuses what `check` refuses in a single file, and names where ids belong. The texts of values
count: an editor that takes 2019 for a number may have it so where years are asked.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from repertory.base.settings import Settings
from repertory.base.slugs import DEVICE, LONGEST_SLUG, SLUG
from repertory.publishing import urls
from repertory.publishing.output import as_json
from repertory.reading.body import PICTURE_TYPES
from repertory.reading.practice_fields import PRACTICE_FIELDS, Field
from repertory.reading.taxonomy import Facet, Taxonomy

Schema: TypeAlias = Mapping[str, object]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
PART = r"[^\s@/?#.,;<>\"|^[\]]+"  # of a host
ADDRESS = rf"^[Hh][Tt][Tt][Pp][Ss]?://{PART}(\.{PART})+([/?#][^\s<>\"]*)?$"
LONG, SHORT = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])", "(0[469]|11)-(0[1-9]|[12][0-9]|30)"
DAY = rf"^[0-9]{{4}}-({LONG}|{SHORT}|02-(0[1-9]|[12][0-9]))$"
YEARS = "^[0-9]{4}(-([0-9]{4})?)?$"
NAME = f"^{SLUG.pattern}$"
PROPOSAL = r"^\s*[Nn][Ee][Ww]\s*:\s*[^\s!-/:-@]"  # of a new term, which has a name
"""Patterns as ECMA-262 has them."""


def schema(taxonomy: Taxonomy, settings: Settings) -> bytes:
    """Return the schema of a record's front matter (JSON Schema 2020-12)."""
    facets = taxonomy.facets.values()
    properties = {field.key: _field(field) for field in PRACTICE_FIELDS}
    properties |= {facet.id: _facet(facet, settings.language) for facet in facets}
    required = [field.key for field in PRACTICE_FIELDS if field.required]
    required += [facet.id for facet in facets if facet.required and not facet.only]
    return as_json(
        {
            "$schema": DRAFT,
            **({"$id": urls.absolute(urls.SCHEMA, settings.address)} if settings.address else {}),
            "title": f"A practice of “{settings.name}”",
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
            "dependentRequired": {"image": ["image_alt"]},
            "$defs": {facet.id: _terms(facet, settings.language) for facet in facets},
            "allOf": [rule for facet in facets for rule in _only(facet, taxonomy)],
        }
    )


def _field(field: Field) -> Schema:
    """Return what a field may hold, and what editors show of it."""
    text = {"type": "string", "minLength": 1}
    kinds: Mapping[str, Schema] = {
        "text": {**text, "maxLength": field.limit},
        "address": {**text, "format": "uri", "pattern": ADDRESS},
        "addresses": _one_or_more({**text, "format": "uri", "pattern": ADDRESS}),
        "date": {**text, "format": "date", "pattern": DAY},
        "years": {"anyOf": [{**text, "pattern": YEARS}, {"type": "integer", "minimum": 1000}]},
        "language": {**text, "pattern": "^[a-z]{2,3}$"},
        "names": _one_or_more({**text, "pattern": NAME, "maxLength": LONGEST_SLUG}),
    }
    found = dict(kinds[field.kind])
    if field.key == "image":
        suffixes = "|".join(suffix.removeprefix(".") for suffix in PICTURE_TYPES)
        found["pattern"] = rf"^(?!{DEVICE}\.)\w[\w.-]*\.({suffixes})$"
    about = {"title": field.label, "description": f"{field.question} {field.help}"}
    return {**found, **about, "examples": [field.example]}


def _facet(facet: Facet, language: str) -> Schema:
    """Return how many terms may be chosen of a facet."""
    term = {"$ref": f"#/$defs/{facet.id}"}
    about = {"title": facet.label(language), "description": facet.help}
    return {**(_one_or_more(term) if facet.many else _just_one(term)), **about}


def _terms(facet: Facet, language: str) -> Schema:
    """Return which terms may be chosen of a facet."""
    terms = [
        {"const": term.id, "title": term.label(language), "description": term.definition}
        | ({"deprecated": True} if term.deprecated else {})
        for term in facet.terms.values()
    ]
    proposal = {"type": "string", "pattern": PROPOSAL, "title": "A term that is proposed"}
    return {"anyOf": [*terms, proposal]}


def _one_or_more(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1, "uniqueItems": True}]}


def _just_one(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1, "maxItems": 1}]}


def _only(facet: Facet, taxonomy: Taxonomy) -> Iterable[Schema]:
    """Say for which records a facet is, and that those need it where it is required."""
    conditions = [_has(other, ids) for other, ids in facet.only.items()]
    for condition, other in zip(conditions, facet.only, strict=True):
        refused = {"required": [other], "not": condition}
        yield {"if": refused, "then": {"properties": {facet.id: False}}}
    if facet.required and conditions:
        yield {"if": {"allOf": conditions}, "then": {"required": [facet.id]}}


def _has(facet: str, ids: tuple[str, ...]) -> Schema:
    one = {"enum": list(ids)}
    held = {"anyOf": [one, {"type": "array", "contains": one}]}
    return {"required": [facet], "properties": {facet: held}}
