"""Several messages before a reply: a newer one supersedes the turn under way, until its reply has begun to go out."""

import asyncio

import pytest

import understudy.engine as p

from ..worlds import calling, matching, scripted_model


class Gated:
    """A model whose answers to one decision wait until they are let go."""

    def __init__(self, inner: p.ScriptedModel, *, decision: str) -> None:
        self.inner = inner
        self.decision = decision
        self.reached = asyncio.Event()
        self.gate = asyncio.Event()

    async def ask(self, ask):
        if ask.decision == self.decision:
            self.reached.set()
            await self.gate.wait()
        return await self.inner.ask(ask)


class Screen:
    def __init__(self) -> None:
        self.events = []

    async def emit(self, event):
        self.events.append(event)


async def test_a_new_message_supersedes_the_turn_that_has_not_begun_to_reply():
    model = Gated(scripted_model(), decision="draft")
    screen = Screen()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent, sink=screen)
        first = asyncio.create_task(talk.say("I want to"))
        await model.reached.wait()
        second = asyncio.create_task(talk.say("return a lamp"))
        await asyncio.sleep(0)
        model.gate.set()
        superseded, answered = await first, await second
    assert superseded.was_superseded
    assert superseded.reply == ""
    assert superseded.trace.statuses[-2:] == ("cancelled", "ready:completed")
    assert superseded.trace.failure is None
    assert answered.reply == "All right."
    assert not answered.was_superseded
    (newest,) = [ask.facts.situation.newest for ask in model.inner.asked if ask.decision == "draft"]
    assert newest == ("I want to", "return a lamp"), "the next turn answers all messages"
    offsets = [event.offset for event in screen.events]
    assert offsets == list(range(len(offsets))), "no offset is given twice"
    assert tuple(screen.events) == talk.session.events


async def test_the_state_is_as_it_was_before_the_superseded_turn():
    model = Gated(scripted_model(match=matching("greet")), decision="draft")
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("greets", "greet back", id="greet", labels=["greeted"])
        talk = server.conversation(agent)
        first = asyncio.create_task(talk.say("Hi"))
        await model.reached.wait()
        second = asyncio.create_task(talk.say("there"))
        await asyncio.sleep(0)
        model.gate.set()
        await asyncio.gather(first, second)
    assert [state.trace_id for state in talk.session.states] == ["session/2"]
    assert [trace.turn for trace in talk.traces] == [1, 2]


async def test_what_tools_did_before_the_turn_was_superseded_stays_known():
    calls: list[str] = []

    @p.tool
    async def book(context: p.ToolContext) -> p.ToolResult:
        calls.append("booked")
        return p.ToolResult("booked")

    model = Gated(scripted_model(match=matching("book"), tools=calling(book={})), decision="draft")
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("books", "book it", id="book", tools=[book])
        talk = server.conversation(agent)
        first = asyncio.create_task(talk.say("Book it"))
        await model.reached.wait()
        second = asyncio.create_task(talk.say("please"))
        await asyncio.sleep(0)
        model.gate.set()
        superseded, _ = await asyncio.gather(first, second)
    assert superseded.tool_calls == ("book",)
    assert any(event.kind == "tool" and event.trace_id == "session/1" for event in talk.session.events)
    draft = next(ask for ask in model.inner.asked if ask.decision == "draft")
    assert 'tool: book {} gave "booked"' in draft.prompt


async def test_a_reply_that_has_begun_to_go_out_is_finished_and_its_state_saved():
    model = Gated(scripted_model(match=matching("greet")), decision="analysis")
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("greets", "greet back", id="greet")
        talk = server.conversation(agent)
        first = asyncio.create_task(talk.say("Hi"))
        await model.reached.wait()
        second = asyncio.create_task(talk.say("One more thing"))
        await asyncio.sleep(0)
        model.gate.set()
        finished, answered = await asyncio.gather(first, second)
    assert (finished.reply, answered.reply) == ("All right.", "All right.")
    assert not finished.was_superseded
    assert [state.trace_id for state in talk.session.states] == ["session/1", "session/2"]


async def test_of_many_messages_in_a_row_only_the_last_turn_answers():
    model = Gated(scripted_model(), decision="draft")
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent)
        turns = [asyncio.create_task(talk.say(f"part {number}")) for number in range(4)]
        await model.reached.wait()
        await asyncio.sleep(0)
        model.gate.set()
        results = await asyncio.gather(*turns)
    assert [result.was_superseded for result in results] == [True, True, True, False]
    said = [event.text for event in talk.session.events if event.kind == "message" and event.source == "customer"]
    assert said == [f"part {number}" for number in range(4)]


async def test_whoever_cancels_say_itself_gets_the_cancellation():
    model = Gated(scripted_model(), decision="draft")
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent)
        task = asyncio.create_task(talk.say("Hi"))
        await model.reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        model.gate.set()
        turn = await talk.say("Hi again")
    assert turn.reply == "All right."


async def test_events_shown_by_a_stage_that_broke_keep_their_offsets():
    screen = Screen()
    async with p.Server(model=scripted_model(draft={"message": 3})) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent, sink=screen)
        turn = await talk.say("Hi")
    assert turn.trace.failure is not None
    offsets = [event.offset for event in screen.events]
    assert offsets == list(range(len(offsets)))
    assert tuple(screen.events) == talk.session.events
