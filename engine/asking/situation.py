"""What a decision may know of a turn, in the form that prompts show: speakers, lines, terms, variables."""

from collections.abc import Iterable, Iterator

from ..domain.facts import Instruction, Line, Situation, Speaker
from ..domain.sensitive import Masking
from ..domain.session import CustomEvent, Event, EventSource, MessageEvent, StatusEvent, ToolEvent
from ..domain.turn import Turn
from ..domain.values import canonical_json
from ..masking import learn, texts_in

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
        retrieved=turn.retrieved,
        preferences=turn.session.customer.preferences,
        capabilities=turn.capabilities,
        earlier=turn.earlier,
        summary=turn.session.summary.text if turn.session.summary else "",
        facts=turn.session.facts,
        important=sentences_among((*turn.agent.context.important, *turn.session.important)),
        extra=turn.extra_sections,
        examples=turn.agent.examples,
        masking=masking_of(turn) if turn.masking else None,
    )


def masking_of(turn: Turn) -> Masking | None:
    """The turn's masking with what came up since it was worked out."""
    if turn.masking is None:
        return None
    found = (texts_in(item.result.data) for item in turn.retrieved if item.result is not None)
    said = said_in(turn.session.events[turn.heard_events :])
    called = (texts_in([call.arguments, call.result.visible]) for call in turn.calls)
    return learn(turn.masking, (*said, *(text for texts in (*called, *found) for text in texts)))


def said_in(events: Iterable[Event]) -> Iterator[str]:
    """Every text in events of which prompts may hold something, in order."""
    for event in events:
        match event:
            case MessageEvent():
                yield from () if event.flagged else (event.text,)
            case ToolEvent():
                for call in event.calls:
                    yield from texts_in([call.arguments, call.result.visible])
            case CustomEvent():
                yield from texts_in(event.data)
            case StatusEvent():
                pass


def sentences_among(important: Iterable[str]) -> tuple[str, ...]:
    """What is to be kept as it stands: sentences, and not names of facts."""
    return tuple(dict.fromkeys(text for text in important if not is_name(text)))


def is_name(text: str) -> bool:
    """Whether it names a fact to look for, such as `order_id`; anything with a space is a sentence."""
    return not any(character.isspace() for character in text.strip())


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
        case CustomEvent(source="system"):
            return  # what a tool tells the front end is for the front end
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
