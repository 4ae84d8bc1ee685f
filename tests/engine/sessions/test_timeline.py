# A test knows which event, fact or option it looks at.
# pyright: reportAttributeAccessIssue=false
"""The timeline: when events came, who they are from, what is noted about them, and waiting for them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import understudy.engine as p
from understudy.engine.codec import comparable, dump, load

from ..worlds import calling, matching, saying, scripted_model

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Ticking:
    """A clock that goes on by a second whenever somebody looks at it."""

    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


class Listener:
    """An event sink that keeps what it gets."""

    def __init__(self) -> None:
        self.events = []

    async def emit(self, event, /):
        self.events.append(event)


async def test_sessions_and_events_say_when_they_came_as_the_engines_clock_has_it():
    async with p.Server(model=scripted_model(), clock=Ticking()) as server:
        talk = server.conversation(await server.create_agent("Shop"))
        await talk.say("Hi")
        await talk.event({"page": "cart"})
        talk.add_system_message("The shop closes at six.")
        times = [event.created for event in talk.events()]
    assert talk.session.created == NOON + timedelta(seconds=1)
    assert talk.session.created < times[0]
    assert times == sorted(set(times)), "each came after the one before"
    assert talk.events()[0].creation_utc == times[0]


async def test_when_something_came_is_stored_and_makes_no_difference_to_what_is_compared():
    sessions = []
    for moment in ("2026-03-02T09:00:00+00:00", "2026-04-02T09:00:00+00:00"):
        model = scripted_model()
        async with p.Server(model=model) as server:
            talk = server.conversation(await server.create_agent("Shop"), now=moment)
            await talk.say("Hi")
            sessions.append((talk.session, talk.traces, [ask.prompt for ask in model.asked]))
    (first, traces, prompts), (second, later_traces, later_prompts) = sessions
    assert first == second
    assert comparable(first) == comparable(second)
    assert (traces, prompts) == (later_traces, later_prompts)
    assert load(p.Session, dump(first)).created == first.created == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert load(p.Session, dump(first)).events[0].created == first.events[0].created


async def test_a_session_that_was_stored_without_times_is_read_as_ever():
    stored = dump(p.Session(id="old", agent_id="shop"))
    del stored["created"]
    assert load(p.Session, stored).created is None


async def test_every_kind_of_event_can_carry_notes_which_can_be_changed_later():
    async with p.Server(model=scripted_model()) as server:
        talk = server.conversation(await server.create_agent("Shop"))
        await talk.say("Hi", metadata={"device": "phone"})
        custom = await talk.event({"page": "cart"}, metadata={"tab": 2})
        typing = await talk.report_status("typing", source="human_agent", metadata={"desk": "north"})
        for event in talk.events():
            await talk.set_event_metadata(event.offset, {"seen": True})
        await talk.set_event_metadata(0, {"device": "tablet"}, remove=["seen"])
        kept = await server.get_session(talk.id)
        with pytest.raises(
            ValueError, match=r"session 'session' has no event 99, or it was taken back; the last one is"
        ):
            await talk.set_event_metadata(99, {"seen": True})
    assert kept.events[0].metadata == {"device": "tablet"}
    assert kept.events[custom.offset].metadata == {"tab": 2, "seen": True}
    assert kept.events[typing.offset].metadata == {"desk": "north", "seen": True}
    assert all(event.metadata == {"seen": True} for event in kept.events[1 : custom.offset])


async def test_what_is_noted_about_a_tools_event_reaches_no_prompt():
    @p.tool
    async def find(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult(data="found")

    model = scripted_model(match=matching("look"), tools=calling(find={}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("the customer asks", "look it up", id="look", tools=[find])
        talk = server.conversation(agent)
        await talk.say("Where is it?")
        (tool_event,) = talk.events(kinds=["tool"])
        await talk.set_event_metadata(tool_event.offset, {"reviewed by": "Quentin"})
        await talk.say("And now?")
    assert talk.events(kinds="tool")[0].metadata == {"reviewed by": "Quentin"}
    assert not any("Quentin" in ask.prompt for ask in model.asked)


async def test_messages_say_who_spoke_and_another_name_can_be_given():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent, customer="ada")
        await talk.say("Hi")
        await talk.say("I speak for her.", participant="Ada's mother", participant_id="c-7")
        await talk.operator("Dana here", "Dana", participant_id="op-1")
        await talk.operator("I looked it up.", on_behalf_of_agent=True)
        await talk.operator("As did I.", "Shop (night desk)", on_behalf_of_agent=True)
    signed = [(event.source, event.participant, event.participant_id) for event in talk.events(kinds=["message"])]
    assert signed == [
        ("customer", "ada", "ada"),
        ("ai_agent", "Shop", "shop"),
        ("customer", "Ada's mother", "c-7"),
        ("ai_agent", "Shop", "shop"),
        ("human_agent", "Dana", "op-1"),
        ("human_agent_on_behalf_of_ai_agent", "Shop", "shop"),
        ("human_agent_on_behalf_of_ai_agent", "Shop (night desk)", "shop"),
    ]


async def test_somebody_else_can_be_typing_and_the_agent_keeps_its_own_status():
    model = scripted_model()
    async with p.Server(model=model) as server:
        talk = server.conversation(await server.create_agent("Shop"))
        await talk.say("Hi")
        await talk.report_status("typing")
        await talk.say("Me again")
        typed = [event for event in talk.events(kinds=["status"]) if event.source == "customer_ui"]
        with pytest.raises(ValueError, match="events of the source 'ai_agent' are for the engine to tell"):
            await talk.report_status("typing", source="ai_agent")
        with pytest.raises(p.UnknownNameError, match="no status is called 'tiping'; did you mean 'typing'"):
            await talk.report_status("tiping")
    assert [event.status for event in typed] == ["typing"]
    assert talk.session.status == "ready"
    assert not any("typing" in ask.prompt for ask in model.asked)


async def test_the_last_status_of_a_turn_names_what_held_when_the_reply_was_composed():
    async with p.Server(model=scripted_model(match=matching("greet"))) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("the customer says hello", "greet them", id="greet")
        talk = server.conversation(agent)
        await talk.say("Hi")
    last = talk.events(kinds=["status"])[-1]
    assert (last.word, last.data) == ("ready:completed", {"guidelines": ["greet"], "journeys": [], "states": []})


async def test_a_kind_of_event_that_there_is_not_is_refused_with_the_nearest():
    async with p.Server(model=scripted_model()) as server:
        talk = server.conversation(await server.create_agent("Shop"))
        with pytest.raises(p.UnknownNameError, match="no kind of event is called 'mesage'; did you mean 'message'"):
            talk.events(kinds="status,mesage")


async def test_what_is_waited_for_comes_while_the_turn_is_still_played():
    writes, may_go_on = asyncio.Event(), asyncio.Event()

    @p.tool
    async def slow(context: p.ToolContext) -> p.ToolResult:
        await context.emit_message("Looking…")
        writes.set()
        await may_go_on.wait()
        return p.ToolResult(data="done")

    model = scripted_model(match=matching("look"), tools=calling(slow={}), draft=saying("Here it is."))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("the customer asks", "look it up", id="look", tools=[slow])
        talk = server.conversation(agent)
        watching = asyncio.ensure_future(talk.wait_for_events(seconds=60, source="agent", kinds=["message"]))
        turn = asyncio.ensure_future(talk.say("Where is it?"))
        (seen,) = await watching
        assert seen.text == "Looking…"
        assert not turn.done()
        await writes.wait()
        answer = asyncio.ensure_future(
            talk.wait_for_events(seconds=60, source="agent", kinds=["message"], min_offset=seen.offset + 1)
        )
        may_go_on.set()
        assert [event.text for event in await answer] == ["Here it is."]
        await turn
        assert talk.events(kinds=["message"]) == (talk.events()[0], seen, (await answer)[0])


async def test_waiting_ends_with_an_error_where_nothing_comes():
    async with p.Server(model=scripted_model()) as server:
        talk = server.conversation(await server.create_agent("Shop"))
        with pytest.raises(TimeoutError, match=r"session 'session' had no such events from offset 3 on within 0\.01 s"):
            await talk.wait_for_events(seconds=0.01, min_offset=3)


async def test_what_comes_while_a_turn_is_played_is_put_after_it_and_nothing_is_lost():
    async def meanwhile(context, match):
        early.append(await talk.operator("Dana is reading along", "Dana"))
        await talk.event({"page": "cart"})
        talk.add_system_message("The shop closes at six.")
        await talk.update(title="Order 7", mode="manual")
        await talk.set_metadata("queue", "north")
        await talk.add_label("urgent")
        await talk.set_event_metadata(0, {"seen": True})

    early, listener = [], Listener()
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(action="be kind", on_selected=meanwhile)
        talk = server.conversation(agent, sink=listener)
        turn = await talk.say("Hi")
        kept = await server.get_session(talk.id)
    assert early[0].offset == -1, "its offset is given once the turn is over"
    assert turn.events[-1].word == "ready:completed"
    late = kept.events[turn.events[-1].offset + 1 :]
    assert [event.kind for event in late] == ["message", "custom", "message"]
    assert [event.offset for event in kept.events] == list(range(len(kept.events)))
    assert [event.offset for event in listener.events] == list(range(len(kept.events)))
    assert (kept.title, kept.mode, kept.metadata, kept.labels) == (
        "Order 7",
        p.SessionMode.MANUAL,
        {"queue": "north"},
        ("urgent",),
    )
    assert kept.events[0].metadata == {"seen": True}


async def test_a_message_that_is_streamed_after_a_rewind_is_shown_where_it_is_kept():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop", output_mode=p.OutputMode.STREAM)
        listener = Listener()
        talk = server.conversation(agent, sink=listener)
        await talk.say("Hi")
        await talk.rewind(to_turn=0)
        await talk.say("Hi again")
        reply = talk.events(source="agent", kinds=["message"])[-1]
        complete = await talk.wait_until_complete(reply.offset, seconds=60)
    assert {event.offset for event in listener.events} >= {reply.offset}
    assert [event.offset for event in listener.events if event.kind == "message"][-1] == reply.offset
    assert complete == reply


async def test_a_message_that_grows_is_waited_for_until_it_is_complete():
    async with p.Server(model=scripted_model()) as server:
        talk = server.conversation(await server.create_agent("Shop"))
        await talk.say("Hi")
        event = talk.events(source="agent", kinds=["message"])[0]
        growing = replace(event, chunks=("All ",))
        talk.session = replace(talk.session, events=(*talk.session.events[:-2], growing, talk.session.events[-1]))
        with pytest.raises(TimeoutError, match="was not complete within"):
            await talk.wait_until_complete(growing.offset, seconds=0.01)
