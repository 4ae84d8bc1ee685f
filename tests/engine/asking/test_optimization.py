"""Policy values about asks: they show in what is asked."""

import pytest

import understudy.engine as p

from ..worlds import scripted_model


async def agent_of(server: p.Server) -> p.Agent:
    agent = await server.create_agent("Shop")
    for number in range(4):
        await agent.create_guideline(f"condition {number}", f"action {number}", id=f"g{number}")
    return agent


async def test_temperatures_of_attempts_are_asked_for_and_are_otherwise_the_models_own():
    def stubborn(ask):
        return {"plans": []}

    policy = p.OptimizationPolicy(retry_temperatures={"draft": (0.5, 0.7)})
    model = scripted_model(draft=stubborn)
    async with p.Server(model=model, optimization_policy=policy) as server:
        await server.conversation(await agent_of(server)).say("Hello")
    settings = [(ask.decision, ask.attempt, ask.settings.temperature) for ask in model.asked]
    assert settings == [("match", 1, None), ("draft", 1, 0.5), ("draft", 2, 0.7), ("draft", 3, 0.7)]


@pytest.mark.parametrize("decision", ["match", "tools", "analysis", "journey"])
async def test_every_decision_can_have_temperatures_of_its_own(decision: str):
    @p.tool
    async def look(context: p.ToolContext, what: str) -> p.ToolResult:
        return p.ToolResult("seen")

    policy = p.OptimizationPolicy(retry_temperatures={decision: (0.25,)})
    from ..worlds import calling, matching, moving

    model = scripted_model(
        match=matching("look", "wants-a-visit"),
        tools=calling(look={"what": "it"}),
        journey=moving(visit=("advance", "why")),
    )
    async with p.Server(model=model, optimization_policy=policy) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks to look", "look", id="look", tools=[look])
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        why = await journey.initial_state.transition_to(chat_state="Ask why", id="why")
        await why.transition_to(chat_state="Ask when", id="when")
        await server.conversation(agent).say("Look at it, and I want a visit")
    warm = {ask.decision for ask in model.asked if ask.settings.temperature == 0.25}
    assert warm == {decision}


async def test_how_many_guidelines_share_an_ask_is_said_with_the_rest_or_alone():
    for policy in (p.OptimizationPolicy(batches=p.BatchPolicy(ordinary=2)), p.BatchPolicy(ordinary=2)):
        model = scripted_model()
        async with p.Server(model=model, optimization_policy=policy) as server:
            await server.conversation(await agent_of(server)).say("Hello")
        sizes = [len(ask.facts.candidates) for ask in model.asked if ask.decision == "match"]
        assert sum(sizes) == 4
        assert len(sizes) > 1


async def test_the_values_go_with_the_built_agent():
    policy = p.OptimizationPolicy(retry_temperatures={"draft": (0.5,)})
    async with p.Server(optimization_policy=policy) as server:
        built = server.build(await server.create_agent("Shop"))
    model = scripted_model()
    await p.open_conversation(built, llm=model).say("Hello")
    assert [ask.settings.temperature for ask in model.asked] == [0.5]


def test_a_decision_that_there_is_not_is_refused_with_the_nearest_one():
    with pytest.raises(p.UnknownNameError, match="no decision is called 'drafts'; did you mean 'draft'"):
        p.OptimizationPolicy(retry_temperatures={"drafts": (0.5,)})


@pytest.mark.parametrize("temperatures", [(), (2.5,), (-0.1, 0.5)])
def test_a_temperature_that_can_not_be_is_refused(temperatures: tuple[float, ...]):
    with pytest.raises(ValueError, match="give at least one temperature, each from 0 to 2"):
        p.OptimizationPolicy(retry_temperatures={"draft": temperatures})
