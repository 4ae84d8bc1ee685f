"""Journeys that are declared once and had by several agents."""

import pytest

import understudy.engine as p

from ..worlds import calling, choosing, matching, moving, scripted_model


@p.tool
async def find_order(context: p.ToolContext) -> p.ToolResult:
    """Find the order."""
    return p.ToolResult("found")


async def draw_return(owner: p.Server | p.Agent, **options) -> p.Journey:
    journey = await owner.create_journey("Return", triggers=["wants to return something"], **options)
    found = await journey.initial_state.transition_to(tool_state=find_order)
    await found.transition_to(chat_state="Ask for the reason", id="reason")
    await journey.create_guideline("is in a hurry", "be brief", id="brief")
    await journey.create_canned_response("Why do you want to return it?", id="why")
    return journey


async def test_a_journey_of_the_server_is_had_by_every_agent_it_is_attached_to_and_by_no_other():
    answers = {"match": matching("wants-to-return-something", "brief"), "selection": choosing("why", "high")}
    model = scripted_model(**answers, tools=calling(find_order={}))
    async with p.Server(model=model) as server:
        tag = await server.create_tag("service")
        journey = await draw_return(server, tags=[tag], labels=["returning"], priority=2)
        shop, desk, other = [await server.create_agent(name) for name in ("Shop", "Desk", "Other")]
        for agent in (shop, desk):
            await agent.attach_journey(journey)
        talk = server.conversation(shop)
        turn = await talk.say("I want to return this")
        definitions = [agent.freeze() for agent in (shop, desk, other)]
    assert [[item.id for item in definition.journeys] for definition in definitions] == [["return"], ["return"], []]
    assert turn.tool_calls == ("find_order",)
    assert turn.fired == ("wants-to-return-something", "brief")
    assert turn.journeys == {"return": "reason"}
    assert turn.reply == "Why do you want to return it?"
    assert talk.session.labels == ("returning",)
    drawn = definitions[1].journeys[0]
    assert (drawn.tags, drawn.priority) == (("service",), 2), "what was declared on the server is kept"
    assert definitions[1].canned_response("why") is not None


async def test_what_is_drawn_after_attaching_counts_and_attaching_twice_changes_nothing():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        journey = await server.create_journey("Return", triggers=["wants to return something"])
        await agent.attach_journey(journey)
        await agent.attach_journey(journey)
        await journey.initial_state.transition_to(chat_state="Ask for the reason", id="reason")
        definition = agent.freeze()
    assert [state.id for item in definition.journeys for state in item.states] == ["root", "reason"]
    assert [item.id for item in definition.guidelines] == ["wants-to-return-something"]


async def test_a_journey_of_one_agent_can_be_attached_to_another_without_the_rest_of_it():
    async def hurry(context, guideline):
        return p.GuidelineMatch(id=guideline.id, matched=True, rationale="always")

    async with p.Server(model=scripted_model(journey=moving(plain=("advance", "ask")))) as server:
        shop, desk = await server.create_agent("Shop"), await server.create_agent("Desk")
        await shop.create_guideline("greets", "greet back", id="greets")
        trigger = await shop.create_observation("asks plainly", matcher=hurry, id="plainly")
        journey = await shop.create_journey("Plain", triggers=[trigger])
        await journey.initial_state.transition_to(chat_state="Ask back", id="ask")
        await trigger.entail(await shop.create_guideline("is rude", "stay calm", id="calm"))
        await desk.attach_journey(journey)
        turn = await server.conversation(desk).say("what?")
        definition = desk.freeze()
    assert [item.id for item in definition.guidelines] == ["plainly"]
    assert definition.relationships == ()
    assert turn.journeys == {"plain": "ask"}


async def test_an_id_that_the_agent_has_already_is_a_mistake():
    async with p.Server() as server:
        journey = await draw_return(server)
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks for little", "be brief", id="brief")
        await agent.attach_journey(journey)
        with pytest.raises(ValueError, match="agent 'shop' has a guideline 'brief', and a journey attached to it"):
            agent.freeze()


async def test_what_an_attached_journey_depends_on_must_be_there():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        login = await server.create_journey("Login", triggers=["logs in"])
        journey = await draw_return(server)
        await journey.depend_on(login)
        await agent.attach_journey(journey)
        with pytest.raises(ValueError, match="agent 'shop' does not have; attach or declare that as well"):
            agent.freeze()
        await agent.attach_journey(login)
        assert len(agent.freeze().relationships) == 2


async def test_an_agent_may_relate_its_own_guidelines_to_an_attached_journey():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        journey = await draw_return(server)
        await agent.attach_journey(journey)
        polite = await agent.create_guideline("is polite", "be kind", id="kind")
        await polite.depend_on(journey)
        await journey.prioritize_over(polite)
        declared = [str(relation) for relation in agent.freeze().relationships]
    assert len(declared) == 3


async def test_an_agent_may_go_by_a_trigger_of_its_own_only():
    async with p.Server() as server:
        one, two = await server.create_agent("One"), await server.create_agent("Two")
        trigger = await one.create_observation("asks", id="asks")
        with pytest.raises(ValueError, match="the trigger 'asks' was declared elsewhere"):
            await two.create_journey("Ask", triggers=[trigger])


async def test_a_journey_of_the_server_is_that_of_every_agent_that_carries_one_of_its_tags_in_any_order():
    answers = {"match": matching("wants-to-return-something"), "selection": choosing("why", "high")}
    async with p.Server(model=scripted_model(**answers, tools=calling(find_order={}))) as server:
        service, sales = await server.create_tag("service"), await server.create_tag("sales")
        before = await server.create_agent("Before", tags=[service])
        journey = await draw_return(server, tags=[service])
        after = await server.create_agent("After", tags=[sales, service])
        other, bare = await server.create_agent("Other", tags=[sales]), await server.create_agent("Bare")
        await after.attach_journey(journey)
        turn = await server.conversation(before).say("I want to return this")
        had = [[item.id for item in agent.freeze().journeys] for agent in (before, after, other, bare)]
    assert had == [["return"], ["return"], [], []]
    assert turn.journeys == {"return": "reason"}
    assert turn.tool_calls == ("find_order",)


async def test_a_journey_of_the_server_without_a_tag_is_nobodys_until_it_is_attached():
    async with p.Server() as server:
        agent = await server.create_agent("Shop", tags=["service"])
        journey = await draw_return(server)
        without = agent.freeze().journeys
        await agent.attach_journey(journey)
        attached = agent.freeze().journeys
    assert (without, [item.id for item in attached]) == ((), ["return"])


async def test_an_agents_journey_may_go_through_one_that_it_has_by_a_tag():
    async with p.Server() as server:
        agent = await server.create_agent("Shop", tags=["service"])
        address = await server.create_journey("Address", triggers=[], tags=["service"])
        await address.initial_state.transition_to(chat_state="Ask for the street", id="street")
        order = await agent.create_journey("Order", triggers=["wants to order"])
        await order.initial_state.transition_to(journey=address)
        drawn = agent.freeze().journey("order")
    assert drawn is not None
    assert "address/street" in [state.id for state in drawn.states]
