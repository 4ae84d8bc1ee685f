"""What keeps a value from being what a JSON Schema describes."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.domain.tool import Parameter
from understudy.engine.tooling.arguments import InvalidArgument, convert
from understudy.engine.tooling.schemas import misfit

PLACE = {
    "type": "object",
    "required": ["city"],
    "properties": {"city": {"type": "string", "minLength": 2}, "floor": {"type": "integer", "maximum": 9}},
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("schema", "value", "problem"),
    [
        (PLACE, {"city": "Oslo"}, None),
        (PLACE, {"city": "Oslo", "floor": 3}, None),
        (PLACE, {"floor": 3}, "city is missing"),
        (PLACE, {"city": 7}, "city must be string, not 7"),
        (PLACE, {"city": "O"}, 'city is "O", shorter than 2'),
        (PLACE, {"city": "Oslo", "floor": 12}, "floor is 12, more than 9"),
        (PLACE, {"city": "Oslo", "street": "Elm"}, "street is not allowed"),
        ({"items": PLACE}, [{"city": "Oslo"}, {}], "[1].city is missing"),
        ({"type": ["integer", "null"]}, None, None),
        ({"type": "integer"}, True, "must be integer, not true"),
        ({"type": "integer"}, 2.0, None),
        ({"type": "number"}, False, "must be number, not false"),
        ({"enum": ["a", 1]}, "b", 'is "b", not one of: "a", 1'),
        ({"const": "a"}, "b", 'is "b", not one of: "a"'),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, "must be string, not 1 or must be null, not 1"),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, 1, None),
        ({"allOf": [{"type": "string"}, {"minLength": 3}]}, "ab", 'is "ab", shorter than 3'),
        ({"maxItems": 1}, [1, 2], "is [1,2], with more items than 1"),
        ({"$ref": "#/$defs/Place", "$defs": {"Place": PLACE}}, {}, "city is missing"),
        ({"$ref": "#/$defs/Nowhere"}, {}, None),
        ({"$ref": "#"}, {}, None),
        ({"properties": {"a": False}}, {"a": 1}, "a is not allowed"),
        ({}, {"anything": [1]}, None),
    ],
)
def test_a_value_fits_or_the_first_thing_wrong_with_it_is_named(schema: Any, value: Any, problem: str | None) -> None:
    assert misfit(schema, value) == problem


values = st.recursive(
    st.none() | st.booleans() | st.integers(-20, 20) | st.sampled_from(("", "a", "Oslo")),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("city", "floor", "a")), inner, max_size=3)
    ),
    max_leaves=6,
)
schemas = st.recursive(
    st.sampled_from(
        (
            {},
            {"type": "string"},
            {"type": "integer", "minimum": 0},
            {"type": ["boolean", "null"]},
            {"enum": ["a", "Oslo"]},
            {"type": "string", "minLength": 1, "maxLength": 2},
        )
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries(
            {
                "type": st.just("object"),
                "properties": st.fixed_dictionaries({"city": inner, "floor": inner}),
                "required": st.sampled_from(([], ["city"])),
                "additionalProperties": st.booleans(),
            }
        ),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
    ),
    max_leaves=4,
)


@given(schemas, values)
def test_it_agrees_with_the_reference_implementation(schema: Any, value: Any) -> None:
    fits = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert (misfit(schema, value) is None) == fits


def test_an_object_argument_is_checked_before_the_call() -> None:
    place = Parameter(name="to", type="object", schema=PLACE)
    assert convert(place, json.dumps({"city": "Oslo"})) == {"city": "Oslo"}
    with pytest.raises(InvalidArgument, match="city is missing"):
        convert(place, "{}")


def test_objects_in_a_list_are_checked_too() -> None:
    places = Parameter(name="via", type="array", item="object", schema=PLACE)
    with pytest.raises(InvalidArgument, match="city must be string, not 3"):
        convert(places, '[{"city": "Oslo"}, {"city": 3}]')
