"""Tests of a single value: equal to, like, matching, within limits; and of a call's arguments."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never, cast

from ...engine.domain.values import JSON, canonical_json
from .wording import mentions

SHOWN_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Limits of a number, both included."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, number: float) -> bool:
        """Whether the number keeps within the limits."""
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)

    def __str__(self) -> str:
        if self.at_least == self.at_most and self.at_least is not None:
            return f"exactly {self.at_least:g}"
        limits = (("at least", self.at_least), ("at most", self.at_most))
        return " and ".join(f"{word} {limit:g}" for word, limit in limits if limit is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualTo:
    """The very value. `written` is how a number or truth value was written, for a text that holds the same."""

    value: JSON
    written: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """A text with this phrase in it, as whole words."""

    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """A text in which this regular expression is found."""

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A number within limits."""

    bound: Bound


ValueTest: TypeAlias = EqualTo | Like | Matches | Within
ValueTests: TypeAlias = tuple[ValueTest, ...]
"""Tests of one value, all of which must hold."""


def holds(test: ValueTest, value: JSON) -> bool:
    """Whether a value passes a test."""
    match test:
        case EqualTo():
            return same(test.value, value) or (test.written is not None and test.written == value)
        case Like():
            return mentions(as_text(value), test.phrase)
        case Matches():
            return re.search(test.pattern, as_text(value)) is not None
        case Within():
            return isinstance(value, (int, float)) and not isinstance(value, bool) and test.bound.holds(value)
        case _:
            assert_never(test)


def all_hold(tests: ValueTests, value: JSON) -> bool:
    """Whether a value passes all of its tests."""
    return all(holds(test, value) for test in tests)


def describe(tests: ValueTests) -> str:
    """What is expected of a value, in words."""
    return " and ".join(_describe(test) for test in tests)


def argument_differences(
    expected: tuple[tuple[str, ValueTests], ...], actual: Mapping[str, JSON], *, exact: bool
) -> Iterator[str]:
    """One line for each argument that is not as expected; with `exact`, also for each that was not expected."""
    for name, tests in expected:
        if name not in actual:
            yield f"{name}: expected {describe(tests)}, not given"
        elif not all_hold(tests, actual[name]):
            yield f"{name}: expected {describe(tests)}, was {shown(actual[name])}"
    if exact:
        named = {name for name, _ in expected}
        yield from (f"{name}: not expected, was {shown(value)}" for name, value in actual.items() if name not in named)


def same(expected: JSON, actual: JSON) -> bool:
    """Whether two JSON values are equal; 1 equals 1.0, and true is not 1."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        left, right = cast("Mapping[str, JSON]", expected), cast("Mapping[str, JSON]", actual)
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        ours, theirs = cast("list[JSON]", expected), cast("list[JSON]", actual)
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return expected == actual


def as_text(value: JSON) -> str:
    """A value as a text that phrases and patterns can be looked for in."""
    return value if isinstance(value, str) else canonical_json(value)


def shown(value: JSON) -> str:
    """A value in an explanation, cut where it is long."""
    written = repr(value) if isinstance(value, str) else canonical_json(value)
    return written if len(written) <= SHOWN_LENGTH else written[: SHOWN_LENGTH - 1] + "…"


def _describe(test: ValueTest) -> str:
    match test:
        case EqualTo():
            return shown(test.value)
        case Like():
            return f"a text like {test.phrase!r}"
        case Matches():
            return f"a text matching {test.pattern!r}"
        case Within():
            return f"a number of {test.bound}"
        case _:
            assert_never(test)
