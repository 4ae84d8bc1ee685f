"""How much a template may do: what every value, step and width in it is measured against, and the operations that grow.

Jinja's own sandbox keeps a template away from Python; it does not keep it from making a text of 300 million characters.
"""

import json
import re
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from itertools import islice
from string import Formatter
from typing import Any, cast

from jinja2 import Undefined

from ..domain.values import JSON
from .faults import RenderError

MOST_STEPS = 50_000
MOST_SIZE = 20_000
"""Characters of a text and members of a structure, all levels together."""
WIDEST = 1_000
"""The largest width, precision or range."""
MOST_BITS = 256

# One step pays for so many characters or members.
_SIZE_PER_STEP = 64


class Meter:
    """What one rendering has used up so far."""

    def __init__(self) -> None:
        self.steps = 0

    def spend(self, steps: int) -> None:
        """Take steps from what is left. Raises RenderError when nothing is."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise RenderError(f"it takes more than {MOST_STEPS:,} steps")

    def weigh(self, *values: object) -> None:
        """Pay for looking at values, however large they are."""
        for value in values:
            self.spend(1 + size_of(value) // _SIZE_PER_STEP)

    def settle(self, value: Any) -> Any:
        """Take the value of an operation, paid for and small enough; what comes one by one becomes a list."""
        if isinstance(value, Iterator | KeysView | ValuesView | ItemsView):
            value = list(islice(cast("Iterable[Any]", value), MOST_SIZE + 1))
        small_enough(size_of(value))
        self.weigh(value)
        return value


def size_of(value: object) -> int:
    """The size of a value, counted only until it is too large. Raises RenderError for what is no value at all."""
    size, waiting = 0, [value]
    while waiting and size <= MOST_SIZE:
        item = waiting.pop()
        size += 1
        match item:
            case str():
                size += len(item)
            case int():
                size += item.bit_length() // 8
            case None | float() | Undefined():
                pass
            case range():
                size += len(item)
            case Mapping():
                waiting += islice(_parts(cast("Mapping[object, object]", item)), MOST_SIZE + 1)
            case list() | tuple():
                waiting += cast("list[object]", item)[: MOST_SIZE + 1]
            case _:
                raise RenderError(f"{type(item).__name__} is not a value that can be said")
    return size


def _parts(mapping: Mapping[object, object]) -> Iterator[object]:
    for key, value in mapping.items():
        yield key
        yield value


def small_enough(size: int) -> None:
    """Refuse a size that is too large. Raises RenderError."""
    if size > MOST_SIZE:
        raise RenderError(f"it makes a value of more than {MOST_SIZE:,} characters or members")


def narrow_enough(width: object) -> None:
    """Refuse a width, precision or count that is too large. Raises RenderError."""
    if isinstance(width, int) and abs(width) > WIDEST:
        raise RenderError(f"a width, precision or range is larger than {WIDEST:,}")


# Binary operators


def _multiply(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int):
        _few_bits(left.bit_length() + right.bit_length())
    else:
        for many, times in ((left, right), (right, left)):
            if isinstance(times, int) and isinstance(many, str | list | tuple):
                small_enough(size_of(cast("object", many)) * max(times, 0))
    return left * right


def _power(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int):
        _few_bits(left.bit_length() * abs(right))
    return left**right


def _few_bits(bits: int) -> None:
    if bits > MOST_BITS:
        raise RenderError(f"it makes a number of more than {MOST_BITS} bits")


def _add(left: Any, right: Any) -> Any:
    small_enough(size_of(left) + size_of(right))
    return left + right


def _modulo(left: Any, right: Any) -> Any:
    return percent_format(left, right) if isinstance(left, str) else left % right


OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": _add,
    "-": lambda left, right: left - right,
    "*": _multiply,
    "/": lambda left, right: left / right,
    "//": lambda left, right: left // right,
    "**": _power,
    "%": _modulo,
}


# Texts with places in them

_PLACE = re.compile(r"%(?:\([^()]*\))?[#0\- +]*(\d{1,6})?(?:\.(\d{1,6}))?[hlL]?[diouxXeEfFgGcrsa%]")


def percent_format(text: str, values: Any) -> str:
    """Format in the manner of `'%5.2f' % value`, with widths in bounds."""
    places = list(_PLACE.finditer(text))
    if "%" in _PLACE.sub("", text):
        raise RenderError(f"the format {text[:40]!r} can't be read")
    for place in places:
        _in_bounds(width for width in place.groups() if width)
    small_enough(len(text) + len(places) * size_of(values))
    return text % values


def braces_format(text: str, values: object) -> None:
    """Refuse a format in the manner of `'{:>5}'.format(value)` whose widths or result are out of bounds."""
    places = [(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None]
    for _, spec in places:
        if "{" in spec:
            raise RenderError(f"the format {text[:40]!r} takes a width from a value")
        _in_bounds(re.findall(r"\d+", spec))
    small_enough(len(text) + len(places) * size_of(values))


def _in_bounds(widths: Iterable[str]) -> None:
    for width in widths:
        narrow_enough(WIDEST + 1 if len(width) > len(str(WIDEST)) else int(width))


# Filters and methods whose result can be much larger, or take much longer, than what they are given


def _center(value: object, width: object = 80) -> None:
    narrow_enough(width)


def _indent(value: object, width: object = 4, *_more: object, **_named: object) -> None:
    wide = len(width) if isinstance(width, str) else width
    narrow_enough(wide)
    if isinstance(wide, int):
        small_enough(size_of(value) + wide * len(str(value).splitlines()))


def _join(value: object, d: object = "", *_more: object, **_named: object) -> None:
    size = size_of(value)
    small_enough(size + size * len(str(d)))


def _replace(value: object, old: object, *more: object, new: object = "", **_named: object) -> None:
    text, by = str(value), str(more[0] if more else new)
    small_enough(len(text) + text.count(str(old)) * len(by))


def _round(_value: object, precision: object = 0, *_method: object, **_named: object) -> None:
    if not isinstance(precision, int) or abs(precision) > _MOST_DIGITS:
        raise RenderError(f"it rounds to more than {_MOST_DIGITS} digits")


def _sum(_value: object, *more: object, start: object = 0, **_named: object) -> None:
    # Adding lists up copies them again and again.
    if not isinstance(more[1] if len(more) > 1 else start, int | float):
        raise RenderError("only numbers can be summed up")


def _wordwrap(value: object, width: object = 79, *more: object, wrapstring: object = None, **_named: object) -> None:
    breaks = more[1] if len(more) > 1 else wrapstring
    if not isinstance(width, int) or width < _NARROWEST_LINE:
        raise RenderError(f"lines are narrower than {_NARROWEST_LINE} characters")
    narrow_enough(width)
    lines = len(str(value)) // (width // 2) + len(str(value).splitlines())
    small_enough(size_of(value) + lines * len(str(breaks or "")))


_MOST_DIGITS = 20
_NARROWEST_LINE = 10

CHECKS: Mapping[str, Callable[..., None]] = {
    "center": _center,
    "indent": _indent,
    "join": _join,
    "replace": _replace,
    "round": _round,
    "sum": _sum,
    "wordwrap": _wordwrap,
}
"""What is checked of a filter's value and arguments before it runs; the value is the first."""


def tojson(value: JSON, indent: int | None = None) -> str:
    """Write a value as JSON, its keys in order."""
    narrow_enough((indent or 0) * _WIDEST_INDENT)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent)


_WIDEST_INDENT = WIDEST // 8


def bounded_range(*bounds: int) -> range:
    """A range of at most so many numbers."""
    numbers = range(*bounds)
    if numbers[WIDEST : WIDEST + 1]:
        raise RenderError(f"a width, precision or range is larger than {WIDEST:,}")
    return numbers
