"""A session as those hold it who talk in it, or look after it: what is noted about it, and who takes part."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from ..domain.modes import SessionMode
from ..domain.session import Customer, Session
from ..domain.session_changes import SessionChanges
from ..domain.values import JSON
from ..services import Services
from .customers import CustomerHandle
from .session_updates import Update, read_update
from .timelines import HeldTimeline

Change: TypeAlias = Callable[[Session], Session]


class HeldSession(HeldTimeline):
    """A session that is changed from outside of turns; every change is kept where sessions are kept."""

    def __init__(self, *, services: Services, session: Session, agent_name: str) -> None:
        super().__init__(services=services, session=session, agent_name=agent_name)
        self._meanwhile: list[Change] = []
        """What was changed while a turn was played, to be changed about what the turn gives back."""

    @property
    def turn_count(self) -> int:
        """How many turns there have been."""
        return self.session.turns

    def mark_as_important(self, facts: str | Iterable[str]) -> None:
        """Say what must not be forgotten: names of facts to look for, such as `order_id`, and whole sentences."""
        new = [facts] if isinstance(facts, str) else list(facts)
        self._do(lambda session: replace(session, important=tuple(dict.fromkeys((*session.important, *new)))))

    async def set_mode(self, mode: SessionMode | str) -> None:
        """Hand the session to an operator (manual) or back to the agent (auto)."""
        await self._make(read_update(self.id, {"mode": mode}))

    async def _make(self, update: Update) -> None:
        """Make an update as one change. A customer whose id is not known is one of that id from now on."""
        whom = None if update.customer is None else await self._customer_meant(update.customer)
        await self._change(lambda session: update.made_to(session, customer=whom))

    async def set_metadata(self, key: str, value: JSON) -> None:
        """Note something about the session; no prompt holds it."""
        await self._change(SessionChanges(metadata={key: value}).made_to)

    async def remove_metadata(self, *keys: str) -> None:
        """Note something no longer; what was not noted is no error."""
        await self._change(SessionChanges(unset_metadata=keys).made_to)

    async def add_label(self, *labels: str) -> None:
        """Add labels; those that it has keep their place."""
        await self._change(SessionChanges(labels=labels).made_to)

    async def remove_label(self, *labels: str) -> None:
        """Take labels away; one that it does not have is no error."""
        await self._change(SessionChanges(remove_labels=labels).made_to)

    async def set_consumption(self, reader: str, offset: int) -> None:
        """Remember which event a reader has seen last."""
        await self._change(lambda session: replace(session, consumption={**session.consumption, reader: offset}))

    async def set_event_metadata(
        self, offset: int, metadata: Mapping[str, JSON] | None = None, *, remove: Sequence[str] = ()
    ) -> None:
        """Note something about an event, or note it no longer. Raises ValueError for an offset that no event has."""
        if not any(event.offset == offset for event in self.events(min_offset=offset)):
            last = self.session.next_offset - 1
            raise ValueError(f"session {self.id!r} has no event {offset}, or it was taken back; the last one is {last}")
        noted = dict(metadata or {})

        def change(session: Session) -> Session:
            events = (
                replace(event, metadata={**{k: v for k, v in event.metadata.items() if k not in remove}, **noted})
                if event.offset == offset
                else event
                for event in session.events
            )
            return replace(session, events=tuple(events))

        await self._change(change)

    async def _customer_meant(self, given: Customer | CustomerHandle | str) -> Customer:
        if isinstance(given, CustomerHandle):
            return given.value
        if isinstance(given, Customer):
            return given
        store = self._services.customers
        known = await store.load(given) if store is not None else None
        if known is not None or store is None:
            return known or Customer(id=given, name=given)
        new = Customer() if Customer().id == given else Customer(id=given, name=given)
        if not new.is_guest:
            await store.save(new)
        return new

    def _do(self, change: Change) -> None:
        self.session = change(self.session)
        if self._is_played:
            self._meanwhile.append(change)

    async def _change(self, change: Change) -> None:
        self._do(change)
        await self._save()

    def _with_changes_made_meanwhile(self, session: Session) -> Session:
        """What a turn gave back, with what was changed from outside while it was played."""
        meanwhile, self._meanwhile = self._meanwhile, []
        for change in meanwhile:
            session = change(session)
        return session
