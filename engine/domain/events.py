"""Events: what lies on a session's timeline, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from .tool import ToolCall
from .values import JSON

EventSource = Literal[
    "customer", "customer_ui", "human_agent", "human_agent_on_behalf_of_ai_agent", "ai_agent", "system"
]
MessageRole = Literal["reply", "preamble", "follow_up"]
"""What a message of the agent is for: the reply itself, a sign of life before it, or what the reply left unsaid."""
Status = Literal["acknowledged", "cancelled", "processing", "typing", "ready", "error"]

EventKind = Literal["message", "tool", "status", "custom"]
SOURCES: tuple[EventSource, ...] = get_args(EventSource)


def event_source(name: str) -> EventSource:
    """The source of that name; "agent" is short for the AI agent. Raises ValueError."""
    full = "ai_agent" if name == "agent" else name
    if full not in SOURCES:
        raise ValueError(f"no source of events is called {name!r}: there are {', '.join(SOURCES)}, and agent for short")
    return full


class _OnTimeline:
    """What every event answers to, under the names that other programs use."""

    __slots__ = ()

    created: datetime | None
    trace_id: str

    @property
    def creation_utc(self) -> datetime | None:
        """When it was put on the timeline."""
        return self.created

    @property
    def correlation_id(self) -> str:
        """The former name of the trace id."""
        return self.trace_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent(_OnTimeline):
    """Something said."""

    source: EventSource
    text: str
    offset: int = -1
    trace_id: str = ""
    participant: str = ""
    """What whoever said it is called."""
    participant_id: str = ""
    """Whoever said it, by the id of the customer or the agent, or as an operator's desk knows them."""
    canned: str | None = None
    """The canned response it is a rendering of."""
    draft: str | None = None
    flagged: tuple[str, ...] = ()
    """Why moderation took offence; no prompt holds the text of such a message."""
    role: MessageRole = "reply"
    chunks: tuple[str | None, ...] = field(default=(), compare=False)
    """Of a message shown while it was written: its pieces, and None once it is complete."""
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    created: datetime | None = field(default=None, compare=False)
    """When it was put on the timeline, as the engine's clock said; None where nobody looked."""
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
class ToolEvent(_OnTimeline):
    """Calls that were made together, with their results."""

    calls: tuple[ToolCall, ...]
    offset: int = -1
    trace_id: str = ""
    source: EventSource = "system"
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    created: datetime | None = field(default=None, compare=False)
    kind: Literal["tool"] = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent(_OnTimeline):
    """How a turn is getting on; `stage` is "completed" on the last one of a turn."""

    status: Status
    stage: str = ""
    detail: str = ""
    data: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """Of the last one of a turn: the ids of what held when the reply was composed (guidelines, journeys, states)."""
    offset: int = -1
    trace_id: str = ""
    source: EventSource = "ai_agent"
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    created: datetime | None = field(default=None, compare=False)
    kind: Literal["status"] = "status"

    @property
    def word(self) -> str:
        """The status with its stage, as in `ready:completed`."""
        return f"{self.status}:{self.stage}" if self.stage else self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomEvent(_OnTimeline):
    """Anything else, mostly what a front end reports."""

    data: JSON
    offset: int = -1
    trace_id: str = ""
    source: EventSource = "customer_ui"
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    created: datetime | None = field(default=None, compare=False)
    kind: Literal["custom"] = "custom"


Event: TypeAlias = MessageEvent | ToolEvent | StatusEvent | CustomEvent


def is_of_reply(event: Event) -> bool:
    """Whether it is a part of the agent's reply: neither a sign of life nor a word of a tool's."""
    return (
        isinstance(event, MessageEvent)
        and event.source == "ai_agent"
        and event.role != "preamble"
        and "said_by_tool" not in event.metadata
    )
