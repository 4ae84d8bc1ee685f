"""What a decision may know of a turn, in the form that prompts show: speakers, lines, terms, variables."""

from collections.abc import Iterable, Iterator

from .domain.facts import Instruction, Line, Situation, Speaker
from .domain.session import CustomEvent, Event, EventSource, MessageEvent, StatusEvent, ToolEvent
from .domain.turn import Turn
from .domain.values import canonical_json

SPEAKERS: dict[EventSource, Speaker] = {
    "customer": "customer",
    "customer_ui": "frontend",
    "human_agent": "operator",
    "human_agent_on_behalf_of_ai_agent": "agent",
    "ai_agent": "agent",
    "system": "system",
}


def situation(turn: Turn) -> Situation:
    """The situation of a turn as it stands."""
    return Situation(
        agent_name=turn.agent.name,
        agent_description=turn.agent.description,
        customer_name=turn.session.customer.name,
        terms=turn.terms,
        variables=turn.variables,
        conversation=(*turn.heard, *lines(turn.session.events[turn.heard_events :], turn.trace_id)),
        calls=turn.calls,
    )


def lines(events: Iterable[Event], current: str) -> tuple[Line, ...]:
    """Events as prompts show them, without the tool calls of the current turn, which are shown apart."""
    return tuple(line for event in events for line in _lines(event, current))


def _lines(event: Event, current: str) -> Iterator[Line]:
    match event:
        case MessageEvent():
            yield Line(speaker=SPEAKERS[event.source], text=_shown(event))
        case ToolEvent():
            # What this turn's own tools gave is told apart from the history: see Situation.calls.
            if event.trace_id != current:
                for call in event.calls:
                    yield Line(speaker="tool", text=call.summary, call=call)
        case CustomEvent():
            yield Line(speaker="frontend", text=canonical_json(event.data))
        case StatusEvent():
            return


def _shown(event: MessageEvent) -> str:
    if event.flagged:
        return f"[hidden: the message was flagged for {', '.join(event.flagged)}]"
    return event.text


def instructions(turn: Turn) -> tuple[Instruction, ...]:
    """What the reply must get across: guidelines first, then the states in which journeys stand."""
    guided = tuple(
        Instruction(
            id=guideline.id,
            action=guideline.action,
            condition=guideline.condition,
            description=guideline.description,
            criticality=guideline.criticality,
        )
        for guideline in turn.active_guidelines
        if guideline.action
    )
    stepped = tuple(
        Instruction(
            id=f"{journey.id}/{state.id}", action=state.action, description=state.description, journey=journey.title
        )
        for journey, state in turn.current_states
        if state.kind == "chat" and state.action
    )
    return guided + stepped
