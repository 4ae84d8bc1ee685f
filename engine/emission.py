"""Putting events on a session's timeline, where the customer's side sees them as they happen."""

from dataclasses import replace

from .domain.session import Event, Status, StatusEvent
from .domain.turn import Turn
from .services import Services


async def emit(turn: Turn, services: Services, *events: Event) -> Turn:
    """Append events under the turn's trace id and show them to the sink."""
    before = len(turn.session.events)
    marked = tuple(replace(event, trace_id=turn.trace_id) for event in events)
    turn = replace(turn, session=turn.session.with_events(*marked))
    for event in turn.session.events[before:]:
        await services.sink.emit(event)
    return turn


async def emit_status(turn: Turn, services: Services, *, status: Status, stage: str = "", detail: str = "") -> Turn:
    """Append a status, and note it in the trace as `status` or `status:stage`."""
    turn = await emit(turn, services, StatusEvent(status=status, stage=stage, detail=detail))
    word = f"{status}:{stage}" if stage else status
    return replace(turn, trace=replace(turn.trace, statuses=(*turn.trace.statuses, word)))
