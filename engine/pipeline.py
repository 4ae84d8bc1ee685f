"""One turn, from the customer's message to the saved state: the stages in their order.

Read `steps` first. Each step takes a turn and gives back a new one; `play_turn` keeps the last one that was reached, so
that a turn always ends with a status, whatever happens on the way.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TypeAlias

from .asking.answered import keeping_answers
from .author_calls.hook_calls import Bailed, call_hooks, pass_hooks
from .author_calls.plan_calls import heed_matches, heed_resolved, look_ahead, make_plan
from .domain.turn import Turn
from .ending import Interruption, Shown, abandon, fail, stop
from .observing.audit import keep_audit
from .observing.watching import Watch
from .services import Services
from .stages.analyse_response import analyse_response
from .stages.call_tools import call_tools
from .stages.compose_message import compose_message
from .stages.compress import compress
from .stages.conclude import conclude
from .stages.ground import ground
from .stages.load_context import load_context
from .stages.resolve_relationships import resolve_relationships
from .stages.retrieve import retrieving
from .stages.run_message_handlers import run_message_handlers
from .stages.run_selected_handlers import run_selected_handlers
from .stages.say_preamble import understand_meanwhile
from .stages.understand import understand
from .timeline.emission import CutShort, emit_status

Steps: TypeAlias = Callable[[Turn, Services], AsyncIterator[tuple[str, Turn]]]
"""What a turn goes through: each step with its name and the turn after it."""


async def steps(turn: Turn, services: Services) -> AsyncIterator[tuple[str, Turn]]:
    """A turn's steps, each with its name."""
    turn = await pass_hooks(turn, services, point="on_acknowledging")
    turn = await emit_status(turn, services, status="acknowledged")
    turn = await pass_hooks(turn, services, point="on_acknowledged")
    yield "acknowledge", turn
    turn = await load_context(turn, services)
    yield "load_context", turn
    turn = await compress(turn, services)
    yield "compress", turn
    turn = await pass_hooks(turn, services, point="on_preparing")
    turn, services = await make_plan(turn, services)
    async with retrieving(turn, services) as gather:
        async for name, reached in rounds(turn, services):
            turn = reached
            yield name, turn
        turn = await gather(turn)
        yield "retrieve", turn
    turn = await pass_hooks(turn, services, point="on_generating_messages")
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


async def rounds(turn: Turn, services: Services) -> AsyncIterator[tuple[str, Turn]]:
    """The rounds that prepare a turn's reply: another one while the last one learned something."""
    while turn.goes_on:
        begun = await call_hooks(next_round(turn), services, point="on_preparation_iteration_start")
        turn = begun.turn
        if not begun.goes_on:
            turn = replace(next_round(turn, by=-1), prepared=True)
            yield "begin_round", turn
            break
        turn = await ground(turn, services)
        yield "ground", turn
        async for name, reached in _understood(turn, services):
            turn = reached
            yield name, turn
        turn = await heed_matches(turn, services)
        turn = await resolve_relationships(turn, services)
        turn = await heed_resolved(turn, services)
        yield "resolve_relationships", turn
        turn = await call_tools(turn, services)
        turn = await look_ahead(turn, services)
        turn = replace(turn, prepared=not turn.goes_on)
        ended = await call_hooks(turn, services, point="on_preparation_iteration_end")
        turn = ended.turn if ended.goes_on else replace(ended.turn, prepared=True)
        yield "call_tools", turn
        if not ended.goes_on:
            break
    if turn.unresolved:
        turn = await resolve_relationships(turn, services)
        yield "resolve_relationships", turn


async def _understood(turn: Turn, services: Services) -> AsyncIterator[tuple[str, Turn]]:
    """What the situation calls for; while that is found out for the first time, the customer gets a sign of life."""
    if turn.round == 1:
        async for step in understand_meanwhile(turn, services):
            yield step
    else:
        yield "understand", await understand(turn, services)


def next_round(turn: Turn, *, by: int = 1) -> Turn:
    """The turn at the start of its next round; by -1, of one that was begun and given up."""
    number = turn.round + by
    return replace(turn, round=number, trace=replace(turn.trace, rounds=number))


async def play_turn(
    turn: Turn, services: Services, *, steps: Steps = steps, interruption: Interruption | None = None
) -> Turn:
    """Play a turn to its end. What goes wrong becomes the trace's failure and an error status; nothing is raised."""
    shown = Shown(to=services.sink, interruption=interruption)
    answered = keeping_answers(services.llm)
    services = replace(services, sink=shown, llm=answered)
    watch = Watch(turn)
    if interruption is not None and not interruption.let_begin():
        return await abandon(turn, services)
    try:
        async for name, reached in steps(turn, services):
            turn = reached
            watch.step(name, turn)
    except asyncio.CancelledError:
        if interruption is None or not interruption.has_come():
            raise
        turn = await abandon(answered.caught_up(shown.caught_up(turn)), services)
    except Bailed as bailed:
        turn = await stop(bailed.turn, services, point=bailed.point)
    except CutShort as cut:
        turn = await fail(answered.caught_up(cut.turn), services, error=cut.cause)
    except Exception as error:  # the turn boundary: the customer is told, the trace says what broke
        turn = await fail(answered.caught_up(shown.caught_up(turn)), services, error=error)
    return watch.over(await keep_audit(turn, services))
