"""A session as those hold it who talk in it, or look after it: its timeline, and what is noted about it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..domain.modes import SessionMode
from ..domain.session import Customer, CustomEvent, Event, EventKind, MessageEvent, Session, event_source
from ..domain.values import JSON
from ..services import Services


class HeldSession:
    """A session that is changed from outside of turns; every change is kept where sessions are kept."""

    def __init__(self, *, services: Services, session: Session, agent_name: str) -> None:
        self._services = services
        self._agent_name = agent_name
        self._unshown: list[Event] = []
        self.session = session

    @property
    def id(self) -> str:
        """The session's id."""
        return self.session.id

    @property
    def turn_count(self) -> int:
        """How many turns there have been."""
        return self.session.turns

    def events(
        self, *, source: str | None = None, kinds: Sequence[EventKind] = (), min_offset: int = 0, trace_id: str = ""
    ) -> tuple[Event, ...]:
        """The timeline, from an offset on; of one source ("agent" is short for the AI agent), some kinds, one turn."""
        wanted = event_source(source) if source is not None else None
        return tuple(
            event
            for event in self.session.events
            if event.offset >= min_offset
            and wanted in (None, event.source)
            and (not kinds or event.kind in kinds)
            and trace_id in ("", event.trace_id)
        )

    async def operator(self, text: str, name: str = "", *, on_behalf_of_agent: bool = False) -> None:
        """Put a human agent's message on the timeline, or one in the agent's name; the agent does not answer it."""
        if on_behalf_of_agent:
            event = MessageEvent(
                source="human_agent_on_behalf_of_ai_agent", text=text, participant=name or self._agent_name
            )
        else:
            event = MessageEvent(source="human_agent", text=text, participant=name)
        await self._put(event)

    async def event(self, data: JSON) -> None:
        """Put something that the front end reports on the timeline; the agent does not answer it."""
        await self._put(CustomEvent(data=data))

    def add_system_message(self, text: str) -> None:
        """Put a message of nobody's on the timeline, such as a summary; the agent reads it with its next turn."""
        self.session = self.session.with_events(MessageEvent(source="system", text=text))
        self._unshown.append(self.session.events[-1])

    def mark_as_important(self, facts: str | Iterable[str]) -> None:
        """Say what must not be forgotten: names of facts to look for, such as `order_id`, and whole sentences."""
        new = [facts] if isinstance(facts, str) else list(facts)
        self.session = replace(self.session, important=tuple(dict.fromkeys((*self.session.important, *new))))

    async def set_mode(self, mode: SessionMode | str) -> None:
        """Hand the session to an operator (manual) or back to the agent (auto)."""
        await self.update(mode=mode)

    async def update(
        self, *, title: str | None = None, mode: SessionMode | str | None = None, customer: Customer | None = None
    ) -> None:
        """Change the session's title, its mode or its customer; what is not given stays."""
        session = self.session
        self.session = replace(
            session,
            title=session.title if title is None else title,
            mode=session.mode if mode is None else SessionMode(mode),
            customer=session.customer if customer is None else customer,
        )
        await self._save()

    async def set_metadata(self, key: str, value: JSON) -> None:
        """Note something about the session; no prompt holds it."""
        self.session = replace(self.session, metadata={**self.session.metadata, key: value})
        await self._save()

    async def remove_metadata(self, key: str) -> None:
        """Note something no longer; what was not noted is no error."""
        kept = {name: value for name, value in self.session.metadata.items() if name != key}
        self.session = replace(self.session, metadata=kept)
        await self._save()

    async def add_label(self, *labels: str) -> None:
        """Add labels; those that it has keep their place."""
        self.session = self.session.with_labels(labels)
        await self._save()

    async def remove_label(self, *labels: str) -> None:
        """Take labels away; one that it does not have is no error."""
        self.session = replace(
            self.session, labels=tuple(label for label in self.session.labels if label not in labels)
        )
        await self._save()

    async def set_consumption(self, reader: str, offset: int) -> None:
        """Remember which event a reader has seen last."""
        self.session = replace(self.session, consumption={**self.session.consumption, reader: offset})
        await self._save()

    async def _put(self, event: Event) -> None:
        await self._show()
        self.session = self.session.with_events(event)
        await self._services.sink.emit(self.session.events[-1])
        await self._save()

    async def _show(self) -> None:
        """Show what was put on the timeline while nobody could wait for it to be shown."""
        unshown, self._unshown = self._unshown, []
        for event in unshown:
            await self._services.sink.emit(event)

    async def _save(self) -> None:
        if self._services.sessions is not None:
            await self._services.sessions.save(self.session)
