"""The JSON Schema of scenario files, made of the key tables that the loader reads by."""

import json

from ...engine.domain.values import JSON
from . import expectation_keys as expected
from . import keys, models
from .shapes import ANYTHING, PLACEHOLDER, TEXT, Key, Keys, Shape, either, keyed, listed, number

DRAFT = "http://json-schema.org/draft-07/schema#"
TITLE = "Scenarios of Understudy"
MODEL: Keys = {
    "name": Key(about="The model's name: offline, or one such as openai/gpt-4o.", shape=TEXT),
    **{name: Key(about=f"The setting {name}.", shape=number()) for name in models.NUMBERS},
    **{name: Key(about=f"The setting {name}.", shape=TEXT) for name in models.TEXTS},
    "price": Key(
        about="USD for a million tokens.",
        shape=keyed(
            {name: Key(about=f"USD for a million tokens: {name}.", shape=number(0)) for name in models.PRICE_KEYS},
            required=["prompt", "answer"],
        ),
    ),
    "fallbacks": Key(about="Models that are asked where this one can't be reached.", shape=listed(keys.MODEL)),
}


def schema() -> JSON:
    """The schema of a scenario file, and of a shared beginning."""
    return {
        "$schema": DRAFT,
        "title": TITLE,
        "anyOf": [
            dict(keyed(keys.FILE, required=["agent", "scenarios"])),
            dict(keyed(keys.BEGINNING, required=["script"])),
        ],
        "$defs": {name: dict(shape) for name, shape in _definitions().items()},
    }


def schema_text() -> str:
    """The schema as it is written to its file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _definitions() -> dict[str, Shape]:
    groups = expected.GROUPS
    return {
        "model": keyed(MODEL, required=["name"]),
        "defaults": keyed(keys.DEFAULTS),
        "customer": keyed(keys.CUSTOMER),
        "scenario": keyed(keys.SCENARIO, required=["name", "script"]),
        "start": keyed(keys.START),
        "tools": keys.STAND_INS,
        "step": keyed(keys.STEP, only_one=keys.ACTIONS),
        "expect": keyed({**groups, "guidelines": _late(groups["guidelines"])}),
        "expect_turn": keyed(groups),
        "expect_guidelines": keyed(expected.GUIDELINES),
        "expect_guidelines_ever": keyed({**expected.GUIDELINES, **expected.OVER_THE_CONVERSATION}),
        "expect_journeys": keyed(expected.JOURNEYS),
        "expect_reply": keyed(expected.REPLY),
        "expect_session": keyed(expected.SESSION),
        "expect_usage": keyed(expected.USAGE),
        "expect_tools": keyed(expected.TOOLS),
        "bound": either({"type": "number"}, PLACEHOLDER, keyed(expected.LIMITS)),
        "value_test": ANYTHING,
    }


def _late(key: Key) -> Key:
    return Key(about=key.about, shape={"$ref": "#/$defs/expect_guidelines_ever"})
