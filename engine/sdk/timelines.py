"""A session's timeline as those hold it who talk in it or watch it: reading it, waiting for it, and adding to it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar, get_args

from ..domain.session import (
    CustomEvent,
    Event,
    EventKind,
    EventSource,
    MessageEvent,
    Session,
    Status,
    StatusEvent,
    event_source,
)
from ..domain.values import JSON
from ..errors import UnknownNameError
from ..services import Services
from ..timeline.arrivals import Arrivals

E = TypeVar("E", MessageEvent, StatusEvent, CustomEvent)

KINDS: tuple[str, ...] = get_args(EventKind)
STATUSES: tuple[str, ...] = get_args(Status)


class HeldTimeline:
    """The timeline of a session. What is added while a turn is played comes after that turn's events."""

    def __init__(self, *, services: Services, session: Session, agent_name: str) -> None:
        self._arrivals = Arrivals(services.sink)
        self._services: Services = replace(services, sink=self._arrivals)
        self._agent_name: str = agent_name
        self._unshown: list[Event] = []
        self._is_played = False
        """Whether a turn has the session at the moment, and gives it back changed."""
        self._late: list[Event] = []
        """What came in the meantime."""
        self.session = session

    @property
    def id(self) -> str:
        """The session's id."""
        return self.session.id

    def events(
        self,
        *,
        source: str | None = None,
        kinds: Sequence[EventKind] | str = (),
        min_offset: int = 0,
        trace_id: str = "",
    ) -> tuple[Event, ...]:
        """The timeline, from an offset on; of one source ("agent" is short for the AI agent), some kinds, one turn.

        What a turn has shown so far is in it while that is played. `kinds` may be a text: "message,status". Raises
        ValueError for a source, UnknownNameError for a kind that there is not.
        """
        wanted, some = None if source is None else event_source(source), _kinds(kinds)
        shown = self._arrivals.since(self.session.next_offset) if self._is_played else ()
        return tuple(
            event
            for event in (*self.session.events, *shown)
            if event.offset >= min_offset
            and wanted in (None, event.source)
            and (not some or event.kind in some)
            and trace_id in ("", event.trace_id)
        )

    async def wait_for_events(
        self,
        *,
        seconds: float,
        source: str | None = None,
        kinds: Sequence[EventKind] | str = (),
        min_offset: int = 0,
        trace_id: str = "",
    ) -> tuple[Event, ...]:
        """The same as events(), as soon as there is one. Raises TimeoutError where that takes longer than allowed."""

        def look() -> tuple[Event, ...]:
            return self.events(source=source, kinds=kinds, min_offset=min_offset, trace_id=trace_id)

        late = f"session {self.id!r} had no such events from offset {min_offset} on within {seconds:g} s"
        return await self._awaited(look, seconds=seconds, late=late)

    async def wait_until_complete(self, offset: int, *, seconds: float) -> Event:
        """The event at an offset once it is there and grows no longer. Raises TimeoutError."""

        def look() -> tuple[Event, ...]:
            shown = self.events(min_offset=offset)
            return tuple(event for event in shown if event.offset == offset and _is_complete(event))

        late = f"event {offset} of session {self.id!r} was not complete within {seconds:g} s"
        (event,) = await self._awaited(look, seconds=seconds, late=late)
        return event

    async def _awaited(self, look: Callable[[], tuple[Event, ...]], *, seconds: float, late: str) -> tuple[Event, ...]:
        """What is seen as soon as anything is. Raises TimeoutError with the text for what comes too late."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := look()):
                    await self._arrivals.wait()
                return found
        except TimeoutError as error:
            raise TimeoutError(late) from error

    async def operator(
        self,
        text: str,
        name: str = "",
        *,
        on_behalf_of_agent: bool = False,
        participant_id: str = "",
        metadata: Mapping[str, JSON] | None = None,
    ) -> MessageEvent:
        """Put a human agent's message on the timeline, or one in the agent's name; the agent does not answer it.

        `name` is what the customer sees: the operator's, or of one in the agent's name another than the agent's own.
        """
        source: EventSource = "human_agent_on_behalf_of_ai_agent" if on_behalf_of_agent else "human_agent"
        return await self._put(
            MessageEvent(
                source=source,
                text=text,
                participant=name or (self._agent_name if on_behalf_of_agent else ""),
                participant_id=participant_id or (self.session.agent_id if on_behalf_of_agent else ""),
                metadata=dict(metadata or {}),
            )
        )

    async def event(
        self, data: JSON, *, source: str = "customer_ui", metadata: Mapping[str, JSON] | None = None
    ) -> CustomEvent:
        """Put something that the front end reports on the timeline; the agent does not answer it."""
        return await self._put(CustomEvent(data=data, source=_outside(source), metadata=dict(metadata or {})))

    async def report_status(
        self,
        status: Status,
        *,
        source: str = "customer_ui",
        detail: str = "",
        metadata: Mapping[str, JSON] | None = None,
    ) -> StatusEvent:
        """Put on the timeline what somebody but the agent is at, such as "typing"; no prompt shows it.

        Raises UnknownNameError for a status that there is not, ValueError for the agent's own, which the engine tells.
        """
        if status not in STATUSES:
            raise UnknownNameError(kind="status", name=status, known=STATUSES)
        event = StatusEvent(status=status, detail=detail, source=_outside(source), metadata=dict(metadata or {}))
        return await self._put(event)

    def add_system_message(self, text: str) -> None:
        """Put a message of nobody's on the timeline, such as a summary; the agent reads it with its next turn."""
        event = MessageEvent(source="system", text=text, created=self._services.clock.now())
        if self._is_played:
            self._late.append(event)
            return
        self.session = self.session.with_events(event)
        self._unshown.append(self.session.events[-1])

    async def _put(self, event: E) -> E:
        """Put an event on the timeline; while a turn is played its offset is still to be given, and -1."""
        event = replace(event, created=self._services.clock.now())
        if self._is_played:
            self._late.append(event)
            return event
        placed = await self._add(event)
        await self._save()
        return placed

    async def _add(self, event: E) -> E:
        """Put an event at the end of the timeline and show it."""
        await self._show()
        placed = replace(event, offset=self.session.next_offset)
        self.session = self.session.with_events(placed)
        await self._services.sink.emit(placed)
        return placed

    async def _add_late(self) -> None:
        """Put on the timeline what came while a turn had the session."""
        late, self._late = self._late, []
        self._arrivals.forget()
        for event in late:
            self.session = self.session.with_events(event)
            await self._services.sink.emit(self.session.events[-1])

    async def _show(self) -> None:
        """Show what was put on the timeline while nobody could wait for it to be shown."""
        unshown, self._unshown = self._unshown, []
        for event in unshown:
            await self._services.sink.emit(event)

    async def _save(self) -> None:
        if self._services.sessions is not None:
            await self._services.sessions.save(self.session)


def _kinds(given: Sequence[EventKind] | str) -> tuple[str, ...]:
    names = [part.strip() for part in given.split(",")] if isinstance(given, str) else given
    wanted = tuple(name for name in names if name)
    for name in wanted:
        if name not in KINDS:
            raise UnknownNameError(kind="kind of event", name=name, known=KINDS)
    return wanted


def _outside(source: str) -> EventSource:
    """A source that is neither the agent nor the engine. Raises ValueError."""
    named = event_source(source)
    if named in ("ai_agent", "system"):
        raise ValueError(f"events of the source {source!r} are for the engine to tell; give another source")
    return named


def _is_complete(event: Event) -> bool:
    """Whether an event has come to its end: a message shown while it is written ends with None."""
    return not isinstance(event, MessageEvent) or not event.chunks or event.chunks[-1] is None
