"""Counting what is asked of live models while it is asked, for whoever watches."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...engine.domain.ask import Ask, Reply, Usage
from ...engine.ports import LLM


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the meter shows."""

    flying: int = 0
    """Asks that wait for their answer."""
    done: int = 0
    usage: Usage = Usage()


class Meter:
    """Asks of live models: how many are under way, how many were answered, and what they took. Several threads ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading = Reading()
        self.watch: Callable[[Reading], None] | None = None
        """Is told whenever something changes, by the thread in which it does."""

    @property
    def reading(self) -> Reading:
        """What it shows now."""
        return self._reading

    def began(self) -> None:
        """Note an ask."""
        self._change(flying=1)

    def ended(self, reply: Reply | None) -> None:
        """Note that an ask was answered, or with None that it was not. What a rule answered is not counted."""
        live = reply if reply and reply.source == "live" else None
        self._change(flying=-1, done=int(live is not None), usage=live.usage if live else Usage())

    def _change(self, *, flying: int, done: int = 0, usage: Usage | None = None) -> None:
        with self._lock:
            now = self._reading
            now = replace(now, flying=now.flying + flying, done=now.done + done, usage=now.usage + (usage or Usage()))
            self._reading = now
        if self.watch:
            self.watch(now)


class MeteredLLM:
    """A model of which a meter counts the asks."""

    def __init__(self, llm: LLM, meter: Meter) -> None:
        self._llm = llm
        self._meter = meter

    async def ask(self, ask: Ask, /) -> Reply:
        """Hand on an ask. Raises what the model raises."""
        self._meter.began()
        reply: Reply | None = None
        try:
            reply = answer = await self._llm.ask(ask)
        finally:
            self._meter.ended(reply)
        return answer
