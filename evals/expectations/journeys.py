"""Expectations of journeys, held against traces; each gives None where it holds, else why it does not."""

from typing import assert_never

from ...engine.domain.journey import COMPLETED, LEFT, MARKERS, ROOT, Path
from ...engine.domain.trace import Trace
from ..walked import ways_taken
from .evidence import Evidence, path_at
from .explanations import moves_of, path_text, where_it_went, why_active, why_inactive
from .kinds import (
    ANY_STATES,
    JourneyActive,
    JourneyAt,
    JourneyEnded,
    JourneyExpectation,
    JourneyInactive,
    JourneyPath,
    JourneyTook,
)

MARKER_OF = {"completed": COMPLETED, "left": LEFT}


def journey_failure(expected: JourneyExpectation, evidence: Evidence) -> str | None:
    """Why an expectation of journeys does not hold."""
    name = expected.journey
    match expected:
        case JourneyActive():
            active = evidence.any_turn(lambda trace: name in trace.active_journeys)
            explain = evidence.turn_by_turn
            return None if active else explain(lambda trace: why_inactive(trace, name, agent=evidence.agent))
        case JourneyInactive():
            active = evidence.any_turn(lambda trace: name in trace.active_journeys)
            explain = evidence.turn_by_turn
            return explain(lambda trace: why_active(trace, name, agent=evidence.agent)) if active else None
        case JourneyAt():
            at = evidence.last.active_journeys.get(name) if evidence.last else None
            return None if at == expected.state else _where(name, evidence)
        case JourneyPath():
            return _path(expected, evidence)
        case JourneyEnded():
            return _ended(expected, evidence)
        case JourneyTook():
            return _took(expected, evidence)
        case _:
            assert_never(expected)


def path_fits(expected: tuple[str, ...], path: Path) -> bool:
    """Whether a path is the expected one, where `…` stands for any run of states.

    The journey's initial state and the markers of runs that are over count only where the expectation names them.
    """
    silent = {step for step in (ROOT, *MARKERS) if step not in expected}
    return _fits(expected, tuple(step for step in path if step not in silent))


def _fits(expected: tuple[str, ...], path: Path) -> bool:
    # For each state in turn: after which of the expected steps the path may stand; `…` lets it stand still.
    standing = _past_any(expected, {0})
    for state in path:
        moved = {at + 1 for at in standing if at < len(expected) and expected[at] == state}
        stayed = {at for at in standing if at < len(expected) and expected[at] in ANY_STATES}
        standing = _past_any(expected, moved | stayed)
    return len(expected) in standing


def _past_any(expected: tuple[str, ...], standing: set[int]) -> set[int]:
    found = set(standing)
    for at, step in enumerate(expected):
        if at in found and step in ANY_STATES:
            found.add(at + 1)
    return found


def _path(expected: JourneyPath, evidence: Evidence) -> str | None:
    path = _last_path(expected.journey, evidence)
    if path_fits(expected.path, path):
        return None
    went = f"{expected.journey!r} went {path_text(path)}"
    return f"{went}\nexpected {path_text(expected.path)}\n{_moves(expected.journey, evidence)}"


def _last_path(name: str, evidence: Evidence) -> Path:
    return path_at(evidence.last, name) if evidence.last else evidence.session.state.paths.get(name, ())


def _ended(expected: JourneyEnded, evidence: Evidence) -> str | None:
    name = expected.journey

    def ended(trace: Trace) -> bool:
        return any(move.journey == name and move.move == expected.how for move in trace.moves)

    if evidence.any_turn(ended):
        return None
    return f"{name!r} was not {expected.how}\n{_where(name, evidence)}"


def _took(expected: JourneyTook, evidence: Evidence) -> str | None:
    name = expected.journey
    moves = [move for trace in evidence.traces for move in trace.moves if move.journey == name]
    taken = dict.fromkeys(f"{source}->{target}" for move in moves for source, target in ways_taken(move))
    if expected.transition in taken:
        return None
    went = f"it went {', '.join(taken)}" if taken else "it went along none"
    return f"{name!r} did not go {expected.transition}; {went}\n{_moves(name, evidence)}"


def _where(name: str, evidence: Evidence) -> str:
    if not evidence.last:
        return "the agent took no turn"
    return where_it_went(evidence.last, name, agent=evidence.agent)


def _moves(name: str, evidence: Evidence) -> str:
    return evidence.turn_by_turn(lambda trace: "\n".join(moves_of(trace, name)).strip())
