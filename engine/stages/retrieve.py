"""Looking things up for the reply: begun when the context is loaded, waited for before the reply is composed."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeAlias

from ..asking.asks import side_by_side
from ..author_calls.handlers import SECONDS
from ..author_code.engine_context import EngineContext
from ..author_code.retrieval import RetrieverContext
from ..domain.knowledge import Retrieved, Retriever, RetrieverResult
from ..domain.turn import Turn
from ..errors import UnknownNameError
from ..guard import Fault, guarded
from ..logs import EngineLogger
from ..ports import Retrieval
from ..services import Services
from ..transients import Brought, with_transients
from .resolve_relationships import resolve_relationships

Gather: TypeAlias = Callable[[Turn], Awaitable[Turn]]
"""Waits for what was looked up and adds it to a turn."""

Outcome: TypeAlias = RetrieverResult | Fault | None


@asynccontextmanager
async def retrieving(turn: Turn, services: Services) -> AsyncGenerator[Gather]:
    """Start the agent's own retrievers, and give what waits for them. What still runs at the end is stopped."""
    settled: asyncio.Future[EngineContext] = asyncio.get_running_loop().create_future()
    own = [item for item in turn.agent.retrievers if item.scope == "agent"] if services.retrievers else []
    tasks = {item.id: asyncio.ensure_future(_run(turn, services, retriever=item, settled=settled)) for item in own}

    async def gather(reached: Turn) -> Turn:
        return await _gather(reached, services, settled=settled, tasks=tasks)

    try:
        yield gather
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


async def _gather(
    turn: Turn,
    services: Services,
    *,
    settled: asyncio.Future[EngineContext],
    tasks: Mapping[str, asyncio.Future[Outcome]],
) -> Turn:
    """Run the retrievers of what is active, wait for them all, and add what they found in order of declaration."""
    settled.set_result(EngineContext(turn=turn))
    due = [(item, because) for item in turn.agent.retrievers if (because := _because(turn, item)) is not None]
    if services.retrievers is None or not due:
        return turn
    outcomes = await side_by_side(
        _limited(tasks.get(item.id) or _run(turn, services, retriever=item, settled=settled), item) for item, _ in due
    )
    for (item, because), outcome in zip(due, outcomes, strict=True):
        turn = _with_outcome(turn, item, because=because, outcome=outcome)
    if turn.unresolved:
        turn = await resolve_relationships(turn, services)
    return turn


def _because(turn: Turn, retriever: Retriever) -> str | None:
    """For what a retriever runs in this turn; None where it does not."""
    match retriever.scope:
        case "agent":
            return ""
        case "guideline":
            active = retriever.owner in turn.active
        case "journey":
            active = retriever.owner in turn.journeys
        case "state":
            names = (name for journey, state in turn.current_states for name in state.names_in(journey.id))
            active = retriever.owner in names
    return f"{retriever.scope}:{retriever.owner}" if active else None


async def _run(
    turn: Turn, services: Services, *, retriever: Retriever, settled: asyncio.Future[EngineContext]
) -> Outcome:
    runner = services.retrievers
    if runner is None:
        return None
    context = RetrieverContext(
        agent=turn.agent,
        session=turn.session,
        variables={variable.name: variable.value for variable in turn.variables},
        now=services.clock.now(),
        logger=EngineLogger(trace_id=turn.trace_id),
    )
    # The shield keeps a retriever that is given up from taking the others' future with it.
    retrieval = Retrieval(retriever=retriever, context=context, resolved=lambda: _wait(settled))
    return await guarded(lambda: runner.run(retrieval), what=f"retriever {retriever.id!r}")


async def _wait(settled: asyncio.Future[EngineContext]) -> EngineContext:
    return await asyncio.shield(settled)


async def _limited(outcome: Awaitable[Outcome], retriever: Retriever) -> Outcome:
    """Wait for a retriever, from now on for no longer than for any code of an author's."""
    return await guarded(lambda: outcome, what=f"retriever {retriever.id!r}", seconds=SECONDS)


def _with_outcome(turn: Turn, retriever: Retriever, *, because: str, outcome: Outcome) -> Turn:
    """The turn with what a retriever found, or with a note of how it broke."""
    if isinstance(outcome, Fault):
        turn = turn.note(f"retriever {retriever.id!r} broke: {outcome}")
        return _recorded(turn, Retrieved(retriever=retriever.id, because=because, error=str(outcome)))
    found = Retrieved(retriever=retriever.id, because=because, result=outcome)
    if outcome is None:
        return _recorded(turn, found)
    why = f"brought by the retriever {retriever.id}"
    brought = [Brought(by=retriever.id, given=given, why=why) for given in outcome.guidelines]
    try:
        turn = with_transients(turn, brought)
    except (ValueError, UnknownNameError) as problem:
        turn = turn.note(f"retriever {retriever.id!r} gave guidelines that can't be: {problem}")
    responses = dict.fromkeys((*turn.transient_responses, *outcome.canned_responses))
    turn = replace(
        turn,
        retrieved=(*turn.retrieved, found),
        fields={**turn.fields, **outcome.canned_response_fields},
        transient_responses=tuple(responses),
    )
    return _recorded(turn, found)


def _recorded(turn: Turn, found: Retrieved) -> Turn:
    context = replace(turn.trace.context, retrieved=(*turn.trace.context.retrieved, found))
    return replace(turn, trace=replace(turn.trace, context=context))
