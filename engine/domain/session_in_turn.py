"""The session as code finds it that runs in a turn: to be read as it was, and in some places to be changed."""

from collections.abc import Collection, Iterator, Mapping

from .events import Event, Status
from .modes import SessionMode
from .session import Customer, Session
from .session_changes import SessionChanges, note_changes
from .tool_context import Interaction, interaction_in
from .values import JSON


class SessionMetadata(Mapping[str, JSON]):
    """What is noted about a session; no prompt holds it."""

    __slots__ = ("_noted",)

    def __init__(self, noted: Mapping[str, JSON]) -> None:
        self._noted = noted

    def __getitem__(self, key: str) -> JSON:
        return self._noted[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._noted)

    def __len__(self) -> int:
        return len(self._noted)

    async def set(self, key: str, value: JSON) -> None:
        """Note something. Raises NotOpenError outside of tools, hooks, handlers and plans, TypeError for no JSON."""
        note_changes(SessionChanges(metadata={key: value}))

    async def delete(self, key: str) -> None:
        """Note something no longer; what was not noted is no error. Raises NotOpenError as set() does."""
        note_changes(SessionChanges(unset_metadata=(key,)))


class SessionLabels(Collection[str]):
    """A session's labels, in the order in which they came."""

    __slots__ = ("_labels",)

    def __init__(self, labels: tuple[str, ...]) -> None:
        self._labels = labels

    def __contains__(self, label: object) -> bool:
        return label in self._labels

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)

    async def add(self, *labels: str) -> None:
        """Add labels. Raises NotOpenError outside of tools, hooks, handlers and plans."""
        note_changes(SessionChanges(labels=labels))

    async def remove(self, *labels: str) -> None:
        """Take labels away; one that it does not have is no error. Raises NotOpenError as add() does."""
        note_changes(SessionChanges(remove_labels=labels))


class SessionInTurn:
    """The session of the turn that is played, as it was when that began, with what has been noted since.

    What code changes takes effect once that code is done: for a tool with its result, for hooks and handlers in their
    order. Every change is in the trace.
    """

    __slots__ = ("value",)

    def __init__(self, value: Session) -> None:
        self.value = value
        """The session as data."""

    def __repr__(self) -> str:
        return f"<Session {self.id!r}>"

    @property
    def id(self) -> str:
        """The id."""
        return self.value.id

    @property
    def agent_id(self) -> str:
        """The agent's id."""
        return self.value.agent_id

    @property
    def customer(self) -> Customer:
        """Who the agent talks to."""
        return self.value.customer

    @property
    def mode(self) -> SessionMode:
        """Who answers the customer."""
        return self.value.mode

    @property
    def title(self) -> str:
        """The title."""
        return self.value.title

    @property
    def status(self) -> Status | None:
        """The agent's newest status."""
        return self.value.status

    @property
    def events(self) -> tuple[Event, ...]:
        """The timeline."""
        return self.value.events

    @property
    def interaction(self) -> Interaction:
        """What was said so far."""
        return interaction_in(self.value.events)

    @property
    def metadata(self) -> SessionMetadata:
        """What is noted about it."""
        return SessionMetadata(self.value.metadata)

    @property
    def labels(self) -> SessionLabels:
        """Its labels."""
        return SessionLabels(self.value.labels)

    async def update(self, *, title: str | None = None, mode: SessionMode | str | None = None) -> None:
        """Change the title, or who answers the customer from the next turn on.

        Raises NotOpenError outside of tools, hooks, handlers and plans, ValueError for a mode that there is not.
        """
        note_changes(SessionChanges(title=title, mode=None if mode is None else SessionMode(mode)))
