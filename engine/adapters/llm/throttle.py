"""Not too many asks at once, and not too many a minute."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext

from ...domain.ask import Ask, Reply
from ...ports import LLM
from .streams import stream_of

MINUTE = 60.0


class Gate:
    """Lets so many through at once, and so many within any minute; None is no limit."""

    def __init__(
        self,
        *,
        max_concurrent: int | None = None,
        requests_per_minute: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        for name, limit in (("max_concurrent", max_concurrent), ("requests_per_minute", requests_per_minute)):
            if limit is not None and limit < 1:
                raise ValueError(f"{name}={limit}: at least 1 has to get through; leave it out for no limit")
        self._most = max_concurrent
        self._per_minute = requests_per_minute
        self._clock = clock
        self._sleep = sleep
        self._started: deque[float] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._places: asyncio.Semaphore | None = None

    @asynccontextmanager
    async def passing(self) -> AsyncGenerator[None]:
        """Wait until there is room, and take it while the context lasts."""
        async with self._room() or nullcontext():
            await self._turn()
            yield

    def _room(self) -> asyncio.Semaphore | None:
        loop = asyncio.get_running_loop()
        if self._most is not None and self._loop is not loop:  # a semaphore belongs to one event loop
            self._loop, self._places = loop, asyncio.Semaphore(self._most)
        return self._places

    async def _turn(self) -> None:
        if self._per_minute is None:
            return
        while True:
            now = self._clock()
            while self._started and self._started[0] <= now - MINUTE:
                self._started.popleft()
            if len(self._started) < self._per_minute:
                self._started.append(now)
                return
            await self._sleep(self._started[0] + MINUTE - now)


class Throttled:
    """An LLM whose asks go through a gate."""

    def __init__(self, llm: LLM, gate: Gate) -> None:
        self._llm = llm
        self._gate = gate

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask once there is room. Raises what the model raises."""
        async with self._gate.passing():
            return await self._llm.ask(ask)

    async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        """Answer one ask piece by piece once there is room; the room is taken until the last piece."""
        async with self._gate.passing():
            async for piece in stream_of(self._llm, ask):
                yield piece
