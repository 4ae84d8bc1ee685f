"""Plans: an author's own code that has a say in what a turn does, and can't break it."""

from collections.abc import Sequence
from typing import Any

import understudy.engine as p

from ..worlds import calling, matching, scripted_model


class Planner:
    """Gives the same plan for every turn."""

    def __init__(self, plan: p.Plan) -> None:
        self.plan = plan

    async def create_plan(self, context: p.EngineContext, /) -> p.Plan:
        return self.plan


@p.tool
async def get_balance(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult({"balance": 12})


@p.tool
async def close_account(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult("closed")


async def bank(server: p.Server, plan: p.Plan | None = None, **options: Any) -> p.Agent:
    planner = Planner(plan) if plan else None
    agent = await server.create_agent("Bank", planner=planner, **options)
    await agent.create_guideline("asks for the balance", "tell it", id="balance", tools=[get_balance])
    await agent.create_guideline("wants to close", "close it", id="close", tools=[close_account])
    await agent.create_guideline("is there", "be kind", id="kind")
    return agent


def wanting_both() -> p.ScriptedModel:
    return scripted_model(match=matching("balance", "close"), tools=calling(get_balance={}, close_account={}))


async def test_without_a_planner_nothing_is_planned():
    async with p.Server(model=wanting_both()) as server:
        turn = await server.conversation(await bank(server)).say("Close my account")
    assert turn.trace.plan is None
    assert turn.tool_calls == ("get_balance", "close_account")


async def test_a_plan_takes_out_guidelines_that_matched_and_brings_in_others():
    class Kind(p.NullPlan):
        reasoning = "closing needs a person"

        async def on_guidelines_matched(self, context: p.EngineContext, matches: list[p.GuidelineMatch], /) -> None:
            matches[:] = [match for match in matches if match.id != "close"]
            matches.append(p.GuidelineMatch(id="kind", matched=True))

    async with p.Server(model=wanting_both()) as server:
        turn = await server.conversation(await bank(server, Kind())).say("Close my account")
    assert turn.fired == ("balance", "kind")
    assert turn.tool_calls == ("get_balance",)
    plan = turn.trace.plan
    assert plan is not None
    assert (plan.reasoning, plan.added, plan.removed) == ("closing needs a person", ("kind",), ("close",))


async def test_a_plan_chooses_the_calls_that_are_made_and_sees_what_they_gave():
    seen: list[Any] = []

    class Careful(p.NullPlan):
        async def on_guidelines_resolved(self, context: p.EngineContext, /) -> None:
            seen.append([guideline.id for guideline in context.state.guidelines])

        async def on_tools_inferred(
            self, context: p.EngineContext, calls: Sequence[p.InferredCall], /
        ) -> Sequence[p.InferredCall]:
            return [call for call in calls if call.tool != "close_account"]

        async def on_tools_called(self, context: p.EngineContext, calls: Sequence[Any], /) -> None:
            seen.append([(call.tool, call.result.data) for call in calls])

    async with p.Server(model=wanting_both()) as server:
        agent = await bank(server, Careful(), max_engine_iterations=1)
        turn = await server.conversation(agent).say("Close my account")
    assert turn.tool_calls == ("get_balance",)
    assert [(item.tool, item.reason) for item in turn.trace.rejected] == [("close_account", "the plan held it back")]
    assert seen == [["balance", "close"], [("get_balance", {"balance": 12})]]


async def test_a_plan_can_not_call_what_was_not_about_to_be_called():
    class Greedy(p.NullPlan):
        async def on_tools_inferred(
            self, context: p.EngineContext, calls: Sequence[p.InferredCall], /
        ) -> Sequence[p.InferredCall]:
            return [*calls, p.InferredCall(tool="wire_money", arguments={})]

    model = scripted_model(match=matching("balance"), tools=calling(get_balance={}))
    async with p.Server(model=model) as server:
        turn = await server.conversation(await bank(server, Greedy())).say("My balance?")
    assert turn.tool_calls == ("get_balance",)
    assert turn.trace.notes[0] == "the plan wants to call 'wire_money', which was not about to be called"


async def test_a_plan_can_ask_for_another_round_up_to_the_agents_limit():
    class Thorough(p.NullPlan):
        needs_additional_iteration = True

    async with p.Server(model=scripted_model()) as server:
        agent = await bank(server, Thorough(), max_engine_iterations=2)
        turn = await server.conversation(agent).say("Hello")
        plain = await server.conversation(await server.create_agent("Plain")).say("Hello")
    assert turn.trace.rounds == 2
    assert turn.trace.plan is not None
    assert turn.trace.plan.asked_for_more == 2
    assert plain.trace.rounds == 1


async def test_a_plan_that_breaks_is_noted_and_changes_nothing():
    class Broken(p.NullPlan):
        async def on_guidelines_matched(self, context: p.EngineContext, matches: list[p.GuidelineMatch], /) -> None:
            raise RuntimeError("first")

        async def on_tools_inferred(
            self, context: p.EngineContext, calls: Sequence[p.InferredCall], /
        ) -> Sequence[p.InferredCall]:
            raise RuntimeError("second")

    async with p.Server(model=wanting_both()) as server:
        agent = await bank(server, Broken(), max_engine_iterations=1)
        turn = await server.conversation(agent).say("Close my account")
    assert turn.trace.notes == (
        "the plan's on_guidelines_matched broke: RuntimeError: first",
        "the plan's on_tools_inferred broke: RuntimeError: second",
    )
    assert turn.tool_calls == ("get_balance", "close_account")


async def test_a_planner_that_breaks_leaves_the_turn_without_a_plan():
    class Broken:
        async def create_plan(self, context: p.EngineContext, /) -> p.Plan:
            raise RuntimeError("no idea")

    async with p.Server(model=wanting_both(), planner=Broken()) as server:
        turn = await server.conversation(await bank(server)).say("Close my account")
    assert turn.trace.notes == ("the planner's create_plan broke: RuntimeError: no idea",)
    assert turn.trace.failure is None


async def test_a_guideline_that_a_plan_brings_in_must_be_there():
    class Wishful(p.NullPlan):
        async def on_guidelines_matched(self, context: p.EngineContext, matches: list[p.GuidelineMatch], /) -> None:
            matches.append(p.GuidelineMatch(id="flattery", matched=True))

    async with p.Server(model=scripted_model()) as server:
        turn = await server.conversation(await bank(server, Wishful())).say("Hello")
    assert turn.fired == ()
    assert turn.trace.notes == ("the plan brought in 'flattery', and no guideline of this agent is called so",)


async def test_the_servers_planner_plans_for_agents_without_their_own():
    class Told(p.NullPlan):
        reasoning = "as the server says"

    class Own(p.NullPlan):
        reasoning = "as the agent says"

    async with p.Server(model=scripted_model(), planner=Planner(Told())) as server:
        first = await server.conversation(await bank(server)).say("Hello")
        own = await server.create_agent("Other", planner=Planner(Own()))
        second = await server.conversation(own).say("Hello")
    assert first.trace.plan is not None
    assert first.trace.plan.reasoning == "as the server says"
    assert second.trace.plan is not None
    assert second.trace.plan.reasoning == "as the agent says"


async def test_a_plan_may_add_to_the_prompts():
    class Adding(p.NullPlan):
        async def on_guidelines_resolved(self, context: p.EngineContext, /) -> None:
            context.add_prompt_section("plan", "Look at the balance first.")

    model = wanting_both()
    async with p.Server(model=model) as server:
        await server.conversation(await bank(server, Adding())).say("Close my account")
    assert "Look at the balance first." in next(ask for ask in model.asked if ask.decision == "draft").prompt


async def test_a_basic_plan_is_filled_in_at_its_do_methods_and_logs_what_it_is_told(caplog: Any):
    class Mine(p.BasicPlan):
        reasoning = "leave the account open"

        async def do_on_tools_inferred(
            self, context: p.EngineContext, calls: Sequence[p.InferredCall], /
        ) -> Sequence[p.InferredCall]:
            return [call for call in calls if call.tool == "get_balance"]

    class MyPlanner(p.BasicPlanner):
        async def do_create_plan(self, context: p.EngineContext, /) -> p.Plan:
            return Mine()

    caplog.set_level("DEBUG", logger="understudy")
    async with p.Server(model=wanting_both(), planner=MyPlanner()) as server:
        agent = await bank(server, max_engine_iterations=1)
        turn = await server.conversation(agent).say("Close my account")
    assert turn.tool_calls == ("get_balance",)
    lines = [line for line in caplog.messages if line.startswith("[session/1][planner] ")]
    assert [line.removeprefix("[session/1][planner] ") for line in lines] == [
        "planned: leave the account open",
        "guidelines matched: balance, close; after the plan: balance, close",
        "guidelines that hold: balance, close",
        "calls inferred: get_balance, close_account; to be made: get_balance",
        "calls made: 1/get_balance/1",
    ]
