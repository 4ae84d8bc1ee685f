"""Which canned responses a turn may choose from, before anything was written: a matter of place and of fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..domain.knowledge import PREAMBLE, CannedResponse, CannedResponseField
from ..domain.trace import ResponseConsidered
from ..domain.turn import Turn
from ..domain.values import JSON, unique
from ..tooling.proposals import worth_telling
from .canned import GENERATIVE, disqualified, standard_fields
from .record import recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A canned response that may be said in this turn, not rendered yet."""

    id: str
    template: str
    signals: tuple[str, ...] = ()
    fields: tuple[CannedResponseField, ...] = ()
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    certain: bool = False
    """Whether it stays a candidate however far it lies from the draft: attached to what holds, or made by a tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The turn with every canned response's fate in its trace, and the ones that may be said."""

    turn: Turn
    found: tuple[Candidate, ...]


def find_candidates(turn: Turn) -> Candidates:
    """The canned responses that may be said now; for the others the trace says why not."""
    fields = available_fields(turn)
    attached = _attached(turn)
    found: list[Candidate] = []
    considered: list[ResponseConsidered] = []
    for response in turn.agent.canned_responses:
        why_not = _why_not(turn, response, attached=attached) or disqualified(response, fields)
        considered.append(ResponseConsidered(id=response.id, fate=why_not or "offered"))
        if why_not is None:
            found.append(_candidate(response, certain=response.id in attached))
    for candidate in _made_by_tools(turn):
        considered.append(ResponseConsidered(id=candidate.id, fate="offered"))
        found.append(candidate)
    return Candidates(turn=recorded(turn, considered=tuple(considered)), found=tuple(found))


def find_preambles(turn: Turn) -> tuple[Candidate, ...]:
    """The canned responses kept for preambles that may be said before anything is known of the turn."""
    fields = {name: value for name, value in available_fields(turn).items() if name != GENERATIVE}
    return tuple(
        _candidate(response)
        for response in turn.agent.canned_responses
        if PREAMBLE in response.tags
        and response.journey is None
        and response.state is None
        and not response.exclusive
        and disqualified(response, fields) is None
    )


def available_fields(turn: Turn) -> dict[str, JSON]:
    """What templates may take in this turn; what a model would have to word is there, but empty as yet."""
    standard = standard_fields(
        customer_name=turn.session.customer.name,
        agent_name=turn.agent.name,
        variables=turn.variables,
        terms=turn.agent.terms,
        insights=worth_telling(turn.insights),
    )
    return {**turn.fields, "std": standard, GENERATIVE: {}}


def _candidate(response: CannedResponse, *, certain: bool = False) -> Candidate:
    return Candidate(
        id=response.id,
        template=response.template,
        signals=response.signals,
        fields=response.fields,
        metadata=response.metadata,
        certain=certain,
    )


def _attached(turn: Turn) -> frozenset[str]:
    """The responses that belong to what holds: named by a guideline or a state, or made in a state."""
    named = [name for guideline in turn.active_guidelines for name in guideline.canned_responses]
    named += [name for _, state in turn.current_states for name in state.canned_responses]
    current = _places(turn)
    named += [response.id for response in turn.agent.canned_responses if response.state in current]
    return frozenset(named)


def _places(turn: Turn) -> frozenset[str]:
    return frozenset(name for journey, state in turn.current_states for name in state.names_in(journey.id))


def _why_not(turn: Turn, response: CannedResponse, *, attached: frozenset[str]) -> str | None:
    """Why a response has no place in this turn, None where it has one."""
    if PREAMBLE in response.tags:
        return "it is kept for preambles"
    if response.id in attached:
        return None
    if response.exclusive:
        return "no guideline or state that names it holds"
    if response.state is not None:
        return f"the conversation is not in state {response.state!r}"
    if response.journey is not None and response.journey not in turn.journeys:
        return f"journey {response.journey!r} is not active"
    return None


def _made_by_tools(turn: Turn) -> Iterator[Candidate]:
    """What tools and retrievers of this turn gave as whole responses. Nothing is asked of their fields until then."""
    taken = {response.id for response in turn.agent.canned_responses}
    for number, template in enumerate(dict.fromkeys(turn.transient_responses), start=1):
        name = unique(f"transient-{number}", taken)
        taken.add(name)
        yield Candidate(id=name, template=template, certain=True)
