"""How a scenario's session stands when its script begins."""

from ...engine import BuiltAgent
from ...engine.domain.session import AgentState, MessageEvent, Session
from ..scenario import Earlier, Scenario, Start


def opening_session(scenario: Scenario, agent: BuiltAgent) -> Session | None:
    """The session with what was said before and what the engine remembers of it; None where nothing went before."""
    begun = scenario.start
    if begun == Start():
        return None
    # Authors of scenarios in Python write lists, too.
    state = AgentState(
        applied=tuple(begun.applied),
        paths={journey: tuple(path) for journey, path in begun.journeys.items()},
        labels=tuple(scenario.labels),
        mode=scenario.mode,
    )
    session = Session(
        id="session",
        agent_id=agent.definition.id,
        customer=scenario.customer,
        mode=scenario.mode,
        labels=tuple(scenario.labels),
        metadata=dict(scenario.metadata),
        variables=dict(scenario.variables),
        states=(state,),
        opening=state,
    )
    return session.with_events(*(_message(each, session, agent=agent) for each in begun.history))


def _message(earlier: Earlier, session: Session, *, agent: BuiltAgent) -> MessageEvent:
    names = {"customer": session.customer.name, "ai_agent": agent.definition.name}
    participant = earlier.name or names.get(earlier.source, "")
    return MessageEvent(source=earlier.source, text=earlier.text, participant=participant)
