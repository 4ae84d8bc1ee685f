"""Putting events on a session's timeline, where the customer's side sees them as they happen."""

from dataclasses import replace

from ..domain.session import Event, MessageEvent, Status, StatusEvent
from ..domain.trace_context import Leak
from ..domain.turn import Turn
from ..domain.values import JSON
from ..masking import hide
from ..services import Services

COMPLETED = "completed"
"""The stage of a turn's last status."""


async def emit(turn: Turn, services: Services, *events: Event) -> Turn:
    """Append events under the turn's trace id and show them to the sink."""
    before = len(turn.session.events)
    now = services.clock.now()
    marked = tuple(replace(event, trace_id=turn.trace_id, created=event.created or now) for event in events)
    turn = replace(turn, session=turn.session.with_events(*marked))
    if turn.agent.sensitive:
        turn = without_leaks(turn, before=before)
    for event in turn.session.events[before:]:
        await services.sink.emit(event)
    return turn


def without_leaks(turn: Turn, *, before: int) -> Turn:
    """The turn with sensitive values hidden in the agent's newest messages; each is a leak in the trace."""
    safe: list[Event] = []
    leaks: list[Leak] = []
    for event in turn.session.events[before:]:
        if isinstance(event, MessageEvent) and event.source == "ai_agent":
            text, names = hide(turn.agent.sensitive, event.text)
            draft = hide(turn.agent.sensitive, event.draft)[0] if event.draft else event.draft
            event = replace(event, text=text, draft=draft)
            leaks += [Leak(pattern=name, offset=event.offset) for name in names]
        safe.append(event)
    session = replace(turn.session, events=(*turn.session.events[:before], *safe))
    context = replace(turn.trace.context, leaks=(*turn.trace.context.leaks, *leaks))
    turn = replace(turn, session=session, trace=replace(turn.trace, context=context))
    for leak in leaks:
        turn = turn.note(f"a message was about to hold what was declared sensitive ({leak.pattern}); it was hidden")
    return turn


async def emit_status(turn: Turn, services: Services, *, status: Status, stage: str = "", detail: str = "") -> Turn:
    """Append a status, and note it in the trace as `status` or `status:stage`."""
    event = StatusEvent(status=status, stage=stage, detail=detail, data=_what_held(turn) if stage == COMPLETED else {})
    turn = await emit(turn, services, event)
    return replace(turn, trace=replace(turn.trace, statuses=(*turn.trace.statuses, event.word)))


def _what_held(turn: Turn) -> dict[str, JSON]:
    """The ids of what held when the reply was composed, for who watches the timeline and not the trace."""
    return {
        "guidelines": list(turn.active),
        "journeys": list(turn.journeys),
        "states": [f"{journey.id}/{state.id}" for journey, state in turn.current_states],
    }


class CutShort(Exception):
    """A turn that broke in the middle of something already shown. Control flow: the pipeline takes both out of it."""

    def __init__(self, *, turn: Turn, cause: Exception) -> None:
        super().__init__(str(cause))
        self.turn = turn
        self.cause = cause
