"""Tests of single values and of a call's arguments."""

import pytest

from understudy.evals.expectations.value_tests import (
    Bound,
    EqualTo,
    Like,
    Matches,
    ValueTest,
    Within,
    argument_differences,
    describe,
    holds,
)


@pytest.mark.parametrize(
    ("test", "value"),
    [
        (EqualTo(value=1), 1.0),
        (EqualTo(value={"a": [1, None]}), {"a": [1, None]}),
        (EqualTo(value=12345, written="12345"), "12345"),
        (Like(phrase="tuesday"), "Next Tuesday, 2 PM"),
        (Like(phrase="tuesday"), ["Monday", "Tuesday"]),
        (Matches(pattern=r"^\d{3}$"), 123),
        (Within(bound=Bound(at_least=1, at_most=2)), 2),
    ],
)
def test_a_value_passes(test: ValueTest, value: object) -> None:
    assert holds(test, value)


@pytest.mark.parametrize(
    ("test", "value"),
    [
        (EqualTo(value=True), 1),
        (EqualTo(value="12345"), 12345),
        (EqualTo(value=[1]), [1, 2]),
        (EqualTo(value={"a": 1}), {"a": 1, "b": 2}),
        (Like(phrase="tue"), "Tuesday"),
        (Within(bound=Bound(at_least=1)), "2"),
        (Within(bound=Bound(at_most=1)), True),
    ],
)
def test_a_value_does_not_pass(test: ValueTest, value: object) -> None:
    assert not holds(test, value)


def test_arguments_differ_by_value_by_absence_and_by_being_too_many() -> None:
    expected = (("time", (Like(phrase="Tuesday"),)), ("doctor", (EqualTo(value="Ho"),)))
    lines = argument_differences(expected, {"time": "Monday", "seats": 2}, exact=True)
    assert list(lines) == [
        "time: expected a text like 'Tuesday', was 'Monday'",
        "doctor: expected 'Ho', not given",
        "seats: not expected, was 2",
    ]


def test_bounds_say_what_they_allow() -> None:
    assert describe((Within(bound=Bound(at_least=1, at_most=3)),)) == "a number of at least 1 and at most 3"
    assert str(Bound(at_least=2, at_most=2)) == "exactly 2"
