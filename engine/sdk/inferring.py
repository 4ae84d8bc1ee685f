"""Inferring the properties of an agent's guidelines before its first turn, each definition once."""

import asyncio
import logging
import os
from dataclasses import replace

from ..asking.properties import Inferred, infer
from ..codec import fingerprint
from ..ports import LLM
from .built import BuiltAgent
from .models import ENVIRONMENT, ModelLike, model_name

logger = logging.getLogger("understudy")


async def infer_properties(built: BuiltAgent, *, llm: LLM) -> BuiltAgent:
    """An agent whose guidelines' properties are all known, what their author left open being asked of a model.

    Its asks are called agent/properties/1 and so on. What can't be inferred is left open, with a line in the log.
    """
    inferred = await infer(built.definition, llm=llm)
    for note in inferred.notes:
        logger.warning("agent %r: %s", built.definition.id, note)
    return replace(built, definition=inferred.definition)


class Inference:
    """What a server has inferred of its agents: a definition that comes again is not asked about again."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Inferred] = {}
        self._asking = asyncio.Lock()

    async def of(self, built: BuiltAgent, *, llm: LLM) -> Inferred:
        """The definition with its properties; where something could not be inferred, it is tried again next time."""
        key = (built.model or "", fingerprint(built.definition))
        async with self._asking:
            if key in self._known:
                return replace(self._known[key], records=())
            inferred = await infer(built.definition, llm=llm)
            if not inferred.notes:
                self._known[key] = inferred
            return inferred


def is_wanted(stated: bool | None, *, model: ModelLike | None) -> bool:
    """Whether properties are inferred: as stated, else where a model is named that is not the offline one.

    An object that answers asks is left alone unless its owner says so, for it may not know this question.
    """
    if stated is not None:
        return stated
    named = model_name(model) if model is not None else os.environ.get(ENVIRONMENT)
    return bool(named) and named != "offline"
