"""Expectations of tools, held against traces; each gives None where it holds, else why it does not."""

from collections.abc import Sequence
from typing import assert_never

from ...engine.domain.tool import ToolCall
from .call_explanations import call_text, expected_call_text, why_called, why_not_called, why_not_run
from .evidence import Evidence
from .kinds import (
    ExpectedCall,
    ParameterReported,
    ToolExpectation,
    ToolFailed,
    ToolGaveBack,
    ToolNotCalled,
    ToolsCalled,
    ToolTimes,
)
from .value_tests import all_hold, argument_differences, describe, shown


def tool_failure(expected: ToolExpectation, evidence: Evidence) -> str | None:
    """Why an expectation of tools does not hold."""
    match expected:
        case ToolsCalled():
            return _called(expected, evidence)
        case ToolNotCalled(tool=tool):
            called = evidence.any_turn(lambda trace: tool in trace.tools_called)
            return evidence.turn_by_turn(lambda trace: why_called(trace, tool)) if called else None
        case ToolTimes(tool=tool, times=times):
            count = len(_calls_of(tool, evidence))
            made = f"{tool} was called {count} time{'' if count == 1 else 's'}, expected {times}"
            return None if times.holds(count) else f"{made}\n{_why_called_or_not(tool, evidence)}"
        case ToolFailed(tool=tool):
            if any(call.failed for call in _calls_of(tool, evidence)):
                return None
            return f"no call of {tool} failed\n{_results(tool, evidence)}"
        case ToolGaveBack(tool=tool, tests=tests):
            if any(all_hold(tests, call.result.visible) for call in _calls_of(tool, evidence)):
                return None
            return f"{tool} did not give back {describe(tests)}\n{_results(tool, evidence)}"
        case ParameterReported():
            return _reported(expected, evidence)
        case _:
            assert_never(expected)


def pair(expected: Sequence[ExpectedCall], calls: Sequence[ToolCall], *, exact: bool) -> dict[int, int]:
    """Pair as many expected calls with calls made as can be: index of the one made by index of the expected one."""
    taken: dict[int, int] = {}

    def place(index: int, tried: set[int]) -> bool:
        for number, call in enumerate(calls):
            if number not in tried and _fits(expected[index], call, exact=exact):
                tried.add(number)
                if number not in taken or place(taken[number], tried):
                    taken[number] = index
                    return True
        return False

    for index in range(len(expected)):
        place(index, set())
    return {index: number for number, index in sorted(taken.items())}


def _fits(expected: ExpectedCall, call: ToolCall, *, exact: bool) -> bool:
    differences = argument_differences(expected.arguments, call.arguments, exact=exact)
    return expected.tool == call.tool and next(differences, None) is None


def _called(expected: ToolsCalled, evidence: Evidence) -> str | None:
    calls = tuple(call for trace in evidence.traces for call in trace.calls)
    exact = expected.arguments == "exact"
    pairs = pair(expected.calls, calls, exact=exact)
    made = set(pairs.values())
    spare = [call for number, call in enumerate(calls) if number not in made]
    lines: list[str] = []
    if expected.mode != "subset":
        missed = [each for index, each in enumerate(expected.calls) if index not in pairs]
        lines += [why_not_called(each, spare, evidence=evidence, exact=exact) for each in missed]
    if expected.mode != "superset":
        lines += [f"{call_text(call.tool, call.arguments)} was called and not expected" for call in spare]
    if expected.mode == "strict" and not lines:
        lines += _out_of_order(expected, calls)
    return "\n".join(lines) or None


def _out_of_order(expected: ToolsCalled, calls: Sequence[ToolCall]) -> list[str]:
    exact = expected.arguments == "exact"
    if all(_fits(each, call, exact=exact) for each, call in zip(expected.calls, calls, strict=True)):
        return []
    return [
        f"called in another order: {', '.join(call_text(call.tool, call.arguments) for call in calls)}",
        f"expected: {', '.join(map(expected_call_text, expected.calls))}",
    ]


def _reported(expected: ParameterReported, evidence: Evidence) -> str | None:
    tool, parameter = expected.tool, expected.parameter
    reported = {
        (insight.tool, insight.parameter.name, insight.kind) for trace in evidence.traces for insight in trace.insights
    }
    if (tool, parameter, expected.kind) in reported:
        return None
    return f"{parameter!r} of {tool} was not reported as {expected.kind}\n{_why_called_or_not(tool, evidence)}"


def _calls_of(tool: str, evidence: Evidence) -> tuple[ToolCall, ...]:
    return tuple(call for trace in evidence.traces for call in trace.calls if call.tool == tool)


def _why_called_or_not(tool: str, evidence: Evidence) -> str:
    return evidence.turn_by_turn(
        lambda trace: why_called(trace, tool) or why_not_run(trace, tool, agent=evidence.agent),
    )


def _results(tool: str, evidence: Evidence) -> str:
    calls = _calls_of(tool, evidence)
    if not calls:
        return _why_called_or_not(tool, evidence)
    return "\n".join(f"{call_text(call.tool, call.arguments)} gave {shown(call.result.visible)}" for call in calls)
