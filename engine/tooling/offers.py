"""Which tools are offered in a round, why, with whom they are decided, and which may not be called at all. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..domain.facts import ToolOffer
from ..domain.guideline import Guideline
from ..domain.tool import Tool, ToolOverlap
from ..domain.tool_configuration import configured, refusal
from ..domain.trace import ToolOffered, ToolWithheld
from ..domain.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A tool on offer, with the guidelines and states behind it."""

    offer: ToolOffer
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What is called for in a round, sorted out."""

    made: tuple[Offered, ...] = ()
    withheld: tuple[ToolWithheld, ...] = ()


def find_offers(turn: Turn) -> Offers:
    """Every tool once, with all that speaks for it; what was offered before only when it could now fare better.

    That is: when something new speaks for it, when a value it lacked may have come, or when it is at hand and another
    tool has just run.
    """
    spent = {(item.tool, reason) for item in (*turn.trace.offered, *turn.trace.withheld) for reason in item.because}
    lacking = {insight.tool for insight in turn.insights} if turn.learned else set[str]()
    made: list[Offered] = []
    withheld: list[ToolWithheld] = []
    for tool in turn.agent.tools:
        found = _offered(turn, tool)
        fresh = any((tool.id, reason) not in spent for reason in found.because)
        if not found.because or not (fresh or tool.id in lacking or (found.offer.at_hand and turn.latest)):
            continue
        reason = refusal(turn.agent, turn.session.permission_ceiling, tool=tool)
        if reason is None:
            made.append(found)
        elif fresh:
            withheld.append(ToolWithheld(round=turn.round, tool=tool.id, because=found.because, reason=reason))
    return Offers(made=tuple(made), withheld=tuple(withheld))


def with_offers(turn: Turn, offers: Offers) -> Turn:
    """The turn with what was offered, and what was not, in its trace."""
    offered = tuple(
        ToolOffered(
            round=turn.round,
            tool=item.offer.tool.id,
            because=item.because,
            permission=item.offer.tool.permission,
        )
        for item in offers.made
    )
    trace = replace(
        turn.trace,
        offered=(*turn.trace.offered, *offered),
        withheld=(*turn.trace.withheld, *offers.withheld),
    )
    return replace(turn, trace=trace)


def _offered(turn: Turn, tool: Tool) -> Offered:
    """A tool with what speaks for it: ids, the same in words, and whether a journey stands in a state that runs it."""
    guidelines = [guideline for guideline in turn.active_guidelines if tool.id in guideline.tools]
    states = [
        (journey, state)
        for journey, state in turn.current_states
        if state.kind == "tool"
        and tool.id in state.tools
        and not _has_run(turn, tool.id, state=f"{journey.id}/{state.id}")
    ]
    because = [f"guideline:{guideline.id}" for guideline in guidelines]
    because += [f"state:{journey.id}/{state.id}" for journey, state in states]
    words = [" -> ".join(part for part in (item.condition, _action(item)) if part) for item in guidelines]
    words += [f"{journey.title}: {state.action or f'run {tool.id}'}" for journey, state in states]
    reasons = tuple(dict.fromkeys(word for word in words if word))
    configurations = [guideline.tool_configuration for guideline in guidelines] + [{} for _ in states]
    offer = ToolOffer(
        tool=configured(tool, configurations), reasons=reasons, must_run=bool(states), at_hand=not reasons
    )
    return Offered(offer=offer, because=tuple(because))


def _action(guideline: Guideline) -> str:
    """What a guideline brings its tools for."""
    return guideline.action or guideline.properties.internal_action


def _has_run(turn: Turn, tool: str, *, state: str) -> bool:
    return any(call.tool == tool and f"state:{state}" in call.because for call in turn.calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Tools that are decided in one ask."""

    offers: tuple[ToolOffer, ...]
    others: tuple[Tool, ...] = ()

    @property
    def consequential(self) -> bool:
        """Whether one of them is: then they are all examined argument by argument."""
        return any(offer.tool.consequential for offer in self.offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The tools on offer, by how they are decided."""

    unasked: tuple[ToolOffer, ...] = ()
    """Harmless tools without parameters that something calls for: there is nothing to decide."""
    asked: tuple[Group, ...] = ()


def group(offers: Sequence[ToolOffer], overlapping: Iterable[tuple[str, str]]) -> Groups:
    """Divide tools into asks. `overlapping` are pairs of tools that do nearly the same, by id.

    Tools that overlap share an ask, in which one of them is chosen; so do the harmless ones, since that is cheap. A
    consequential tool has an ask to itself, as has one that wants to be decided alone.
    """
    sets = _sets(offers, overlapping)
    offers = [replace(offer, overlaps=tuple(o for o in sets[offer.tool.id] if o != offer.tool.id)) for offer in offers]
    unasked = tuple(offer for offer in offers if _goes_without_saying(offer))
    shared: list[ToolOffer] = []
    apart: dict[tuple[str, ...], list[ToolOffer]] = {}
    consequential = {name for offer in offers if offer.tool.consequential for name in sets[offer.tool.id]}
    for offer in offers:
        if offer in unasked:
            continue
        alone = offer.tool.overlap is not ToolOverlap.AUTO or offer.tool.id in consequential
        (apart.setdefault(sets[offer.tool.id], []) if alone else shared).append(offer)
    groups = [Group(offers=tuple(shared))] if shared else []
    groups += [Group(offers=tuple(items), others=_others(items, offers)) for items in apart.values()]
    return Groups(unasked=unasked, asked=tuple(groups))


def _goes_without_saying(offer: ToolOffer) -> bool:
    tool = offer.tool
    open_question = tool.parameters or tool.consequential or offer.at_hand or offer.overlaps
    return not open_question and tool.overlap is not ToolOverlap.ALWAYS


def _others(items: Sequence[ToolOffer], offers: Sequence[ToolOffer]) -> tuple[Tool, ...]:
    """The other tools on offer, for one that wants to be told of them."""
    if items[0].tool.overlap is not ToolOverlap.ALWAYS:
        return ()
    return tuple(offer.tool for offer in offers if offer.tool.id != items[0].tool.id)


def _sets(offers: Sequence[ToolOffer], overlapping: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """For each tool the tools it overlaps with, directly or by way of others on offer, itself included."""
    names = [offer.tool.id for offer in offers]
    joinable = {offer.tool.id for offer in offers if offer.tool.overlap is ToolOverlap.AUTO}
    sets = {name: {name} for name in names}
    for one, other in overlapping:
        if one in joinable and other in joinable:
            joined = sets[one] | sets[other]
            sets |= dict.fromkeys(joined, joined)
    return {name: tuple(other for other in names if other in sets[name]) for name in names}
