"""The model of a scenario file: a name, or a map with settings of sampling and of how it is reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ...engine import DECISIONS
from ...engine.domain.values import JSON
from ..scenario import ModelChoice
from .nodes import Node, near_key

A_KEY = "a key belongs in the provider's environment variable (OPENAI_API_KEY, say), not in a file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A number that a model is asked with: what it says, and what it may be."""

    about: str
    least: float | None = 0
    most: float | None = None
    whole: bool = False
    positive: bool = False
    """Whether it has to be more than `least`."""

    def allows(self, number: float) -> bool:
        """Whether it may be this."""
        if self.least is not None and (number < self.least or (self.positive and number == self.least)):
            return False
        return (self.most is None or number <= self.most) and (not self.whole or number == int(number))

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if self.least is None:
            return kind
        if self.most is not None:
            return f"{kind} from {self.least:g} to {self.most:g}"
        return f"{kind} larger than {self.least:g}" if self.positive else f"{kind}, {self.least:g} or more"


Settings: TypeAlias = Mapping[str, Setting]

NUMBERS: Settings = {
    "temperature": Setting(about="How freely words are chosen; 0 is the likeliest each time."),
    "top_p": Setting(about="Only words that together are this likely are chosen from, 0 to 1.", most=1),
    "seed": Setting(about="For providers that answer equally to equal seeds.", least=None, whole=True),
    "max_tokens": Setting(about="The most tokens that an answer may have.", least=1, whole=True),
    "timeout": Setting(about="Seconds that one try may take (120 where nothing is said).", positive=True),
    "retries": Setting(
        about="Tries after the first, where the provider can't be reached (3 where nothing is said).", whole=True
    ),
    "backoff": Setting(
        about="Seconds before the first retry, doubled for each further one; what the provider says goes first."
    ),
    "max_concurrent": Setting(about="How many requests may be under way at once.", least=1, whole=True),
    "requests_per_minute": Setting(about="How many requests may begin within a minute.", least=1, whole=True),
}
TEXTS: Mapping[str, str] = {
    "api_base": "The address of the provider, where it is another than usual.",
    "api_version": "The version of the provider's interface, where it wants one.",
}
PRICES: Settings = {
    "prompt": Setting(about="USD for a million tokens of prompts."),
    "answer": Setting(about="USD for a million tokens of answers."),
    "cached": Setting(about="USD for a million tokens of prompts that the provider had cached."),
}
KEYS = ("name", *NUMBERS, *TEXTS, "price", "fallbacks", "decisions")


def model(node: Node, what: str = "model", *, known: tuple[str, ...] = KEYS) -> ModelChoice | None:
    """The model that is named, None where it is not."""
    if not node.is_map:
        name = node.text(f"{what} (a name, or a map with name and settings)")
        return None if name is None else ModelChoice(name=name)
    for key, value in node.entries(what):
        if key.text == "api_key":
            value.problem(A_KEY)
    fields = node.fields(what, (*known, "api_key"), required=("name",))
    name = fields["name"].text("name") if "name" in fields else None
    own = _decisions(fields["decisions"]) if "decisions" in fields else {}
    return ModelChoice(name=name or "", settings=_settings(fields), by_decision=own)


def _settings(fields: Mapping[str, Node]) -> dict[str, JSON]:
    found = _numbers(fields, NUMBERS)
    found |= {key: fields[key].text(key) for key in TEXTS if key in fields}
    if "price" in fields:
        prices = fields["price"].fields("price", tuple(PRICES), required=("prompt", "answer"))
        found["price"] = _numbers(prices, PRICES)
    if "fallbacks" in fields:
        others = (model(item, "a fallback", known=OF_ONE) for item in fields["fallbacks"].items("fallbacks"))
        found["fallbacks"] = [{"name": other.name, **other.settings} for other in others if other is not None]
    return {key: value for key, value in found.items() if value is not None}


OF_ONE = tuple(key for key in KEYS if key != "decisions")
"""The keys of a model that answers for another, or one decision alone."""


def _decisions(node: Node) -> dict[str, ModelChoice]:
    """Models of single decisions, by decision."""
    found: dict[str, ModelChoice] = {}
    for key, value in node.entries("decisions"):
        if key.text not in DECISIONS:
            near = near_key(key.text, DECISIONS)
            node.findings.add(key.place, f"{key.text!r} is no decision that a model makes", near=near)
        elif chosen := model(value, f"the model of {key.text}", known=OF_ONE):
            found[key.text] = chosen
    return found


def _numbers(fields: Mapping[str, Node], settings: Settings) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for key, setting in settings.items():
        number = fields[key].number(key) if key in fields else None
        if number is None:
            continue
        if not setting.allows(number):
            fields[key].problem(f"{key} must be {setting}, not {number}")
        found[key] = int(number) if setting.whole and setting.allows(number) else number
    return found
