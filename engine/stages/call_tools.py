"""Offering tools, deciding which to call with what, and calling them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter

from ..asking import ask_id, next_ordinal, side_by_side, with_asks
from ..decisions.decision import Decided, decide
from ..decisions.tools import TOOLS, ToolsAnswer, ToolVerdict
from ..domain.facts import ToolFacts, ToolOffer
from ..domain.modes import SessionMode
from ..domain.session import ToolEvent
from ..domain.tool import ToolCall, ToolResult
from ..domain.trace import RejectedCall, Timing, ToolOffered
from ..domain.turn import Turn
from ..domain.values import JSON, canonical_json
from ..emission import emit
from ..ports import ToolInvocation
from ..proposals import Approved, Proposal, Screened, screen
from ..services import Services
from ..situation import situation


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """A tool on offer, with the guidelines and states behind it."""

    offer: ToolOffer
    because: tuple[str, ...]


async def call_tools(turn: Turn, services: Services) -> Turn:
    """Call the tools that the active guidelines and current states ask for, as far as their arguments are known."""
    offers = _offers(turn)
    if not offers:
        return replace(turn, latest=(), learned=False)
    offered = tuple(ToolOffered(round=turn.round, tool=item.offer.tool.id, because=item.because) for item in offers)
    turn = replace(turn, trace=replace(turn.trace, offered=(*turn.trace.offered, *offered)))
    turn, proposals = await _propose(turn, services, offers=[item.offer for item in offers])
    screened = screen(proposals, made=turn.calls)
    turn = _with_screened(turn, screened, tools={item.offer.tool.id for item in offers})
    return await _run(turn, services, screened=screened, offers=offers)


def _offers(turn: Turn) -> list[_Offer]:
    """Every tool once, with all that speaks for it; what was offered before only when it could now fare better."""
    spent = {(item.tool, reason) for item in turn.trace.offered for reason in item.because}
    lacking = {insight.tool for insight in turn.insights} if turn.learned else set[str]()
    found: list[_Offer] = []
    for tool in turn.agent.tools:
        because, reasons, must_run = _reasons(turn, tool.id)
        fresh = any((tool.id, reason) not in spent for reason in because)
        if because and (fresh or tool.id in lacking):
            offer = ToolOffer(tool=tool, reasons=reasons, must_run=must_run)
            found.append(_Offer(offer=offer, because=because))
    return found


def _reasons(turn: Turn, tool: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """What speaks for a tool: ids, the same in words, and whether a journey stands in a state that must run it."""
    guidelines = [guideline for guideline in turn.active_guidelines if tool in guideline.tools]
    states = [
        (journey, state)
        for journey, state in turn.current_states
        if state.kind == "tool" and tool in state.tools and not _has_run(turn, tool, state=f"{journey.id}/{state.id}")
    ]
    because = [f"guideline:{guideline.id}" for guideline in guidelines]
    because += [f"state:{journey.id}/{state.id}" for journey, state in states]
    words = [" -> ".join(part for part in (item.condition, item.action) if part) for item in guidelines]
    words += [f"{journey.title}: {state.action or f'run {tool}'}" for journey, state in states]
    return tuple(because), tuple(words), bool(states)


def _has_run(turn: Turn, tool: str, *, state: str) -> bool:
    return any(call.tool == tool and f"state:{state}" in call.because for call in turn.calls)


async def _propose(turn: Turn, services: Services, *, offers: Sequence[ToolOffer]) -> tuple[Turn, list[Proposal]]:
    """Which calls to make: harmless tools without parameters at once, the rest as asks decide."""
    plain = [offer for offer in offers if not offer.tool.parameters and not offer.tool.consequential]
    asked = [offer for offer in offers if offer not in plain]
    groups = [[offer for offer in asked if not offer.tool.consequential]]
    groups += [[offer] for offer in asked if offer.tool.consequential]
    numbered = enumerate((group for group in groups if group), start=next_ordinal(turn, TOOLS.name))
    decided = await side_by_side(_ask(turn, services, offers=group, ordinal=number) for number, group in numbered)
    turn = with_asks(turn, [item.record for item in decided])
    proposals = [Proposal(tool=offer.tool) for offer in plain]
    by_id = {offer.tool.id: offer for offer in asked}
    for item in decided:
        proposals += [_proposal(by_id[verdict.tool], verdict=verdict, ask=item.ask) for verdict in item.answer.tools]
    order = {offer.tool.id: index for index, offer in enumerate(offers)}
    return turn, sorted(proposals, key=lambda proposal: order[proposal.tool.id])


async def _ask(turn: Turn, services: Services, *, offers: Sequence[ToolOffer], ordinal: int) -> Decided[ToolsAnswer]:
    facts = ToolFacts(situation=situation(turn), offers=tuple(offers))
    name = ask_id(turn, TOOLS.name, ordinal=ordinal)
    return await decide(TOOLS, facts, llm=services.llm, ask_id=name, settings=services.settings)


def _proposal(offer: ToolOffer, *, verdict: ToolVerdict, ask: str) -> Proposal:
    return Proposal(
        tool=offer.tool,
        should_run=verdict.should_run,
        calls=tuple(verdict.calls),
        fixed=offer.fixed,
        evidence=verdict.evidence,
        ask=ask,
    )


def _with_screened(turn: Turn, screened: Screened, *, tools: set[str]) -> Turn:
    """The turn with refusals in its trace; what was known to be lacking of these tools gives way to what is now."""
    rejected = tuple(
        RejectedCall(round=turn.round, tool=item.tool, arguments=item.arguments, reason=item.reason, ask=item.ask)
        for item in screened.refused
    )
    insights = (*(insight for insight in turn.insights if insight.tool not in tools), *screened.insights)
    trace = replace(turn.trace, rejected=(*turn.trace.rejected, *rejected), insights=insights)
    return replace(turn, insights=insights, trace=trace)


async def _run(turn: Turn, services: Services, *, screened: Screened, offers: Sequence[_Offer]) -> Turn:
    """Make the calls side by side and put their results on the timeline."""
    because = {item.offer.tool.id: item.because for item in offers}
    now = services.clock.now()
    invocations = [_invocation(turn, item, now=now) for item in screened.approved]
    ran = await side_by_side(_timed(services, invocation) for invocation in invocations)
    counts = Counter(call.tool for call in turn.calls)
    calls: list[ToolCall] = []
    times: list[tuple[str, float]] = []
    for invocation, (result, seconds) in zip(invocations, ran, strict=True):
        tool = invocation.tool.id
        counts[tool] += 1
        name = f"{turn.trace.turn}/{tool}/{counts[tool]}"
        arguments = dict(invocation.arguments)
        calls.append(ToolCall(id=name, tool=tool, arguments=arguments, result=result, because=because[tool]))
        times.append((name, seconds))
    turn = replace(turn, trace=replace(turn.trace, timing=_timing(turn, times)))
    return await _with_calls(turn, services, calls=tuple(calls))


def _timing(turn: Turn, times: Sequence[tuple[str, float]]) -> Timing:
    return replace(turn.trace.timing, tools=(*turn.trace.timing.tools, *times))


def _invocation(turn: Turn, approved: Approved, *, now: datetime) -> ToolInvocation:
    identity = (approved.tool.id, canonical_json(dict(approved.arguments)))
    made = [event for event in turn.session.events if isinstance(event, ToolEvent)]
    before = [(call.tool, canonical_json(dict(call.arguments))) for event in made for call in event.calls]
    return ToolInvocation(
        tool=approved.tool,
        arguments=approved.arguments,
        session=turn.session,
        ordinal=before.count(identity) + 1,
        variables={variable.name: variable.value for variable in turn.variables},
        agent_name=turn.agent.name,
        agent_id=turn.agent.id,
        now=now,
    )


async def _timed(services: Services, invocation: ToolInvocation) -> tuple[ToolResult, float]:
    started = perf_counter()
    result = await services.tools.run(invocation)
    return result, perf_counter() - started


async def _with_calls(turn: Turn, services: Services, *, calls: tuple[ToolCall, ...]) -> Turn:
    """The turn with calls made: what they returned is known, and what they control is done."""
    if not calls:
        return replace(turn, latest=(), learned=False)
    lasting = tuple(call for call in calls if call.result.control.get("lifespan") != "response")
    if lasting:
        turn = await emit(turn, services, ToolEvent(calls=lasting))
    fields: dict[str, JSON] = dict(turn.fields)
    for call in calls:
        fields.update(call.result.canned_response_fields)
    return replace(
        turn,
        calls=(*turn.calls, *calls),
        latest=calls,
        fields=fields,
        session=replace(turn.session, mode=_mode(turn, calls)),
        learned=True,
        trace=replace(turn.trace, calls=(*turn.trace.calls, *calls)),
    )


def _mode(turn: Turn, calls: Sequence[ToolCall]) -> SessionMode:
    """The session's mode after these calls: the last explicit wish prevails, and none changes nothing."""
    wishes = [call.result.control["mode"] for call in calls if call.result.control.get("mode") is not None]
    return SessionMode(wishes[-1]) if wishes else turn.session.mode
