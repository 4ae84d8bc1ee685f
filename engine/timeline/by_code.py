"""Putting on the timeline what an author's code emitted, in the agent's name and marked as that code's."""

from dataclasses import replace

from ..domain.session import CustomEvent, Event, MessageEvent, StatusEvent
from ..domain.trace import Said
from ..domain.turn import Turn
from ..services import Services
from .emission import emit, emit_status


async def put(turn: Turn, services: Services, *, event: Event, by: str) -> Turn:
    """The turn with an event of an author's code on its timeline."""
    match event:
        case MessageEvent():
            return await _say(turn, services, text=event.text, by=by)
        case StatusEvent():
            return await emit_status(turn, services, status=event.status, stage=event.stage, detail=event.detail)
        case CustomEvent():
            return await emit(turn, services, event)
        case _:
            return turn


async def release_held(turn: Turn, services: Services) -> Turn:
    """The turn with what waited for the reply to be out."""
    held, turn = turn.held, replace(turn, held=())
    for by, event in held:
        turn = await put(turn, services, event=event, by=by)
    return turn


async def _say(turn: Turn, services: Services, *, text: str, by: str) -> Turn:
    message = MessageEvent(
        source="ai_agent",
        text=text,
        participant=turn.agent.name,
        participant_id=turn.agent.id,
        metadata={"said_by_tool": by},
    )
    before = len(turn.session.events)
    turn = await emit(turn, services, message)
    shown = turn.session.events[before]
    said = Said(text=shown.text if isinstance(shown, MessageEvent) else text, tool=by)
    return replace(turn, trace=replace(turn.trace, said=(*turn.trace.said, said)))
