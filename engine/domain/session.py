"""Sessions: a customer, an agent and the ordered events between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, get_args

from .current import Current
from .journey import Path
from .modes import SessionMode
from .tool import Permission, ToolCall
from .values import JSON

EventSource = Literal[
    "customer", "customer_ui", "human_agent", "human_agent_on_behalf_of_ai_agent", "ai_agent", "system"
]
MessageRole = Literal["reply", "preamble", "follow_up"]
"""What a message of the agent is for: the reply itself, a sign of life before it, or what the reply left unsaid."""
Status = Literal["acknowledged", "cancelled", "processing", "typing", "ready", "error"]

EventKind = Literal["message", "tool", "status", "custom"]
SOURCES: tuple[EventSource, ...] = get_args(EventSource)
GUEST = "guest"


def event_source(name: str) -> EventSource:
    """The source of that name; "agent" is short for the AI agent. Raises ValueError."""
    full = "ai_agent" if name == "agent" else name
    if full not in SOURCES:
        raise ValueError(f"no source of events is called {name!r}: there are {', '.join(SOURCES)}, and agent for short")
    return full


class _Guest:
    """Gives, as `Customer.guest`, who stands for everybody that was not named."""

    def __get__(self, instance: object, owner: "type[Customer]") -> "Customer":
        return owner()


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who the agent talks to. The guest stands for everybody who was not named."""

    current = Current["Customer"]("customer")
    guest = _Guest()

    id: str = GUEST
    name: str = "Guest"
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """What is known of the customer; no prompt holds it."""
    preferences: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """How the customer likes things to be; prompts show it."""

    @property
    def is_guest(self) -> bool:
        """Whether this is nobody in particular."""
        return self.id == GUEST


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent:
    """Something said."""

    source: EventSource
    text: str
    offset: int = -1
    trace_id: str = ""
    participant: str = ""
    canned: str | None = None
    """The canned response it is a rendering of."""
    draft: str | None = None
    flagged: tuple[str, ...] = ()
    """Why moderation took offence; no prompt holds the text of such a message."""
    role: MessageRole = "reply"
    chunks: tuple[str | None, ...] = field(default=(), compare=False)
    """Of a message shown while it was written: its pieces, and None once it is complete."""
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    kind: Literal["message"] = "message"

    @property
    def message(self) -> str:
        """The text."""
        return self.text

    @property
    def content(self) -> str:
        """The text."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolEvent:
    """Calls that were made together, with their results."""

    calls: tuple[ToolCall, ...]
    offset: int = -1
    trace_id: str = ""
    source: EventSource = "system"
    kind: Literal["tool"] = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent:
    """How a turn is getting on; `stage` is "completed" on the last one of a turn."""

    status: Status
    stage: str = ""
    detail: str = ""
    offset: int = -1
    trace_id: str = ""
    source: EventSource = "ai_agent"
    kind: Literal["status"] = "status"

    @property
    def word(self) -> str:
        """The status with its stage, as in `ready:completed`."""
        return f"{self.status}:{self.stage}" if self.stage else self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomEvent:
    """Anything else, mostly what a front end reports."""

    data: JSON
    offset: int = -1
    trace_id: str = ""
    source: EventSource = "customer_ui"
    kind: Literal["custom"] = "custom"


Event: TypeAlias = MessageEvent | ToolEvent | StatusEvent | CustomEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """What the engine must remember between turns."""

    trace_id: str = ""
    applied: tuple[str, ...] = ()
    """Guidelines whose action was fulfilled, in the order in which that happened."""
    paths: Mapping[str, Path] = field(default_factory=dict[str, Path])
    ran: tuple[str, ...] = ()
    """Journeys that stand in a tool state whose tool has run since they entered it."""
    labels: tuple[str, ...] = ()
    """The session's labels at that time."""
    mode: SessionMode = SessionMode.AUTO


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something found in a conversation that must not be forgotten, in the words in which it was said."""

    name: str
    value: str
    offset: int
    """The last event that was looked at when it was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What stands for the older part of a conversation in prompts."""

    text: str
    offset: int
    """The last event that it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A conversation so far. Offsets start at 0 and grow by one for each event."""

    current = Current["Session"]("session")

    id: str
    agent_id: str
    customer: Customer = Customer()
    mode: SessionMode = SessionMode.AUTO
    events: tuple[Event, ...] = ()
    states: tuple[AgentState, ...] = ()
    turns: int = 0
    permission_ceiling: Permission | None = None
    """The highest level of tools that may be called in it, whatever the agent may do elsewhere; None is no limit."""
    variables: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """Values of variables set for this session's customer, over those of the definition."""
    labels: tuple[str, ...] = ()
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    title: str = ""
    important: tuple[str, ...] = ()
    """What must not be forgotten: names of facts to look for, and whole sentences."""
    facts: tuple[Fact, ...] = ()
    """Facts found so far, each name once."""
    summary: Summary | None = None
    consumption: Mapping[str, int] = field(default_factory=dict[str, int])
    """For each reader, the offset of the last event that it has seen; the engine makes no use of it."""
    masked: tuple[tuple[str, str], ...] = ()
    """Placeholders and the sensitive values that they stand for in prompts, in order of appearance."""
    opening: AgentState = AgentState()
    """How it stood before its first turn."""
    withdrawn: tuple[Event, ...] = ()
    """Events that were taken back; their offsets are not given again."""

    @property
    def state(self) -> AgentState:
        """What the engine remembered after the last turn."""
        return self.states[-1] if self.states else AgentState()

    @property
    def since_summary(self) -> tuple[Event, ...]:
        """The events that no summary stands for."""
        if self.summary is None:
            return self.events
        covered = self.summary.offset
        return tuple(event for event in self.events if event.offset > covered)

    @property
    def status(self) -> Status | None:
        """The newest status on the timeline, None before the first turn."""
        return next((event.status for event in reversed(self.events) if isinstance(event, StatusEvent)), None)

    def with_events(self, *events: Event) -> "Session":
        """The session with events at its end, their offsets given."""
        start = len(self.events) + len(self.withdrawn)
        numbered = tuple(replace(event, offset=start + index) for index, event in enumerate(events))
        return replace(self, events=(*self.events, *numbered))

    def with_labels(self, labels: tuple[str, ...]) -> "Session":
        """The session with labels added; those it has keep their place."""
        return replace(self, labels=tuple(dict.fromkeys((*self.labels, *labels))))
