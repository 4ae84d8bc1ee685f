"""Names of guidelines: given ones stay as they are, and look-up is generous but never guesses."""

import pytest

import understudy.engine as p


@pytest.mark.parametrize("written", ["Require Order ID", "require-order-id", "REQUIRE_ORDER_ID", "require order_id"])
async def test_a_guideline_is_found_whatever_the_case_and_the_separators(written: str):
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("wants a refund", "ask for the order", id="require_order_id")
        found = await agent.get_guideline(written)
    assert (found.id, found.name) == ("require_order_id", "require_order_id")


async def test_a_name_that_could_be_two_guidelines_is_an_error_that_names_both():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("a", "b", id="ask_order")
        await agent.create_guideline("c", "d", id="ask-order")
        with pytest.raises(p.UnknownNameError, match="'Ask Order' could be 'ask_order' or 'ask-order'; say which"):
            await agent.get_guideline("Ask Order")
        assert (await agent.get_guideline("ask-order")).condition == "c", "an id as it was given is never ambiguous"


async def test_a_guidelines_name_is_its_title_or_else_its_id():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        titled = await agent.create_guideline("wants a refund", "explain it", title="Refund policy")
        untitled = await agent.create_guideline("wants a refund", "explain it")
    assert (titled.name, titled.id) == ("Refund policy", "refund-policy")
    assert (untitled.name, untitled.id) == ("wants-a-refund", "wants-a-refund")
