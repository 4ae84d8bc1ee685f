"""The shapes of values in scenario files, in the words of JSON Schema."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ...engine.domain.values import JSON

Shape: TypeAlias = Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a key says, in a sentence for people, and what its value may be."""

    about: str
    shape: Shape


Keys: TypeAlias = Mapping[str, Key]

PLACEHOLDER: Shape = {"type": "string", "pattern": r"^\{[A-Za-z_]\w*\}$"}
TEXT: Shape = {"type": ["string", "number", "boolean"]}
"""Text is read as it is written, so that what YAML takes for a number is text too."""
ANYTHING: Shape = {}


def either(*shapes: Shape) -> Shape:
    """One shape or another."""
    return {"anyOf": [dict(shape) for shape in shapes]}


def some(shape: Shape) -> Shape:
    """A list, or a single value that stands for a list of one."""
    return either(shape, {"type": "array", "items": dict(shape)})


def listed(shape: Shape) -> Shape:
    """A list and nothing else."""
    return {"type": "array", "items": dict(shape), "minItems": 1}


def by_name(shape: Shape) -> Shape:
    """A map from names to such values."""
    return {"type": "object", "additionalProperties": dict(shape)}


def defined(name: str) -> Shape:
    """A shape that is defined once."""
    return {"$ref": f"#/$defs/{name}"}


def one_of(choices: Iterable[str]) -> Shape:
    """One of a few words."""
    return {"enum": list(choices)}


def number(least: float | None = None, *, whole: bool = False) -> Shape:
    """A number, or the placeholder of one."""
    kind: dict[str, JSON] = {"type": "integer" if whole else "number"}
    return either(kind if least is None else {**kind, "minimum": least}, PLACEHOLDER)


def keyed(keys: Keys, *, required: Iterable[str] = (), only_one: Iterable[str] = ()) -> Shape:
    """A map with these keys and no others; of `only_one` exactly one has to be there."""
    shape: dict[str, JSON] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {**key.shape, "description": key.about} for name, key in keys.items()},
    }
    if needed := list(required):
        shape["required"] = needed
    if choices := list(only_one):
        shape["oneOf"] = [{"required": [name]} for name in choices]
    return shape


TRUTH: Shape = either({"type": "boolean"}, PLACEHOLDER)
TEXTS: Shape = some(TEXT)
VALUES: Shape = by_name(ANYTHING)
