"""Variables on the server and on their handles: the same calls, the same values."""

import pytest

import understudy.engine as p


async def test_a_variable_found_in_the_servers_list_is_given_values_by_its_id():
    async with p.Server() as server:
        agent = await server.create_agent("Alex")
        await server.variables.create(agent_id="alex", name="subscription_tier", description="What they pay for")
        await agent.create_variable("language")
        listed = await server.variables.list(agent_id="alex")
        tier = next(item for item in listed if item.name == "subscription_tier")
        await server.variables.set_value(variable_id=tier.id, customer_id="john", value="premium")
        await server.variables.set_value(variable_id=tier.id, tag="vip", value="enterprise")
        variable = agent.freeze().variables[0]
    assert [(item.name, item.description) for item in listed] == [
        ("subscription_tier", "What they pay for"),
        ("language", ""),
    ]
    assert variable.value_for("john", ("vip",)) == "premium", "the customer's own value wins"
    assert variable.value_for("jean", ("vip",)) == "enterprise"
    assert variable.value_for("scott", ()) is None


async def test_a_handle_sets_what_the_server_sets():
    async with p.Server() as server:
        agent = await server.create_agent("Alex")
        tier = await agent.create_variable("tier")
        vip = await server.create_tag("vip")
        await tier.set_value("premium", customer_id="john")
        await tier.set_value("enterprise", tag=vip)
        variable = agent.freeze().variables[0]
    assert dict(variable.values) == {"customer:john": "premium", "tag:vip": "enterprise"}


async def test_a_value_is_for_a_customer_or_for_a_tag():
    async with p.Server() as server:
        agent = await server.create_agent("Alex")
        tier = await agent.create_variable("tier")
        with pytest.raises(ValueError, match="takes customer_id= or tag=, and neither were given"):
            await tier.set_value("premium")
        with pytest.raises(ValueError, match="and both were given"):
            await server.variables.set_value(variable_id=tier.id, value=1, customer_id="john", tag="vip")


async def test_a_variable_that_is_not_there_is_an_error_with_the_nearest():
    async with p.Server() as server:
        agent = await server.create_agent("Alex")
        await agent.create_variable("tier")
        with pytest.raises(p.UnknownNameError, match="no variable is called 'teir'; did you mean 'tier'"):
            await server.variables.set_value(variable_id="teir", customer_id="john", value=1)
        with pytest.raises(p.UnknownNameError, match="no agent is called 'alexa'; did you mean 'alex'"):
            await server.variables.list(agent_id="alexa")


async def test_of_two_agents_variables_with_one_id_the_agent_says_which():
    async with p.Server() as server:
        alex, emma = await server.create_agent("Alex"), await server.create_agent("Emma")
        for agent in (alex, emma):
            await agent.create_variable("tier")
        with pytest.raises(p.UnknownNameError, match="'tier' could be 'alex/tier' or 'emma/tier'; say which"):
            await server.variables.set_value(variable_id="tier", customer_id="john", value="gold")
        await server.variables.set_value(variable_id="tier", customer_id="john", value="gold", agent_id="emma")
    assert alex.freeze().variables[0].value_for("john", ()) is None
    assert emma.freeze().variables[0].value_for("john", ()) == "gold"


async def test_a_value_reaches_the_prompts_of_the_customer_it_is_for():
    model = p.scripted({"draft": {"plans": [], "message": "Yes."}})
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Alex")
        tier = await agent.create_variable("subscription_tier")
        await server.variables.set_value(variable_id=tier.id, customer_id="john", value="premium")
        johns = await server.conversation(agent, customer="john").say("Hello")
        janes = await server.conversation(agent, customer="jane").say("Hello")
    assert johns.trace.variables == {"subscription_tier": "premium"}
    assert janes.trace.variables == {}
    assert ["subscription_tier" in ask.prompt for ask in model.asked] == [True, False]
