"""How free the wording of a reply is: which mode governs, when a canned response is said, and which are candidates."""

import pytest

import understudy.engine as p

from ..worlds import calling, choosing, matching, moving, saying, scripted_model

FLUID, COMPOSITED, STRICT = p.CompositionMode.FLUID, p.CompositionMode.COMPOSITED, p.CompositionMode.STRICT


@pytest.mark.parametrize(
    ("mode", "quality", "said"),
    [
        (FLUID, "high", "We open at nine."),
        (FLUID, "partial", "Nine, I think."),
        (FLUID, "none", "Nine, I think."),
        (STRICT, "high", "We open at nine."),
        (STRICT, "partial", "We open at nine."),
        (STRICT, "low", "Pardon?"),
        (STRICT, "none", "Pardon?"),
    ],
)
async def test_fluid_prefers_a_response_that_fits_well_and_strict_says_nothing_else(
    mode: p.CompositionMode, quality: str, said: str
):
    chosen = choosing(None if quality == "none" else "hours", quality)
    async with p.Server(model=scripted_model(draft=saying("Nine, I think."), selection=chosen)) as server:
        agent = await server.create_agent("Shop", composition_mode=mode, no_match_response="Pardon?")
        await agent.create_canned_response("We open at nine.", id="hours")
        turn = await server.conversation(agent).say("When do you open?")
    assert turn.trace.failure is None
    assert turn.reply == said


async def test_fluid_is_the_default_and_needs_no_responses():
    async with p.Server(model=scripted_model(draft=saying("Nine, I think."))) as server:
        agent = await server.create_agent("Shop")
        turn = await server.conversation(agent).say("When do you open?")
    assert agent.composition_mode is FLUID
    assert turn.reply == "Nine, I think."
    assert [ask.decision for ask in turn.trace.asks] == ["draft"]


@pytest.mark.parametrize(
    ("of_agent", "of_guideline", "of_state", "governing"),
    [
        (FLUID, None, None, FLUID),
        (FLUID, COMPOSITED, None, COMPOSITED),
        (FLUID, FLUID, STRICT, STRICT),
        (COMPOSITED, FLUID, None, COMPOSITED),
        (FLUID, STRICT, COMPOSITED, STRICT),
    ],
)
async def test_the_most_restrictive_of_agent_guidelines_and_states_governs(of_agent, of_guideline, of_state, governing):
    model = scripted_model(
        match=matching("visit", "hours"), journey=moving(visit=("advance", "why")), selection=choosing(None, "none")
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=of_agent)
        await agent.create_guideline("asks for hours", "tell them", id="hours", composition_mode=of_guideline)
        await agent.create_guideline("leaves", "say goodbye", id="bye", composition_mode=STRICT)
        trigger = await agent.create_observation("wants a visit", id="visit")
        journey = await agent.create_journey("Visit", triggers=[trigger])
        await journey.initial_state.transition_to(chat_state="Ask why", id="why", composition_mode=of_state)
        turn = await server.conversation(agent).say("When do you open? I'd like to come")
    assert turn.trace.failure is None
    assert turn.trace.composition is not None
    assert turn.trace.composition.mode is governing


@pytest.mark.parametrize(("lifespan", "later"), [("session", "Claim C-1 is filed."), ("response", "Pardon?")])
async def test_fields_of_a_result_stay_for_the_session_unless_it_lives_for_its_turn_only(lifespan: str, later: str):
    @p.tool
    async def file(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("filed", control={"lifespan": lifespan}, canned_response_fields={"number": "C-1"})

    fits = choosing("filed", "high")
    model = scripted_model(match=matching("filing"), tools=calling(file={}), selection=fits)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Claims", composition_mode=STRICT, no_match_response="Pardon?")
        await agent.create_guideline("files a claim", "file it", id="filing", tools=[file])
        await agent.create_canned_response("Claim {{number}} is filed.", id="filed")
        talk = server.conversation(agent)
        filed = await talk.say("File it")
        unmatched = scripted_model(selection=fits)
        later_talk = p.open_conversation(server.build(agent), llm=unmatched, session=talk.session)
        asked = await later_talk.say("What was its number?")
    assert filed.reply == "Claim C-1 is filed."
    assert asked.tool_calls == ()
    assert asked.reply == later


async def test_standard_fields_are_always_there():
    template = "{{std.agent.name}} here, {{std.customer.name}}; you are {{std.variables.tier}}."
    async with p.Server(model=scripted_model(selection=choosing("who", "high"))) as server:
        agent = await server.create_agent("Otto", composition_mode=STRICT)
        await (await agent.create_variable("tier")).set_global_value("gold")
        await agent.create_canned_response(template, id="who")
        named = await server.conversation(agent, customer=await server.create_customer("Ada")).say("Who are you?")
        unnamed = await server.conversation(agent).say("Who are you?")
    assert named.reply == "Otto here, Ada; you are gold."
    assert unnamed.reply == "Otto here, Guest; you are gold."
