"""The model of a scenario file: a name, or a map with settings of sampling and of how it is reached."""

from collections.abc import Mapping

from ...engine.domain.values import JSON
from ..scenario import ModelChoice
from .nodes import Node

SAMPLING_KEYS = ("temperature", "top_p", "seed", "max_tokens")
NUMBERS = (*SAMPLING_KEYS, "timeout", "retries", "backoff", "max_concurrent", "requests_per_minute")
TEXTS = ("api_base", "api_version")
KEYS = ("name", *NUMBERS, *TEXTS, "price", "fallbacks")
PRICE_KEYS = ("prompt", "answer", "cached")
A_KEY = "a key belongs in the provider's environment variable (OPENAI_API_KEY, say), not in a file"


def model(node: Node, what: str = "model") -> ModelChoice | None:
    """The model that is named, None where it is not."""
    if not node.is_map:
        name = node.text(f"{what} (a name, or a map with name and settings)")
        return None if name is None else ModelChoice(name=name)
    for key, value in node.entries(what):
        if key.text == "api_key":
            value.problem(A_KEY)
    fields = node.fields(what, (*KEYS, "api_key"), required=("name",))
    name = fields["name"].text("name") if "name" in fields else None
    return ModelChoice(name=name or "", settings=_settings(fields))


def _settings(fields: Mapping[str, Node]) -> dict[str, JSON]:
    found: dict[str, JSON] = {key: fields[key].number(key) for key in NUMBERS if key in fields}
    found |= {key: fields[key].text(key) for key in TEXTS if key in fields}
    if "price" in fields:
        found["price"] = _price(fields["price"])
    if "fallbacks" in fields:
        others = (model(item, "a fallback") for item in fields["fallbacks"].items("fallbacks"))
        found["fallbacks"] = [{"name": other.name, **other.settings} for other in others if other is not None]
    return {key: value for key, value in found.items() if value is not None}


def _price(node: Node) -> dict[str, JSON]:
    """USD for a million tokens."""
    fields = node.fields("price", PRICE_KEYS, required=("prompt", "answer"))
    amounts = {key: fields[key].number(key) for key in PRICE_KEYS if key in fields}
    for key, amount in amounts.items():
        if amount is not None and amount < 0:
            fields[key].problem(f"{key} must be 0 or more USD for a million tokens, not {amount}")
    return {key: amount for key, amount in amounts.items() if amount is not None}
