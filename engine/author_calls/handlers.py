"""Running the code that authors attached to what holds in a turn: side by side, and never to the turn's harm."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from ..asking.asks import side_by_side
from ..author_code.engine_context import Additions, EngineContext
from ..author_code.functions import GuidelineHandler
from ..author_code.hooks import HookedHandler
from ..author_code.response_state import why_it_holds
from ..domain.matches import GuidelineMatch, JourneyMatch
from ..domain.session_changes import SessionNotes, noting
from ..domain.turn import Turn
from ..domain.values import JSON
from ..guard import Fault, guarded
from ..services import Services
from .additions import take_up

SECONDS = 120.0
"""How long an author's code may take before the turn goes on without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerCall:
    """Code of an author's that is to be run: a coroutine function or a plain one."""

    what: str
    """The code in words, for the note that is taken when it breaks."""
    code: Callable[..., Any]
    arguments: tuple[object, ...]
    gives_fields: bool = False
    """Whether what it returns are values for the fields of canned responses."""


def guideline_calls(turn: Turn, handlers: Mapping[str, GuidelineHandler], *, moment: str) -> Iterator[HandlerCall]:
    """The handlers of the guidelines that hold, in order of declaration."""
    context = EngineContext(turn=turn)
    for guideline in turn.active_guidelines:
        if guideline.id in handlers:
            match = GuidelineMatch(id=guideline.id, matched=True, rationale=why_it_holds(turn, guideline.id))
            what = f"the {moment} handler of guideline {guideline.id!r}"
            yield HandlerCall(what=what, code=handlers[guideline.id], arguments=(context, match))


def hooked_guideline_calls(
    turn: Turn, handlers: Mapping[str, Sequence[HookedHandler]], *, moment: str
) -> Iterator[HandlerCall]:
    """The handlers that hooks have for guidelines that hold, in order of declaration."""
    for guideline in turn.active_guidelines if handlers else ():
        match = GuidelineMatch(id=guideline.id, matched=True, rationale=why_it_holds(turn, guideline.id))
        for handler in handlers.get(guideline.id, ()):
            what = f"the {moment} handler of guideline {guideline.id!r} among the hooks"
            yield HandlerCall(what=what, code=handler, arguments=(EngineContext(turn=turn), match))


def hooked_journey_calls(
    turn: Turn, handlers: Mapping[str, Sequence[HookedHandler]], *, moment: str
) -> Iterator[HandlerCall]:
    """The handlers that hooks have for journeys that are active, in order of declaration."""
    for journey in turn.journeys:
        for handler in handlers.get(journey, ()):
            what = f"the {moment} handler of journey {journey!r} among the hooks"
            arguments = (EngineContext(turn=turn), JourneyMatch(journey_id=journey))
            yield HandlerCall(what=what, code=handler, arguments=arguments)


async def run_handlers(turn: Turn, services: Services, *, calls: Iterable[HandlerCall]) -> Turn:
    """Run handlers side by side, all on the same turn.

    Fields that they give are merged in the order of the calls, so that the later one counts. A handler that breaks, or
    takes longer than SECONDS, is a note in the trace.
    """
    due = [_with_room(call) for call in calls]
    results = await side_by_side(_run(call) for call in due)
    for call, result in zip(due, results, strict=True):
        if isinstance(result, Fault):
            turn = turn.note(f"{call.what} broke: {result}")
        elif call.gives_fields and result is not None:
            turn = _with_fields(turn, call, given=result)
        for part in call.arguments:
            if isinstance(part, EngineContext) and part.additions is not None:
                turn = await take_up(turn, services, additions=part.additions, by=call.what)
    return turn


async def _run(call: HandlerCall) -> Any:
    """What a handler gives, or a Fault; what it wants changed about the session is kept with its additions."""
    rooms = [part.additions for part in call.arguments if isinstance(part, EngineContext) and part.additions]
    with noting(rooms[0].notes if rooms else SessionNotes()):
        return await guarded(lambda: call_code(call.code, *call.arguments), what=call.what, seconds=SECONDS)


def _with_room(call: HandlerCall) -> HandlerCall:
    """The call with a context to which its code can add something."""
    arguments = (
        replace(part, additions=Additions()) if isinstance(part, EngineContext) else part for part in call.arguments
    )
    return replace(call, arguments=tuple(arguments))


async def call_code(code: Callable[..., Any], *arguments: object) -> Any:
    """Call an author's function, whether it is a coroutine function or a plain one."""
    result = code(*arguments)
    return await result if inspect.isawaitable(result) else result


def _with_fields(turn: Turn, call: HandlerCall, *, given: object) -> Turn:
    if not isinstance(given, Mapping):
        return turn.note(f"{call.what} gave {type(given).__name__} and not a mapping of fields to values")
    return replace(turn, fields={**turn.fields, **cast("Mapping[str, JSON]", given)})
