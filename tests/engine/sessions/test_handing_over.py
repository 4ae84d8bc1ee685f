# A test knows which event, fact or option it looks at.
# pyright: reportAttributeAccessIssue=false
"""Giving a session to another agent: it goes on with the conversation, and knows nothing of the other's progress."""

from datetime import UTC, datetime

import pytest

import understudy.engine as p

from ..worlds import following, matching, moving, now_answering, saying, scripted_model

BOOK = moving(booking=("next", "ask"))


async def booking(agent: p.Agent) -> None:
    journey = await agent.create_journey("Booking", conditions=["the customer wants to book"], id="booking")
    asked = await journey.initial_state.transition_to(chat_state="ask for a day", id="ask")
    await asked.target.transition_to(chat_state="confirm it", id="confirm")


async def test_another_agent_goes_on_with_the_conversation_and_is_itself():
    shop_model, bank_model = scripted_model(), scripted_model(draft=saying("Bank here."))
    async with p.Server() as server:
        shop = await server.create_agent("Shop", model=shop_model)
        bank = await server.create_agent("Bank", "Looks after accounts.", model=bank_model)
        talk = server.conversation(shop, title="Ticket", labels=["web"], metadata={"n": 1}, customer="ada")
        await talk.say("Hi")
        asked = len(shop_model.asked)
        await talk.update(agent=bank)
        turn = await talk.say("Who are you?")
        kept = await server.get_session(talk.id)
        resumed = await server.resume(talk.id)
    assert turn.reply == "Bank here."
    assert len(shop_model.asked) == asked
    prompt = bank_model.asked[-1].prompt
    assert "Looks after accounts." in prompt
    assert "Hi" in prompt
    assert (kept.agent_id, kept.title, kept.labels, kept.metadata) == ("bank", "Ticket", ("web",), {"n": 1})
    assert kept.customer.id == "ada"
    assert turn.events[-2].participant == "Bank"
    assert (await resumed.say("And now?")).reply == "Bank here."


async def test_what_was_remembered_for_one_agent_does_not_leak_to_one_with_the_same_ids():
    model = scripted_model(
        match=matching("greet"), analysis=following("greet"), journey=BOOK, draft=saying("Which day?")
    )
    async with p.Server(model=model) as server:
        shop, bank = await server.create_agent("Shop"), await server.create_agent("Bank")
        for agent in (shop, bank):
            await agent.create_guideline("the customer says hello", "greet them", id="greet")
            await booking(agent)
        now_answering(model, match=matching("greet", "journey:booking"))
        talk = server.conversation(shop)
        await talk.say("Hello, I want to book")
        before = talk.session.state
        await talk.update(agent="bank")
        after = talk.session.state
        now_answering(model, match=matching())
        turn = await talk.say("So?")
    assert before.applied or before.paths
    assert (after.applied, dict(after.paths), after.ran) == ((), {}, ())
    assert after.trace_id == before.trace_id
    assert turn.trace.active_journeys == {}
    assert all(not position.path for position in turn.trace.journeys)


async def test_going_back_to_before_the_change_finds_nothing_of_the_other_agents_either():
    model = scripted_model(match=matching("greet"), analysis=following("greet"))
    async with p.Server(model=model) as server:
        shop, bank = await server.create_agent("Shop"), await server.create_agent("Bank")
        for agent in (shop, bank):
            await agent.create_guideline("the customer says hello", "greet them", id="greet", labels=["met"])
        talk = server.conversation(shop)
        await talk.say("Hello")
        await talk.update(agent=bank)
        await talk.say("Hello again")
        await talk.rewind(to_turn=1)
    assert talk.session.agent_id == "bank"
    assert talk.session.state.applied == ()
    assert talk.session.labels == ("met",)


async def test_the_session_keeps_its_clock_its_moderation_and_who_looks_on():
    class Listener:
        def __init__(self):
            self.texts = []

        async def emit(self, event, /):
            self.texts += [event.text] if event.kind == "message" else []

    listener = Listener()
    async with p.Server(model=scripted_model()) as server:
        shop, _bank = await server.create_agent("Shop"), await server.create_agent("Bank")
        now = "2026-03-02T09:00:00+00:00"
        talk = server.conversation(shop, now=now, moderation="auto", sink=listener)
        await talk.update(agent="bank")
        turn = await talk.say("you are an idiot")
    assert turn.events[0].flagged == ("harassment",)
    assert turn.events[0].created == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert listener.texts == ["you are an idiot", "All right."]


async def test_an_agent_that_there_is_not_is_refused_with_the_nearest_and_changes_nothing():
    async with p.Server(model=scripted_model()) as server:
        shop, _bank = await server.create_agent("Shop"), await server.create_agent("Bank")
        talk = server.conversation(shop)
        with pytest.raises(p.UnknownNameError, match="no agent is called 'bnak'; did you mean 'bank'"):
            await talk.update(agent="bnak", title="New")
    assert (talk.session.agent_id, talk.session.title) == ("shop", "")


async def test_within_a_turn_a_session_is_not_given_away():
    refused = []

    async def handler(context, match):
        try:
            await talks[0].update(agent="bank")
        except p.NotOpenError as error:
            refused.append(str(error))

    async with p.Server(model=scripted_model()) as server:
        shop, _bank = await server.create_agent("Shop"), await server.create_agent("Bank")
        await shop.create_guideline(action="be kind", on_selected=handler)
        talks = [server.conversation(shop)]
        turn = await talks[0].say("Hi")
    assert refused == ["session 'session' is in a turn: it can be given to another agent between turns"]
    assert turn.reply == "All right."


async def test_a_conversation_without_a_server_says_what_is_missing():
    async with p.Server(model=scripted_model()) as server:
        shop = await server.create_agent("Shop")
        talk = p.open_conversation(server.build(shop), llm=scripted_model())
        with pytest.raises(p.NotOpenError, match=r"use server\.conversation"):
            await talk.update(agent=shop)


async def test_another_customer_takes_part_known_or_new():
    async with p.Server(model=scripted_model()) as server:
        shop = await server.create_agent("Shop")
        ada = await server.create_customer("Ada", id="ada", tags=["gold"])
        talk = server.conversation(shop)
        await talk.update(customer="ada")
        assert talk.session.customer == ada.value
        await talk.update(customer="bob")
        assert (await server.get_customer("bob")).name == "bob"
        await talk.update(customer=ada)
        assert talk.session.customer.tags == ("gold",)
        await talk.update(customer="guest")
        assert talk.session.customer.is_guest
