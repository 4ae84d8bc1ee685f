"""Reading what a function gave back as a result that can be kept, shown to a model and compared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum
from math import isfinite
from typing import cast

from ...domain.session_changes import SessionChanges, changes_in
from ...domain.tool import CONTROL_KEYS, ToolResult
from ...domain.values import JSON, canonical_json
from ...errors import closest

DEEPEST = 50


class _UnusableError(Exception):
    """Why a result can't be used. Control flow: it never leaves this module."""


def as_result(returned: object, *, most_bytes: int) -> ToolResult:
    """The result that a function meant; a failed one where it can't be used."""
    result = returned if isinstance(returned, ToolResult) else ToolResult(data=returned)
    try:
        plain = _plain_result(result, _Reader(most_bytes))
        _check_control(plain.control)
    except _UnusableError as problem:
        return ToolResult(error=f"the tool's result can't be used: {problem}")
    size = len(canonical_json(_payload(plain)).encode("utf-8", "surrogatepass"))
    if size > most_bytes:
        return ToolResult(error=f"the tool's result takes {size:,} bytes as JSON, more than the {most_bytes:,} allowed")
    return plain


def with_session(returned: object, changes: SessionChanges) -> object:
    """What a function gave back, with the changes to the session that it asked for while it ran."""
    if not changes.as_json():
        return returned
    result = returned if isinstance(returned, ToolResult) else ToolResult(data=cast("JSON", returned))
    try:
        own = changes_in(result.control.get("session", {}))
    except (ValueError, AttributeError):  # the check of the result says what is wrong with it
        return result
    return replace(result, control={**result.control, "session": changes.then(own).as_json()})


def _payload(result: ToolResult) -> JSON:
    """All that a result carries, as it is measured."""
    carried = {
        "data": result.data,
        "error": result.error,
        "metadata": result.metadata,
        "control": result.control,
        "fields": result.canned_response_fields,
        "responses": list(result.canned_responses),
        "guidelines": list(result.guidelines),
    }
    return {key: value for key, value in carried.items() if value} or None


def _plain_result(result: ToolResult, reader: "_Reader") -> ToolResult:
    guidelines = enumerate(_items(result.guidelines, "guidelines"))
    return replace(
        result,
        data=reader.plain(result.data, "data"),
        metadata=reader.mapping(result.metadata, "metadata"),
        control=reader.mapping(result.control, "control"),
        canned_responses=tuple(str(text) for text in _items(result.canned_responses, "canned_responses")),
        canned_response_fields=reader.mapping(result.canned_response_fields, "canned_response_fields"),
        guidelines=tuple(reader.mapping(item, f"guidelines[{index}]") for index, item in guidelines),
        error=None if result.error is None else str(result.error),
    )


def _items(value: object, place: str) -> Sequence[object]:
    if isinstance(value, list | tuple):
        return cast("Sequence[object]", value)
    raise _UnusableError(f"{place} is {_kind(value)}, where a list is wanted")


class _Reader:
    """Copies values in JSON's own types, so that what the tool does with its own later changes nothing here."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._read = 0

    def mapping(self, value: object, place: str) -> dict[str, JSON]:
        """A copy of what must be a mapping."""
        plain = self.plain(value, place)
        if isinstance(plain, dict):
            return cast("dict[str, JSON]", plain)
        raise _UnusableError(f"{place} is {_kind(value)}, where a mapping is wanted")

    def plain(self, value: object, place: str, *, depth: int = 0) -> JSON:
        """A copy of any value. Raises _UnusableError that names the part which JSON can't hold."""
        self._count(place, depth)
        match value:
            case Enum() if isinstance(value, str | int):
                return self.plain(value.value, place, depth=depth)
            case None | bool():
                return value
            case str():
                return str(value)
            case int():
                return int(value)
            case float() if isfinite(value):
                return float(value)
            case Mapping():
                items = cast("Mapping[object, object]", value).items()
                return {_key(key, place): self.plain(item, f"{place}.{key}", depth=depth + 1) for key, item in items}
            case list() | tuple():
                parts = enumerate(cast("Sequence[object]", value))
                return [self.plain(item, f"{place}[{index}]", depth=depth + 1) for index, item in parts]
            case _:
                raise _UnusableError(f"{place} is {_kind(value)}, which JSON can't hold")

    def _count(self, place: str, depth: int) -> None:
        # A value that holds itself would never end, and every part takes at least a byte.
        self._read += 1
        if depth > DEEPEST:
            raise _UnusableError(f"{place} is nested more than {DEEPEST} levels deep")
        if self._read > self._most:
            raise _UnusableError(f"it has more than {self._most:,} parts, and as many bytes are allowed")


def _key(key: object, place: str) -> str:
    if isinstance(key, str):
        return str(key)
    raise _UnusableError(f"{place} has a key {_kind(key)}, where JSON wants a text")


def _kind(value: object) -> str:
    return f"the number {value}" if isinstance(value, float) else f"of type {type(value).__name__!r}"


def _check_control(control: Mapping[str, JSON]) -> None:
    for key, value in control.items():
        if key not in CONTROL_KEYS:
            nearest = closest(key, CONTROL_KEYS)
            hint = f"; did you mean {nearest!r}?" if nearest else f"; it takes {', '.join(CONTROL_KEYS)}"
            raise _UnusableError(f"control has no key {key!r}{hint}")
        allowed = _CONTROL_VALUES.get(key)
        if value is not None and allowed is not None and value not in allowed:
            raise _UnusableError(f"control[{key!r}] is {value!r}, not one of {', '.join(map(repr, allowed))}")
        if key == "session" and value is not None:
            _check_session(value)


def _check_session(wanted: JSON) -> None:
    try:
        changes_in(wanted)
    except ValueError as problem:
        raise _UnusableError(f"control['session'] {problem}") from problem


_CONTROL_VALUES: Mapping[str, tuple[JSON, ...]] = {
    "mode": ("auto", "manual"),
    "lifespan": ("session", "response"),
    "retry_allowed": (True, False),
    "success": (True, False),
}
