"""The one codec for everything that is stored: frozen values to JSON and back, and the schema of that JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from .domain.values import JSON, canonical_json, digest

T = TypeVar("T")

REMEMBERED = 32
"""Values whose fingerprints are kept; each is kept with them, so that its identity stays its own."""

_fingerprints: dict[int, tuple[object, str]] = {}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(value: object) -> JSON:
    """Turn a domain value into JSON. Raises PydanticSerializationError for what JSON can't hold."""
    return _adapter(type(value)).dump_python(value, mode="json")


def load(kind: type[T], stored: JSON) -> T:
    """Turn stored JSON back into a value of a type. Raises pydantic.ValidationError for what does not fit."""
    return _adapter(kind).validate_python(stored)


def load_text(kind: type[T], text: str) -> T:
    """Turn stored JSON text back into a value of a type. Raises pydantic.ValidationError for what does not fit."""
    return _adapter(kind).validate_json(text)


def dump_text(value: object) -> str:
    """Turn a domain value into canonical JSON text."""
    return canonical_json(dump(value))


def schema(kind: type[object]) -> JSON:
    """The JSON Schema of a type's stored form."""
    return _adapter(kind).json_schema()


def comparable(value: object) -> JSON:
    """The JSON of what takes part in a value's equality: no times, no places in files."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: comparable(getattr(value, part.name)) for part in fields(value) if part.compare}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value)
        return {key: comparable(item) for key, item in items.items()}
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in cast("Sequence[object]", value)]
    return value


def fingerprint(value: object) -> str:
    """A short hash of a value's content: equal values have equal fingerprints in every process."""
    # Values are frozen, and the same definition is asked for in turn after turn.
    known = _fingerprints.get(id(value))
    if known is not None and known[0] is value:
        return known[1]
    made = digest(canonical_json(comparable(value)))
    _fingerprints[id(value)] = (value, made)
    while len(_fingerprints) > REMEMBERED:
        del _fingerprints[next(iter(_fingerprints))]
    return made
