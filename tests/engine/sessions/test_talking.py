# A test knows which event, fact or option it looks at.
# pyright: reportAttributeAccessIssue=false
"""The rest of what can be done in a session: speaking first, uttering, handing over, notes, looking things up."""

import pytest

import understudy.engine as p

from ..worlds import matching, saying, scripted_model


async def test_with_nothing_said_and_nothing_that_holds_the_agent_keeps_silent():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("the customer is angry", "calm them", id="calm")
        talk = server.conversation(agent)
        turn = await talk.agent_first()
    assert turn.reply == ""
    assert turn.trace.statuses[-1] == "ready:completed"
    assert not any(ask.decision == "draft" for ask in model.asked)


async def test_the_agent_greets_where_a_guideline_says_so():
    async with p.Server(model=scripted_model(draft=saying("Welcome!"))) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(action="greet the customer", id="greet")
        turn = await server.conversation(agent).agent_first()
    assert turn.reply == "Welcome!"


async def test_what_is_uttered_is_what_was_asked_for_and_nothing_else_is_matched():
    model = scripted_model(match=matching("own"), draft=saying("Your parcel is here."))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("always", "be brief", id="own")
        talk = server.conversation(agent)
        await talk.say("Hi")
        asked = len(model.asked)
        states = talk.session.states
        turn = await talk.utter([{"action": "say that the parcel has come", "criticality": "high"}])
        text = await agent.utter(talk.session, guidelines=[{"action": "say goodbye"}])
    assert turn.reply == text == "Your parcel is here."
    assert turn.fired == ("utter/say-that-the-parcel-has-come",)
    assert [ask.decision for ask in model.asked[asked:]] == ["draft", "draft"]
    assert "be brief" not in model.asked[asked].prompt
    assert "weight: critical" in model.asked[asked].prompt
    assert turn.trace.statuses[-1] == "ready:completed"
    assert talk.session.states == states, "the engine remembers nothing of it"


async def test_condition_priority_and_criticality_of_what_is_uttered_count():
    model = scripted_model(match=matching("utter/offer-a-voucher"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        turn = await server.conversation(agent).utter(
            [
                {"action": "mention the weather", "priority": 1},
                {"action": "offer a voucher", "condition": "the customer is unhappy", "priority": 5},
                {"action": "ask for a rating", "condition": "the customer is happy", "criticality": "high"},
            ]
        )
    assert turn.fired == ("utter/offer-a-voucher", "utter/mention-the-weather")
    draft = next(ask for ask in model.asked if ask.decision == "draft")
    assert [item.action for item in draft.facts.instructions] == ["offer a voucher", "mention the weather"]
    batches = [[item.id for item in ask.facts.candidates] for ask in model.asked if ask.decision == "match"]
    assert batches == [["utter/ask-for-a-rating"], ["utter/offer-a-voucher"]], "the critical one is judged apart"


async def test_where_no_condition_holds_nothing_is_uttered():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        turn = await server.conversation(agent).utter([{"action": "offer a voucher", "condition": "is unhappy"}])
    assert turn.reply == ""


@pytest.mark.parametrize("given", [{}, {"action": " "}, {"action": "x", "prio": 1}])
async def test_what_can_not_be_uttered_is_refused(given):
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        with pytest.raises((ValueError, p.UnknownNameError), match=r"needs an action|did you mean 'priority'"):
            await server.conversation(agent).utter([given])


async def test_handing_over_to_a_human_and_back():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent)
        await talk.say("I need a human")
        await talk.set_mode("manual")
        silent = await talk.say("Anybody?")
        await talk.operator("Dana here", name="Dana")
        await talk.operator("I took care of it.", on_behalf_of_agent=True)
        told = await talk.utter([{"action": "say that a human is here"}])
        await talk.set_mode("auto")
        back = await talk.say("Thanks")
    assert (silent.reply, told.reply, back.reply) == ("", "All right.", "All right.")
    sources = [(event.source, event.participant) for event in talk.session.events if event.kind == "message"]
    assert ("human_agent", "Dana") in sources
    assert ("human_agent_on_behalf_of_ai_agent", "Shop") in sources
    prompt = model.asked[-1].prompt
    assert "operator: Dana here" in prompt
    assert "agent: I took care of it." in prompt


async def test_a_sessions_title_notes_labels_and_readers():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent, title="Ticket 1", labels=["web"])
        await talk.update(title="Ticket 2")
        await talk.set_metadata("channel", "chat")
        await talk.set_metadata("draft", True)
        await talk.remove_metadata("draft")
        await talk.add_label("urgent")
        await talk.remove_label("web")
        await talk.set_consumption("app", 3)
        kept = await server.get_session(talk.id)
    assert (kept.title, kept.metadata, kept.labels, kept.consumption) == (
        "Ticket 2",
        {"channel": "chat"},
        ("urgent",),
        {"app": 3},
    )


async def test_a_sessions_status_is_its_last_one():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent)
        assert talk.session.status is None
        await talk.say("Hi")
    assert talk.session.status == "ready"


async def test_events_are_listed_by_offset_source_kind_and_turn():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent)
        await talk.say("Hi")
        await talk.say("Bye")
        replies = talk.events(source="agent", kinds=["message"])
        assert [event.message for event in replies] == ["All right.", "All right."]
        assert {event.source for event in replies} == {"ai_agent"}
        assert [event.text for event in talk.events(kinds=["message"], trace_id="session/2")] == ["Bye", "All right."]
        assert talk.events(min_offset=talk.session.events[-1].offset) == talk.session.events[-1:]
        with pytest.raises(ValueError, match="no source of events is called 'robot'"):
            talk.events(source="robot")


async def test_sessions_are_listed_by_agent_customer_and_labels():
    async with p.Server(model=scripted_model()) as server:
        shop, bank = await server.create_agent("Shop"), await server.create_agent("Bank")
        for agent, customer, labels in ((shop, "ada", ["a", "b"]), (shop, "bob", ["a"]), (bank, "ada", [])):
            await server.conversation(agent, customer=customer, labels=labels).say("Hi")
        ids = [session.id for session in await server.list_sessions()]
        assert ids == ["session", "session-2", "session-3"]
        assert [one.id for one in await server.list_sessions(agent_id="shop")] == ids[:2]
        assert [one.id for one in await server.list_sessions(customer_id="ada")] == [ids[0], ids[2]]
        assert [one.id for one in await server.list_sessions(labels=["a", "b"])] == ids[:1]
        await server.delete_session(ids[0])
        assert await server.find_session(ids[0]) is None
        with pytest.raises(p.UnknownNameError, match="no session is called 'sesion-2'; did you mean 'session-2'"):
            await server.get_session("sesion-2")


async def test_the_sessions_of_an_agent_or_of_a_customer_are_forgotten_together():
    async with p.Server(model=scripted_model()) as server:
        shop, bank = await server.create_agent("Shop"), await server.create_agent("Bank")
        for agent, customer in ((shop, "ada"), (shop, "bob"), (bank, "ada")):
            await server.conversation(agent, customer=customer).say("Hi")
        assert await server.delete_sessions(agent_id="shop", customer_id="ada") == ("session",)
        assert [one.id for one in await server.list_sessions()] == ["session-2", "session-3"]
        assert await server.delete_sessions(customer_id="ada") == ("session-3",)
        with pytest.raises(ValueError, match="needs an agent_id or a customer_id"):
            await server.delete_sessions()
        assert [one.id for one in await server.list_sessions()] == ["session-2"]


async def test_a_session_is_taken_up_again_where_it_was_left():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent)
        await talk.say("Hi")
        again = await server.resume(talk.id)
        turn = await again.say("Me again")
    assert turn.trace.turn == 2
    assert [event.text for event in again.events(source="customer")] == ["Hi", "Me again"]


async def test_a_client_in_the_same_process_makes_the_same_calls():
    async with p.Server(model=scripted_model()) as server:
        await server.create_agent("Shop")
        client = p.Client(server)
        session = await client.sessions.create(agent_id="shop", customer_id="ada", title="Ticket")
        event = await client.sessions.create_event(session.id, message="Hello")
        events = await client.sessions.list_events(session.id, source="agent", kinds=["message"])
        updated = await client.sessions.update(session.id, mode="manual", consumption_offsets={"app": 1})
        await client.sessions.create_event(session.id, source="human_agent", message="Dana here")
        await client.sessions.create_event(session.id, kind="custom", data={"page": "cart"})
        with pytest.raises(ValueError, match="can't put events of kind 'tool'"):
            await client.sessions.create_event(session.id, kind="tool")
        kept = await client.sessions.retrieve(session.id)
        await client.variables.create(agent_id="shop", name="tier")
        await client.variables.set_value(variable_id="tier", customer_id="ada", value="gold")
        value = await client.variables.get_value(variable_id="tier", customer_id="ada")
    assert event.message == "Hello"
    assert [one.message for one in events] == ["All right."]
    assert (updated.mode, updated.consumption) == (p.SessionMode.MANUAL, {"app": 1})
    assert kept.title == "Ticket"
    assert value == "gold"


async def test_a_client_lets_the_agent_speak_first_and_say_what_it_is_told_to():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(action="greet the customer", id="greet")
        sessions = p.Client(server).sessions
        session = await sessions.create(agent_id="shop")
        first = await sessions.create_event(session.id, source="ai_agent")
        of_its_own = await sessions.list_events(session.id, kinds=["message"])
        told = await sessions.create_event(
            session.id, source="agent", guidelines=[{"action": "say that we close in five minutes"}]
        )
        of_both = await sessions.list_events(session.id, kinds=["message"])
        operator = await sessions.create_event(session.id, source="human_agent", message="Hi", participant="Dana")
        with pytest.raises(ValueError, match="leave message= out to let the agent speak"):
            await sessions.create_event(session.id, source="ai_agent", message="I was never asked")
        await sessions.update(session.id, mode="manual")
        with pytest.raises(ValueError, match="is in manual mode"):
            await sessions.create_event(session.id, source="ai_agent")
    assert (first.kind, first.status) == ("status", "acknowledged")
    assert len(of_its_own) == 1
    assert len(of_both) == 2
    assert told.trace_id == of_both[1].trace_id
    assert operator.participant == "Dana"
