"""Expectations of tools: when they hold, and what is said when they do not."""

import pytest

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import Journey, State, Transition
from understudy.engine.domain.session import Session
from understudy.engine.domain.tool import Insight, Parameter, Tool, ToolCall, ToolResult
from understudy.engine.domain.trace import GuidelineCheck, RejectedCall, ToolOffered, ToolWithheld, Trace
from understudy.evals.expectations.checking import check_conversation, check_turn
from understudy.evals.expectations.kinds import (
    CallMode,
    Expectation,
    ExpectedCall,
    ParameterReported,
    ToolFailed,
    ToolGaveBack,
    ToolNotCalled,
    ToolsCalled,
    ToolTimes,
)
from understudy.evals.expectations.value_tests import Bound, EqualTo, Like
from understudy.evals.outcome import TurnOutcome
from understudy.evals.scenario import Expected, Place
from understudy.evals.verdict import CheckResult

TIME = Parameter(name="time", type="string")
AGENT = AgentDefinition(
    id="clinic",
    name="Clinic",
    guidelines=(Guideline(id="wants-slots", condition="they ask when", action="say", tools=("slots",)),),
    journeys=(
        Journey(
            id="schedule",
            title="Schedule",
            states=(State(id="root", kind="initial"), State(id="book-it", kind="tool", tools=("book",))),
            transitions=(Transition(source="root", target="book-it"),),
        ),
    ),
    tools=(Tool(id="slots"), Tool(id="book", parameters=(TIME,)), Tool(id="spare")),
)
QUIET = Trace(trace_id="t", turn=1, rounds=1)


def call(tool: str, *, error: str | None = None, data: object = None, **arguments: object) -> ToolCall:
    result = ToolResult(data, error=error)
    return ToolCall(id=f"1/{tool}/1", tool=tool, arguments=arguments, result=result, because=("guideline:wants-slots",))


def made(*calls: ToolCall) -> Trace:
    return Trace(trace_id="t", turn=1, rounds=1, calls=calls)


def calls(*names: str, mode: CallMode = "superset") -> ToolsCalled:
    return ToolsCalled(calls=tuple(ExpectedCall(tool=name) for name in names), mode=mode)


def check(expectation: Expectation, *traces: Trace) -> CheckResult:
    """One trace: as expected of a turn; several: of the conversation."""
    expected = Expected(expectation=expectation, words="what is expected", place=Place(file="a.yaml", line=1))
    turns = [TurnOutcome(number=index, step=0, trace=trace) for index, trace in enumerate(traces, start=1)]
    session = Session(id="s", agent_id="clinic")
    if len(turns) == 1:
        (result,) = check_turn([expected], turns[0], session=session, agent=AGENT)
    else:
        (result,) = check_conversation([expected], turns, session=session, agent=AGENT)
    return result


@pytest.mark.parametrize(
    ("mode", "expected", "verdict"),
    [
        ("superset", ["slots"], "passed"),
        ("superset", ["book", "slots"], "passed"),
        ("superset", ["slots", "slots"], "failed"),
        ("subset", ["slots", "book", "spare"], "passed"),
        ("subset", ["slots"], "failed"),
        ("unordered", ["book", "slots"], "passed"),
        ("unordered", ["slots"], "failed"),
        ("unordered", ["slots", "book", "spare"], "failed"),
        ("strict", ["slots", "book"], "passed"),
        ("strict", ["book", "slots"], "failed"),
    ],
)
def test_calls_are_compared_as_the_mode_says(mode: CallMode, expected: list[str], verdict: str) -> None:
    assert check(calls(*expected, mode=mode), made(call("slots"), call("book", time="9"))).verdict == verdict


def test_no_call_can_be_expected() -> None:
    assert check(calls(mode="strict"), QUIET).verdict == "passed"
    result = check(calls(mode="strict"), made(call("book", time="9")))
    assert result.explanation == "book(time='9') was called and not expected"


def test_calls_are_paired_so_that_as_many_expected_ones_as_can_be_are_met() -> None:
    tuesday = ExpectedCall(tool="book", arguments=(("time", (Like(phrase="Tuesday"),)),))
    expected = ToolsCalled(calls=(ExpectedCall(tool="book"), tuesday), mode="unordered")
    trace = made(call("book", time="Tuesday"), call("book", time="Monday"))
    assert check(expected, trace).verdict == "passed"


def test_a_call_with_other_arguments_is_shown_as_a_difference() -> None:
    expected = ExpectedCall(
        tool="book", arguments=(("time", (Like(phrase="Tuesday"),)), ("doctor", (EqualTo(value="Ho"),)))
    )
    result = check(ToolsCalled(calls=(expected,)), made(call("book", time="Monday 2 PM", doctor="Ho")))
    assert result.explanation.splitlines() == [
        "book was called with other arguments:",
        "  time: expected a text like 'Tuesday', was 'Monday 2 PM'",
    ]


def test_exact_arguments_allow_no_others() -> None:
    expected = ExpectedCall(tool="book", arguments=(("time", (EqualTo(value="9"),)),))
    trace = made(call("book", time="9", seats=2))
    assert check(ToolsCalled(calls=(expected,)), trace).verdict == "passed"
    result = check(ToolsCalled(calls=(expected,), arguments="exact"), trace)
    assert "  seats: not expected, was 2" in result.explanation


def test_a_call_in_another_order_is_shown_beside_the_expected_order() -> None:
    result = check(calls("book", "slots", mode="strict"), made(call("slots"), call("book", time="9")))
    assert result.explanation.splitlines() == [
        "called in another order: slots(), book(time='9')",
        "expected: book(), slots()",
    ]


def test_a_call_expected_once_more_than_it_was_made_is_told_so() -> None:
    assert check(calls("slots", "slots"), made(call("slots"))).explanation == (
        "slots() was not called once more: there was 1 call of it"
    )


def test_a_tool_that_was_rejected_is_explained_by_the_reason() -> None:
    rejected = RejectedCall(round=1, tool="book", arguments={"time": "9"}, reason="no time was agreed", ask="1/tools/1")
    result = check(calls("book"), Trace(trace_id="t", turn=1, rounds=1, rejected=(rejected,)))
    assert result.explanation.splitlines() == [
        "book() was not called",
        "book(time='9') was considered and rejected (round 1, ask 1/tools/1): no time was agreed",
    ]


def test_a_tool_whose_parameters_are_missing_or_invalid_is_explained_by_them() -> None:
    insights = (
        Insight(kind="missing", tool="book", parameter=TIME),
        Insight(kind="invalid", tool="book", parameter=TIME, value="noon-ish", problem="not a time"),
    )
    trace = Trace(trace_id="t", turn=1, rounds=1, insights=insights)
    assert check(calls("book"), trace).explanation.splitlines()[1:] == [
        "book could not run: 'time' is missing",
        "book could not run: 'time' can't be 'noon-ish' (not a time)",
    ]
    assert check(ParameterReported(tool="book", parameter="time", kind="missing"), trace).verdict == "passed"
    assert check(ParameterReported(tool="book", parameter="time", kind="invalid"), trace).verdict == "passed"


def test_a_tool_that_was_offered_and_not_proposed_is_told_so() -> None:
    offered = ToolOffered(round=1, tool="slots", because=("guideline:wants-slots",))
    result = check(calls("slots"), Trace(trace_id="t", turn=1, rounds=1, offered=(offered,)))
    assert "slots was offered (because of guideline:wants-slots), and no call was proposed" in result.explanation


def test_a_tool_that_was_withheld_is_explained_by_the_reason() -> None:
    withheld = ToolWithheld(round=1, tool="slots", because=("guideline:wants-slots",), reason="it takes 'write'")
    result = check(calls("slots"), Trace(trace_id="t", turn=1, rounds=1, withheld=(withheld,)))
    assert "slots was not offered: it takes 'write'" in result.explanation


def test_a_tool_that_was_not_offered_is_explained_by_what_would_have_offered_it() -> None:
    no_match = GuidelineCheck(round=1, guideline="wants-slots", method="model", matched=False, rationale="small talk")
    by_guideline = check(calls("slots"), Trace(trace_id="t", turn=1, rounds=1, checks=(no_match,)))
    assert by_guideline.explanation.splitlines()[1:] == [
        "slots was not offered",
        "  'wants-slots' was considered and did not match (round 1): small talk",
    ]
    by_state = check(calls("book"), QUIET).explanation
    assert "the state 'book-it' of 'schedule' runs it; that journey is not active" in by_state
    assert "no guideline and no state of the agent offers it" in check(calls("spare"), QUIET).explanation
    assert "the agent has no tool 'bok'; did you mean 'book'?" in check(calls("bok"), QUIET).explanation


def test_a_tool_that_was_called_unwanted_is_explained_by_what_offered_it() -> None:
    assert check(ToolNotCalled(tool="book"), made(call("slots"))).verdict == "passed"
    assert check(ToolNotCalled(tool="slots"), made(call("slots", day=1))).explanation == (
        "called slots(day=1), because of guideline:wants-slots"
    )


def test_calls_are_counted_over_the_turns_asked_of() -> None:
    turns = (made(call("slots")), made(call("slots")))
    twice = ToolTimes(tool="slots", times=Bound(at_least=2, at_most=2))
    assert check(twice, *turns).verdict == "passed"
    result = check(twice, turns[0])
    assert result.explanation.splitlines()[0] == "slots was called 1 time, expected exactly 2"
    assert check(ToolTimes(tool="book", times=Bound(at_most=0)), *turns).verdict == "passed"


def test_failure_and_result_are_those_of_any_call() -> None:
    trace = made(call("slots", error="calendar is down"), call("book", data={"ok": True}))
    assert check(ToolFailed(tool="slots"), trace).verdict == "passed"
    assert check(ToolFailed(tool="book"), trace).explanation.splitlines() == [
        "no call of book failed",
        'book() gave {"ok":true}',
    ]
    assert check(ToolGaveBack(tool="book", tests=(EqualTo(value={"ok": True}),)), trace).verdict == "passed"
    assert 'slots() gave {"error":"calendar is down"}' in (
        check(ToolGaveBack(tool="slots", tests=(Like(phrase="free"),)), trace).explanation
    )
