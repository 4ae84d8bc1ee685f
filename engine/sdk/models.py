"""Which model answers when code opens a conversation: the one named, else UNDERSTUDY_MODEL, else the offline model."""

import logging
import os
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from ..adapters.llm.blocked import BlockedModel
from ..adapters.llm.choice import make_llm
from ..ports import LLM

ModelLike: TypeAlias = LLM | str | Mapping[str, Any]
"""An object that answers asks, a name such as "offline" or "openai/gpt-4o", or a mapping of a name and settings."""

Restriction = Literal["any", "named_offline"]

ENVIRONMENT = "UNDERSTUDY_MODEL"

logger = logging.getLogger("understudy")


class _Restricted:
    """What this process allows; a test run allows only what can't cost anything."""

    to: Restriction = "any"


def restrict_models(to: Restriction) -> None:
    """Allow any model in this process, or only offline and scripted ones that were named."""
    _Restricted.to = to


def choose_model(model: ModelLike | None) -> LLM:
    """The model to use for what code named, which may be nothing."""
    named = model if model is not None else os.environ.get(ENVIRONMENT) or None
    if named is None:
        return _default()
    if isinstance(named, str):
        return _allowed(named, {})
    if isinstance(named, Mapping):
        settings = dict(named)
        return _allowed(str(settings.pop("name")), settings)
    return named


def model_name(model: ModelLike | None) -> str | None:
    """What code named, as text; None where it named nothing or an object of its own."""
    if isinstance(model, Mapping):
        return str(model["name"])
    return model if isinstance(model, str) else None


def _default() -> LLM:
    if _Restricted.to == "named_offline":
        return BlockedModel()
    logger.warning("no model was named (model=, %s): the offline model answers, by rules", ENVIRONMENT)
    return make_llm("offline")


def _allowed(name: str, settings: dict[str, Any]) -> LLM:
    if _Restricted.to == "named_offline" and name != "offline":
        return BlockedModel()
    return make_llm(name, **settings)
