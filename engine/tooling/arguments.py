"""Arguments of tools: texts as they were said to values of the parameter's type, and those to Python's. Pure."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from pydantic import PydanticUserError, TypeAdapter, ValidationError

from ..domain.tool import Parameter
from ..domain.values import JSON, fold_name
from .dates import read_date, read_datetime
from .schemas import misfit


class InvalidArgument(Exception):
    """What is wrong with a value, in words for who gave it. Control flow: it never leaves the engine."""


def convert(parameter: Parameter, value: JSON) -> JSON:
    """Turn a text, or JSON, into a JSON value of the parameter's type. Raises InvalidArgument."""
    if value is None:
        raise InvalidArgument("no value was given")
    if parameter.provided and not parameter.choices:
        raise InvalidArgument("there is nothing to choose from")
    converted = _convert(parameter, value)
    return _choice(parameter, converted) if parameter.choices and parameter.type != "array" else converted


def to_python(annotation: Any, value: JSON) -> Any:
    """Turn a JSON value into what a function's annotation asks for. Raises InvalidArgument."""
    try:
        return TypeAdapter[Any](annotation).validate_python(value)
    except ValidationError as error:
        problems = (_problem(problem) for problem in error.errors(include_url=False)[:5])
        raise InvalidArgument("; ".join(problems)) from error
    except PydanticUserError as error:
        raise InvalidArgument(f"its type can't be checked: {error.message}") from error


def _problem(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg']}" if place else problem["msg"]


def _convert(parameter: Parameter, value: JSON) -> JSON:
    match parameter.type:
        case "string" | "enum":
            return _text(value)
        case "integer":
            return _integer(value)
        case "number":
            return _number(value)
        case "boolean":
            return _boolean(value)
        case "date":
            return _moment(read_date, value)
        case "datetime":
            return _moment(read_datetime, value)
        case "array":
            return _array(parameter, value)
        case "object":
            return _object(parameter, value)


def _quoted(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"'{text[:80]}…'" if len(text) > 80 else f"'{text}'"


def _text(value: JSON) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise InvalidArgument(f"{_quoted(value)} is not a text")


def _choice(parameter: Parameter, value: JSON) -> str:
    """The choice that a text means; case, spaces, hyphens and underscores make no difference."""
    text = str(value)
    if text in parameter.choices:
        return text
    meant = [choice for choice in parameter.choices if fold_name(choice) == fold_name(text)]
    if len(meant) == 1:
        return meant[0]
    raise InvalidArgument(f"{_quoted(text)} is not one of: {', '.join(parameter.choices)}")


_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


def _boolean(value: JSON) -> bool:
    folded = str(value).strip().casefold()
    if folded not in (*_YES, *_NO):
        raise InvalidArgument(f"{_quoted(value)} is neither yes nor no")
    return folded in _YES


# Numbers

_CURRENCY = (
    r"(?:[$€£¥₹₩₪]|(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|INR|CNY|SEK|NOK|DKK|PLN|BRL|MXN)\b"
    r"|(?:dollars?|euros?|pounds?|bucks)\b)"
)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d{1,2}|\d+,\d{1,2}|\d+(?:\.\d+)?|\.\d+"
_AMOUNT = re.compile(
    rf"(?P<sign>[-+−]?)\s*(?:{_CURRENCY})?\s*(?P<inner>[-+−]?)(?P<digits>{_DIGITS})(?P<exponent>[eE][-+]?\d{{1,2}})?"
    rf"\s*(?:{_CURRENCY})?",
    re.IGNORECASE,
)
_LONGEST_NUMBER = 40
_EXACT = 2**53
"""Up to here a float holds every whole number."""


def _number(value: JSON) -> int | float:
    """A number; a whole one without a fraction, so that equal amounts are written alike."""
    number = _amount(value)
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < _EXACT else number


def _integer(value: JSON) -> int:
    if isinstance(value, str) and re.search(r"(?<!\d)[1-9]\d{0,2}\.\d{3}(?!\d)", value):
        raise InvalidArgument(f"{_quoted(value)} could be thousands or a fraction")
    number = _number(value)
    if isinstance(number, float):
        raise InvalidArgument(f"{_quoted(value)} is not a whole number")
    return number


def _amount(value: JSON) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value != value or value in (float("inf"), float("-inf")):
            raise InvalidArgument(f"{_quoted(value)} is not a number")
        return value
    text = value.strip() if isinstance(value, str) else ""
    found = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
    if found is None or (found["sign"] and found["inner"]):
        raise InvalidArgument(f"{_quoted(value)} is not a number")
    sign = -1 if (found["sign"] or found["inner"]) in ("-", "−") else 1
    digits = _with_point(found["digits"])
    if "." in digits or found["exponent"]:
        return sign * float(digits + (found["exponent"] or ""))
    return sign * int(digits)


def _with_point(digits: str) -> str:
    """The digits with a point before the fraction and nothing between thousands."""
    if re.search(r",\d{1,2}$", digits):
        return digits.replace(".", "").replace(",", ".")
    return digits.replace(",", "")


# Dates, lists and objects


def _moment(read: Callable[[str], date], value: JSON) -> str:
    if not isinstance(value, str):
        raise InvalidArgument(f"{_quoted(value)} is not a date")
    try:
        return read(value).isoformat()
    except ValueError as error:
        raise InvalidArgument(f"{_quoted(value)} {error}") from error


def _array(parameter: Parameter, value: JSON) -> list[JSON]:
    item = replace(parameter, type=parameter.item or "string", item=None)
    return [convert(item, part) for part in _parts(value, nested=item.type == "object")]


def _parts(value: JSON, *, nested: bool) -> list[JSON]:
    if isinstance(value, list | tuple):
        return list(cast("list[JSON]", value))
    if not isinstance(value, str):
        return [value]
    text = value.strip()
    if text.startswith("[") or nested:
        read = _json(text, what="a list")
        return cast("list[JSON]", read) if isinstance(read, list) else [read]
    parts = [part.strip() for part in re.split(r"[;\n]" if re.search(r"[;\n]", text) else ",", text)]
    found: list[JSON] = [part for part in parts if part]
    if not found:
        raise InvalidArgument("no value was given")
    return found


def _object(parameter: Parameter, value: JSON) -> JSON:
    read = _json(value, what="an object") if isinstance(value, str) else value
    if not isinstance(read, Mapping):
        raise InvalidArgument(f"{_quoted(value)} is not an object")
    plain = dict(cast("Mapping[str, JSON]", read))
    if (problem := misfit(parameter.schema, plain)) is not None:
        raise InvalidArgument(problem)
    return plain


def _json(text: str, *, what: str) -> JSON:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidArgument(f"{_quoted(text)} is not {what} in JSON") from error


def _no_constant(name: str) -> JSON:
    raise ValueError(f"{name} is not JSON")
