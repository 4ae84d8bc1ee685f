# A test knows which event, fact or option it looks at.
# pyright: reportAttributeAccessIssue=false, reportIndexIssue=false
"""Going back in a session, and branching off from it."""

import asyncio

import pytest

import understudy.engine as p

from ..worlds import following, matching, moving, scripted_model


async def clinic(server: p.Server) -> p.Agent:
    agent = await server.create_agent("Clinic")
    await agent.create_guideline("greets", "greet back", id="greet", labels=["greeted"])
    journey = await agent.create_journey("Visit", triggers=["wants a visit"])
    why = await journey.initial_state.transition_to(chat_state="Ask why", id="why")
    await why.target.transition_to(chat_state="Ask when", id="when")
    return agent


async def three_turns() -> tuple[p.Conversation, p.ScriptedModel]:
    model = scripted_model(match=matching("greet"), analysis=following("greet"))
    server = p.Server(model=model)
    talk = server.conversation(await clinic(server), labels=["web"])
    await talk.say("Hi")
    model._answers["match"] = matching("wants-a-visit")
    model._answers["journey"] = moving(visit=("advance", "why"))
    await talk.say("I need a doctor")
    model._answers["match"] = matching()
    model._answers["journey"] = moving(visit=("advance", "when"))
    await talk.say("My knee hurts")
    return talk, model


async def test_rewinding_takes_back_events_states_journeys_and_labels():
    talk, model = await three_turns()
    model._answers["match"], model._answers["journey"] = matching(), moving(visit=("stay", None))
    assert talk.session.state.paths["visit"] == ("why", "when", "<completed>")
    await talk.rewind(to_turn=2)
    assert talk.session.state.paths["visit"] == ("why",)
    assert [trace.turn for trace in talk.traces] == [1, 2]
    await talk.rewind(to_turn=1)
    assert "visit" not in talk.session.state.paths
    assert talk.session.state.applied == ("greet",)
    assert talk.session.labels == ("web", "greeted")
    await talk.rewind(to_turn=0)
    assert (talk.session.events, talk.session.states, talk.session.labels) == ((), (), ("web",))


async def test_what_was_taken_back_is_in_no_later_prompt_and_its_offsets_are_not_given_again():
    talk, model = await three_turns()
    last = talk.session.events[-1].offset
    await talk.rewind(to_turn=1)
    model._answers["match"] = matching()
    asked = len(model.asked)
    turn = await talk.say("Never mind")
    assert not any("My knee hurts" in ask.prompt or "doctor" in ask.prompt for ask in model.asked[asked:])
    assert turn.events[0].offset == last + 1
    assert turn.trace.trace_id == "session/4", "the ids of turns are not given again either"
    assert [
        event.text for event in talk.session.withdrawn if event.kind == "message" and event.source == "customer"
    ] == [
        "I need a doctor",
        "My knee hurts",
    ]


async def test_going_back_to_a_turn_that_there_was_not_names_those_there_are():
    talk, _ = await three_turns()
    with pytest.raises(ValueError, match="has no turn 7 to go back to; there are 0, 1, 2, 3"):
        await talk.rewind(to_turn=7)
    await talk.rewind(to_turn=1)
    with pytest.raises(ValueError, match=r"there are 0, 1$"):
        await talk.rewind(to_turn=2)


async def test_a_fork_goes_on_from_an_earlier_turn_and_neither_hears_of_the_other():
    talk, model = await three_turns()
    before = talk.session
    model._answers["match"], model._answers["journey"] = matching(), moving(visit=("stay", None))
    fork = talk.fork(at=2)
    assert fork.session.state.paths["visit"] == ("why",)
    assert fork.id == "session~2"
    turn = await fork.say("Only a check-up")
    assert turn.trace.trace_id == "session~2/3"
    assert turn.journeys == {"visit": "why"}
    assert "My knee hurts" not in model.asked[-1].prompt
    assert talk.session == before
    offsets = [event.offset for event in fork.session.events]
    assert offsets == list(range(len(offsets)))
    await talk.say("Bye")
    assert len(fork.traces) == 3


async def test_a_fork_of_the_present_needs_no_turn_and_a_fork_of_a_fork_is_its_own():
    talk, _ = await three_turns()
    fork = talk.fork()
    deeper = fork.fork(at=1, session_id="deeper")
    assert fork.session.events == talk.session.events
    assert [trace.turn for trace in deeper.traces] == [1]
    assert deeper.session.turns == 1


async def test_forks_can_be_played_side_by_side():
    talk, model = await three_turns()
    model._answers["match"], model._answers["journey"] = matching(), moving(visit=("stay", None))
    forks = [talk.fork(at=1, session_id=f"try-{number}") for number in range(3)]
    turns = await asyncio.gather(*(fork.say(f"attempt {number}") for number, fork in enumerate(forks)))
    assert [turn.events[0].text for turn in turns] == ["attempt 0", "attempt 1", "attempt 2"]


async def test_going_back_forgets_the_facts_and_the_summary_that_were_found_later():
    def summary(ask):
        return {"facts": [{"name": "order", "evidence": "x", "value": "order 12"}], "summary": "wants order 12"}

    async with p.Server(model=scripted_model(summarise=summary)) as server:
        agent = await server.create_agent("Shop", context_config={"max_tokens": 20})
        talk = server.conversation(agent)
        for text in ("It is about order 12, you know", "It has not come at all", "Where is it?"):
            await talk.say(text)
        assert talk.session.summary is not None
        covered = talk.session.summary.offset
        await talk.rewind(to_turn=1)
        assert covered > talk.session.events[-1].offset or talk.session.summary is not None
        await talk.rewind(to_turn=0)
    assert (talk.session.summary, talk.session.facts) == (None, ())
