"""Watching a turn being played: how long its steps take, and what the log is told of each."""

from dataclasses import replace
from time import perf_counter

from ..domain.trace import Trace
from ..domain.turn import Turn
from .turn_log import log_step


class Watch:
    """Keeps the times of one turn, and writes to the log what each step brought."""

    def __init__(self, turn: Turn) -> None:
        self._started = self._before = perf_counter()
        self._stages: list[tuple[str, float]] = []
        self._first_message: float | None = None
        # What is in the trace at the start, such as what moderation found, is news too.
        self._logged = replace(turn, trace=Trace(trace_id=turn.trace_id, turn=turn.trace.turn))

    def step(self, name: str, turn: Turn) -> None:
        """A step is over."""
        now = perf_counter()
        self._stages.append((name, now - self._before))
        if turn.trace.said and self._first_message is None:
            streamed = turn.trace.timing.first_message  # from the start of its stage
            self._first_message = (now if streamed is None else self._before + streamed) - self._started
        self._before = now
        self._log(turn)

    def over(self, turn: Turn) -> Turn:
        """The turn with its times, when all steps are over."""
        self._log(turn)
        timing = replace(
            turn.trace.timing,
            total=perf_counter() - self._started,
            first_message=self._first_message,
            stages=tuple(self._stages),
        )
        return replace(turn, trace=replace(turn.trace, timing=timing))

    def _log(self, turn: Turn) -> None:
        log_step(self._logged, turn)
        self._logged = turn
