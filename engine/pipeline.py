"""One turn, from the customer's message to the saved state: the stages in their order.

Read `steps` first. Each step takes a turn and gives back a new one; `play_turn` keeps the last one that was reached, so
that a turn always ends with a status, whatever happens on the way.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from time import perf_counter

from .asking import with_asks
from .decisions.decision import StillUndecidedError
from .domain.trace import Failure
from .domain.turn import Turn
from .emission import emit_status
from .errors import ModelError
from .services import Services
from .stages.analyse_response import analyse_response
from .stages.call_tools import call_tools
from .stages.compose_message import compose_message
from .stages.conclude import conclude
from .stages.ground import ground
from .stages.load_context import load_context
from .stages.resolve_relationships import resolve_relationships
from .stages.run_message_handlers import run_message_handlers
from .stages.run_selected_handlers import run_selected_handlers
from .stages.understand import understand


async def steps(turn: Turn, services: Services) -> AsyncIterator[tuple[str, Turn]]:
    """A turn's steps, each with its name."""
    turn = await emit_status(turn, services, status="acknowledged")
    yield "acknowledge", turn
    turn = await load_context(turn, services)
    yield "load_context", turn
    turn = await emit_status(turn, services, status="processing", stage="interpreting")
    while turn.round == 0 or (turn.learned and turn.round < turn.agent.max_engine_iterations):
        turn = next_round(turn)
        turn = await ground(turn, services)
        yield "ground", turn
        turn = await understand(turn, services)
        yield "understand", turn
        turn = await resolve_relationships(turn, services)
        yield "resolve_relationships", turn
        turn = await call_tools(turn, services)
        yield "call_tools", turn
    if turn.unresolved:
        turn = await resolve_relationships(turn, services)
        yield "resolve_relationships", turn
    turn = await run_selected_handlers(turn, services)
    yield "run_selected_handlers", turn
    turn = await compose_message(turn, services)
    yield "compose_message", turn
    turn = await emit_status(turn, services, status="ready", stage="completed")
    yield "ready", turn
    turn = await analyse_response(turn, services)
    yield "analyse_response", turn
    turn = await run_message_handlers(turn, services)
    yield "run_message_handlers", turn
    turn = await conclude(turn, services)
    yield "conclude", turn


def next_round(turn: Turn) -> Turn:
    """The turn at the start of its next round."""
    number = turn.round + 1
    return replace(turn, round=number, trace=replace(turn.trace, rounds=number))


async def play_turn(turn: Turn, services: Services) -> Turn:
    """Play a turn to its end. What goes wrong becomes the trace's failure and an error status; nothing is raised."""
    started = before = perf_counter()
    stages: list[tuple[str, float]] = []
    first_message: float | None = None
    try:
        async for name, reached in steps(turn, services):
            turn, now = reached, perf_counter()
            stages.append((name, now - before))
            before = now
            if turn.trace.said and first_message is None:
                first_message = now - started
    except asyncio.CancelledError:
        raise
    except Exception as error:  # the turn boundary: the customer is told, the trace says what broke
        turn = await fail(turn, services, error=error)
    timing = replace(
        turn.trace.timing, total=perf_counter() - started, first_message=first_message, stages=tuple(stages)
    )
    return replace(turn, trace=replace(turn.trace, timing=timing))


async def fail(turn: Turn, services: Services, *, error: Exception) -> Turn:
    """End a turn that broke: an error status, then ready(completed), and the state of the turn before."""
    if isinstance(error, StillUndecidedError):
        turn = with_asks(turn, [error.record])
    failure = _failure(error)
    turn = replace(turn, trace=replace(turn.trace, failure=failure, state=turn.session.state))
    if "ready:completed" in turn.trace.statuses:  # the customer has been told that the turn is over
        return turn
    turn = await emit_status(turn, services, status="error", detail=failure.message)
    return await emit_status(turn, services, status="ready", stage="completed")


def notes_of(error: Exception) -> Sequence[str]:
    """What was noted on an exception on its way, the newest last."""
    return getattr(error, "__notes__", ())


def _failure(error: Exception) -> Failure:
    match error:
        case StillUndecidedError():
            return Failure(kind="undecided", message=str(error))
        case ModelError():
            return Failure(kind="model_unavailable", message=", ".join([str(error), *notes_of(error)[-1:]]))
        case _:
            return Failure(kind="error", message=f"{type(error).__name__}: {error}")
