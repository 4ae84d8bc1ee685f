"""Reading a type hint as the type of a tool's parameter."""

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, is_typeddict
from uuid import UUID

from pydantic import BaseModel, PydanticUserError, TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema

from ..domain.tool import ParameterType
from ..domain.values import JSON


class UnfitTypeError(Exception):
    """Why a parameter can't be one of a tool, as the end of a sentence. Control flow: the decorator gathers them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadType:
    """What a type hint says."""

    type: ParameterType
    optional: bool = False
    item: ParameterType | None = None
    choices: tuple[str, ...] = ()
    schema: Mapping[str, JSON] = field(default_factory=dict[str, JSON])


_PLAIN: Mapping[Any, ParameterType] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    date: "date",
    datetime: "datetime",
    # Written as text by a model and read from it by pydantic.
    Decimal: "number",
    Path: "string",
    time: "string",
    timedelta: "string",
    UUID: "string",
}
_SUPPORTED = "use str, int, float, bool, date, datetime, an Enum, a list of these, Optional or a pydantic model"


def read_type(annotation: Any, *, any_type: bool = False) -> ReadType:
    """Read a type hint; `any_type` lets one that is not known stand for text. Raises UnfitTypeError."""
    annotation = _bare(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        return _union(annotation, any_type=any_type)
    if annotation is list or get_origin(annotation) is list:
        return _list(annotation)
    return _single(annotation, any_type=any_type)


def _bare(annotation: Any) -> Any:
    return _bare(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation


def _union(annotation: Any, *, any_type: bool) -> ReadType:
    arms = [arm for arm in get_args(annotation) if arm is not types.NoneType]
    if len(arms) != 1:
        named = " or ".join(_name(arm) for arm in arms)
        raise UnfitTypeError(f"may be {named}: choose one type, so that a model knows what to write")
    return dataclasses.replace(read_type(arms[0], any_type=any_type), optional=True)


def _list(annotation: Any) -> ReadType:
    items = get_args(annotation)
    if not items:
        raise UnfitTypeError("is a list of anything: say of what, such as list[str]")
    item = read_type(items[0])
    if item.type == "array" or item.optional:
        raise UnfitTypeError(f"is a list of {_name(items[0])}: its items must be single values")
    return ReadType(type="array", item=item.type, choices=item.choices, schema=item.schema)


def _single(annotation: Any, *, any_type: bool) -> ReadType:
    if (plain := _plain_type(annotation)) is not None:
        return ReadType(type=plain)
    if get_origin(annotation) is Literal:
        return ReadType(type="enum", choices=_texts(get_args(annotation), what=_name(annotation)))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ReadType(type="enum", choices=_texts([member.value for member in annotation], what=annotation.__name__))
    if _is_object(annotation):
        return ReadType(type="object", schema=_schema(annotation))
    if any_type:
        return ReadType(type="string")
    if isinstance(annotation, types.ModuleType):
        raise UnfitTypeError(f"has the module {annotation.__name__!r} as its type: name the class in it")
    raise UnfitTypeError(f"has the type {_name(annotation)}, which a tool can't take: {_SUPPORTED}")


def _plain_type(annotation: Any) -> ParameterType | None:
    try:
        return _PLAIN.get(annotation)
    except TypeError:  # not even hashable, so none of these
        return None


def _texts(values: Any, *, what: str) -> tuple[str, ...]:
    texts = cast("list[object]", list(values))
    if not texts or not all(isinstance(text, str) for text in texts):
        raise UnfitTypeError(f"has the choices of {what}, which are not all texts: give each a text as its value")
    return tuple(str(text) for text in cast("list[str]", texts))


def _is_object(annotation: Any) -> bool:
    if not isinstance(annotation, type):
        return False
    kind = cast("type[object]", annotation)
    return issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind) or is_typeddict(kind)


def _schema(annotation: Any) -> Mapping[str, JSON]:
    try:
        return TypeAdapter[Any](annotation).json_schema()
    except (PydanticUserError, PydanticInvalidForJsonSchema) as error:
        raise UnfitTypeError(f"has the type {_name(annotation)}, which JSON can't hold: {error.message}") from error


def _name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation)
