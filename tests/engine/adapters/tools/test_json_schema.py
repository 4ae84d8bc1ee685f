"""A JSON Schema read as parameters."""

from typing import Any

import pytest

from understudy.engine.adapters.tools.json_schema import read_parameter, read_parameters
from understudy.engine.domain.tool import Parameter


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"type": "string"}, {"type": "string"}),
        ({"type": "integer"}, {"type": "integer"}),
        ({"type": "number"}, {"type": "number"}),
        ({"type": "boolean"}, {"type": "boolean"}),
        ({"type": "string", "format": "date"}, {"type": "date"}),
        ({"type": "string", "format": "date-time"}, {"type": "datetime"}),
        ({"type": "string", "format": "uuid"}, {"type": "string"}),
        ({"type": "string", "enum": ["a", "b"]}, {"type": "enum", "choices": ("a", "b")}),
        ({"const": "a"}, {"type": "enum", "choices": ("a",)}),
        ({"enum": ["a", None]}, {"type": "enum", "choices": ("a",)}),
        ({"type": "integer", "enum": [1, 2]}, {"type": "integer", "description": "(one of: 1, 2)"}),
        ({"type": ["string", "null"]}, {"type": "string", "required": False}),
        ({"type": ["string", "integer"]}, {"type": "string"}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "integer", "required": False}),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"type": "string"}),
        ({"type": "integer", "default": 3}, {"type": "integer", "required": False}),
        ({"type": "array", "items": {"type": "number"}}, {"type": "array", "item": "number"}),
        ({"type": "array", "items": {"enum": ["a"]}}, {"type": "array", "item": "enum", "choices": ("a",)}),
        ({"type": "array"}, {"type": "array", "item": "string"}),
        ({"properties": {}}, {"type": "object", "schema": {"properties": {}}}),
        ({}, {"type": "string"}),
        (True, {"type": "string"}),
        ({"type": "string", "examples": ["x", 1]}, {"type": "string", "examples": ("x", "1")}),
        (
            {"type": "string", "title": "Order", "description": "its number"},
            {"type": "string", "display_name": "Order", "description": "its number"},
        ),
    ],
)
def test_a_property_becomes_a_parameter_of_its_type(rules: Any, expected: dict[str, Any]) -> None:
    assert read_parameter("it", rules, required=True) == Parameter(name="it", **expected)


def test_references_are_followed_wherever_they_stand() -> None:
    schema = {
        "type": "object",
        "required": ["to"],
        "properties": {"to": {"$ref": "#/$defs/Place"}, "via": {"type": "array", "items": {"$ref": "#/$defs/Place"}}},
        "$defs": {
            "Place": {"type": "object", "properties": {"city": {"$ref": "#/$defs/City"}}},
            "City": {"type": "string"},
        },
    }
    to, via = read_parameters(schema)
    assert to.schema == via.schema == {"type": "object", "properties": {"city": {"type": "string"}}}
    assert (to.required, via.required, via.item) == (True, False, "object")


def test_a_schema_that_holds_itself_is_followed_so_far_and_no_further() -> None:
    schema = {
        "properties": {"tree": {"$ref": "#/$defs/Tree"}},
        "$defs": {"Tree": {"type": "object", "properties": {"left": {"$ref": "#/$defs/Tree"}}}},
    }
    (tree,) = read_parameters(schema)
    assert tree.type == "object"
    assert tree.schema["properties"]["left"]["properties"]["left"]["type"] == "object"


def test_a_reference_that_leads_nowhere_stands_for_text() -> None:
    (lost,) = read_parameters({"properties": {"lost": {"$ref": "#/$defs/Nowhere"}}})
    assert lost == Parameter(name="lost", type="string", required=False)
