"""Expectations held against what happened: a verdict on each, and for one that failed the engine's side of it.

Pure: everything is read from traces, the session and the agent's definition. Every expectation is looked at.
"""

from collections.abc import Mapping, Sequence
from typing import assert_never

from ...engine.domain.agent import AgentDefinition
from ...engine.domain.session import Session
from ..outcome import TurnOutcome
from ..scenario import Expected
from ..verdict import CheckResult
from .code import CodeAnswer, CodeHolds
from .evidence import Evidence
from .explanations import failure_text
from .guidelines import guideline_failure
from .journeys import journey_failure
from .kinds import (
    Expectation,
    GuidelineApplied,
    GuidelineConsidered,
    GuidelineDropped,
    GuidelineFired,
    GuidelineNotFired,
    GuidelinesInOrder,
    GuidelinesOnly,
    JourneyActive,
    JourneyAt,
    JourneyEnded,
    JourneyInactive,
    JourneyPath,
    JourneyTook,
    ParameterReported,
    ReplyCanned,
    ReplyEquals,
    ReplyMatches,
    ReplyMentions,
    ReplyNotMatches,
    ReplyNotMentions,
    ReplyWas,
    ReplyWords,
    SessionLabelled,
    SessionMetadata,
    SessionModeIs,
    SessionVariable,
    ToolFailed,
    ToolGaveBack,
    ToolNotCalled,
    ToolsCalled,
    ToolTimes,
    UsageWithin,
)
from .outside import KeptSecret, OutsideExpectation, ReplyJudged, ReplySimilar, SimulationReached, SimulationTurns
from .replies import reply_failure, session_failure, usage_failure
from .tools import tool_failure

NO_ANSWERS: Mapping[str, CodeAnswer] = {}
FAILED = CodeAnswer(verdict="failed")
UNASKED = CodeAnswer(verdict="inconclusive", explanation="the check was not called")


def check_turn(
    expected: Sequence[Expected],
    turn: TurnOutcome,
    *,
    session: Session,
    agent: AgentDefinition,
    answers: Mapping[str, CodeAnswer] = NO_ANSWERS,
) -> tuple[CheckResult, ...]:
    """A verdict on each thing expected of a turn; `session` is the session after it."""
    evidence = Evidence(turns=(turn,), session=session, agent=agent, answers=answers)
    return tuple(_checked(each, evidence, number=turn.number) for each in expected)


def check_conversation(
    expected: Sequence[Expected],
    turns: Sequence[TurnOutcome],
    *,
    session: Session,
    agent: AgentDefinition,
    answers: Mapping[str, CodeAnswer] = NO_ANSWERS,
) -> tuple[CheckResult, ...]:
    """A verdict on each thing expected of a whole conversation; `session` is the session at its end."""
    evidence = Evidence(turns=tuple(turns), session=session, agent=agent, answers=answers)
    return tuple(_checked(each, evidence, number=None) for each in expected)


def why_it_fails(expectation: Expectation, evidence: Evidence) -> str | None:
    """Why an expectation does not hold, None where it does."""
    match expectation:
        case (
            GuidelineFired() | GuidelineNotFired() | GuidelinesOnly() | GuidelineConsidered() | GuidelineDropped()
            | GuidelineApplied() | GuidelinesInOrder()
        ):  # fmt: skip
            return guideline_failure(expectation, evidence)
        case JourneyActive() | JourneyInactive() | JourneyAt() | JourneyPath() | JourneyEnded() | JourneyTook():
            return journey_failure(expectation, evidence)
        case ToolsCalled() | ToolNotCalled() | ToolTimes() | ToolFailed() | ToolGaveBack() | ParameterReported():
            return tool_failure(expectation, evidence)
        case (
            ReplyEquals() | ReplyMentions() | ReplyNotMentions() | ReplyMatches() | ReplyNotMatches() | ReplyCanned()
            | ReplyWas() | ReplyWords()
        ):  # fmt: skip
            return reply_failure(expectation, evidence)
        case SessionModeIs() | SessionLabelled() | SessionMetadata() | SessionVariable():
            return session_failure(expectation, evidence)
        case UsageWithin():
            return usage_failure(expectation, evidence)
        case CodeHolds() | ReplyJudged() | ReplySimilar() | KeptSecret() | SimulationReached() | SimulationTurns():
            answer = evidence.answers.get(expectation.asked, UNASKED)
            return None if answer.verdict == "passed" else answer.explanation
        case _:
            assert_never(expectation)


def _checked(expected: Expected, evidence: Evidence, *, number: int | None) -> CheckResult:
    failure = why_it_fails(expected.expectation, evidence)
    answer = _answer(expected.expectation, evidence)
    return CheckResult(
        expectation=expected.words,
        verdict="passed" if failure is None else answer.verdict,
        reason=answer.reason,
        turn=number,
        explanation="" if failure is None else _with_errors(failure, evidence),
        place=str(expected.place),
    )


def _answer(expectation: Expectation, evidence: Evidence) -> CodeAnswer:
    """What to make of what does not hold: it failed, unless somebody outside was asked and could not tell."""
    if not isinstance(expectation, OutsideExpectation):
        return FAILED
    return evidence.answers.get(expectation.asked, UNASKED)


def _with_errors(failure: str, evidence: Evidence) -> str:
    # An error that ended a turn explains more than what did not come of it, wherever it is not told already.
    errors = [text for turn in evidence.turns if (text := failure_text(turn.trace)) and text not in failure]
    return "\n".join([failure, *errors])
