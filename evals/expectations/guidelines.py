"""Expectations of guidelines, held against traces; each gives None where it holds, else why it does not."""

from typing import assert_never

from ...engine.domain.trace import Trace
from .evidence import Evidence
from .explanations import why_dropped, why_fired, why_not_considered, why_not_fired
from .kinds import (
    GuidelineApplied,
    GuidelineConsidered,
    GuidelineDropped,
    GuidelineExpectation,
    GuidelineFired,
    GuidelineNotFired,
    GuidelinesInOrder,
    GuidelinesOnly,
)


def guideline_failure(expected: GuidelineExpectation, evidence: Evidence) -> str | None:
    """Why an expectation of guidelines does not hold."""
    match expected:
        case GuidelineFired(guideline=name):
            fired = evidence.any_turn(lambda trace: name in trace.fired)
            return None if fired else _not_fired(name, evidence)
        case GuidelineNotFired(guideline=name):
            fired = evidence.any_turn(lambda trace: name in trace.fired)
            return _fired(name, evidence) if fired else None
        case GuidelineConsidered(guideline=name):
            considered = evidence.any_turn(lambda trace: name in trace.considered)
            explain = evidence.turn_by_turn
            return None if considered else explain(lambda trace: why_not_considered(trace, name, agent=evidence.agent))
        case GuidelineDropped():
            return _dropped(expected, evidence)
        case GuidelineApplied(guideline=name):
            return _applied(name, evidence)
        case GuidelinesOnly():
            return _only(expected, evidence)
        case GuidelinesInOrder():
            return _in_order(expected, evidence)
        case _:
            assert_never(expected)


def _not_fired(name: str, evidence: Evidence) -> str:
    return evidence.turn_by_turn(lambda trace: why_not_fired(trace, name, agent=evidence.agent))


def _fired(name: str, evidence: Evidence) -> str:
    return evidence.turn_by_turn(lambda trace: why_fired(trace, name))


def _dropped(expected: GuidelineDropped, evidence: Evidence) -> str | None:
    name = expected.guideline
    if evidence.any_turn(lambda trace: trace.dropped.get(name) == expected.reason):
        return None
    return evidence.turn_by_turn(
        lambda trace: (
            why_dropped(trace, name) or why_fired(trace, name) or why_not_fired(trace, name, agent=evidence.agent)
        )
    )


def _applied(name: str, evidence: Evidence) -> str | None:
    if evidence.any_turn(lambda trace: name in trace.followed or name in trace.state.applied):
        return None
    return evidence.turn_by_turn(lambda trace: _why_not_applied(trace, name, evidence=evidence))


def _why_not_applied(trace: Trace, name: str, *, evidence: Evidence) -> str:
    if name in trace.not_followed:
        return f"{name!r} fired, but the reply did not do what it says"
    if name in trace.fired:
        return f"{name!r} fired, but whether the reply did what it says was not looked at"
    return why_not_fired(trace, name, agent=evidence.agent)


def _only(expected: GuidelinesOnly, evidence: Evidence) -> str | None:
    fired = tuple(dict.fromkeys(name for trace in evidence.traces for name in trace.fired))
    lacking = [name for name in expected.guidelines if name not in fired]
    unwanted = [name for name in fired if name not in expected.guidelines]
    if not lacking and not unwanted:
        return None
    missed = [f"did not fire: {_not_fired(name, evidence)}" for name in lacking]
    return "\n".join([*missed, *(f"not expected: {_fired(name, evidence)}" for name in unwanted)])


def _in_order(expected: GuidelinesInOrder, evidence: Evidence) -> str | None:
    turn = 0
    for name in expected.guidelines:
        later = [index for index in range(turn, len(evidence.turns)) if name in evidence.turns[index].trace.fired]
        if not later:
            return "\n".join([_where_order_breaks(name, evidence), *_when_fired(expected, evidence)])
        turn = later[0]
    return None


def _where_order_breaks(name: str, evidence: Evidence) -> str:
    if evidence.any_turn(lambda trace: name in trace.fired):
        return f"{name!r} did not fire after those before it"
    return _not_fired(name, evidence)


def _when_fired(expected: GuidelinesInOrder, evidence: Evidence) -> list[str]:
    lines: list[str] = []
    for name in dict.fromkeys(expected.guidelines):
        turns = [str(turn.number) for turn in evidence.turns if name in turn.trace.fired]
        lines.append(f"  {name!r} fired in turn {', '.join(turns)}" if turns else f"  {name!r} never fired")
    return lines
