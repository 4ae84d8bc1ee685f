"""Running retrievers that are functions of this process."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ..domain.knowledge import RetrieverResult
from ..domain.values import canonical_json
from ..ports import Retrieval


class LocalRetrievers:
    """Runs retrievers by their id; what one raises is raised."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        self._functions = dict(functions)

    async def run(self, retrieval: Retrieval, /) -> RetrieverResult | None:
        """Run a retriever; where it gives back a function, run that once it is settled what holds in the turn.

        Raises TypeError for data that JSON can't hold.
        """
        found = await _called(self._functions[retrieval.retriever.id], retrieval.context)
        if callable(found):
            found = await _called(found, await retrieval.resolved())
        if found is None:
            return None
        result = found if isinstance(found, RetrieverResult) else RetrieverResult(found)
        canonical_json([result.data, result.metadata, result.canned_response_fields, list(result.guidelines)])
        return None if result.is_empty else result


async def _called(function: Callable[..., Any], argument: object) -> Any:
    """What a function gives back, whether it is a coroutine function or a plain one."""
    result = function(argument)
    return await result if inspect.isawaitable(result) else result
