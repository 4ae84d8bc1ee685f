"""What the customer's side is told of a turn under way, beyond that it is under way."""

import understudy.engine as p

from ..worlds import calling, matching, scripted_model


@p.tool
async def find(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult(data="found")


async def statuses(policy: object) -> tuple[str, ...]:
    model = scripted_model(match=matching("look"), tools=calling(find={}))
    async with p.Server(model=model, perceived_performance_policy=policy) as server:  # pyright: ignore[reportArgumentType]
        agent = await server.create_agent("Shop", max_engine_iterations=1)
        await agent.create_guideline("the customer asks", "look it up", id="look", tools=[find])
        turn = await server.conversation(agent).say("Where is it?")
    assert turn.tool_calls == ("find",)
    assert turn.trace.notes == ()
    return turn.trace.statuses


async def test_looking_for_tools_is_shown_where_the_policy_wants_that():
    shown = await statuses(p.NullPerceivedPerformancePolicy(tool_stage=True))
    assert shown == (
        "acknowledged",
        "processing:interpreting",
        "processing:considering tools",
        "processing:articulating",
        "typing",
        "ready:completed",
    )


async def test_by_default_it_is_not_shown():
    for policy in (p.NullPerceivedPerformancePolicy(), p.BasicPerceivedPerformancePolicy(preamble_turns=0)):
        assert "processing:considering tools" not in await statuses(policy)


async def test_a_policy_that_knows_nothing_of_it_is_not_asked():
    class Plain:
        async def get_processing_indicator_delay(self, context: p.EngineContext, /) -> float:
            return 0.0

        async def get_extended_processing_indicator_delay(self, context: p.EngineContext, /) -> float | None:
            return None

        async def get_preamble_delay(self, context: p.EngineContext, /) -> float:
            return 0.0

        async def get_follow_up_delay(self, context: p.EngineContext, /) -> float:
            return 0.0

        async def is_preamble_required(self, context: p.EngineContext, /) -> bool:
            return False

        async def is_message_splitting_required(self, context: p.EngineContext, message: str, /) -> bool:
            return False

    assert "processing:considering tools" not in await statuses(Plain())


async def test_no_tool_to_consider_is_no_stage():
    policy = p.NullPerceivedPerformancePolicy(tool_stage=True)
    async with p.Server(model=scripted_model(), perceived_performance_policy=policy) as server:
        agent = await server.create_agent("Shop")
        turn = await server.conversation(agent).say("Hi")
    assert "processing:considering tools" not in turn.trace.statuses
