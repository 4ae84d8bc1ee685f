"""What was declared can be looked up again, and reads as it was written."""

import logging

import pytest

import understudy.engine as p

from ..worlds import calling, matching, moving, scripted_model


@p.tool
async def find_order(context: p.ToolContext) -> p.ToolResult:
    """Find the order."""
    return p.ToolResult("found")


async def test_an_agent_is_found_by_its_id_and_one_that_is_not_there_is_none_or_an_error():
    async with p.Server() as server:
        await server.create_agent("Emma")
        found, absent = await server.find_agent("emma"), await server.find_agent("anna")
        with pytest.raises(p.UnknownNameError, match="did you mean 'emma'"):
            await server.get_agent("ema")
    assert found is not None
    assert (found.name, absent) == ("Emma", None)


async def test_a_tag_is_got_by_id_or_name_and_relates_like_the_one_that_was_declared():
    async with p.Server() as server:
        agent = await server.create_agent("Emma")
        await server.create_tag("drinks")
        await server.create_tag("food")
        again = await server.create_tag("drinks")
        by_name, by_id = await server.get_tag(name="drinks"), await server.get_tag(id="food")
        await agent.create_guideline("asks for a drink", "offer tea", tags=[again], id="tea")
        await agent.create_guideline("asks for food", "offer cake", tags=[by_id], id="cake")
        await by_name.prioritize_over(by_id)
        listed = await server.list_tags()
        relations = agent.freeze().relationships
    assert [tag.name for tag in listed] == ["drinks", "food"]
    assert [(item.kind, item.source.id, item.target.id) for item in relations] == [("priority", "drinks", "food")]
    assert isinstance(relations[0], p.Relationship)


async def test_a_tag_that_is_not_there_is_an_error_with_the_nearest_and_so_is_asking_for_two_or_none():
    async with p.Server() as server:
        await server.create_tag("drinks")
        with pytest.raises(p.UnknownNameError, match="did you mean 'drinks'"):
            await server.get_tag(name="drink")
        for question in ({}, {"id": "drinks", "name": "drinks"}):
            with pytest.raises(ValueError, match="exactly one of id= and name="):
                await server.get_tag(**question)


async def test_an_agent_reads_back_its_output_mode_and_none_leaves_the_iterations_as_usual():
    async with p.Server(model=scripted_model()) as server:
        plain = await server.create_agent("Emma", max_engine_iterations=None)
        streaming = await server.create_agent("Anna", output_mode=p.OutputMode.STREAM, max_engine_iterations=5)
        turn = await server.conversation(plain).say("hello")
    assert (plain.output_mode, plain.max_engine_iterations) == (p.OutputMode.BLOCK, 3)
    assert (streaming.output_mode, streaming.max_engine_iterations) == (p.OutputMode.STREAM, 5)
    assert turn.reply == "All right."


async def test_a_state_reads_back_its_composition_mode_and_its_canned_responses():
    async with p.Server() as server:
        agent = await server.create_agent("Emma")
        why = await agent.create_canned_response("Why?", id="why")
        journey = await agent.create_journey("Return", triggers=["wants to return something"])
        asked = await journey.initial_state.transition_to(
            chat_state="Ask why", canned_responses=[why], composition_mode=p.CompositionMode.STRICT
        )
        plain = await asked.transition_to(chat_state="Say goodbye")
    assert (asked.target.composition_mode, asked.target.canned_responses) == (p.CompositionMode.STRICT, ("why",))
    assert (plain.target.composition_mode, plain.target.canned_responses) == (None, ())


@pytest.mark.parametrize(
    ("held", "called"),
    [(("wants-to-return", "asks-where-it-is"), ("find_order",)), (("asks-where-it-is",), ())],
    ids=["while the journey is active", "while it is not"],
)
async def test_a_tool_attached_to_a_journey_runs_only_while_that_is_active(
    held: tuple[str, ...], called: tuple[str, ...]
):
    answers = {"match": matching(*held), "journey": moving(**{"return": ("advance", "ask-why")})}
    model = scripted_model(**answers, tools=calling(find_order={}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Emma")
        journey = await agent.create_journey("Return", triggers=["wants to return"])
        await journey.initial_state.transition_to(chat_state="Ask why")
        observation = await journey.attach_tool(find_order, "asks where it is")
        turn = await server.conversation(agent).say("I want to return this. Where is it?")
    assert observation == "asks-where-it-is"
    assert turn.tool_calls == called


async def test_match_always_is_known_to_guidelines_too_and_makes_one_hold_in_every_turn():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Emma")
        always = await agent.create_guideline("whatever", "smile", matcher=p.Guideline.MATCH_ALWAYS)
        turn = await server.conversation(agent).say("hello")
    assert p.Guideline.MATCH_ALWAYS is p.MATCH_ALWAYS
    assert turn.fired == (always.id,)


async def test_a_matcher_sees_what_was_said_and_which_events_the_turns_tools_left_and_its_log_carries_the_turn(caplog):
    seen: list[tuple[str, list[str]]] = []

    async def matcher(context: p.GuidelineMatchingContext, guideline: p.Guideline) -> p.GuidelineMatch:
        said = context.interaction.last_customer_message_event
        calls = [call.tool for event in context.staged_events for call in event.calls]
        seen.append((said.content if said else "", calls))
        context.logger.warning("looked")
        return p.GuidelineMatch(id=guideline.id, matched=False, rationale="only looking")

    caplog.set_level(logging.WARNING, "understudy")
    model = scripted_model(match=matching("asks-where-it-is"), tools=calling(find_order={}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Emma")
        await agent.create_observation("asks where it is", tools=[find_order])
        looking = await agent.create_guideline("it was found", "say so", matcher=matcher)
        await looking.reevaluate_after(find_order)
        talk = server.conversation(agent)
        turn = await talk.say("Where is it?")
    assert seen == [("Where is it?", []), ("Where is it?", ["find_order"])]
    lines = [line for line in caplog.records if line.getMessage().endswith("looked")]
    assert {line.__dict__["trace_id"] for line in lines} == {turn.trace.trace_id}


def test_the_guest_is_who_a_customer_is_that_was_not_named_and_an_empty_interaction_says_nothing():
    assert (p.Customer.guest.id, p.Customer.guest.name, p.Customer.guest.is_guest) == ("guest", "Guest", True)
    assert p.Interaction.empty().last_customer_message_event is None
    assert p.Interaction.empty().messages == ()


async def test_none_for_what_may_be_left_out_is_as_if_it_was_left_out():
    left_out = {"description": None, "id": None, "composition_mode": None, "on_selected": None, "on_message": None}
    async with p.Server() as server:
        agent = await server.create_agent("Emma")
        variable = await agent.create_variable("plan", None, tool=None, freshness_rules=None)
        journey = await agent.create_journey("Return", triggers=["wants to return something"], id=None)
        asked = await journey.initial_state.transition_to(chat_state="Ask why", condition=None, **left_out)
        found = await asked.transition_to(tool_state=find_order, tool_instruction=None, **left_out)
        await found.transition_to(state=p.END_JOURNEY, condition="it was found", **left_out)
        await found.transition_to(state=asked, condition="it was not found", **left_out)
        states = agent.freeze().journeys[0].states
    assert variable.description == ""
    assert [(state.id, state.description) for state in states if state.kind in ("chat", "tool")] == [
        ("ask-why", ""),
        ("find_order", ""),
    ]
