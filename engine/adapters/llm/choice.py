"""From a model's name to the model."""

import difflib
from collections.abc import Mapping
from typing import cast

from ...domain.values import JSON
from ...errors import UnknownNameError
from ...ports import LLM
from .blocked import BlockedModel
from .litellm import LiteLLMModel
from .routing import Fallbacks

BUILT_IN = ("offline", "blocked")
NEAR = 0.8
"""How alike a name must be to one of ours to be taken for a misspelling of it; litellm knows thousands of others."""


def make_llm(name: str, **settings: JSON) -> LLM:
    """The model of that name: "offline", "blocked", else any that litellm knows (openai/gpt-4o-mini).

    Settings are those of LiteLLMModel, and `fallbacks`: models that answer, in order, when this one can't be had. The
    built-in models have none and take no notice of them. Raises UnknownNameError for an unknown setting and for what
    looks like a built-in model misspelt.
    """
    match name:
        case "offline":
            # Its word lists need not be read by those who play on another model.
            from .offline import OfflineModel

            return OfflineModel()
        case "blocked":
            return BlockedModel()
        case _ if not name.strip() or difflib.get_close_matches(name.lower(), BUILT_IN, cutoff=NEAR):
            raise UnknownNameError(kind="model", name=name, known=BUILT_IN)
        case _:
            return _with_fallbacks(name, dict(settings))


def _with_fallbacks(name: str, settings: dict[str, JSON]) -> LLM:
    fallbacks: JSON = settings.pop("fallbacks", None) or []
    model = LiteLLMModel(name, **settings)
    others = cast("list[JSON]", [fallbacks] if isinstance(fallbacks, (str, Mapping)) else list(fallbacks))
    return Fallbacks([model, *map(_named, others)]) if others else model


def _named(given: JSON) -> LLM:
    """A model by its name, or by a mapping of a name and settings."""
    if isinstance(given, Mapping):
        settings = dict(cast("Mapping[str, JSON]", given))
        if isinstance(name := settings.pop("name", None) or settings.pop("model", None), str):
            return make_llm(name, **settings)
    if isinstance(given, str):
        return make_llm(given)
    raise ValueError(f"fallbacks: {given!r} names no model; write its id, or a mapping with a name")
