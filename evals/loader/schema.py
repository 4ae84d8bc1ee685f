"""The JSON Schema of scenario files, made of the key tables that the loader reads by."""

import json

from ...engine import DECISIONS
from ...engine.domain.values import JSON
from . import expectation_keys as expected
from . import keys, models
from .shapes import ANYTHING, PLACEHOLDER, TEXT, Key, Keys, Shape, either, keyed, some

DRAFT = "http://json-schema.org/draft-07/schema#"
TITLE = "Scenarios of Understudy"


def _numbers(settings: models.Settings) -> Keys:
    return {name: Key(about=setting.about, shape=_bounded(setting)) for name, setting in settings.items()}


def _bounded(setting: models.Setting) -> Shape:
    bounds: dict[str, JSON] = {}
    if setting.least is not None:
        bounds["exclusiveMinimum" if setting.positive else "minimum"] = setting.least
    if setting.most is not None:
        bounds["maximum"] = setting.most
    return {"type": "integer" if setting.whole else "number", **bounds}


PRICE: Keys = _numbers(models.PRICES)
MODEL: Keys = {
    "name": Key(about="The model's name: offline, or one such as openai/gpt-4o.", shape=TEXT),
    **_numbers(models.NUMBERS),
    **{name: Key(about=about, shape=TEXT) for name, about in models.TEXTS.items()},
    "price": Key(
        about="What it costs, where litellm's list does not say or is wrong.",
        shape=keyed(PRICE, required=["prompt", "answer"]),
    ),
    "fallbacks": Key(
        about="Models that are asked, in order, where this one can't be reached.", shape=some(keys.ONE_MODEL)
    ),
    "decisions": Key(
        about="Models for single decisions, by decision (draft, match, …); this one makes all others.",
        shape=keyed({name: Key(about=f"The model that decides {name}.", shape=keys.ONE_MODEL) for name in DECISIONS}),
    ),
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
        "one_model": keyed({name: MODEL[name] for name in models.OF_ONE}, required=["name"]),
        "defaults": keyed(keys.DEFAULTS),
        "customer": keyed(keys.CUSTOMER),
        "scenario": keyed(keys.SCENARIO, required=["name", "script"]),
        "start": keyed(keys.START),
        "tools": keys.STAND_INS,
        "step": keyed(keys.STEP, only_one=keys.ACTIONS),
        "expect": keyed({**groups, "guidelines": _late(groups["guidelines"])}),
        "expect_turn": keyed({name: key for name, key in groups.items() if name not in expected.OF_ALL}),
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
