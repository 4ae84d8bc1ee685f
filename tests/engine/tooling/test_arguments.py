from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from understudy.engine.domain.tool import Parameter, ParameterType
from understudy.engine.tooling.arguments import InvalidArgument, convert, to_python


class Size(Enum):
    SMALL = "small"
    EXTRA_LARGE = "extra large"


class Address(BaseModel):
    street: str
    since: date


@dataclass
class Pair:
    left: int
    right: int


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("string", "  as it stands ", "  as it stands "),
        ("integer", "1,200", 1200),
        ("integer", "-7", -7),
        ("integer", "3.0", 3),
        ("integer", "$20", 20),
        ("number", "12.5", 12.5),
        ("number", "$1,234.50", 1234.5),
        ("number", "-$5", -5),
        ("number", "1.234,50 €", 1234.5),
        ("number", "99 USD", 99),
        ("number", "200 dollars", 200),
        ("boolean", "Yes", True),
        ("boolean", "1", True),
        ("boolean", "FALSE", False),
        ("boolean", "0", False),
        ("date", "2026-03-03", "2026-03-03"),
        ("date", "2026-03-03T10:30:00Z", "2026-03-03"),
        ("date", "March 3, 2026", "2026-03-03"),
        ("date", "Tuesday, March 3rd, 2026", "2026-03-03"),
        ("date", "the 3rd of Sept 2026", "2026-09-03"),
        ("date", "25/12/2026", "2026-12-25"),
        ("date", "12.25.2026", "2026-12-25"),
        ("date", "2026/3/3", "2026-03-03"),
        ("datetime", "2026-03-03T10:30", "2026-03-03T10:30:00"),
        ("datetime", "2026-03-03 10:30:00+02:00", "2026-03-03T10:30:00+02:00"),
        ("datetime", "March 3, 2026 at 3 pm", "2026-03-03T15:00:00"),
        ("datetime", "3:30 PM on March 3, 2026", "2026-03-03T15:30:00"),
        ("datetime", "March 3, 2026, 12:05 am", "2026-03-03T00:05:00"),
        ("datetime", "2026/03/03 noon", "2026-03-03T12:00:00"),
        ("object", '{"street": "Elm"}', {"street": "Elm"}),
    ],
)
def test_a_text_becomes_a_value_of_the_parameters_type(type: ParameterType, text: str, value: object) -> None:
    converted = convert(Parameter(name="x", type=type), text)
    assert converted == value
    assert isinstance(converted, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("type", "text", "problem"),
    [
        ("integer", "three", "'three' is not a number"),
        ("integer", "2.5", "'2.5' is not a whole number"),
        ("integer", "2.000", "'2.000' could be thousands or a fraction"),
        ("integer", "9" * 5000, "is not a number"),
        ("number", "15%", "'15%' is not a number"),
        ("number", "nan", "'nan' is not a number"),
        ("number", "-$-5", "is not a number"),
        ("boolean", "maybe", "'maybe' is neither yes nor no"),
        ("boolean", "", "'' is neither yes nor no"),
        ("date", "tomorrow", "'tomorrow' is not a full date"),
        ("date", "March 3", "is not a full date"),
        ("date", "03/04/2026", "could mean two dates"),
        ("date", "February 30, 2026", "is not a day of the calendar"),
        ("date", "Monday, March 3, 2026", "names a weekday that 2026-03-03 is not"),
        ("datetime", "2026-03-03", "has no time of day"),
        ("datetime", "March 3, 2026", "has no time of day"),
        ("datetime", "March 3, 2026 at 3", "could mean one thing only"),
        ("datetime", "March 3, 2026 at 13 pm", "has no such hour"),
        ("datetime", "Monday 10 AM", "is not a full date"),
        ("object", "Elm street", "is not an object in JSON"),
        ("object", "[1]", "is not an object"),
    ],
)
def test_a_text_that_does_not_say_such_a_value_is_invalid(type: ParameterType, text: str, problem: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        convert(Parameter(name="x", type=type), text)
    assert problem in str(raised.value)


def test_a_choice_is_found_whatever_its_case_and_separators() -> None:
    parameter = Parameter(name="size", type="enum", choices=("small", "extra large"))
    assert convert(parameter, "Extra-Large") == "extra large"
    with pytest.raises(InvalidArgument, match="'huge' is not one of: small, extra large"):
        convert(parameter, "huge")


def test_choices_that_differ_in_case_only_are_told_apart() -> None:
    parameter = Parameter(name="grade", type="enum", choices=("a", "A"))
    assert convert(parameter, "A") == "A"


def test_a_choice_that_could_be_two_is_invalid() -> None:
    parameter = Parameter(name="grade", type="enum", choices=("a b", "a-b"))
    with pytest.raises(InvalidArgument):
        convert(parameter, "a_b")


@pytest.mark.parametrize("text", ['["1", 2, "3"]', "1, 2,3", "1; 2; 3", "1\n2\n3"])
def test_a_list_is_read_from_json_or_from_its_items_in_a_row(text: str) -> None:
    assert convert(Parameter(name="x", type="array", item="integer"), text) == [1, 2, 3]


def test_every_item_of_a_list_is_checked() -> None:
    parameter = Parameter(name="x", type="array", item="enum", choices=("red", "blue"))
    assert convert(parameter, "Red, BLUE") == ["red", "blue"]
    with pytest.raises(InvalidArgument, match="'green' is not one of"):
        convert(parameter, "red, green")


def test_an_empty_list_is_only_what_says_so() -> None:
    parameter = Parameter(name="x", type="array", item="string")
    assert convert(parameter, "[]") == []
    with pytest.raises(InvalidArgument, match="no value was given"):
        convert(parameter, " ")


def test_json_values_are_checked_as_texts_are() -> None:
    assert convert(Parameter(name="x", type="integer"), 3) == 3
    assert convert(Parameter(name="x", type="array", item="string"), ["a"]) == ["a"]
    assert convert(Parameter(name="x", type="string"), 12345) == "12345"
    with pytest.raises(InvalidArgument):
        convert(Parameter(name="x", type="integer"), True)
    with pytest.raises(InvalidArgument, match="no value was given"):
        convert(Parameter(name="x", type="string"), None)
    with pytest.raises(InvalidArgument):
        convert(Parameter(name="x", type="number"), float("inf"))


@given(st.dates())
def test_every_date_survives_being_written_as_iso(day: date) -> None:
    assert convert(Parameter(name="x", type="date"), day.isoformat()) == day.isoformat()


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_every_whole_number_survives_being_written_with_thousands_separators(number: int) -> None:
    assert convert(Parameter(name="x", type="integer"), f"{number:,}") == number


@given(
    st.sampled_from(["string", "integer", "number", "boolean", "date", "datetime", "array", "object"]),
    st.text(max_size=60),
)
def test_whatever_was_said_is_converted_or_invalid_and_a_converted_value_converts_to_itself(
    type: ParameterType, text: str
) -> None:
    parameter = Parameter(name="x", type=type, item="string" if type == "array" else None)
    try:
        value = convert(parameter, text)
    except InvalidArgument:
        return
    assert convert(parameter, value) == value


def test_json_becomes_what_the_annotation_asks_for() -> None:
    assert to_python(Size, "extra large") is Size.EXTRA_LARGE
    assert to_python(date, "2026-03-03") == date(2026, 3, 3)
    assert to_python(datetime | None, "2026-03-03T10:00:00") == datetime(2026, 3, 3, 10)  # noqa: DTZ001
    assert to_python(list[Size], ["small"]) == [Size.SMALL]
    assert to_python(Address, {"street": "Elm", "since": "2020-01-01"}) == Address(street="Elm", since=date(2020, 1, 1))
    assert to_python(Pair, {"left": 1, "right": 2}) == Pair(1, 2)
    assert isinstance(to_python(float, 20), float)


def test_json_that_does_not_fit_the_annotation_is_invalid_with_every_place_named() -> None:
    with pytest.raises(InvalidArgument, match=r"street: Field required; since: Input should be a valid date"):
        to_python(Address, {"since": "whenever"})
