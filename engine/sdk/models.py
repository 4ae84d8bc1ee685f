"""Which model answers when code opens a conversation: the one named, else UNDERSTUDY_MODEL, else the offline model."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..adapters.llm.blocked import BlockedModel
from ..adapters.llm.choice import make_llm
from ..adapters.llm.routing import ByDecision
from ..decisions.catalogue import NAMES
from ..errors import UnknownNameError
from ..ports import LLM

ModelLike: TypeAlias = LLM | str | Mapping[str, Any]
"""An object that answers asks, a name such as "offline" or "openai/gpt-4o", or a mapping of a name and settings."""

Restriction = Literal["any", "named_offline"]

ENVIRONMENT = "UNDERSTUDY_MODEL"

logger = logging.getLogger("understudy")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedModel:
    """A model as code named it. Its settings may hold a key, so they are shown nowhere."""

    name: str
    """Its id, or for an object of the author's own what it calls itself."""
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, compare=False)
    llm: LLM | None = field(default=None, repr=False, compare=False)
    """The object, where it was no name that was given."""


class _Restricted:
    """What this process allows; a test run allows only what can't cost anything."""

    to: Restriction = "any"


def restrict_models(to: Restriction) -> None:
    """Allow any model in this process, or only offline and scripted ones that were named."""
    _Restricted.to = to


def choose_model(model: ModelLike | None, models: Mapping[str, ModelLike] | None = None) -> LLM:
    """The model to use for what code named, which may be nothing; decisions may have models of their own."""
    chosen = _chosen(model)
    return ByDecision(chosen, {name: _chosen(own) for name, own in models.items()}) if models else chosen


def named_model(model: ModelLike | None) -> NamedModel | None:
    """What code named, None where it named nothing. Raises ValueError for a mapping without a name."""
    if model is None:
        return None
    if isinstance(model, str):
        return NamedModel(name=model)
    if isinstance(model, Mapping):
        settings = configured(model)
        return NamedModel(name=str(settings.pop("name")), settings=settings)
    own = getattr(model, "model", None)
    return NamedModel(name=own if isinstance(own, str) else type(model).__name__, llm=model)


def configured(config: Mapping[str, Any]) -> dict[str, Any]:
    """A model and its settings with the model under `name`, where it may also stand under `model`.

    Raises ValueError where it stands nowhere.
    """
    settings = dict(config)
    name = settings.pop("model", None) or settings.get("name")
    if not isinstance(name, str):
        shown = ", ".join(map(repr, settings)) or "nothing"
        raise ValueError(f"a model's settings need its name beside {shown}: {{'model': 'openai/gpt-4o', ...}}")
    return {**settings, "name": name}


def check_decisions(models: Mapping[str, ModelLike], *, place: str = "") -> dict[str, ModelLike]:
    """Models by decision. Raises UnknownNameError for a decision that there is not."""
    for name in models:
        if name not in NAMES:
            raise UnknownNameError(kind="decision", name=name, known=NAMES, place=place)
    return dict(models)


def model_name(model: ModelLike | None) -> str | None:
    """What code named, as text; None where it named nothing or an object of its own."""
    if isinstance(model, Mapping):
        return str(configured(model)["name"])
    return model if isinstance(model, str) else None


def _chosen(model: ModelLike | None) -> LLM:
    named = model if model is not None else os.environ.get(ENVIRONMENT) or None
    if named is None:
        return _default()
    if isinstance(named, str):
        return _allowed(named, {})
    if isinstance(named, Mapping):
        settings = configured(named)
        return _allowed(str(settings.pop("name")), settings)
    return named


def _default() -> LLM:
    if _Restricted.to == "named_offline":
        return BlockedModel()
    logger.warning("no model was named (model=, %s): the offline model answers, by rules", ENVIRONMENT)
    return make_llm("offline")


def _allowed(name: str, settings: dict[str, Any]) -> LLM:
    if _Restricted.to == "named_offline" and name != "offline":
        return BlockedModel()
    return make_llm(name, **settings)
