"""Calling hooks: one after the other, each on the turn as the one before left it, and never to the turn's harm."""

from dataclasses import dataclass, replace
from typing import Any

from ..author_code.engine_context import Additions, EngineContext
from ..author_code.hooks import EngineHook, EngineHookResult, HookPoint
from ..domain.session_changes import noting
from ..domain.trace_code import HookOutcome, HookRan
from ..domain.turn import Turn
from ..guard import Fault, guarded
from ..services import Services
from .additions import take_up
from .handlers import SECONDS, call_code


class Bailed(Exception):  # control flow and no error
    """A hook wants the turn to stop here. The pipeline takes the turn out of it and ends it."""

    def __init__(self, *, turn: Turn, point: HookPoint) -> None:
        super().__init__(f"a hook bailed at {point}")
        self.turn = turn
        self.point: HookPoint = point


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """The turn after the hooks of one point, and whether they let it go on there."""

    turn: Turn
    goes_on: bool = True


async def call_hooks(
    turn: Turn, services: Services, *, point: HookPoint, payload: object = None, exception: Exception | None = None
) -> Passed:
    """Call the hooks of a point up to one that resolves or bails. One that breaks is a note, and the next is called."""
    for hook in services.hooks.at(point):
        additions = Additions()
        context = EngineContext(turn=turn, additions=additions)
        what = f"the {point} hook {name_of(hook)}"
        call = _call(hook, context, payload=payload, exception=exception)
        with noting(additions.notes):
            result = await guarded(lambda call=call: call, what=what, seconds=SECONDS)
        turn = await take_up(turn, services, additions=additions, by=f"hook:{point}")
        turn, outcome = _heard(turn, result, what=what)
        turn = _with_hook(turn, HookRan(round=turn.round, point=point, hook=name_of(hook), outcome=outcome))
        if outcome in ("resolve", "bail"):
            return Passed(turn=turn, goes_on=outcome == "resolve")
    return Passed(turn=turn)


async def _call(hook: EngineHook, context: EngineContext, *, payload: object, exception: Exception | None) -> Any:
    return await call_code(hook, context, payload, exception)


async def pass_hooks(turn: Turn, services: Services, *, point: HookPoint, payload: object = None) -> Turn:
    """Call the hooks of a point at which what comes next may be stopped. Raises Bailed."""
    passed = await call_hooks(turn, services, point=point, payload=payload)
    if not passed.goes_on:
        raise Bailed(turn=passed.turn, point=point)
    return passed.turn


def name_of(code: object) -> str:
    """What an author called a piece of code, without the place where it lies in memory."""
    name = getattr(code, "__qualname__", None) or type(code).__qualname__
    return str(name).rpartition("<locals>.")[2]


def _heard(turn: Turn, result: object, *, what: str) -> tuple[Turn, HookOutcome]:
    """What a hook said; anything that can't be understood counts as CALL_NEXT."""
    match result:
        case EngineHookResult.CALL_NEXT:
            return turn, "call_next"
        case EngineHookResult.RESOLVE:
            return turn, "resolve"
        case EngineHookResult.BAIL:
            return turn, "bail"
        case Fault():
            return turn.note(f"{what} broke: {result}"), "broke"
        case _:
            return turn.note(f"{what} gave {type(result).__name__} and not an EngineHookResult"), "broke"


def _with_hook(turn: Turn, ran: HookRan) -> Turn:
    return replace(turn, trace=replace(turn.trace, hooks=(*turn.trace.hooks, ran)))
