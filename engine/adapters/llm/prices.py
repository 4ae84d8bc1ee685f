# pyright: basic
"""What answers cost: as somebody said, else as litellm's own list has it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...domain.ask import Ask, Usage
from ...domain.values import JSON

MILLION = 1_000_000
BYTES_PER_TOKEN = 3
"""Of a prompt, on the safe side: English has four letters to a token, other scripts one or two to three bytes."""
UNKNOWN_ANSWER = 16_384
"""Tokens that an answer may have where nobody says how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """USD for one token."""

    prompt: float
    answer: float
    cached: float | None = None
    """Of a prompt that the provider had in its cache; None is the price of any other."""

    def of(self, usage: Usage) -> float:
        """What an answer cost."""
        cached = self.prompt if self.cached is None else self.cached
        fresh = usage.prompt_tokens - usage.cached_tokens
        cost = fresh * self.prompt + usage.cached_tokens * cached + usage.answer_tokens * self.answer
        return round(cost, 12)  # a stored cost should not end in the noise of binary fractions


def price_from(given: JSON, *, model: str) -> Price | None:
    """A price as it is written in settings: USD for a million tokens. Raises ValueError for what is none."""
    if given is None:
        return None
    known = {"prompt", "answer", "cached"}
    fits = isinstance(given, Mapping) and {"prompt", "answer"} <= set(given) <= known
    if not fits or not all(_is_amount(amount) for amount in given.values()):
        raise ValueError(
            f"model {model!r}: price is {given!r}; write USD for a million tokens of prompt and of answer, "
            "and if it differs of cached prompt: {prompt: 0.15, answer: 0.6, cached: 0.075}"
        )
    return Price(**{name: amount / MILLION for name, amount in given.items()})


def listed_price(model: str, *, litellm: Any) -> Price | None:
    """The price in litellm's list."""
    listed = _listed(model, litellm=litellm)
    prompt, answer = listed.get("input_cost_per_token"), listed.get("output_cost_per_token")
    if prompt is None or answer is None:
        return None
    return Price(prompt=prompt, answer=answer, cached=listed.get("cache_read_input_token_cost"))


def longest_answer(model: str, *, litellm: Any) -> int:
    """How many tokens an answer of a model may have."""
    listed = _listed(model, litellm=litellm)
    return listed.get("max_output_tokens") or UNKNOWN_ANSWER


def most_tokens(ask: Ask) -> int:
    """An estimate of a prompt's tokens that is rather too high, the schema included."""
    size = len(ask.prompt.encode("utf-8", "surrogatepass")) + len(str(ask.schema).encode("utf-8", "surrogatepass"))
    return math.ceil(size / BYTES_PER_TOKEN)


def _listed(model: str, *, litellm: Any) -> Mapping[str, Any]:
    costs: Mapping[str, Mapping[str, Any]] = litellm.model_cost
    return costs.get(model) or costs.get(model.partition("/")[2]) or {}


def _is_amount(amount: object) -> bool:
    return isinstance(amount, (int, float)) and not isinstance(amount, bool) and amount >= 0
