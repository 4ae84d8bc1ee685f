"""Why a tool was not called, or called otherwise than expected, read from traces."""

from collections.abc import Iterator, Mapping, Sequence

from ...engine.domain.agent import AgentDefinition
from ...engine.domain.tool import Insight, ToolCall
from ...engine.domain.trace import Trace
from ...engine.domain.values import JSON
from ...engine.errors import closest
from .evidence import Evidence
from .explanations import ended_early, where_decided, why_not_fired
from .kinds import ExpectedCall
from .value_tests import argument_differences, describe, shown


def expected_call_text(expected: ExpectedCall) -> str:
    """An expected call on one line."""
    arguments = ", ".join(f"{name}={describe(tests)}" for name, tests in expected.arguments)
    return f"{expected.tool}({arguments})"


def call_text(tool: str, arguments: Mapping[str, JSON]) -> str:
    """A call on one line."""
    return f"{tool}({', '.join(f'{name}={shown(value)}' for name, value in arguments.items())})"


def why_called(trace: Trace, tool: str) -> str:
    """With what a tool was called and what offered it; empty where it was not called."""
    return "\n".join(_made(call) for call in trace.calls if call.tool == tool)


def why_not_called(expected: ExpectedCall, spare: Sequence[ToolCall], *, evidence: Evidence, exact: bool) -> str:
    """Why an expected call was not made; `spare` are the calls that stand for no other expected one."""
    header = f"{expected_call_text(expected)} was not called"
    if others := [call for call in spare if call.tool == expected.tool]:
        nearest = min((tuple(_differences(expected, call, exact=exact)) for call in others), key=len)
        return "\n".join([f"{expected.tool} was called with other arguments:", *(f"  {line}" for line in nearest)])
    times = sum(trace.tools_called.count(expected.tool) for trace in evidence.traces)
    if times:
        return f"{header} once more: there {'was 1 call' if times == 1 else f'were {times} calls'} of it"
    return f"{header}\n{evidence.turn_by_turn(lambda trace: why_not_run(trace, expected.tool, agent=evidence.agent))}"


def why_not_run(trace: Trace, tool: str, *, agent: AgentDefinition) -> str:
    """Why a tool was not called in a turn: rejected, not possible, not proposed, not offered."""
    reasons = [*_rejected(trace, tool), *(_insight(each) for each in trace.insights if each.tool == tool)]
    if reasons:
        return "\n".join(reasons)
    offers = [offer for offer in trace.offered if offer.tool == tool]
    if offers:
        because = f" (because of {', '.join(offers[-1].because)})" if offers[-1].because else ""
        return f"{tool} was offered{because}, and no call was proposed{ended_early(trace)}"
    withheld = [each.reason for each in trace.withheld if each.tool == tool]
    if withheld:
        return f"{tool} was not offered: {withheld[-1]}"
    return "\n".join([f"{tool} was not offered", *(f"  {why}" for why in _why_not_offered(trace, tool, agent=agent))])


def _made(call: ToolCall) -> str:
    because = f", because of {', '.join(call.because)}" if call.because else ""
    return f"called {call_text(call.tool, call.arguments)}{because}"


def _differences(expected: ExpectedCall, call: ToolCall, *, exact: bool) -> Iterator[str]:
    return argument_differences(expected.arguments, call.arguments, exact=exact)


def _rejected(trace: Trace, tool: str) -> Iterator[str]:
    for each in trace.rejected:
        if each.tool == tool:
            where = where_decided(each.round, each.ask)
            yield f"{call_text(tool, each.arguments)} was considered and rejected{where}: {each.reason}"


def _insight(insight: Insight) -> str:
    name = insight.parameter.name
    problem = f" ({insight.problem})" if insight.problem else ""
    if insight.kind == "missing":
        return f"{insight.tool} could not run: {name!r} is missing{problem}"
    return f"{insight.tool} could not run: {name!r} can't be {insight.value!r}{problem}"


def _why_not_offered(trace: Trace, tool: str, *, agent: AgentDefinition) -> Iterator[str]:
    if agent.tool(tool) is None:
        near = closest(tool, [each.id for each in agent.tools])
        yield f"the agent has no tool {tool!r}" + (f"; did you mean {near!r}?" if near else "")
        return
    offered = False
    for guideline in agent.guidelines:
        if tool in guideline.tools:
            offered = True
            yield why_not_fired(trace, guideline.id, agent=agent) or f"{guideline.id!r} fired{ended_early(trace)}"
    for journey in agent.journeys:
        for state in (each.id for each in journey.states if tool in each.tools):
            offered = True
            at = trace.active_journeys.get(journey.id)
            stands = (
                f"stands at {at!r}"
                if at
                else "is not active"
                if journey.id not in trace.active_journeys
                else "has not begun"
            )
            yield f"the state {state!r} of {journey.id!r} runs it; that journey {stands}"
    if not offered:
        yield "no guideline and no state of the agent offers it"
