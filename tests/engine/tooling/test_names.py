"""Tools by name: what a text may stand for, and in which order."""

import pytest

import understudy.engine as p


@p.tool
async def check_order(order: str) -> str:
    """Checks an order."""
    return "packed"


def names(server: p.Server, agent: p.Agent) -> list[str]:
    return [tool.id for tool in server.build(agent).definition.tools]


async def test_a_name_stands_for_a_tool_decorated_where_the_agent_is_defined():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "check", tools=["check_order"])
        assert names(server, agent) == ["check_order"]


@pytest.mark.parametrize("ref", ["default:check_order", p.ToolId("default", "check_order"), "check_order", check_order])
async def test_all_that_a_tool_can_be_called_comes_to_the_same(ref):
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "check", tools=[ref])
        assert names(server, agent) == ["check_order"]


async def test_the_nearest_of_two_functions_of_a_module_counts():
    @p.tool(name="check_order")
    async def another(order: str) -> str:
        """Another way to check."""
        return "sent"

    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "check", tools=["check_order"])
        (tool,) = server.build(agent).definition.tools
    assert tool.description == "Another way to check."


async def test_a_tool_that_another_agent_of_the_server_uses_is_known_by_its_name():
    def hidden() -> object:
        @p.tool
        async def secret_tool() -> str:
            return ""

        return secret_tool

    async with p.Server() as server:
        one = await server.create_agent("One", tools=[hidden()])  # pyright: ignore[reportArgumentType]
        other = await server.create_agent("Other", tools=["secret_tool"])
        assert names(server, one) == names(server, other) == ["secret_tool"]


async def test_a_name_that_could_be_two_tools_is_an_error_that_names_both():
    def make() -> object:
        @p.tool
        async def twin() -> str:
            return ""

        return twin

    async with p.Server() as server:
        await server.create_agent("One", tools=[make()])  # pyright: ignore[reportArgumentType]
        await server.create_agent("Two", tools=[make()])  # pyright: ignore[reportArgumentType]
        with pytest.raises(
            p.UnknownNameError, match=r"the tool 'twin' could be 'twin of .*' or 'twin of .*'; say which"
        ):
            await server.create_agent("Three", tools=["twin"])


async def test_a_name_that_stands_for_nothing_is_an_error_with_the_nearest_and_the_place():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(p.UnknownNameError) as caught:
            await agent.create_guideline("asks", "check", tools=["chekc_order"])
    assert "test_names.py:" in str(caught.value)
    assert "no tool is called 'chekc_order'; did you mean 'check_order'?" in str(caught.value)


async def test_a_tool_of_a_service_that_was_not_connected_is_unknown():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(p.UnknownNameError, match="no tool is called 'crm:find'"):
            await agent.create_guideline("asks", "find", tools=[p.ToolId("crm", "find")])


async def test_a_tool_state_and_a_reevaluation_take_names_too():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        journey = await agent.create_journey("Orders", triggers=["asks for an order"])
        await journey.initial_state.transition_to(tool_state="check_order")
        again = await agent.create_guideline("the order is late", "apologise")
        await again.reevaluate_after("default:check_order")
        definition = server.build(agent).definition
    assert [tool.id for tool in definition.tools] == ["check_order"]
    assert [relation.target.id for relation in definition.relations("reevaluation")] == ["check_order"]
