"""Retrievers as an author attaches them: to an agent, a guideline, a journey or a state."""

from collections.abc import Callable
from typing import Any, TypeAlias

from ..author_code.engine_context import EngineContext
from ..author_code.given import Given
from ..author_code.retrieval import RetrieverContext
from ..domain.knowledge import Retriever, RetrieverResult, RetrieverScope
from . import kinds
from .checking import checked
from .draft import AgentDraft
from .names import caller, here, readable_id

DeferredRetriever: TypeAlias = Callable[[EngineContext], Given[Any]]
"""What a retriever may give back: a function that is called once it is settled what holds in the turn."""

RetrieverFunction: TypeAlias = Callable[[RetrieverContext], Given[Any]]
"""Gives a RetrieverResult, any JSON value, nothing, or a DeferredRetriever that gives one of these."""


class Retrieves:
    """Something that retrievers can be attached to."""

    __slots__ = ()

    def _retrieves_for(self) -> tuple[AgentDraft, RetrieverScope, str]:
        """The agent in the making, the kind of thing this is, and its id."""
        raise NotImplementedError

    async def attach_retriever(self, retriever: RetrieverFunction, *, id: str | None = None) -> str:
        """Attach code that looks up what the agent should know while this is active; gives its id.

        Its result is known for one turn: RetrieverResult, any JSON value, or None. It may give back a function instead,
        which is called with an EngineContext when it is settled what holds in the turn. Raises ValueError for an id
        that another retriever of the agent has.
        """
        draft, scope, owner = self._retrieves_for()
        return add_retriever(draft, retriever, id=id, scope=scope, owner=owner)


def add_retriever(
    draft: AgentDraft, function: RetrieverFunction, *, id: str | None, scope: RetrieverScope, owner: str
) -> str:
    """Attach a retriever and give its id: the author's, or one made of the function's name."""
    what, given = f"attach_retriever() of {scope} {owner or draft.settings.id!r}", {"retriever": function, "id": id}
    checked(what, given, kinds.RETRIEVER, required=("retriever",))
    name = id if id is not None else readable_id(draft.retrievers, getattr(function, "__name__", "retriever"))
    if name in draft.retrievers:
        made_at = draft.retrievers[name].source
        raise ValueError(here(f"a retriever {name!r} was attached at {made_at}; give this one another id="))
    draft.retrievers[name] = Retriever(id=name, scope=scope, owner=owner, source=caller())
    draft.retriever_code[name] = function
    return name


__all__ = ["DeferredRetriever", "RetrieverContext", "RetrieverFunction", "RetrieverResult", "Retrieves"]
