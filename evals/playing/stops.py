"""Why a performance ends before its script does: what was missing, whose fault it is, what took too long."""

from dataclasses import dataclass
from typing import Literal

from ...engine.domain.trace import Failure
from ..verdict import InconclusiveReason
from .cast import Cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why a performance ended before its script did."""

    verdict: Literal["failed", "inconclusive"]
    explanation: str
    reason: InconclusiveReason | None = None


def stop_for_want(cast: Cast) -> Stop | None:
    """The stop where something was wanted that is not there or must not be paid for."""
    if missing := cast.missing_stand_ins:
        return Stop(verdict="inconclusive", reason="stand_in_missing", explanation="\n".join(missing))
    if missing := cast.missing_recordings:
        return Stop(verdict="inconclusive", reason="recording_missing", explanation="\n\n".join(missing))
    if refused := cast.over_budget:
        return Stop(verdict="inconclusive", reason="budget", explanation=refused[0])
    return None


def stop_after(failure: Failure | None, cast: Cast) -> Stop | None:
    """The stop after a turn of which nothing can be said, and after which nothing can."""
    if stop := stop_for_want(cast):
        return stop
    if failure and failure.kind == "model_unavailable":
        return Stop(verdict="inconclusive", reason="model_unavailable", explanation=failure.message)
    return None


def too_long(what: str, cast: Cast, *, seconds: float) -> Stop:
    """The stop of something that passed its time limit: the provider's doing, or the agent's own."""
    if waiting := cast.llm.waiting:
        where = f"while the model was asked to decide {waiting[-1]!r}"
        return Stop(verdict="inconclusive", reason="time_limit", explanation=_late(what, seconds=seconds, where=where))
    running = cast.tools.running
    where = f"while the tool {running[-1]!r} ran" if running else "in code of the agent or the engine"
    return Stop(verdict="failed", explanation=_late(what, seconds=seconds, where=where))


def _late(what: str, *, seconds: float, where: str) -> str:
    return f"{what} took longer than its limit of {seconds:g} s and was cut off {where}"
