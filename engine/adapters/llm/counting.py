"""Counting what was asked, and what it took."""

from collections import Counter
from collections.abc import AsyncIterator

from ...domain.ask import Ask, Reply, Usage
from ...ports import LLM
from .streams import stream_of


class Counting:
    """An LLM that counts the asks it hands on: in all, by decision, and what their answers took."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        self.asks: Counter[str] = Counter()
        """By decision; every attempt counts, also one that got no answer."""
        self.usage = Usage()

    @property
    def total(self) -> int:
        """How many asks there were."""
        return self.asks.total()

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask. Raises what the model raises."""
        self.asks[ask.decision] += 1
        reply = await self._llm.ask(ask)
        self.usage += reply.usage
        return reply

    async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        """Answer one ask piece by piece."""
        self.asks[ask.decision] += 1
        async for piece in stream_of(self._llm, ask):
            if isinstance(piece, Reply):
                self.usage += piece.usage
            yield piece
