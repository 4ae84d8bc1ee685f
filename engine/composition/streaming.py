"""A reply that the customer can read while it is being written: one message event that grows."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import cast

from ..asking.asks import ask_id, with_asks
from ..decisions.decision import AskRecord, first_ask, read_answer, with_reply
from ..decisions.draft import DRAFT
from ..decisions.growing import GrowingText
from ..domain.ask import Ask, Reply
from ..domain.facts import DraftFacts
from ..domain.modes import CompositionMode, OutputMode
from ..domain.session import MessageEvent
from ..domain.turn import Turn
from ..errors import ModelError
from ..ports import EventSink, StreamingLLM
from ..services import Services
from ..timeline.emission import CutShort
from .drafting import draft_facts, write_draft
from .record import composition_mode, recorded
from .seams import message_emitted, streaming_model
from .speaking import Message, as_event, say, with_said


def model_to_stream(turn: Turn, services: Services) -> StreamingLLM | None:
    """The model to listen to while it writes, None where this turn's reply has to be sent whole."""
    fluid = composition_mode(turn) is CompositionMode.FLUID
    # What was declared sensitive can be told from the rest in a whole message only.
    may_stream = fluid and turn.agent.output_mode is OutputMode.STREAM and not turn.agent.sensitive
    return streaming_model(services) if may_stream else None


async def stream_reply(turn: Turn, services: Services, *, llm: StreamingLLM) -> Turn:
    """Send the draft while it is written. Canned responses have no part in it.

    Raises CutShort, with what was sent so far on the timeline, when the model breaks off. A draft that turns out to be
    unacceptable before anything of it was shown is written again, and sent whole.
    """
    facts = draft_facts(turn)
    ask = first_ask(DRAFT, facts, ask_id=ask_id(turn, DRAFT.name), settings=services.settings_for(DRAFT.name))
    growing = _Growing(turn, sink=services.sink, now=services.clock.now())
    reply = await _listen(growing, llm.stream(ask))
    return await _completed(turn, services, growing=growing, told=_Told(ask=ask, facts=facts, reply=reply))


async def _listen(growing: "_Growing", pieces: AsyncIterator[str | Reply]) -> Reply | None:
    """Show what comes, and give the whole reply. None where the model broke off without having shown anything."""
    text, reply = GrowingText("message"), None
    try:
        async with aclosing(cast("AsyncGenerator[str | Reply, None]", pieces)):
            async for piece in pieces:
                if isinstance(piece, Reply):
                    reply = piece
                elif new := text.feed(piece):
                    await growing.add(new)
    except asyncio.CancelledError:
        await growing.end()
        raise
    except ModelError as error:
        if not growing.text:
            raise
        raise CutShort(turn=await growing.ended(), cause=error) from error
    return reply


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What was asked and what came of it."""

    ask: Ask
    facts: DraftFacts
    reply: Reply | None


async def _completed(turn: Turn, services: Services, *, growing: "_Growing", told: _Told) -> Turn:
    """The turn after its reply, with the ask in its trace."""
    if told.reply is None:
        error = ModelError(f"the model broke off while deciding {told.ask.decision!r} (ask {told.ask.id})")
        raise CutShort(turn=await growing.ended(), cause=error) if growing.text else error
    answer, objections = read_answer(DRAFT, told.facts, reply=told.reply)
    record = with_reply(AskRecord(), told.ask, reply=told.reply, objections=objections)
    if growing.text:
        turn = with_asks(await growing.ended(), [record])
        too_late = f"the reply was shown before this could be objected: {'; '.join(objections)}"
        turn = turn.note(too_late) if objections else turn
        return await message_emitted(turn, services, text=growing.text)
    turn = with_asks(turn, [record])
    if answer is not None and not objections and not answer.message:
        return recorded(turn, draft=None)
    drafted = await write_draft(turn, services, ordinal=2)
    return await say(drafted.turn, services, message=Message(text=drafted.draft)) if drafted.draft else drafted.turn


class _Growing:
    """The message on its way: shown anew with each piece, at one and the same offset."""

    def __init__(self, turn: Turn, *, sink: EventSink, now: datetime) -> None:
        self._turn = turn
        self._sink = sink
        self._created = now
        self._chunks: list[str] = []
        self._started = perf_counter()
        self._first: float | None = None

    @property
    def text(self) -> str:
        """What was shown so far."""
        return "".join(self._chunks)

    async def add(self, piece: str) -> None:
        """Show one more piece."""
        if self._first is None:
            self._first = perf_counter() - self._started
        self._chunks.append(piece)
        await self._sink.emit(self._event(complete=False))

    async def end(self) -> None:
        """Show that nothing follows."""
        if self._chunks:
            await self._sink.emit(self._event(complete=True))

    async def ended(self) -> Turn:
        """The turn with the message, complete or broken off, on its timeline."""
        await self.end()
        message = Message(text=self.text)
        turn = recorded(self._turn, draft=self.text, streamed=True)
        turn = replace(turn, session=turn.session.with_events(self._event(complete=True)))
        timing = replace(turn.trace.timing, first_message=self._first)
        return with_said(replace(turn, trace=replace(turn.trace, timing=timing)), message)

    def _event(self, *, complete: bool) -> MessageEvent:
        return replace(
            as_event(self._turn, Message(text=self.text)),
            offset=self._turn.session.next_offset,
            trace_id=self._turn.trace_id,
            created=self._created,
            draft=self.text if complete else None,
            chunks=(*self._chunks, *((None,) if complete else ())),
        )
