"""Terms, variables and capabilities that agents have by their server: all of them, or those that carry a tag."""

import pytest

import understudy.engine as p

from ..worlds import scripted_model


async def in_prompts(talk: p.Conversation, model: p.ScriptedModel) -> str:
    """What the model is shown when the customer says something."""
    model.asked.clear()
    turn = await talk.say("Hello")
    assert turn.trace.failure is None
    return "\n".join(section.text for ask in model.asked for section in ask.sections)


async def test_a_term_of_the_server_is_every_agents_and_a_tagged_one_that_of_agents_with_the_tag():
    model = scripted_model()
    async with p.Server(model=model) as server:
        banking = await server.create_tag("banking")
        await server.create_term("Opening hours", "nine to five")
        await server.create_term("IBAN", "an account's number", synonyms=["account code"], tags=[banking])
        bank = await server.create_agent("Bank", tags=[banking])
        shop = await server.create_agent("Shop", tags=["retail"])
        seen_by_bank = await in_prompts(server.conversation(bank), model)
        seen_by_shop = await in_prompts(server.conversation(shop), model)
    assert "nine to five" in seen_by_bank
    assert "an account's number" in seen_by_bank
    assert "nine to five" in seen_by_shop
    assert "an account's number" not in seen_by_shop


async def test_a_capability_of_the_server_goes_by_tags_as_well():
    async with p.Server() as server:
        features = server.experimental_features
        await features.create_capability("Block a card", "blocks it at once", signals=["I lost it"], tags=["banking"])
        await features.create_capability("Call back", "calls within the hour")
        bank = await server.create_agent("Bank", tags=["banking"])
        shop = await server.create_agent("Shop")
    assert [item.title for item in bank.freeze().capabilities] == ["Block a card", "Call back"]
    assert [item.title for item in shop.freeze().capabilities] == ["Call back"]


async def test_what_an_agent_says_itself_goes_before_what_its_server_says():
    async with p.Server() as server:
        await server.create_term("Return", "thirty days")
        shop = await server.create_agent("Shop")
        await shop.create_term("Return", "sixty days", tags=["retail"])
        terms = shop.freeze().terms
    assert [(term.name, term.description, term.tags) for term in terms] == [("Return", "sixty days", ("retail",))]


async def test_a_tag_on_a_term_of_an_agent_changes_nothing_of_what_the_agent_is():
    async with p.Server() as server:
        shop = await server.create_agent("Shop")
        await shop.create_term("Return", "sixty days", tags=["retail"])
        other = await p.Server().create_agent("Shop")
        await other.create_term("Return", "sixty days")
    assert shop.freeze() == other.freeze()


async def test_values_of_a_common_variable_hold_with_every_agent_and_one_set_for_an_agent_with_that_one():
    async with p.Server(model=scripted_model()) as server:
        tier = await server.create_variable("tier", "how good a customer", tags=["banking"])
        bank = await server.create_agent("Bank", tags=["banking"])
        branch = await server.create_agent("Branch", tags=["banking"])
        shop = await server.create_agent("Shop")
        await tier.set_global_value("plain")
        await tier.set_value_for_agent(branch, "silver")
        await tier.set_value_for_customer("ada", "gold")
        seen = {}
        for agent in (bank, branch, shop):
            for customer in ("ada", "bob"):
                turn = await server.conversation(agent, customer=customer).say("Hi")
                seen[agent.id, customer] = turn.trace.variables.get("tier")
    assert seen == {
        ("bank", "ada"): "gold",
        ("bank", "bob"): "plain",
        ("branch", "ada"): "gold",
        ("branch", "bob"): "silver",
        ("shop", "ada"): None,
        ("shop", "bob"): None,
    }


async def test_a_common_variable_set_while_a_conversation_goes_on_holds_from_the_next_turn():
    async with p.Server(model=scripted_model()) as server:
        tier = await server.create_variable("tier")
        bank = await server.create_agent("Bank")
        talk = server.conversation(bank)
        before = await talk.say("Hi")
        await tier.set_value_for_agent(bank, "silver")
        after = await talk.say("Hi again")
    assert "tier" not in before.trace.variables
    assert after.trace.variables["tier"] == "silver"


async def test_a_common_variable_can_have_its_value_from_a_tool():
    @p.tool
    async def check_tier(context: p.ToolContext) -> str:
        return f"tier of {context.customer_id} at {context.agent_id}"

    async with p.Server(model=scripted_model()) as server:
        await server.create_variable("tier", tool=check_tier)
        bank = await server.create_agent("Bank")
        turn = await server.conversation(bank, customer="ada").say("Hi")
    assert turn.trace.variables["tier"] == "tier of ada at bank"


async def test_an_agent_finds_the_variables_that_it_has_by_its_server_after_its_own():
    async with p.Server() as server:
        await server.create_variable("tier", tags=["banking"])
        await server.create_variable("region")
        shop = await server.create_agent("Shop")
        await shop.create_variable("cart")
        names = [variable.name for variable in await shop.list_variables()]
        region = await shop.get_variable(name="region")
        await server.variables.set_value(variable_id="region", value="north", customer_id="ada")
        value = await region.get_value_for_customer("ada")
        with pytest.raises(p.UnknownNameError, match="tier"):
            await shop.get_variable(name="tier")
    assert names == ["cart", "region"]
    assert value == "north"
