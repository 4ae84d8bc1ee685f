"""What is shown at the desk: a turn with its decisions, and why something did or did not happen in it."""

from collections.abc import Iterator

from ...engine import TurnResult, UnknownNameError
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.tool import ToolCall
from ...engine.domain.trace import ResolutionOutcome, Trace
from ..expectations.call_explanations import call_text, why_called, why_not_run
from ..expectations.explanations import where_it_went, why_fired, why_not_canned, why_not_fired
from ..expectations.value_tests import shown


def turn_lines(result: TurnResult) -> Iterator[str]:
    """What the agent said, and what it decided."""
    trace = result.trace
    for said in trace.said:
        yield f"agent: {said.text}"
    if not trace.statuses and not trace.said:
        yield "(an operator has the session, so the agent does not answer; /auto hands it back)"
        return
    if not trace.said:
        yield "(the agent said nothing)"
    for label, text in _facts(trace):
        yield f"    {label:<8} {text}"


def why(name: str, trace: Trace, *, agent: AgentDefinition) -> str:
    """Why a guideline, journey, tool or canned response was or was not part of a turn. Raises UnknownNameError."""
    if agent.guideline(name):
        return why_fired(trace, name) or why_not_fired(trace, name, agent=agent)
    if agent.journey(name):
        return where_it_went(trace, name, agent=agent)
    if agent.tool(name):
        return why_called(trace, name) or why_not_run(trace, name, agent=agent)
    responses = [response.id for response in agent.canned_responses]
    if name in responses:
        chosen = trace.composition is not None and trace.composition.chosen == name
        return f"{name!r} was chosen" if chosen else why_not_canned(trace, name)
    parts = (agent.guidelines, agent.journeys, agent.tools)
    known = [part.id for kind in parts for part in kind]
    raise UnknownNameError(kind="guideline, journey, tool or canned response", name=name, known=[*known, *responses])


def _facts(trace: Trace) -> Iterator[tuple[str, str]]:
    for flagged in trace.context.flagged:
        yield "flagged", ", ".join(flagged.tags)
    yield "fired", ", ".join(trace.fired) or "nothing"
    if trace.dropped:
        yield "dropped", ", ".join(_drop(trace, name) for name in trace.dropped)
    for journey, state in trace.active_journeys.items():
        yield "journey", f"{journey} at {state or 'no state'}"
    for move in trace.moves:
        if move.move in ("completed", "left"):
            yield "journey", f"{move.journey} {move.move}"
    for call in trace.calls:
        yield "called", f"{call_text(call.tool, call.arguments)} → {_given_back(call)}"
    for insight in trace.insights:
        yield insight.kind, f"{insight.tool}: {insight.parameter.name}"
    for note in trace.notes:
        yield "note", note
    yield "asks", _asks(trace)


def _drop(trace: Trace, name: str) -> str:
    def is_it(each: ResolutionOutcome) -> bool:
        return each.kind == "guideline" and each.id == name

    last = next(each for each in reversed(trace.resolutions) if is_it(each))
    by = f" by {', '.join(last.counterparts)}" if last.counterparts else ""
    return f"{name} ({last.outcome}{by})"


def _given_back(call: ToolCall) -> str:
    return f"failed: {call.result.error}" if call.failed and call.result.error else shown(call.result.visible)


def _asks(trace: Trace) -> str:
    usage = [ask.usage for ask in trace.asks]
    tokens = sum(each.prompt_tokens + each.answer_tokens for each in usage)
    cost = sum(each.cost for each in usage)
    spent = [f"{tokens} tokens"] if tokens else []
    spent += [f"{cost:.4f} USD"] if cost else []
    return ", ".join([str(len(trace.asks)), *spent])
