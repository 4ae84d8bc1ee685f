"""Which canned responses a turn may choose from."""

from typing import Any

import pytest

import understudy.engine as p

from ..worlds import calling, choosing, matching, moving, now_answering, saying, scripted_model

STRICT = p.CompositionMode.STRICT


def offered(model: p.ScriptedModel) -> list[str]:
    """The responses that the last selection could choose from."""
    asks: list[Any] = [ask for ask in model.asked if ask.decision == "selection"]
    return [candidate.id for candidate in asks[-1].facts.candidates]


def fates(turn: p.TurnResult) -> dict[str, str]:
    assert turn.trace.composition is not None
    return {one.id: one.fate for one in turn.trace.composition.considered}


async def test_a_response_is_a_candidate_only_in_the_journey_and_the_state_it_was_made_in():
    model = scripted_model(
        match=matching("wants-visit"), journey=moving(visit=("advance", "when")), selection=choosing("agent", "high")
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        await agent.create_canned_response("Hello.", id="agent")
        trigger = await agent.create_observation("wants a visit", id="wants-visit")
        journey = await agent.create_journey("Visit", triggers=[trigger])
        await journey.create_canned_response("A visit it is.", id="of-journey")
        way = await journey.initial_state.transition_to(chat_state="Ask when", id="when")
        await way.create_canned_response("When would you like to come?", id="of-state")
        later = await way.transition_to(chat_state="Confirm", id="confirm")
        await later.target.create_canned_response("See you then.", id="of-later-state")
        other = await agent.create_journey("Complaint", triggers=["complains"])
        await other.create_canned_response("We are sorry.", id="of-other-journey")
        turn = await server.conversation(agent).say("I'd like to come")
    assert turn.trace.failure is None
    assert offered(model) == ["agent", "of-journey", "of-state"]
    assert fates(turn)["of-later-state"] == "the conversation is not in state 'visit/confirm'"
    assert fates(turn)["of-other-journey"] == "journey 'complaint' is not active"


async def test_a_response_of_the_server_belongs_to_the_guideline_that_names_it():
    model = scripted_model(match=matching("refunds"), selection=choosing("hello", "high"))
    async with p.Server(model=model) as server:
        named = await server.create_canned_response("Refunds take a week.", id="refund")
        await server.create_canned_response("Hello.", id="hello")
        await server.create_canned_response("For gold customers.", id="of-tag", tags=["gold"])
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        await agent.create_guideline("asks for a refund", "tell how", id="refunds", canned_responses=[named])
        other = await server.create_agent("Bakery", composition_mode=STRICT)
        with_refund = await server.conversation(agent).say("Refund!")
        now_answering(model, match=matching())
        without = await server.conversation(agent).say("Hi")
        elsewhere = await server.conversation(other).say("Hi")
    assert fates(with_refund) == {"refund": "offered", "hello": "chosen"}
    assert fates(without) == {"refund": "no guideline or state that names it holds", "hello": "chosen"}
    assert fates(elsewhere) == {"hello": "chosen"}


async def test_a_response_of_the_agent_that_a_guideline_names_stays_everybodys():
    model = scripted_model(selection=choosing(None, "none"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        named = await agent.create_canned_response("Refunds take a week.", id="refund")
        await agent.create_guideline("asks for a refund", "tell how", canned_responses=[named])
        await server.conversation(agent).say("Hi")
    assert offered(model) == ["refund"]


async def test_a_response_of_the_server_with_an_agents_tag_is_that_agents_alone():
    model = scripted_model(selection=choosing(None, "none"))
    async with p.Server(model=model) as server:
        await server.create_canned_response("For gold customers.", id="of-tag", tags=["gold"])
        gold = await server.create_agent("Gold desk", composition_mode=STRICT, tags=["gold"])
        plain = await server.create_agent("Desk", composition_mode=STRICT)
        first = await server.conversation(gold).say("Hi")
        second = await server.conversation(plain).say("Hi")
    assert fates(first) == {"of-tag": "offered"}
    assert fates(second) == {}


async def test_responses_kept_for_preambles_are_never_a_reply():
    async with p.Server(model=scripted_model(selection=choosing("hello", "high"))) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        await agent.create_canned_response("One moment.", id="moment", tags=[p.Tag.preamble()])
        await agent.create_canned_response("Hello.", id="hello")
        turn = await server.conversation(agent).say("Hi")
    assert fates(turn) == {"moment": "it is kept for preambles", "hello": "chosen"}


async def test_a_response_that_a_tool_makes_is_a_candidate_for_that_turn():
    @p.tool
    async def look_up(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("ok", canned_responses=["Order {{ number }} of {{ std.customer.name }} is packed."])

    def choose_the_made(ask):
        made = [candidate.id for candidate in ask.facts.candidates if candidate.id.startswith("transient")]
        return choosing(made[0] if made else None, "high" if made else "none")

    model = scripted_model(match=matching("order"), tools=calling(look_up={}), selection=choose_the_made)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT, no_match_response="Pardon?")
        await agent.create_canned_response("Hello.", id="hello")

        async def number(context):
            return {"number": "A1"}

        await agent.create_guideline(
            "asks for an order", "look it up", id="order", tools=[look_up], canned_response_field_provider=number
        )
        talk = server.conversation(agent)
        now = await talk.say("Where is it?")
        now_answering(model, match=matching())
        later = await talk.say("And now?")
    assert now.reply == "Order A1 of Guest is packed."
    assert later.reply == "Pardon?"


async def test_a_tools_response_that_lacks_a_field_is_dropped_with_the_reason():
    @p.tool
    async def look_up(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("ok", canned_responses=["Order {{ number }} is packed."])

    model = scripted_model(match=matching("order"), tools=calling(look_up={}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT, no_match_response="Pardon?")
        await agent.create_guideline("asks for an order", "look it up", id="order", tools=[look_up])
        turn = await server.conversation(agent).say("Where is it?")
    assert turn.reply == "Pardon?"
    assert fates(turn) == {"transient-1": "there is no field 'number'"}


async def test_a_strict_agent_without_candidates_writes_no_draft():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT, no_match_response="Pardon?")
        await agent.create_canned_response("Claim {{ number }}.", id="claim")
        turn = await server.conversation(agent).say("Hi")
    assert turn.reply == "Pardon?"
    assert turn.trace.asks == ()
    assert fates(turn) == {"claim": "field 'number' not available"}


@pytest.mark.parametrize(
    "template", ["{{ generative }}", "{{ generative | join(', ') }}", "{% for x in generative %}{{ x }}{% endfor %}"]
)
async def test_fields_to_be_worded_can_only_be_taken_by_name(template: str):
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(p.TemplateError, match="take one by its name"):
            await agent.create_canned_response(template)


async def test_metadata_of_the_chosen_response_reaches_the_message():
    async with p.Server(model=scripted_model(selection=choosing("hello", "high"))) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        await agent.create_canned_response("Hello.", id="hello", metadata={"button": "Start"})
        turn = await server.conversation(agent).say("Hi")
    message = next(event for event in turn.events if event.kind == "message" and event.source == "ai_agent")
    assert message.metadata == {"button": "Start"}


async def test_a_template_that_is_misspelt_is_an_error_with_its_place():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(p.TemplateError, match=r"test_candidates\.py:\d+: canned response 'broken', line 1"):
            await agent.create_canned_response("Hello {{ name", id="broken")


async def test_nothing_that_holds_attaches_nothing():
    """Where no guideline holds, no response is taken for one that a guideline brings, however many there are."""
    model = scripted_model(draft=saying("bread"), selection=choosing(None, "none"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        for number in range(31):
            await agent.create_canned_response(f"xyzzy{number}", id=f"r{number}")
        turn = await server.conversation(agent).say("Hi")
    assert set(fates(turn).values()) == {"too far from the draft"}
