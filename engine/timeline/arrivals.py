"""Events on their way to the customer's side, kept where whoever waits for them can find them."""

import asyncio

from ..domain.session import Event
from ..ports import EventSink


class Arrivals:
    """An event sink that hands on what it gets, keeps it in its newest form, and wakes those who wait."""

    def __init__(self, to: EventSink) -> None:
        self.to = to
        self._events: dict[int, Event] = {}
        self._bell = asyncio.Event()

    async def emit(self, event: Event, /) -> None:
        """Keep an event and hand it on."""
        self._events[event.offset] = event
        self._ring()
        await self.to.emit(event)

    def since(self, offset: int) -> tuple[Event, ...]:
        """The events kept from an offset on, in order."""
        return tuple(self._events[one] for one in sorted(self._events) if one >= offset)

    def forget(self) -> None:
        """Let go of the events: from now on the session has them."""
        self._events.clear()
        self._ring()

    async def wait(self) -> None:
        """Return once there is something new."""
        await self._bell.wait()

    def _ring(self) -> None:
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()
