"""Offering tools, deciding which to call with what, and calling them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..asking.asks import ask_id, next_ordinal, side_by_side, with_asks
from ..asking.situation import situation
from ..author_calls.plan_calls import choose_calls
from ..composition.progress import tell_of_tools
from ..decisions.consequential import CONSEQUENTIAL, ConsequentialAnswer
from ..decisions.decision import Decided, decide
from ..decisions.tools import TOOLS, ToolsAnswer
from ..domain.facts import ConsequentialFacts, ToolFacts, ToolOffer
from ..domain.tool import Tool, ToolCall
from ..domain.tool_configuration import refusal
from ..domain.trace import RejectedCall
from ..domain.turn import RoundOfTools, Turn
from ..domain.values import JSON
from ..ports import ToolInvocation
from ..services import Services
from ..tooling.calling import Ran, make_calls, with_results
from ..tooling.counting import next_call
from ..tooling.offers import Group, Offered, find_offers, group, with_offers
from ..tooling.proposals import Proposal, Refused, Screened, proposal, screen


async def call_tools(turn: Turn, services: Services) -> Turn:
    """Call the tools that the active guidelines and current states ask for, as far as their arguments are known."""
    offers = find_offers(turn)
    turn = with_offers(turn, offers)
    if not offers.made:
        return replace(turn, latest=(), learned=False)
    turn = await tell_of_tools(turn, services)
    turn, made = await _with_choices(turn, services, made=offers.made)
    turn, proposals = await _propose(turn, services, offers=[item.offer for item in made])
    turn, screened = await choose_calls(turn, services, screened=screen(proposals, made=turn.calls))
    screened = _checked_again(turn, screened)
    turn = _with_screened(turn, screened, tools={item.offer.tool.id for item in made})
    turn = await _run(turn, services, screened=screened, offers=made)
    done = RoundOfTools(round=turn.round, calls=turn.latest, insights=screened.insights)
    return replace(turn, tool_rounds=(*turn.tool_rounds, done))


async def _with_choices(turn: Turn, services: Services, *, made: Sequence[Offered]) -> tuple[Turn, tuple[Offered, ...]]:
    """The offers with the choices that code provides at the moment, asked for before a model is."""
    resolver = services.resolver
    open_ones = [item for item in made if any(parameter.provided for parameter in item.offer.tool.parameters)]
    if resolver is None or not open_ones:
        return turn, tuple(made)
    tools = [item.offer.tool for item in open_ones]
    found = await side_by_side(resolver.resolve(invocation(turn, services, tool=tool, arguments={})) for tool in tools)
    resolved = {item.tool.id: item.tool for item in found}
    for item in found:
        turn = turn.note(item.problem) if item.problem else turn
    return turn, tuple(
        replace(item, offer=replace(item.offer, tool=resolved.get(item.offer.tool.id, item.offer.tool)))
        for item in made
    )


async def _propose(turn: Turn, services: Services, *, offers: Sequence[ToolOffer]) -> tuple[Turn, list[Proposal]]:
    """Which calls to make: harmless tools without parameters at once, the rest as asks decide."""
    overlapping = [(relation.source.id, relation.target.id) for relation in turn.agent.relations("overlap")]
    groups = group(offers, overlapping)
    ordinals = {name: next_ordinal(turn, name) for name in (TOOLS.name, CONSEQUENTIAL.name)}
    asks: list[tuple[Group, str]] = []
    for each in groups.asked:
        name = CONSEQUENTIAL.name if each.consequential else TOOLS.name
        asks.append((each, ask_id(turn, name, ordinal=ordinals[name])))
        ordinals[name] += 1
    decided = await side_by_side(_ask(turn, services, group=each, name=name) for each, name in asks)
    turn = with_asks(turn, [item.record for item in decided])
    proposals = [Proposal(tool=offer.tool) for offer in groups.unasked]
    by_id = {offer.tool.id: offer for offer in offers}
    for item in decided:
        proposals += [proposal(by_id[verdict.tool], verdict, ask=item.ask) for verdict in item.answer.tools]
    order = {offer.tool.id: index for index, offer in enumerate(offers)}
    return turn, sorted(proposals, key=lambda each: order[each.tool.id])


async def _ask(
    turn: Turn, services: Services, *, group: Group, name: str
) -> Decided[ToolsAnswer] | Decided[ConsequentialAnswer]:
    known = situation(turn)
    settings = services.settings_for(CONSEQUENTIAL.name if group.consequential else TOOLS.name)
    if group.consequential:
        facts = ConsequentialFacts(situation=known, offers=group.offers, others=group.others)
        return await decide(CONSEQUENTIAL, facts, llm=services.llm, ask_id=name, settings=settings)
    plain = ToolFacts(situation=known, offers=group.offers, others=group.others)
    return await decide(TOOLS, plain, llm=services.llm, ask_id=name, settings=settings)


def _checked_again(turn: Turn, screened: Screened) -> Screened:
    """The calls without those that this agent may not make here: what is offered is one guard, this is the other."""
    reasons = [refusal(turn.agent, turn.session.permission_ceiling, tool=item.tool) for item in screened.approved]
    pairs = list(zip(screened.approved, reasons, strict=True))
    refused = [
        Refused(tool=item.tool.id, arguments=item.arguments, reason=why) for item, why in pairs if why is not None
    ]
    allowed = tuple(item for item, why in pairs if why is None)
    return replace(screened, approved=allowed, refused=(*screened.refused, *refused))


def _with_screened(turn: Turn, screened: Screened, *, tools: set[str]) -> Turn:
    """The turn with refusals in its trace; what was known to be lacking of these tools gives way to what is now."""
    rejected = tuple(
        RejectedCall(round=turn.round, tool=item.tool, arguments=item.arguments, reason=item.reason, ask=item.ask)
        for item in screened.refused
    )
    insights = (*(insight for insight in turn.insights if insight.tool not in tools), *screened.insights)
    trace = replace(turn.trace, rejected=(*turn.trace.rejected, *rejected), insights=insights)
    return replace(turn, insights=insights, trace=trace)


async def _run(turn: Turn, services: Services, *, screened: Screened, offers: Sequence[Offered]) -> Turn:
    """Make the calls side by side and put their results on the timeline."""
    if not screened.approved:
        return replace(turn, latest=(), learned=False)
    because = {item.offer.tool.id: item.because for item in offers}
    made = [invocation(turn, services, tool=item.tool, arguments=dict(item.arguments)) for item in screened.approved]
    turn, ran = await make_calls(turn, services, invocations=made)
    counts = Counter(call.tool for call in turn.calls)
    calls: list[ToolCall] = []
    for each, done in zip(made, ran, strict=True):
        counts[each.tool.id] += 1
        calls.append(_call(turn, each, done=done, number=counts[each.tool.id], because=because[each.tool.id]))
    times = tuple((call.id, done.seconds) for call, done in zip(calls, ran, strict=True))
    timing = replace(turn.trace.timing, tools=(*turn.trace.timing.tools, *times))
    turn = replace(turn, trace=replace(turn.trace, timing=timing))
    return replace(await with_results(turn, services, calls=calls), latest=tuple(calls), learned=True)


def _call(turn: Turn, made: ToolInvocation, *, done: Ran, number: int, because: tuple[str, ...]) -> ToolCall:
    return ToolCall(
        id=f"{turn.trace.turn}/{made.tool.id}/{number}",
        tool=made.tool.id,
        arguments=made.arguments,
        result=done.result,
        because=because,
        retried=done.retried,
    )


def invocation(turn: Turn, services: Services, *, tool: Tool, arguments: dict[str, JSON]) -> ToolInvocation:
    """A tool about to be called (or to be asked for its choices) for the customer of this turn."""
    return ToolInvocation(
        tool=tool,
        arguments=arguments,
        session=turn.session,
        ordinal=next_call(turn, tool.id, arguments=arguments),
        variables={variable.name: variable.value for variable in turn.variables},
        agent_name=turn.agent.name,
        agent_id=turn.agent.id,
        now=services.clock.now(),
    )
