"""The first step: who is asking, what was said before, and which values hold for them."""

from collections.abc import Iterator
from dataclasses import replace

from ..asking.situation import lines, said_in
from ..domain.journey import Path
from ..domain.sensitive import Masking
from ..domain.session import Session, ToolEvent
from ..domain.turn import Turn
from ..domain.values import JSON
from ..journeys.progress import path_before
from ..knowledge.variables import with_variables
from ..masking import learn, texts_in
from ..services import Services


async def load_context(turn: Turn, services: Services) -> Turn:
    """Look up the variables in force, the journeys' paths, and the fields that earlier tools left."""
    turn = await with_variables(turn, services)
    turn = replace(
        turn,
        heard=lines(turn.session.since_summary, turn.trace_id),
        heard_events=len(turn.session.events),
        paths=_paths(turn),
        fields=_fields_of_history(turn.session),
    )
    return masking_at_start(await with_earlier_sessions(turn, services))


def masking_at_start(turn: Turn) -> Turn:
    """The turn with placeholders for what was declared sensitive and came up before it."""
    return replace(turn, masking=_masking(turn)) if turn.agent.sensitive else turn


async def with_earlier_sessions(turn: Turn, services: Services) -> Turn:
    """What the agent may know of the customer's earlier sessions with it: their summaries and facts, oldest first.

    The guest is nobody in particular, so nothing is remembered of it.
    """
    most, customer = turn.agent.remembered_sessions, turn.session.customer
    if most < 1 or services.sessions is None or customer.is_guest:
        return turn
    kept = await services.sessions.list(agent_id=turn.agent.id, customer_id=customer.id)
    before = [session for session in kept if session.id != turn.session.id]
    told = [(session.id, text) for session in before if (text := _told(session))][-most:]
    context = replace(turn.trace.context, earlier_sessions=tuple(name for name, _ in told))
    return replace(turn, earlier=tuple(text for _, text in told), trace=replace(turn.trace, context=context))


def _told(session: Session) -> str:
    """What there is to say of a session that is over."""
    facts = "; ".join(f"{fact.name}: {fact.value}" for fact in session.facts)
    parts = (session.title, session.summary.text if session.summary else "", facts)
    return ". ".join(part for part in parts if part)


def _masking(turn: Turn) -> Masking:
    """Placeholders for what came up so far, numbered in the order in which it did; numbers once given stay."""
    customer = turn.session.customer
    names = [customer.name, *texts_in(customer.preferences), *_remembered(turn.session)]
    values = [text for variable in turn.variables for text in texts_in(variable.value)]
    said = said_in((*turn.session.withdrawn, *turn.session.events))
    known = Masking(patterns=turn.agent.sensitive, known=turn.session.masked)
    return learn(known, (*said, *names, *values, *turn.earlier))


def _remembered(session: Session) -> Iterator[str]:
    yield from session.important
    yield from (fact.value for fact in session.facts)
    if session.summary:
        yield session.summary.text


def _paths(turn: Turn) -> dict[str, Path]:
    """The journeys' paths, without what the definition has lost since the session was saved."""
    stored = turn.session.state.paths
    return {journey.id: path_before(turn, journey) for journey in turn.agent.journeys if journey.id in stored}


def _fields_of_history(session: Session) -> dict[str, JSON]:
    """Fields of tool results that live for the session; the newest of a name wins."""
    fields: dict[str, JSON] = {}
    for event in session.events:
        if isinstance(event, ToolEvent):
            for call in event.calls:
                fields.update(call.result.canned_response_fields)
    return fields
