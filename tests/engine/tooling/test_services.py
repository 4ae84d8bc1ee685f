"""The services of a server: they can be looked up and let go of, and results may be as long as a server says."""

from typing import Any

import pytest

import understudy.engine as p

from ..worlds import calling, matching, scripted_model


@p.tool
async def find_order(number: str) -> str:
    """Find an order."""
    return f"order {number} is packed"


@p.tool
async def find_letter() -> str:
    """Find the whole letter."""
    return "x" * 20_000


async def test_services_are_listed_with_their_tools_and_found_by_name():
    async with p.PluginServer([find_order, find_letter], port=0) as plugin, p.Server() as server:
        connected = await server.add_tool_service("shop", url=plugin.url)
        [listed] = await server.list_tool_services()
        found = await server.get_tool_service("shop")
        with pytest.raises(p.UnknownNameError, match="did you mean 'shop'"):
            await server.get_tool_service("shp")
    assert listed.name == "shop"
    assert [tool.name for tool in listed.tools] == ["shop:find_order", "shop:find_letter"]
    assert found["find_order"].tool == connected["find_order"].tool


async def test_a_service_that_is_let_go_of_leaves_its_name_free_and_its_tools_unnamed():
    async with p.PluginServer([find_order], port=0) as plugin, p.Server() as server:
        await server.add_tool_service("shop", url=plugin.url)
        agent = await server.create_agent("Desk")
        await server.remove_tool_service("shop")
        with pytest.raises(p.UnknownNameError, match="shop:find_order"):
            await agent.create_guideline("asks", "answer", tools=["shop:find_order"])
        assert await server.list_tool_services() == []
        await server.add_tool_service("shop", url=plugin.url)
        with pytest.raises(p.UnknownNameError, match="no tool service is called 'store'"):
            await server.remove_tool_service("store")


async def test_an_agent_that_uses_a_tool_of_a_service_keeps_it():
    answers: dict[str, Any] = {"match": matching("asks"), "tools": calling(**{"shop:find_order": {"number": "7"}})}
    async with p.PluginServer([find_order], port=0) as plugin, p.Server(model=scripted_model(**answers)) as server:
        shop = await server.add_tool_service("shop", url=plugin.url)
        agent = await server.create_agent("Desk", max_engine_iterations=1)
        await agent.create_guideline("asks", "answer", id="asks", tools=[shop["find_order"]])
        await server.remove_tool_service("shop")
        turn = await server.conversation(agent).say("Where is 7?")
    assert [call.result.data for call in turn.trace.calls] == ["order 7 is packed"]


@pytest.mark.parametrize(("most", "failed"), [(16 * 1024, True), (32 * 1024, False), (1024, True)])
@pytest.mark.parametrize("elsewhere", [False, True])
async def test_a_result_may_be_as_long_as_the_server_says_wherever_the_tool_is_at_home(
    most: int, failed: bool, elsewhere: bool
):
    name = "shop:find_letter" if elsewhere else "find_letter"
    model = scripted_model(match=matching("asks"))
    async with (
        p.PluginServer([find_letter], port=0, tool_result_bytes=64 * 1024) as plugin,
        p.Server(model=model, tool_result_bytes=most) as server,
    ):
        shop = await server.add_tool_service("shop", url=plugin.url)
        agent = await server.create_agent("Desk", max_engine_iterations=1)
        tool = shop["find_letter"] if elsewhere else find_letter
        await agent.create_guideline("asks", "answer", id="asks", tools=[tool])
        turn = await server.conversation(agent).say("Read it to me")
    (call,) = turn.trace.calls
    assert (call.tool, call.failed) == (name, failed)
