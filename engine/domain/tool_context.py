"""What a tool is told of the conversation it is called in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from .session import Customer, CustomEvent, Event, MessageEvent, Status, StatusEvent
from .session_changes import SessionChanges, SessionNotes
from .values import JSON, canonical_json

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
"""What the clock says to a tool that is run outside of any conversation; scenarios begin at this moment too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What was said so far."""

    messages: tuple[MessageEvent, ...] = ()
    events: tuple[Event, ...] = ()
    """The timeline with everything on it, messages included."""

    @property
    def last_customer_message(self) -> MessageEvent | None:
        """The newest message of the customer."""
        return next((message for message in reversed(self.messages) if message.source == "customer"), None)

    @property
    def last_customer_message_event(self) -> MessageEvent | None:
        """The same as last_customer_message."""
        return self.last_customer_message

    @staticmethod
    def empty() -> "Interaction":
        """One in which nothing was said."""
        return Interaction()


def interaction_in(events: tuple[Event, ...]) -> Interaction:
    """What was said on a timeline, and the timeline."""
    return Interaction(messages=tuple(event for event in events if isinstance(event, MessageEvent)), events=events)


class Channel(Protocol):
    """Where a tool's events go while it runs."""

    async def emit(self, event: MessageEvent | StatusEvent | CustomEvent, /) -> None:
        """Put an event on the timeline. Raises ValueError for one that a tool may not emit, or comes too late."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """Who a tool is called for, and in what conversation."""

    agent_id: str = ""
    agent_name: str = ""
    session_id: str = ""
    customer: Customer = Customer()
    interaction: Interaction = Interaction()
    variables: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """Values in force for this customer, by name."""
    now: datetime = START
    """What the engine's clock says, with its time zone."""
    plugin_data: Mapping[str, object] = field(default_factory=dict[str, object])
    """What the program that offers the tools gave them to share."""
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """The session's metadata."""
    channel: Channel | None = field(default=None, compare=False, repr=False)
    """Where `emit_message` and the like put their events; None outside of a turn, where they go nowhere."""

    notes: SessionNotes | None = field(default=None, compare=False, repr=False)
    """Where `set_metadata` and the like put what they change; None outside of a call, where nothing comes of it."""

    @property
    def customer_id(self) -> str:
        """The customer's id: take it from here, never from an argument that a model wrote."""
        return self.customer.id

    @property
    def customer_tags(self) -> tuple[str, ...]:
        """The customer's tags."""
        return self.customer.tags

    async def emit_message(self, message: str) -> None:
        """Say something to the customer now, before the tool is done. It is marked as the tool's own."""
        await self._emit(MessageEvent(source="ai_agent", text=message))

    async def emit_status(self, status: Status, data: JSON = None) -> None:
        """Say how the work is getting on: "processing" or "typing". Raises ValueError for any other status."""
        detail = data if isinstance(data, str) else "" if data is None else canonical_json(data)
        await self._emit(StatusEvent(status=status, detail=detail))

    async def emit_custom(self, data: JSON) -> None:
        """Tell the front end something; no prompt shows it."""
        await self._emit(CustomEvent(data=data, source="system"))

    async def set_metadata(self, key: str, value: JSON) -> None:
        """Note something about the session; it is noted once the tool is done. Raises TypeError for no JSON."""
        self._note(SessionChanges(metadata={key: value}))

    async def remove_metadata(self, key: str) -> None:
        """Note something about the session no longer; what was not noted is no error."""
        self._note(SessionChanges(unset_metadata=(key,)))

    async def add_label(self, *labels: str) -> None:
        """Add labels to the session, once the tool is done."""
        self._note(SessionChanges(labels=labels))

    async def remove_label(self, *labels: str) -> None:
        """Take labels of the session away; one that it does not have is no error."""
        self._note(SessionChanges(remove_labels=labels))

    def _note(self, changes: SessionChanges) -> None:
        if self.notes is not None:
            self.notes.add(changes)

    async def _emit(self, event: MessageEvent | StatusEvent | CustomEvent) -> None:
        if self.channel is not None:
            await self.channel.emit(event)


CONTEXT_NAMES = ("context", "ctx", "c")


def is_context(annotation: object) -> bool:
    """Whether an annotation, or its text, stands for the context of a tool."""
    if isinstance(annotation, str):
        return annotation.strip("\"' ").rpartition(".")[2] == ToolContext.__name__
    return annotation is ToolContext
