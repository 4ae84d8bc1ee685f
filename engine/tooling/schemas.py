"""Checking a value against a JSON Schema, as far as schemas of tools' parameters go. Pure.

What is checked: type, enum, const, properties, required, additionalProperties, items, bounds on numbers and lengths,
anyOf, oneOf, allOf and references within the schema. A keyword that is not known allows everything.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from ..domain.values import JSON, canonical_json

DEEPEST = 30
"""A schema may refer to itself, and a value that is deeper than this is not looked at any further."""


def misfit(schema: Mapping[str, JSON], value: JSON) -> str | None:
    """What keeps a value from being what a schema describes, in words; None where it fits."""
    return next(_misfits(schema, value, place="", root=schema, depth=0), None)


def _misfits(schema: object, value: JSON, *, place: str, root: Mapping[str, JSON], depth: int) -> Iterator[str]:
    if schema is False:
        yield f"{place.removeprefix('.') or 'the value'} is not allowed"
    if not isinstance(schema, Mapping) or depth > DEEPEST:
        return
    rules = resolved(cast("Mapping[str, Any]", schema), root)
    yield from _plain_misfits(rules, value, place=place)
    yield from _choices_misfit(rules, value, place=place, root=root, depth=depth)
    if isinstance(value, Mapping):
        yield from _members(rules, cast("Mapping[str, Any]", value), place=place, root=root, depth=depth)
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _misfits(rules.get("items"), item, place=f"{place}[{index}]", root=root, depth=depth + 1)


def resolved(schema: Mapping[str, JSON], root: Mapping[str, JSON]) -> Mapping[str, Any]:
    """A schema with its reference followed; one that leads nowhere allows everything."""
    seen: list[str] = []
    while isinstance(target := schema.get("$ref"), str):
        if target in seen or not target.startswith("#"):
            return {}
        seen.append(target)
        found = at_pointer(root, target)
        if found is None:
            return {}
        schema = {**found, **{key: item for key, item in schema.items() if key != "$ref"}}
    return schema


def at_pointer(root: Mapping[str, JSON], pointer: str) -> Mapping[str, JSON] | None:
    """The part of a document that a pointer such as #/$defs/Address names."""
    found: JSON = root
    for part in pointer.removeprefix("#").strip("/").split("/"):
        if not isinstance(found, Mapping):
            return None
        found = cast("Mapping[str, JSON]", found).get(part.replace("~1", "/").replace("~0", "~"))
    return cast("Mapping[str, JSON]", found) if isinstance(found, Mapping) else None


_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "array": list,
    "object": Mapping,
    "null": type(None),
}


def _is(value: JSON, name: object) -> bool:
    if name == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if name == "integer":
        return not isinstance(value, bool) and (
            isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        )
    kind = _TYPES.get(str(name))
    return kind is None or isinstance(value, kind)


def _plain_misfits(rules: Mapping[str, Any], value: JSON, *, place: str) -> Iterator[str]:
    wanted = rules.get("type")
    names = cast("Sequence[object]", wanted) if isinstance(wanted, list) else [wanted]
    label = f"{place.removeprefix('.')} " if place else ""
    if wanted is not None and not any(_is(value, name) for name in names):
        yield f"{label}must be {' or '.join(map(str, names))}, not {_short(value)}"
        return
    choices = rules.get("enum", [rules["const"]] if "const" in rules else None)
    if isinstance(choices, list) and value not in choices:
        listed = ", ".join(_short(choice) for choice in cast("list[Any]", choices))
        yield f"{label}is {_short(value)}, not one of: {listed}"
    for keyword, word, measured in _bounds(value):
        bound = rules.get(keyword)
        if isinstance(bound, int | float) and (measured < bound if "min" in keyword.lower() else measured > bound):
            yield f"{label}is {_short(value)}, {word} {bound}"


def _bounds(value: JSON) -> tuple[tuple[str, str, float], ...]:
    """The keywords that bound a value of this kind, each with its words and what it measures."""
    if isinstance(value, str):
        size = len(value)
        return ("minLength", "shorter than", size), ("maxLength", "longer than", size)
    if isinstance(value, list):
        size = len(cast("list[Any]", value))
        return ("minItems", "with fewer items than", size), ("maxItems", "with more items than", size)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ("minimum", "less than", value), ("maximum", "more than", value)
    return ()


def _choices_misfit(
    rules: Mapping[str, Any], value: JSON, *, place: str, root: Mapping[str, JSON], depth: int
) -> Iterator[str]:
    for part in cast("Sequence[object]", rules.get("allOf", ())):
        yield from _misfits(part, value, place=place, root=root, depth=depth + 1)
    for keyword in ("anyOf", "oneOf"):
        parts = cast("Sequence[object]", rules.get(keyword, ()))
        found = [next(_misfits(part, value, place=place, root=root, depth=depth + 1), None) for part in parts]
        if found and None not in found:
            yield " or ".join(dict.fromkeys(problem for problem in found if problem))


def _members(
    rules: Mapping[str, Any], value: Mapping[str, JSON], *, place: str, root: Mapping[str, JSON], depth: int
) -> Iterator[str]:
    properties = cast("Mapping[str, Any]", rules.get("properties") or {})
    for name in cast("Sequence[str]", rules.get("required", ())):
        if name not in value:
            yield f"{f'{place}.{name}'.removeprefix('.')} is missing"
    for name, item in value.items():
        inner = f"{place}.{name}"
        if name in properties:
            yield from _misfits(properties[name], item, place=inner, root=root, depth=depth + 1)
        elif "additionalProperties" in rules:
            yield from _misfits(rules["additionalProperties"], item, place=inner, root=root, depth=depth + 1)


def _short(value: JSON) -> str:
    text = canonical_json(value)
    return f"{text[:60]}…" if len(text) > 60 else text
