"""An agent of many journeys asks about those that matter: prompts stay small, and no trigger is overlooked."""

import understudy.engine as p

from ..worlds import matching, moving, scripted_model

MANY = 40


async def draw_many(agent: p.Agent, *, states: int = 6) -> None:
    for number in range(MANY):
        journey = await agent.create_journey(f"Errand {number}", triggers=[f"wants errand {number}"])
        at = journey.initial_state
        for step in range(states):
            at = (await at.transition_to(chat_state=f"Ask question {step} of errand {number}", id=f"q{step}")).target
        await journey.create_guideline(f"doubts errand {number}", f"explain errand {number}", id=f"doubt-{number}")


async def test_every_trigger_is_judged_but_only_what_is_under_way_or_triggered_is_asked_about():
    model = scripted_model(match=matching("wants-errand-3"), journey=moving(errand_3=("advance", "q0")))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Office")
        await draw_many(agent)
        talk = server.conversation(agent)
        first = await talk.say("errand three, please")
        model._answers["match"] = matching()
        model._answers["journey"] = moving(errand_3=("advance", "q1"))
        second = await talk.say("here you are")
        model._answers["match"] = matching("wants-errand-7")
        model._answers["journey"] = moving(errand_3=("stay", None), errand_7=("advance", "q0"))
        third = await talk.say("oh, and errand seven")
    triggers = {f"wants-errand-{number}" for number in range(MANY)}
    for turn in (first, second, third):
        assert triggers <= set(turn.trace.considered)
        assert turn.trace.failure is None
    assert set(second.trace.considered) - triggers == {"doubt-3"}
    assert set(third.trace.considered) - triggers == {"doubt-3", "doubt-7"}, "a surprise brings its journey in"
    assert third.journeys == {"errand-3": "q1", "errand-7": "q0"}
    asked = [[view.id for view in ask.facts.journeys] for ask in model.asked if ask.decision == "journey"]
    assert asked == [["errand-3"], ["errand-3"], ["errand-3"], ["errand-7"]]


async def test_a_turn_of_forty_journeys_takes_few_asks_and_bounded_prompts():
    model = scripted_model(match=matching("wants-errand-3"), journey=moving(errand_3=("advance", "q0")))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Office")
        await draw_many(agent)
        turn = await server.conversation(agent).say("errand three, please")
    decisions = [ask.decision for ask in turn.trace.asks]
    assert decisions.count("match") == 5, "four of ten triggers each, one of the guidelines of the journey triggered"
    assert decisions.count("journey") == 1
    assert sum(ask.size for ask in turn.trace.asks) < 40_000
    shown = "\n".join(ask.prompt for ask in model.asked)
    assert "question 5 of errand 3" in shown
    assert "question 0 of errand 4" not in shown


async def test_of_a_long_journey_a_prompt_shows_the_states_that_are_near_and_those_visited():
    model = scripted_model(match=matching("wants-errand-0"), journey=moving(errand_0=("advance", "q2")))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Office")
        journey = await agent.create_journey("Errand 0", triggers=["wants errand 0"])
        at = journey.initial_state
        for step in range(60):
            at = (await at.transition_to(chat_state=f"Ask question number {step}.", id=f"q{step}")).target
        talk = server.conversation(agent)
        await talk.say("errand, please")
        model._answers["journey"] = moving(errand_0=("advance", "q9"))
        await talk.say("all of that")
    views = [view for ask in model.asked if ask.decision == "journey" for view in ask.facts.journeys]
    assert [state.id for state in views[0].states] == ["root", *(f"q{number}" for number in range(8))]
    assert [state.id for state in views[1].states] == [f"q{number}" for number in range(2, 11)]


async def test_a_journey_that_went_round_many_times_shows_the_end_of_its_path_only():
    model = scripted_model(match=matching("wants-errand-0"), journey=moving(errand_0=("advance", "a")))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Office")
        journey = await agent.create_journey("Errand 0", triggers=["wants errand 0"])
        a = await journey.initial_state.transition_to(chat_state="Ask a", id="a")
        b = await a.transition_to(chat_state="Ask b", id="b")
        await b.transition_to(state=a, condition="once more")
        await b.transition_to(state=p.END_JOURNEY, condition="it is enough")
        talk = server.conversation(agent)
        for target in ("a", "b") * 10:
            model._answers["journey"] = moving(errand_0=("advance", target))
            await talk.say("next")
    prompts = [ask.prompt for ask in model.asked if ask.decision == "journey"]
    line = next(line for line in prompts[-1].splitlines() if "path so far" in line)
    assert line.strip() == "path so far: … > " + " > ".join(("b", "a") * 6)
