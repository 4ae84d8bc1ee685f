"""The forms in which journeys may be drawn: optional words, transitions in the place of states, forks by two names."""

from typing import Any

import pytest

import understudy.engine as p

from ..worlds import matching, moving, scripted_model


async def test_agents_and_journeys_need_no_description():
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        definition = agent.freeze()
    assert (agent.description, journey.description) == ("", "")
    assert (definition.description, definition.journeys[0].description) == ("", "")


@pytest.mark.parametrize("given", [{"conditions": ["wants a visit"]}, {"triggers": ["wants a visit"]}])
async def test_what_activates_a_journey_is_given_and_read_under_either_name(given: dict[str, Any]):
    async with p.Server(model=scripted_model(match=matching("wants-a-visit"))) as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", **given)
        turn = await server.conversation(agent).say("I'd like to come in")
    assert [item.condition for item in journey.conditions] == ["wants a visit"]
    assert [item.id for item in journey.conditions] == [item.id for item in journey.triggers]
    assert dict(turn.journeys) == {"visit": None}


async def test_a_transition_stands_for_its_target_wherever_a_state_is_wanted():
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        asked = await journey.initial_state.transition_to(chat_state="Ask why", id="why")
        day = await asked.transition_to(chat_state="Ask the day", id="day", condition="it is urgent")
        fork = await asked.transition_to(chat_state="Ask the month", id="month", condition="it can wait")
        fork = await fork.fork(id="which")
        await fork.transition_to(state=day, condition="it is this one")
        await fork.transition_to(state=asked.target, condition="it is none")
        response = await day.create_canned_response("Which day suits you?")
        drawn = agent.freeze()
    assert [(way.source, way.target) for way in drawn.journeys[0].transitions] == [
        ("root", "why"),
        ("why", "day"),
        ("why", "month"),
        ("month", "which"),
        ("which", "day"),
        ("which", "why"),
    ]
    said = drawn.canned_response(response)
    assert said is not None
    assert said.state == "visit/day"


async def test_ways_that_converge_end_in_one_state():
    async with p.Server() as server:
        agent = await server.create_agent("Support")
        journey = await agent.create_journey("Issue", triggers=["has an issue"])
        asked = await journey.initial_state.transition_to(chat_state="Ask what kind of issue it is")
        ways = [
            await asked.transition_to(chat_state=f"Help with {kind}", condition=f"it is about {kind}")
            for kind in ("billing", "logins", "orders")
        ]
        done = await ways[0].transition_to(chat_state="Ask whether that helped", id="helped")
        for way in ways[1:]:
            await way.transition_to(state=done)
        drawn = agent.freeze().journeys[0]
    assert [way.source for way in drawn.transitions if way.target == "helped"] == [way.target.id for way in ways]
    assert len(drawn.states) == 6


@pytest.mark.parametrize("name", ["fork", "create_fork_state"])
async def test_a_fork_is_made_under_two_names_and_goes_on_where_a_condition_holds(name: str):
    model = scripted_model(match=matching("wants-a-visit"), journey=moving(visit=("advance", "urgent")))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        first = await journey.initial_state.transition_to(chat_state="Ask why", id="why")
        for at in (first, first.target):
            assert callable(getattr(at, name))
        fork = await getattr(first, name)()
        await fork.transition_to(chat_state="Say where to go at once", condition="it is urgent", id="urgent")
        await fork.transition_to(chat_state="Ask for a day", condition="it can wait", id="day")
        turn = await server.conversation(agent).say("I need a visit at once")
        drawn = agent.freeze().journeys[0]
    assert [(state.id, state.kind) for state in drawn.states][2] == ("fork", "fork")
    assert turn.trace.failure is None
    assert dict(turn.journeys) == {"visit": "urgent"}


async def test_a_branch_of_a_fork_without_a_condition_is_a_mistake_under_either_name():
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        first = await journey.initial_state.transition_to(chat_state="Ask why")
        fork = await first.target.create_fork_state()
        await fork.target.transition_to(chat_state="Ask for a day")
        with pytest.raises(p.DefinitionError, match="needs a condition=, because a fork only branches"):
            agent.freeze()


@pytest.mark.parametrize("words", ["When would you like to come?", "I'll look for a free day."])
async def test_a_state_worded_as_a_sentence_to_the_customer_is_said_so_by_the_offline_model(words: str):
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["The customer wants to schedule a visit"])
        await journey.initial_state.transition_to(chat_state=words)
        turn = await server.conversation(agent).say("I want to schedule a visit")
    assert turn.reply == words


async def test_a_fork_in_which_ways_meet_needs_no_condition():
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        why = await journey.initial_state.transition_to(chat_state="Ask why", id="why")
        urgent = await why.transition_to(chat_state="Ask since when", id="urgent", condition="it is urgent")
        later = await why.transition_to(chat_state="Ask the month", id="later", condition="it can wait")
        meeting = await urgent.fork(id="meeting")
        await later.transition_to(state=meeting)
        await meeting.transition_to(chat_state="Ask the day", id="day")
        drawn = agent.freeze().journeys[0]
    assert [way.id for way in drawn.ways_from("meeting")] == ["meeting->day"]


async def test_states_are_of_the_class_that_goes_with_their_kind() -> None:
    @p.tool
    async def book(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("booked")

    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Booking", triggers=["wants to book"])
        begin: p.InitialJourneyState = journey.initial_state
        asked: p.JourneyTransition[p.ChatJourneyState] = await begin.transition_to(chat_state="ask when")
        booked = await asked.transition_to(tool_state=book)
        fork: p.JourneyTransition[p.ForkJourneyState] = await booked.fork()
        await fork.transition_to(chat_state="tell the date", condition="it was booked", id="told")
        await fork.transition_to(state=p.END_JOURNEY, condition="it was not")
        kinds = {state.id: type(state) for state in journey.states}
    assert type(begin) is p.InitialJourneyState
    assert (type(asked.source), type(asked.target)) == (p.InitialJourneyState, p.ChatJourneyState)
    assert isinstance(booked.target, p.ToolJourneyState)
    assert isinstance(fork.target, p.ForkJourneyState)
    assert kinds["told"] is p.ChatJourneyState
    assert kinds["end"] is p.JourneyState
