"""A reply that grows before the customer's eyes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply
from understudy.engine.errors import ModelUnavailableError

from ..worlds import matching, saying, scripted_model

STREAM = p.OutputMode.STREAM


class Sink:
    """Notes every message event that it is shown."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def emit(self, event: Any, /) -> None:
        if event.kind == "message" and event.source == "ai_agent":
            self.messages.append(event)


class Streaming:
    """A model whose drafts come in the pieces given; an exception among them is raised there."""

    def __init__(self, *pieces: str | BaseException) -> None:
        self.pieces = pieces
        self.plain = scripted_model()

    async def ask(self, ask: Ask, /) -> Reply:
        return await self.plain.ask(ask)

    async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        text = ""
        for piece in self.pieces:
            if isinstance(piece, BaseException):
                raise piece
            text += piece
            yield piece
        yield Reply(text=text, model="streaming", source="scripted")


async def shop(server: p.Server, **options: Any) -> p.Agent:
    return await server.create_agent("Shop", output_mode=STREAM, **options)


async def test_the_message_grows_at_one_offset_and_ends_with_a_mark():
    sink = Sink()
    async with p.Server(model=scripted_model(draft=saying("We open at nine."))) as server:
        talk = server.conversation(await shop(server), sink=sink)
        turn = await talk.say("When?")
    assert turn.reply == "We open at nine."
    assert [event.text for event in sink.messages] == [
        "We",
        "We open",
        "We open at",
        "We open at nine.",
        "We open at nine.",
    ]
    assert {event.offset for event in sink.messages} == {talk.session.events[-2].offset}
    assert [event.chunks[-1] is None for event in sink.messages] == [False, False, False, False, True]
    assert talk.session.events[-2] == sink.messages[-1]
    assert turn.trace.composition is not None
    assert turn.trace.composition.streamed
    assert [ask.decision for ask in turn.trace.asks] == ["draft"]
    assert turn.trace.timing.first_message is not None


async def test_streaming_and_sending_whole_ask_the_same_and_say_the_same():
    streamed, whole = scripted_model(draft=saying("Nine.")), scripted_model(draft=saying("Nine."))
    async with p.Server(model=streamed) as one, p.Server(model=whole) as other:
        first = await one.conversation(await shop(one)).say("When?")
        second = await other.conversation(await other.create_agent("Shop")).say("When?")
    assert streamed.asked == whole.asked
    assert first.reply == second.reply


async def test_canned_responses_have_no_part_in_what_is_streamed():
    model = scripted_model(draft=saying("Nine."))
    async with p.Server(model=model) as server:
        agent = await shop(server)
        await agent.create_canned_response("We open at nine.")
        turn = await server.conversation(agent).say("When?")
    assert turn.reply == "Nine."
    assert [ask.decision for ask in model.asked] == ["draft"]


async def test_a_turn_in_which_something_strict_holds_is_not_streamed():
    sink, model = Sink(), scripted_model(match=matching("legal"))
    async with p.Server(model=model) as server:
        agent = await shop(server, no_match_response="Ask our lawyer.")
        strict = p.CompositionMode.STRICT
        await agent.create_guideline("asks for law", "be careful", id="legal", composition_mode=strict)
        turn = await server.conversation(agent, sink=sink).say("May I sue?")
    assert turn.reply == "Ask our lawyer."
    assert [event.chunks for event in sink.messages] == [()]


@pytest.mark.parametrize("mode", [p.CompositionMode.STRICT, p.CompositionMode.COMPOSITED])
async def test_an_agent_whose_words_are_not_its_own_can_not_be_declared_to_stream(mode: p.CompositionMode):
    async with p.Server(model=scripted_model()) as server:
        with pytest.raises(p.DefinitionError, match=r"test_streaming\.py:\d+: agent 'shop' can't stream"):
            await shop(server, composition_mode=mode)


async def test_a_model_that_can_not_stream_sends_whole_messages():
    class Whole:
        async def ask(self, ask: Ask, /) -> Reply:
            return await scripted_model(draft=saying("Nine.")).ask(ask)

    sink = Sink()
    async with p.Server(model=Whole()) as server:
        turn = await server.conversation(await shop(server), sink=sink).say("When?")
    assert turn.reply == "Nine."
    assert [event.chunks for event in sink.messages] == [()]


async def test_a_model_that_breaks_off_leaves_what_was_shown_and_its_end():
    model = Streaming('{"plans": [], "message": "We op', "en at", ModelUnavailableError("line cut"))
    sink = Sink()
    async with p.Server(model=model) as server:
        talk = server.conversation(await shop(server), sink=sink)
        turn = await talk.say("When?")
    assert turn.trace.failure is not None
    assert (turn.trace.failure.kind, turn.trace.failure.message) == ("model_unavailable", "line cut")
    assert turn.reply == "We open at"
    assert sink.messages[-1].chunks == ("We op", "en at", None)
    assert sink.messages[-1] in talk.session.events
    assert turn.trace.statuses[-2:] == ("error", "ready:completed")
    assert [event.offset for event in talk.session.events] == list(range(len(talk.session.events)))


async def test_a_model_that_breaks_off_before_the_first_word_fails_the_turn_without_a_message():
    sink = Sink()
    async with p.Server(model=Streaming('{"plans": [', ModelUnavailableError("line cut"))) as server:
        turn = await server.conversation(await shop(server), sink=sink).say("When?")
    assert turn.trace.failure is not None
    assert turn.trace.failure.message == "line cut"
    assert sink.messages == []


async def test_an_unacceptable_draft_of_which_nothing_was_shown_is_written_again():
    async with p.Server(model=Streaming("I'd rather not.")) as server:
        turn = await server.conversation(await shop(server)).say("When?")
    assert turn.reply == "All right."
    assert [(ask.id, bool(ask.objections)) for ask in turn.trace.asks] == [("1/draft/1", True), ("1/draft/2", False)]


async def test_an_unacceptable_draft_that_was_shown_stands_with_a_note():
    model = Streaming('{"message": "Nine.", "plans": []}')
    async with p.Server(model=model) as server:
        agent = await shop(server)
        await agent.create_guideline(action="greet", id="greet")
        turn = await server.conversation(agent).say("When?")
    assert turn.reply == "Nine."
    assert turn.trace.failure is None
    assert "the reply was shown before this could be objected: instruction 'greet' has no plan" in turn.trace.notes


async def test_a_draft_of_null_is_silence():
    sink = Sink()
    async with p.Server(model=Streaming('{"plans": [], "message": null}')) as server:
        turn = await server.conversation(await shop(server), sink=sink).say("Bye")
    assert sink.messages == []
    assert turn.trace.failure is None
    assert turn.trace.said == ()


async def test_a_cancelled_reply_is_ended_for_whoever_reads_it():
    sink, shown = Sink(), asyncio.Event()

    class Endless(Streaming):
        async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
            yield '{"message": "We open'
            shown.set()
            await asyncio.Event().wait()

    async with p.Server(model=Endless()) as server:
        turn = asyncio.ensure_future(server.conversation(await shop(server), sink=sink).say("When?"))
        await shown.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
    assert sink.messages[-1].chunks == ("We open", None)


async def test_the_offline_model_streams_what_it_says():
    sink = Sink()
    async with p.Server(model="offline") as server:
        turn = await server.conversation(await shop(server), sink=sink).say("Hello")
    assert len(sink.messages) > 1
    assert sink.messages[-1].text == turn.reply
