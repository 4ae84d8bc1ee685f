"""Declaring agents: readable ids, what can be read back, and mistakes that name their place."""

import re

import pytest

import understudy.engine as p


async def test_an_agents_id_is_a_slug_of_its_name_and_the_authors_own_when_given():
    async with p.Server() as server:
        emma = await server.create_agent(name="Emma")
        other = await server.create_agent(name="Emma", id="second_emma")
        third = await server.create_agent(name="Emma")
    assert (emma.id, other.id, third.id) == ("emma", "second_emma", "emma-2")


async def test_a_guidelines_id_comes_from_title_then_condition_then_action():
    async with p.Server() as server:
        agent = await server.create_agent("Emma")
        titled = await agent.create_guideline("the customer asks", "answer", title="Answering")
        conditioned = await agent.create_guideline("The customer's order is late", "apologise")
        always = await agent.create_guideline(action="Be brief")
        given = await agent.create_guideline("x", "y", id="require_order_id")
    assert titled.id == "answering"
    assert conditioned.id == "the-customers-order-is-late"
    assert always.id == "be-brief"
    assert given.id == "require_order_id"


async def test_the_same_condition_twice_takes_the_action_into_the_id():
    async with p.Server() as server:
        agent = await server.create_agent("Emma")
        first = await agent.create_guideline("asks for a refund", "explain the policy")
        second = await agent.create_guideline("asks for a refund", "ask for the order")
        third = await agent.create_guideline("asks for a refund", "ask for the order")
    assert first.id == "asks-for-a-refund"
    assert second.id == "asks-for-a-refund-ask-for-the-order"
    assert third.id == "asks-for-a-refund-2"


async def test_an_id_given_twice_is_refused_with_the_place_of_the_first():
    async with p.Server() as server:
        agent = await server.create_agent("Emma")
        await agent.create_guideline("a", "b", id="mine")
        with pytest.raises(ValueError, match=re.escape("'mine' was declared at") + r".*test_declaring\.py:\d+"):
            await agent.create_guideline("c", "d", id="mine")


async def test_guidelines_can_be_listed_read_back_and_found_by_a_name_written_another_way():
    async with p.Server() as server:
        agent = await server.create_agent("Emma", "Patient and kind")
        await agent.create_guideline("asks for a refund", "explain it", title="Refund Policy", priority=3)
        await agent.create_observation("is angry")
        listed = await agent.list_guidelines()
        found = await agent.get_guideline("refund_policy")
    assert [item.id for item in listed] == ["refund-policy", "is-angry"]
    assert (found.condition, found.action, found.name, found.priority) == (
        "asks for a refund",
        "explain it",
        "Refund Policy",
        3,
    )
    assert agent.max_engine_iterations == 3


async def test_a_guideline_that_is_not_there_is_an_error_with_the_nearest():
    async with p.Server() as server:
        agent = await server.create_agent("Emma")
        await agent.create_guideline("asks for a refund", "explain it")
        with pytest.raises(p.UnknownNameError, match="did you mean 'asks-for-a-refund'"):
            await agent.get_guideline("ask-for-refund")


async def test_a_guideline_without_a_condition_or_with_match_always_holds_in_every_turn():
    async with p.Server() as server:
        agent = await server.create_agent("Emma")
        await agent.create_guideline(action="Be brief", id="brief")
        await agent.create_guideline("whatever", "smile", matcher=p.MATCH_ALWAYS, id="smile")
        definition = agent.freeze()
    assert [item.matching for item in definition.guidelines] == ["always", "always"]


async def test_a_journey_is_drawn_with_readable_state_ids():
    @p.tool
    async def list_slots(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult([])

    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Book a visit", conditions=["wants a visit"])
        asked = await journey.initial_state.transition_to(chat_state="Ask for the reason")
        fetched = await asked.target.transition_to(tool_state=list_slots)
        listed = await fetched.transition_to(chat_state="List the slots", id="list")
        fork = await listed.fork()
        await fork.transition_to(state=asked, condition="none suits")
        await fork.transition_to(state=p.END_JOURNEY, condition="one suits")
        made = agent.freeze().journeys[0]
    assert [(state.id, state.kind) for state in made.states] == [
        ("root", "initial"),
        ("ask-for-the-reason", "chat"),
        ("list_slots", "tool"),
        ("list", "chat"),
        ("fork", "fork"),
        ("end", "end"),
    ]
    assert [guideline.id for guideline in journey.triggers] == ["wants-a-visit"]
    assert journey.conditions[0].id == journey.triggers[0].id


async def test_every_mistake_of_a_journey_is_told_at_once_with_its_place():
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Book a visit", triggers=["wants a visit"])
        first = await journey.initial_state.transition_to(chat_state="Ask for the reason")
        await first.target.transition_to(chat_state="Offer Monday")
        await first.target.transition_to(chat_state="Offer Tuesday")
        fork = await journey.initial_state.fork()
        await fork.transition_to(chat_state="Say hello")
        with pytest.raises(p.DefinitionError) as caught:
            agent.freeze()
    text = str(caught.value)
    assert "agent 'clinic' has 5 mistakes" in text
    assert "from state 'ask-for-the-reason' to 'offer-monday' needs a condition=" in text
    assert "from state 'fork' to 'say-hello' needs a condition=, because a fork only branches" in text
    assert len(re.findall(r"test_declaring\.py:\d+: journey", text)) == 5


async def test_a_transition_takes_exactly_one_kind_of_target():
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Book a visit")
        with pytest.raises(ValueError, match="exactly one of chat_state=, tool_state=, state=, journey=; given: none"):
            await journey.initial_state.transition_to(condition="it is late")


async def test_conditions_and_triggers_of_a_journey_are_one_thing_under_two_names():
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        with pytest.raises(ValueError, match="give one of them"):
            await agent.create_journey("Book", conditions=["a"], triggers=["b"])


async def test_what_is_declared_on_a_journey_holds_only_there():
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Book a visit", triggers=["wants a visit"])
        await journey.create_guideline("asks about parking", "explain it", id="parking")
        definition = agent.freeze()
    assert definition.guideline("parking").journey == "book-a-visit"
    assert [str(item) for item in definition.relations("dependency")] == [
        "guideline 'parking' dependency journey 'book-a-visit'"
    ]


async def test_relationships_that_close_a_circle_are_refused_with_the_circle():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        one = await agent.create_guideline("a", "offer tea", id="tea")
        two = await agent.create_guideline("b", "offer coffee", id="coffee")
        await one.prioritize_over(two)
        with pytest.raises(p.RelationshipCycleError, match="closes a circle"):
            await two.prioritize_over(one)


async def test_variables_are_declared_on_the_server_and_looked_up_from_customer_to_everybody():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        tier = await server.variables.create(agent_id=agent.id, name="tier", description="customer tier")
        await tier.set_global_value("basic")
        await tier.set_value_for_tag("vip", "gold")
        await tier.set_value_for_customer("jean", "platinum")
        variable = agent.freeze().variables[0]
    assert variable.value_for("jean", ("vip",)) == "platinum"
    assert variable.value_for("scott", ("vip",)) == "gold"
    assert variable.value_for("logan", ()) == "basic"


async def test_equal_declarations_have_equal_fingerprints_wherever_they_stand():
    from understudy.engine.codec import fingerprint

    async def build() -> p.AgentDefinition:
        async with p.Server() as server:
            agent = await server.create_agent("Shop")
            await agent.create_guideline("a", "b")
            return agent.freeze()

    async def build_elsewhere() -> p.AgentDefinition:
        async with p.Server() as server:
            agent = await server.create_agent("Shop")
            await agent.create_guideline("a", "b")
            return agent.freeze()

    async def build_differently() -> p.AgentDefinition:
        async with p.Server() as server:
            agent = await server.create_agent("Shop")
            await agent.create_guideline("a", "c")
            return agent.freeze()

    here, elsewhere, different = await build(), await build_elsewhere(), await build_differently()
    assert fingerprint(here) == fingerprint(elsewhere)
    assert fingerprint(here) != fingerprint(different)
