"""Reading the JSON Schema of a service's tool as the tool's parameters."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from ...domain.tool import Parameter, ParameterType
from ...domain.values import JSON
from ...tooling.schemas import at_pointer

DEEPEST = 6
"""How far references are followed into each other; a schema may hold itself."""

_PLAIN: Mapping[str, ParameterType] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "object": "object",
}
_FORMATS: Mapping[str, ParameterType] = {"date": "date", "date-time": "datetime"}


def read_parameters(schema: Mapping[str, JSON], root: Mapping[str, JSON] | None = None) -> tuple[Parameter, ...]:
    """The properties of an object's schema as parameters; references are looked up in `root`."""
    whole = inlined(schema, schema if root is None else root)
    properties = cast("Mapping[str, Any]", whole.get("properties") or {})
    required = cast("Sequence[str]", whole.get("required") or ())
    return tuple(read_parameter(name, rules, required=name in required) for name, rules in properties.items())


def read_parameter(name: str, rules: object, *, required: bool) -> Parameter:
    """One property as a parameter; what can't be told is text."""
    known = _mapping(rules)
    arm, nullable = _arm(known)
    kind = _type(arm)
    items = _mapping(arm.get("items") if kind == "array" else None)
    item, _ = _arm(items)
    choices = _choices(item if kind == "array" else arm)
    of_what = _type(item) if kind == "array" else None
    return Parameter(
        name=name,
        type=kind,
        required=required and not nullable and "default" not in known,
        item="string" if of_what == "array" else of_what,
        choices=choices,
        description=_description(known, arm),
        examples=_examples(known),
        display_name=str(known.get("title") or ""),
        schema=dict(arm) if kind == "object" else dict(item) if of_what == "object" else {},
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else dict[str, Any]()


def _arm(rules: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """The one thing that a value may be beside null, and whether it may be null."""
    named = rules.get("type")
    if isinstance(named, list):
        names = cast("list[object]", named)
        others = [name for name in names if name != "null"]
        return {**rules, "type": others[0] if len(others) == 1 else "string"}, "null" in names
    for keyword in ("anyOf", "oneOf"):
        arms = [cast("Mapping[str, Any]", arm) for arm in rules.get(keyword, ()) if isinstance(arm, Mapping)]
        others = [arm for arm in arms if arm.get("type") != "null"]
        if arms:
            inner = others[0] if len(others) == 1 else _mapping(None)
            return {**{key: rule for key, rule in rules.items() if key != keyword}, **inner}, len(others) < len(arms)
    return rules, False


def _type(rules: Mapping[str, Any]) -> ParameterType:
    if _choices(rules):
        return "enum"
    named = rules.get("type")
    if named == "array" or (named is None and "items" in rules):
        return "array"
    if named == "string":
        return _FORMATS.get(str(rules.get("format")), "string")
    if named is None and "properties" in rules:
        return "object"
    return _PLAIN.get(str(named), "string")


def _choices(rules: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts that alone are allowed; choices that are no texts are told in the description."""
    allowed = rules.get("enum", [rules["const"]] if "const" in rules else ())
    texts = [value for value in allowed if value is not None]
    return tuple(texts) if texts and all(isinstance(text, str) for text in texts) else ()


def _description(known: Mapping[str, Any], arm: Mapping[str, Any]) -> str:
    text = str(known.get("description") or arm.get("description") or "")
    allowed = arm.get("enum")
    if isinstance(allowed, list) and not _choices(arm):
        listed = ", ".join(str(value) for value in cast("list[object]", allowed))
        return f"{text} (one of: {listed})".strip()
    return text


def _examples(known: Mapping[str, Any]) -> tuple[str, ...]:
    given = known.get("examples", [known["example"]] if "example" in known else [])
    examples = cast("list[object]", given) if isinstance(given, list) else []
    return tuple(str(example) for example in examples if isinstance(example, str | int | float))


def inlined(schema: Mapping[str, JSON], root: Mapping[str, JSON], *, depth: int = 0) -> dict[str, JSON]:
    """A schema with what it refers to in place of the references, so that it can be read and shown by itself."""
    target = schema.get("$ref")
    if isinstance(target, str):
        found = None if depth > DEEPEST else at_pointer(root, target)
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return inlined({**(found or {}), **rest}, root, depth=depth + 1)
    return {
        key: _inlined(value, root, depth=depth) for key, value in schema.items() if key not in ("$defs", "definitions")
    }


def _inlined(value: JSON, root: Mapping[str, JSON], *, depth: int) -> JSON:
    if isinstance(value, Mapping):
        return inlined(cast("Mapping[str, JSON]", value), root, depth=depth)
    if isinstance(value, list):
        return [_inlined(item, root, depth=depth) for item in cast("list[JSON]", value)]
    return value
