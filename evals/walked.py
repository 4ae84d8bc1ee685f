"""The ways of a journey that its moves went along, as traces tell of them. Pure."""

from collections.abc import Iterator
from itertools import pairwise

from ..engine.domain.journey import ROOT
from ..engine.domain.trace import JourneyMove, Trace


def chain(move: JourneyMove) -> list[str]:
    """The states of a move that follow each other along transitions."""
    ahead = [*move.via, *([move.target] if move.target is not None else [])]
    match move.move:
        case "started" | "restarted":
            return ahead if ROOT in ahead else [ROOT, *ahead]
        case "advanced" | "skipped" | "completed":
            return ahead if move.origin is None else [move.origin, *ahead]
        case "backtracked":
            return ahead
        case "stayed" | "left":
            return []


def ways_taken(move: JourneyMove) -> Iterator[tuple[str, str]]:
    """The transitions that a move went along, each with the states at its ends."""
    # A chain may name the state it starts from twice, as origin and as the first of the states passed.
    return ((source, target) for source, target in pairwise(chain(move)) if source != target)


def visited(journey: str, trace: Trace) -> set[str]:
    """The states of a journey that a turn entered, passed or stood in."""
    stood = (at.state for at in trace.journeys if at.journey == journey and at.active)
    entered = (state for move in trace.moves if move.journey == journey for state in _entered(move))
    return {state for state in (*stood, *entered) if state is not None}


def _entered(move: JourneyMove) -> list[str]:
    passed = chain(move)
    return passed[1:] if move.move in ("advanced", "skipped", "completed") and move.origin else passed
