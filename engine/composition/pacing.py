"""What the agent's policy on perceived performance says: its answers, or those of no policy where it breaks."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..author_code.engine_context import EngineContext
from ..author_code.perceived_performance import PerceivedPerformancePolicy
from ..domain.turn import Turn
from ..guard import Fault, guarded
from ..services import Services

T = TypeVar("T")

SECONDS = 30.0
"""How long a policy may take to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Generic[T]):
    """What a policy answered; the turn has a note where it broke."""

    turn: Turn
    value: T


async def ask_policy(
    turn: Turn,
    services: Services,
    *,
    question: Callable[[PerceivedPerformancePolicy, EngineContext], Awaitable[T]],
    otherwise: T,
) -> Told[T]:
    """Ask the policy something about the turn as it stands."""
    policy, context = services.code.wording.performance, EngineContext(turn=turn)
    what = f"the perceived-performance policy {type(policy).__name__}"
    answer = await guarded(lambda: question(policy, context), what=what, seconds=SECONDS)
    if isinstance(answer, Fault):
        return Told(turn=turn.note(f"{what} broke: {answer}"), value=otherwise)
    return Told(turn=turn, value=answer)


async def pause(services: Services, seconds: float, *, until: "asyncio.Task[Turn] | None" = None) -> None:
    """Wait, but no longer than until a task is done."""
    if seconds <= 0:
        return
    if until is None:
        await services.sleeper.pause(seconds)
        return
    await first_of(lambda: services.sleeper.pause(seconds), task=until)


async def first_of(waiting: Callable[[], Coroutine[None, None, None]], *, task: "asyncio.Task[Turn]") -> bool:
    """Wait for either; whether the waiting was over while the task was still under way."""
    if task.done():
        return False
    timer = asyncio.ensure_future(waiting())
    try:
        await asyncio.wait({timer, task}, return_when=asyncio.FIRST_COMPLETED)
        return timer.done() and not task.done()
    finally:
        timer.cancel()
        await asyncio.gather(timer, return_exceptions=True)
