"""How a turn ends that does not reach its end: it broke, or the customer had more to say."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .author_calls.hook_calls import call_hooks
from .author_code.hooks import HookPoint
from .domain.session import Event, MessageEvent, StatusEvent, ToolEvent, is_of_reply
from .domain.trace import Failure, Said, Trace
from .domain.turn import Turn
from .errors import ModelError, UndecidedError
from .ports import EventSink
from .services import Services
from .stages.conclude import conclude
from .timeline.emission import emit_status
from .timeline.noting import with_changes_of_calls


@dataclass(slots=True, kw_only=True)
class Shown:
    """Takes the events of one turn on their way to the customer's side, and keeps them.

    What a stage showed before it was cut off is then not lost with it, and no offset is given twice.
    """

    to: EventSink
    interruption: "Interruption | None" = None
    events: dict[int, Event] = field(default_factory=dict[int, Event])

    async def emit(self, event: Event, /) -> None:
        """Keep an event in its newest form, and hand it on."""
        self.events[event.offset] = event
        if self.interruption is not None and is_of_reply(event):
            self.interruption.is_too_late = True
        await self.to.emit(event)

    def caught_up(self, turn: Turn) -> Turn:
        """The turn with the events that were shown since it was last given back."""
        known = turn.session.events[-1].offset if turn.session.events else -1
        missed = tuple(self.events[offset] for offset in sorted(self.events) if offset > known)
        session = replace(turn.session, events=(*turn.session.events, *missed))
        caught = replace(turn, session=session, trace=_with_missed(turn.trace, missed))
        return with_changes_of_calls(caught, caught.trace.calls[len(turn.trace.calls) :])


def _with_missed(trace: Trace, missed: Sequence[Event]) -> Trace:
    """The trace with what a stage did before it was cut off."""
    calls = [call for event in missed if isinstance(event, ToolEvent) for call in event.calls]
    statuses = [event.word for event in missed if isinstance(event, StatusEvent)]
    messages = [event for event in missed if isinstance(event, MessageEvent)]
    said = [Said(text=event.text, canned=event.canned, tool=event.metadata.get("said_by_tool")) for event in messages]
    return replace(
        trace,
        calls=(*trace.calls, *(call for call in calls if call not in trace.calls)),
        statuses=(*trace.statuses, *statuses),
        said=(*trace.said, *said),
    )


class Interruption:
    """Lets the customer's next message end a turn, as long as the reply to the last one has not begun to go out."""

    def __init__(self) -> None:
        self.is_too_late = False
        self._is_wanted = False
        self._task: asyncio.Task[Any] | None = None

    def ask_for(self) -> None:
        """End the turn, if that can still be done: at once, or as soon as it begins."""
        if self.is_too_late or self._is_wanted:
            return
        self._is_wanted = True
        if self._task is not None:
            self._task.cancel()

    def let_begin(self) -> bool:
        """Whether the turn may begin, in the task that calls: nobody wants it to end yet."""
        self._task = asyncio.current_task()
        return not self._is_wanted

    def has_come(self) -> bool:
        """Whether the cancellation that was just caught was asked for here, and nobody else wants one."""
        return self._is_wanted and self._task is not None and self._task.uncancel() == 0


async def abandon(turn: Turn, services: Services) -> Turn:
    """End a turn to which the customer added something: cancelled, then ready(completed), the state as it was."""
    turn = replace(turn, trace=replace(turn.trace, state=turn.session.state))
    turn = await emit_status(turn, services, status="cancelled")
    return await emit_status(turn, services, status="ready", stage="completed")


async def stop(turn: Turn, services: Services, *, point: HookPoint) -> Turn:
    """End a turn that a hook ended: the agent keeps silent, and what was done until then is saved."""
    turn = replace(turn, trace=replace(turn.trace, bailed=point))
    turn = await emit_status(turn, services, status="ready", stage="completed")
    if turn.round == 0:
        return replace(turn, trace=replace(turn.trace, state=turn.session.state))
    return await conclude(turn, services)


async def fail(turn: Turn, services: Services, *, error: Exception) -> Turn:
    """End a turn that broke: an error status unless a hook bails, then ready(completed), and the state as it was."""
    failure = _failure(error)
    turn = replace(turn, trace=replace(turn.trace, failure=failure, state=turn.session.state))
    passed = await call_hooks(turn, services, point="on_error", exception=error)
    turn = passed.turn
    if "ready:completed" in turn.trace.statuses:  # the customer has been told that the turn is over
        return turn
    if passed.goes_on:
        turn = await emit_status(turn, services, status="error", detail=failure.message)
    return await emit_status(turn, services, status="ready", stage="completed")


def notes_of(error: Exception) -> Sequence[str]:
    """What was noted on an exception on its way, the newest last."""
    return getattr(error, "__notes__", ())


def _failure(error: Exception) -> Failure:
    match error:
        case UndecidedError():
            return Failure(kind="undecided", message=str(error))
        case ModelError():
            return Failure(kind="model_unavailable", message=", ".join([str(error), *notes_of(error)[-1:]]))
        case _:
            return Failure(kind="error", message=f"{type(error).__name__}: {error}")
