"""Sessions: a customer, an agent and the ordered events between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

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

GUEST = "guest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who the agent talks to. The guest stands for everybody who was not named."""

    current = Current["Customer"]("customer")

    id: str = GUEST
    name: str = "Guest"
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])


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
    role: MessageRole = "reply"
    chunks: tuple[str | None, ...] = field(default=(), compare=False)
    """Of a message shown while it was written: its pieces, and None once it is complete."""
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    kind: Literal["message"] = "message"


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

    @property
    def state(self) -> AgentState:
        """What the engine remembered after the last turn."""
        return self.states[-1] if self.states else AgentState()

    def with_events(self, *events: Event) -> "Session":
        """The session with events at its end, their offsets given."""
        start = len(self.events)
        numbered = tuple(replace(event, offset=start + index) for index, event in enumerate(events))
        return replace(self, events=(*self.events, *numbered))

    def with_labels(self, labels: tuple[str, ...]) -> "Session":
        """The session with labels added; those it has keep their place."""
        return replace(self, labels=tuple(dict.fromkeys((*self.labels, *labels))))
