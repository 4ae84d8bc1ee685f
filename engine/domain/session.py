"""Sessions: a customer, an agent and the ordered events between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from .current import Current
from .events import SOURCES as SOURCES
from .events import CustomEvent as CustomEvent
from .events import Event as Event
from .events import EventKind as EventKind
from .events import EventSource as EventSource
from .events import MessageEvent as MessageEvent
from .events import MessageRole as MessageRole
from .events import Status as Status
from .events import StatusEvent as StatusEvent
from .events import ToolEvent as ToolEvent
from .events import event_source as event_source
from .events import is_of_reply as is_of_reply
from .journey import Path
from .modes import SessionMode
from .tool import Permission
from .values import JSON

if TYPE_CHECKING:
    from .session_in_turn import SessionInTurn

GUEST = "guest"


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
class AgentState:
    """What the engine must remember between turns."""

    trace_id: str = ""
    applied: tuple[str, ...] = ()
    """Guidelines whose action was fulfilled, in the order in which that happened."""
    paths: Mapping[str, Path] = field(default_factory=dict[str, Path])
    ran: tuple[str, ...] = ()
    """Journeys that stand in a tool state whose tool has run since they entered it."""
    unlisted: tuple[str, ...] = ()
    """Calls so far that no event shows, each by a digest of tool and arguments: their results held for one turn."""
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

    current = cast("Current[SessionInTurn]", Current("session"))

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
    created: datetime | None = field(default=None, compare=False)
    """When it began, as the engine's clock said; None where nobody looked."""

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
        """The agent's newest status, None before the first turn."""
        statuses = (event for event in reversed(self.events) if isinstance(event, StatusEvent))
        return next((event.status for event in statuses if event.source == "ai_agent"), None)

    @property
    def next_offset(self) -> int:
        """The offset of the event that comes next."""
        return len(self.events) + len(self.withdrawn)

    def with_events(self, *events: Event) -> "Session":
        """The session with events at its end, their offsets given."""
        numbered = tuple(replace(event, offset=self.next_offset + index) for index, event in enumerate(events))
        return replace(self, events=(*self.events, *numbered))

    def with_labels(self, labels: tuple[str, ...]) -> "Session":
        """The session with labels added; those it has keep their place."""
        return replace(self, labels=tuple(dict.fromkeys((*self.labels, *labels))))
