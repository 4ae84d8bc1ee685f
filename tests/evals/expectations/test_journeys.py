"""Expectations of journeys: when they hold, and what is said when they do not."""

import pytest

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import COMPLETED, LEFT, Journey, Path
from understudy.engine.domain.session import Session
from understudy.engine.domain.trace import GuidelineCheck, JourneyMove, JourneyPosition, ResolutionOutcome, Trace
from understudy.evals.expectations.checking import check_conversation, check_turn
from understudy.evals.expectations.journeys import path_fits
from understudy.evals.expectations.kinds import (
    Expectation,
    JourneyActive,
    JourneyAt,
    JourneyEnded,
    JourneyInactive,
    JourneyPath,
)
from understudy.evals.outcome import TurnOutcome
from understudy.evals.scenario import Expected, Place
from understudy.evals.verdict import CheckResult

AGENT = AgentDefinition(
    id="clinic",
    name="Clinic",
    guidelines=(Guideline(id="wants-visit", condition="they want a visit"),),
    journeys=(Journey(id="schedule", title="Schedule", triggers=("wants-visit",)),),
)
SESSION = Session(id="s", agent_id="clinic")


def stands(*path: str, move: JourneyMove | None = None) -> Trace:
    position = JourneyPosition(journey="schedule", active=True, state=path[-1], path=path)
    trigger = GuidelineCheck(round=1, guideline="wants-visit", method="model", matched=True, rationale="a knee hurts")
    return Trace(
        trace_id="t",
        turn=1,
        rounds=1,
        checks=(trigger,),
        resolutions=(ResolutionOutcome(round=1, kind="guideline", id="wants-visit", outcome="kept"),),
        moves=(move,) if move else (),
        journeys=(position,),
    )


def over(marker: str, move: JourneyMove) -> Trace:
    position = JourneyPosition(journey="schedule", active=False, state=None, path=("ask", marker))
    return Trace(trace_id="t", turn=2, rounds=1, moves=(move,), journeys=(position,))


ADVANCED = JourneyMove(
    round=1,
    journey="schedule",
    move="advanced",
    origin="ask",
    target="list-times",
    via=("get-slots",),
    rationale="the reason is known",
    ask="1/journey/1",
)
ELSEWHERE = Trace(
    trace_id="t",
    turn=1,
    rounds=1,
    checks=(
        GuidelineCheck(round=1, guideline="wants-visit", method="model", matched=False, rationale="only small talk"),
    ),
)


def check(expectation: Expectation, *traces: Trace) -> CheckResult:
    """One trace: as expected of a turn; several: of the conversation."""
    place = Place(file="a.yaml", line=1)
    expected = Expected(expectation=expectation, words="what is expected", place=place)
    turns = [TurnOutcome(number=index, step=0, trace=trace) for index, trace in enumerate(traces, start=1)]
    if len(turns) == 1:
        (result,) = check_turn([expected], turns[0], session=SESSION, agent=AGENT)
    else:
        (result,) = check_conversation([expected], turns, session=SESSION, agent=AGENT)
    return result


def test_a_journey_that_is_not_active_is_explained_by_its_triggers() -> None:
    assert check(JourneyActive(journey="schedule"), stands("ask")).verdict == "passed"
    result = check(JourneyActive(journey="schedule"), ELSEWHERE)
    assert result.explanation.splitlines()[0] == (
        "'schedule' is not active: 'wants-visit' was considered and did not match (round 1): only small talk"
    )


def test_a_journey_that_was_dropped_is_explained_by_what_dropped_it() -> None:
    dropped = ResolutionOutcome(
        round=1, kind="journey", id="schedule", outcome="unmet_dependency", counterparts=("is-member",)
    )
    result = check(JourneyActive(journey="schedule"), Trace(trace_id="t", turn=1, rounds=1, resolutions=(dropped,)))
    assert result.explanation.startswith(
        "'schedule' is not active: it was dropped as unmet_dependency (what it depends on does not hold) by 'is-member'"
    )


def test_a_journey_that_is_active_unwanted_is_explained_by_what_triggered_it() -> None:
    assert check(JourneyInactive(journey="schedule"), ELSEWHERE).verdict == "passed"
    result = check(JourneyInactive(journey="schedule"), stands("ask"))
    assert result.explanation.splitlines()[:2] == [
        "'schedule' is active and stands at 'ask'",
        "'wants-visit' fired (round 1): a knee hurts",
    ]


def test_a_state_that_was_not_reached_is_explained_by_where_the_journey_went_and_why() -> None:
    trace = stands("ask", "list-times", move=ADVANCED)
    assert check(JourneyAt(journey="schedule", state="list-times"), trace).verdict == "passed"
    result = check(JourneyAt(journey="schedule", state="confirm"), trace)
    assert result.explanation.splitlines() == [
        "'schedule' stands at 'list-times' (path: ask → list-times)",
        "  advanced from 'ask' to 'list-times' over get-slots (round 1, ask 1/journey/1): the reason is known",
    ]


def test_over_a_conversation_a_journey_is_where_it_stands_in_the_end() -> None:
    turns = (stands("ask"), stands("ask", "confirm"))
    assert check(JourneyAt(journey="schedule", state="confirm"), *turns).verdict == "passed"
    assert check(JourneyAt(journey="schedule", state="ask"), *turns).verdict == "failed"
    assert check(JourneyPath(journey="schedule", path=("ask", "confirm")), *turns).verdict == "passed"


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        (("a", "b"), ("a", "b")),
        (("a", "b"), ("root", "a", "b", COMPLETED)),
        (("a", "b", "a"), ("a", "b", LEFT, "a")),
        (("a", COMPLETED), ("a", COMPLETED)),
        (("root", "a"), ("root", "a")),
        (("a", "…", "d"), ("a", "b", "c", "d")),
        (("a", "...", "d"), ("a", "d")),
        (("…", "b", "…", "b"), ("a", "b", "c", "b")),
        (("…",), ()),
        ((), (LEFT,)),
    ],
)
def test_a_path_fits(expected: tuple[str, ...], path: Path) -> None:
    assert path_fits(expected, path)


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        (("a", "b"), ("a",)),
        (("a",), ("a", "b")),
        (("a", LEFT), ("a", COMPLETED)),
        (("a", "…", "d"), ("a", "b", "c")),
        (("…", "b"), ("b", "c")),
        ((), ("a",)),
    ],
)
def test_a_path_does_not_fit(expected: tuple[str, ...], path: Path) -> None:
    assert not path_fits(expected, path)


def test_a_path_that_does_not_fit_is_shown_beside_the_expected_one() -> None:
    result = check(JourneyPath(journey="schedule", path=("ask", "confirm")), stands("ask", "list-times", move=ADVANCED))
    assert result.explanation.splitlines()[:2] == [
        "'schedule' went ask → list-times",
        "expected ask → confirm",
    ]
    assert "the reason is known" in result.explanation


def test_completed_and_left_are_told_apart() -> None:
    done = JourneyMove(round=1, journey="schedule", move="completed", origin="ask", target=None, rationale="booked")
    turns = (stands("ask"), over(COMPLETED, done))
    assert check(JourneyEnded(journey="schedule", how="completed"), *turns).verdict == "passed"
    assert check(JourneyEnded(journey="schedule", how="completed"), turns[0]).verdict == "failed"
    left = check(JourneyEnded(journey="schedule", how="left"), *turns)
    assert left.explanation.splitlines()[0] == "'schedule' was not left"
    assert "completed from 'ask' (round 1): booked" in left.explanation
