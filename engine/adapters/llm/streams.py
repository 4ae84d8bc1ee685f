"""Answers piece by piece, also of models that give them whole."""

from collections.abc import AsyncIterator

from ...domain.ask import Ask, Reply
from ...ports import LLM, StreamingLLM


async def stream_of(llm: LLM, ask: Ask) -> AsyncIterator[str | Reply]:
    """The pieces of a model's answer, and then its reply; one piece where the model can't give it in several."""
    if isinstance(llm, StreamingLLM):
        async for piece in llm.stream(ask):
            yield piece
        return
    reply = await llm.ask(ask)
    yield reply.text
    yield reply
