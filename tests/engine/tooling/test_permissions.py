"""What an agent may call: its own list, levels, and the ceiling of an agent or a conversation."""

import pytest

import understudy.engine as p

from ..worlds import calling, matching, scripted_model

ran: list[str] = []


@pytest.fixture(autouse=True)
def nothing_ran():
    ran.clear()


@p.tool
async def find_order(order: str) -> str:
    """Looks an order up."""
    ran.append("find_order")
    return f"{order} is packed"


@p.tool
async def list_orders() -> list[str]:
    """Lists all orders of the customer."""
    ran.append("list_orders")
    return ["A1"]


@p.tool(consequential=True)
async def refund(order: str) -> str:
    """Pays an order back."""
    ran.append("refund")
    return "paid back"


ALL_CALLED = calling(find_order={"order": "A1"}, refund={"order": "A1"})


async def test_a_tool_listed_for_the_agent_is_on_offer_in_every_turn_and_hangs_on_an_observation():
    async with p.Server(model=scripted_model(tools=ALL_CALLED)) as server:
        agent = await server.create_agent("Shop", tools=[find_order])
        turn = await server.conversation(agent).say("Where is A1?")
    assert turn.fired == ("tools-at-hand",)
    assert turn.tool_calls == ("find_order",)
    assert turn.trace.calls[0].because == ("guideline:tools-at-hand",)


async def test_a_tool_at_hand_is_asked_about_even_where_it_takes_nothing():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", tools=[list_orders])
        turn = await server.conversation(agent).say("Hello")
    assert turn.tool_calls == ()
    (ask,) = [ask for ask in model.asked if ask.decision == "tools"]
    assert "marked: at hand" in ask.prompt


async def test_the_offline_model_uses_a_tool_at_hand_only_when_it_is_spoken_of():
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Shop", tools=[list_orders])
        talk = server.conversation(agent)
        greeted = await talk.say("Hello")
        asked = await talk.say("Which orders have I got?")
    assert greeted.tool_calls == ()
    assert asked.tool_calls == ("list_orders",)


async def test_one_tool_at_hand_may_follow_another_in_the_same_turn():
    def answer(ask):
        found = any(call.tool == "list_orders" for call in ask.facts.situation.calls)
        return (calling(find_order={"order": "A1"}) if found else calling(list_orders={}))(ask)

    async with p.Server(model=scripted_model(tools=answer)) as server:
        agent = await server.create_agent("Shop", tools=[list_orders, find_order])
        turn = await server.conversation(agent).say("Where is my order?")
    assert turn.tool_calls == ("list_orders", "find_order")


async def test_a_guideline_with_a_tool_outside_the_agents_list_is_an_error_that_names_both():
    async with p.Server() as server:
        agent = await server.create_agent("Shop", tools=[find_order])
        await agent.create_guideline("asks for money back", "refund it", id="refunds", tools=[refund])
        with pytest.raises(p.DefinitionError) as caught:
            server.build(agent)
    text = str(caught.value)
    assert (
        "guideline 'refunds' brings the tool 'refund', which this agent may not call (its tools=: find_order)" in text
    )
    assert "test_permissions.py:" in text


async def test_a_journey_with_a_tool_outside_the_agents_list_is_an_error():
    async with p.Server() as server:
        agent = await server.create_agent("Shop", tools=[])
        journey = await agent.create_journey("Refunds", triggers=["asks for money back"])
        await journey.initial_state.transition_to(tool_state=refund)
        with pytest.raises(p.DefinitionError, match="state 'refund' of journey 'refunds' brings the tool 'refund'"):
            server.build(agent)


async def test_a_level_given_with_a_tool_says_whether_it_is_consequential_for_this_agent():
    async with p.Server() as server:
        agent = await server.create_agent(
            "Shop",
            tools=[
                {"name": find_order, "permission": "write"},
                {"name": refund, "permission": "admin"},
                list_orders,
            ],
        )
        other = await server.create_agent("Other", tools={"find_order": "read"})
        levels = {tool.id: (tool.permission, tool.consequential) for tool in server.build(agent).definition.tools}
        others = {tool.id: (tool.permission, tool.consequential) for tool in server.build(other).definition.tools}
    assert levels == {"find_order": ("write", True), "refund": ("admin", True), "list_orders": ("read", False)}
    assert others == {"find_order": ("read", False)}


@pytest.mark.parametrize(
    ("grant", "message"),
    [
        ({"name": "refund", "permission": "wirte"}, "no permission is called 'wirte'; did you mean 'write'?"),
        ({"name": "refund", "permision": "read"}, "'permision'; did you mean 'permission'?"),
        ({"permission": "read"}, "no key of a tool's grant"),
        ("refnd", "no tool is called 'refnd'; did you mean 'refund'?"),
    ],
)
async def test_a_grant_that_can_not_be_read_is_an_error_with_the_nearest(grant, message):
    async with p.Server() as server:
        with pytest.raises(p.UnknownNameError) as caught:
            await server.create_agent("Shop", tools=[grant])
    assert message in str(caught.value)


async def test_a_tool_above_the_ceiling_is_in_no_prompt_and_the_trace_says_why():
    model = scripted_model(match=matching("help"), tools=ALL_CALLED)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "help", id="help", tools=[find_order, refund])
        turn = await server.conversation(agent, permission_ceiling="read").say("Refund A1")
    assert ran == ["find_order"]
    assert not any("tool: refund" in ask.prompt or "Pays an order back." in ask.prompt for ask in model.asked)
    (withheld,) = turn.trace.withheld
    assert (withheld.tool, withheld.because) == ("refund", ("guideline:help",))
    assert withheld.reason == "it takes the permission 'write', and the conversation has 'read' at most"
    assert [(item.tool, item.permission) for item in turn.trace.offered] == [("find_order", "read")]


async def test_the_lower_of_two_ceilings_counts():
    async with p.Server(model=scripted_model(match=matching("help"), tools=ALL_CALLED)) as server:
        agent = await server.create_agent("Shop", permission_ceiling="read")
        await agent.create_guideline("asks", "help", id="help", tools=[refund])
        turn = await server.conversation(agent, permission_ceiling="admin").say("Refund A1")
    assert ran == []
    assert turn.trace.withheld[0].reason == "it takes the permission 'write', and the agent has 'read' at most"


async def test_a_ceiling_stays_with_the_session():
    async with p.Server(model=scripted_model(match=matching("help"), tools=ALL_CALLED)) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "help", id="help", tools=[refund])
        talk = server.conversation(agent, permission_ceiling="read")
        await talk.say("Refund A1")
        again = server.conversation(agent, session=talk.session)
        await again.say("Refund A1")
    assert ran == []


async def test_a_ceiling_that_is_no_level_is_an_error():
    async with p.Server() as server:
        with pytest.raises(p.UnknownNameError, match="no permission is called 'reed'; did you mean 'read'"):
            await server.create_agent("Shop", permission_ceiling="reed")  # pyright: ignore[reportArgumentType]
