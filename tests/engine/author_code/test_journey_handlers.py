"""The author's own code on journeys, states and ways: when it runs, what it is told, and that it can't break a turn."""

import pytest

import understudy.engine as p

from ..worlds import calling, choosing, matching, moving, scripted_model


def noting(seen: list, name: str):
    async def handler(context, match):
        assert context.customer.name == "Guest"
        state = getattr(match, "state_id", None)
        seen.append((name, state or match.journey_id, getattr(match, "transition_id", None), context.reply))

    return handler


async def test_handlers_run_while_their_journey_is_active_and_where_it_stands_and_never_elsewhere():
    seen: list = []
    model = scripted_model(match=matching("wants-a-visit"), journey=moving(visit=("advance", "why")))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey(
            "Visit",
            triggers=["wants a visit"],
            on_selected=noting(seen, "journey"),
            on_message=noting(seen, "journey said"),
        )
        why = await journey.initial_state.transition_to(
            chat_state="Ask why", id="why", on_selected=noting(seen, "why"), on_message=noting(seen, "why said")
        )
        day = await why.transition_to(chat_state="Ask the day", id="day", on_selected=noting(seen, "day"))
        await journey.create_transition(
            source=day, target=why, condition="the reason changed", on_selected=noting(seen, "back")
        )
        await day.transition_to(state=p.END_JOURNEY, condition="the day is known")
        talk = server.conversation(agent)
        await talk.say("I want to come")
        first, seen[:] = list(seen), []
        model._answers["journey"] = moving(visit=("advance", "day"))
        await talk.say("my knee")
        second, seen[:] = list(seen), []
        model._answers["journey"] = moving(visit=("advance", "why"))
        await talk.say("in fact it is my elbow")
        third, seen[:] = list(seen), []
        model._answers["journey"] = moving(visit=("leave", None))
        model._answers["match"] = matching()
        await talk.say("never mind")
    assert first == [
        ("journey", "visit", None, ""),
        ("why", "why", "root->why", ""),
        ("journey said", "visit", None, "All right."),
        ("why said", "why", "root->why", "All right."),
    ]
    assert second == [
        ("journey", "visit", None, ""),
        ("day", "day", "why->day", ""),
        ("journey said", "visit", None, "All right."),
    ]
    assert [name for name, *_ in third] == ["journey", "back", "why", "journey said", "why said"]
    assert seen == [], "a journey that was left has no say any more"


async def test_a_tool_state_that_was_passed_in_a_turn_was_selected_but_nothing_is_said_from_it():
    seen: list = []

    @p.tool
    async def look_up(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("found")

    model = scripted_model(match=matching("asks"), tools=calling(look_up={}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Ask", triggers=["asks"])
        found = await journey.initial_state.transition_to(
            tool_state=look_up, on_selected=noting(seen, "selected"), on_message=noting(seen, "said")
        )
        await found.transition_to(chat_state="Tell", id="tell", on_message=noting(seen, "said"))
        await server.conversation(agent).say("what about it?")
    assert [(name, state) for name, state, *_ in seen] == [("selected", "look_up"), ("said", "tell")]


async def test_a_handler_that_breaks_is_a_note_and_the_turn_goes_on():
    async def broken(context, match):
        raise RuntimeError("no database")

    model = scripted_model(match=matching("asks"), journey=moving(ask=("advance", "tell")))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Ask", triggers=["asks"])
        await journey.initial_state.transition_to(chat_state="Tell", id="tell", on_selected=broken)
        turn = await server.conversation(agent).say("what about it?")
    assert turn.reply == "All right."
    assert turn.trace.notes == ("the on_selected handler of 'ask/tell' broke: RuntimeError: no database",)


async def test_a_field_provider_of_a_state_gives_values_for_canned_responses_there():
    async def fields(context):
        return {"room": "B12"}

    answers = {"match": matching("asks"), "journey": moving(ask=("advance", "tell"))}
    model = scripted_model(**answers, selection=choosing("room", "high"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        await agent.create_canned_response("Please come to {{ room }}.", id="room")
        journey = await agent.create_journey("Ask", triggers=["asks"])
        await journey.initial_state.transition_to(
            chat_state="Tell the room", id="tell", canned_response_field_provider=fields
        )
        turn = await server.conversation(agent).say("where to?")
    assert turn.reply == "Please come to B12."


async def test_what_a_further_way_says_of_a_state_is_added_to_it():
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        response = await agent.create_canned_response("Why?", id="why-not")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        why = await journey.initial_state.transition_to(chat_state="Ask why", id="why", labels=["new"])
        day = await why.transition_to(chat_state="Ask the day", id="day", composition_mode=p.CompositionMode.STRICT)
        way = await day.transition_to(
            state=why,
            condition="the reason changed",
            labels=["again"],
            description="they may be upset",
            canned_responses=[response],
            metadata={"origin": "page 3"},
        )
        with pytest.raises(ValueError, match="state 'day' has the composition_mode"):
            await why.transition_to(state=day, condition="?", composition_mode=p.CompositionMode.FLUID)
        drawn = agent.freeze().journeys[0]
    state = drawn.state("why")
    assert (state.labels, state.description, state.canned_responses) == (
        ("new", "again"),
        "they may be upset",
        ("why-not",),
    )
    assert (way.metadata, state.metadata) == ({"origin": "page 3"}, {})
    assert drawn.transitions[-1].metadata == {"origin": "page 3"}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"chat_state": "Ask", "tool_instruction": "look"}, "tool_instruction= goes with tool_state= only"),
        ({"chat_state": "Ask", "lables": ["x"]}, "'lables'.*'labels'"),
        ({"chat_state": "  "}, "has nothing to get across"),
        ({"tool_state": []}, "has no tool to run"),
    ],
)
async def test_a_mistake_in_a_transition_is_named(options, problem):
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])

        async def declare():
            await journey.initial_state.transition_to(**options)
            agent.freeze()

        with pytest.raises((ValueError, p.AuthoringError), match=problem):
            await declare()


async def test_a_misspelt_option_of_a_journey_does_not_vanish():
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        with pytest.raises(p.UnknownNameError, match=r"'prioritty'.*'priority'"):
            await agent.create_journey("Visit", triggers=[], prioritty=3)


async def test_a_journey_whose_dependency_fails_runs_no_handler_and_leaves_no_label():
    seen: list = []
    model = scripted_model(match=matching("wants-a-visit"), journey=moving(visit=("advance", "why")))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        member = await agent.create_observation("is a member", id="member")
        journey = await agent.create_journey(
            "Visit",
            triggers=["wants a visit"],
            dependencies=[member],
            labels=["visiting"],
            on_selected=noting(seen, "journey"),
        )
        await journey.initial_state.transition_to(chat_state="Ask why", id="why", on_selected=noting(seen, "why"))
        talk = server.conversation(agent)
        turn = await talk.say("I want to come")
    assert (seen, turn.journeys, talk.session.labels) == ([], {}, ())
