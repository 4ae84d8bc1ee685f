"""An event loop in a thread of its own, on which scenarios are played while pytest waits for the next of them."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that are waited at the end for code that does not let itself be cancelled."""


class LoopThread:
    """Runs coroutines side by side. What is still under way when it is closed is cancelled."""

    def __init__(self) -> None:
        self._ready: Future[asyncio.AbstractEventLoop] = Future()
        self._over = asyncio.Event()
        self._last: Callable[[], None] | None = None
        # A daemon, so that code which blocks the loop for good can't keep the process from ending.
        self._thread = threading.Thread(target=self._work, name="understudy-scenarios", daemon=True)
        self._thread.start()

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        """Begin a coroutine; it goes on whether or not somebody waits for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._ready.result())

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end. A KeyboardInterrupt meanwhile cancels it and passes on."""
        future = self.submit(coroutine)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self, last: Callable[[], None]) -> None:
        """Cancel what is under way, then do a last thing in the thread, and end it."""
        self._last = last
        loop = self._ready.result()
        loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE)

    def _work(self) -> None:
        with asyncio.Runner() as runner:
            self._ready.set_result(runner.get_loop())
            runner.run(self._serve())
        if self._last:
            self._last()

    async def _serve(self) -> None:
        await self._over.wait()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
