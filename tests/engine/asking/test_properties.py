"""What is inferred of guidelines before they are used: once, and only what their author left open."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.asking.properties import infer
from understudy.engine.domain.ask import Ask, Reply

from ..worlds import following, matching, scripted_model

PLAIN = {
    "evidence": "as scripted",
    "continuous": False,
    "customer_dependent": False,
    "customer_part": None,
    "agent_part": None,
    "agent_intention": False,
    "rewritten_condition": None,
    "internal_action": None,
}


def being(**special: dict[str, Any]) -> Callable[[Ask], dict[str, Any]]:
    """Answers `properties`: what is special about guidelines, by id."""

    def answer(ask: Ask) -> dict[str, Any]:
        return {"checks": [{"id": it.id, **PLAIN, **special.get(it.id, {})} for it in ask.facts.candidates]}

    return answer


def asked(model: p.ScriptedModel) -> list[list[str]]:
    return [[it.id for it in ask.facts.candidates] for ask in model.asked if ask.decision == "properties"]


SPECIAL = {
    "polite": {"continuous": True},
    "size": {"customer_dependent": True, "customer_part": "tell their size", "agent_part": "ask for it"},
    "risk": {"agent_intention": True, "rewritten_condition": "the agent is likely to recommend a fund"},
}


async def shop(server: p.Server) -> p.Agent:
    agent = await server.create_agent("Shop")
    await agent.create_guideline("is upset", "stay polite", id="polite")
    await agent.create_guideline("wants shoes", "ask for the size", id="size")
    await agent.create_guideline("you recommend a fund", "name the risk", id="risk")
    return agent


async def test_what_is_inferred_decides_how_guidelines_are_asked_about() -> None:
    answers = {"match": matching("polite", "size"), "analysis": following("size"), "properties": being(**SPECIAL)}
    model = scripted_model(**answers)
    async with p.Server(model=model, infer_properties=True) as server:
        talk = server.conversation(await shop(server))
        await talk.say("Shoes!")
        await talk.say("Hello?")
    assert asked(model) == [["polite", "size", "risk"]]
    matches = [ask for ask in model.asked if ask.decision == "match"]
    assert [[candidate.kind for candidate in ask.facts.candidates] for ask in matches] == [
        ["continuous", "actionable", "actionable"],
        ["continuous", "customer_dependent", "actionable"],
    ]
    assert "when: the agent is likely to recommend a fund" in matches[0].prompt
    assert "customer's part: tell their size" in matches[1].prompt
    judged = [[it.id for it in ask.facts.instructions] for ask in model.asked if ask.decision == "analysis"]
    assert judged == [["size"]]


async def test_a_definition_is_asked_about_once_however_many_conversations_there_are() -> None:
    model = scripted_model(properties=being())
    async with p.Server(model=model, infer_properties=True) as server:
        agent = await shop(server)
        talks = [server.conversation(agent) for _ in range(3)]
        await asyncio.gather(*(talk.say("Hi") for talk in talks))
        await talks[0].say("Hi again")
        assert len(asked(model)) == 1
        await agent.create_guideline("asks", "answer", id="new")
        await server.conversation(agent).say("Hi")
    assert asked(model) == [["polite", "size", "risk"], ["polite", "size", "risk", "new"]]


async def test_what_its_author_stated_is_not_asked_about() -> None:
    stated = {"continuous": False, "customer_dependent": False, "agent_intention": False}

    async def always(context: p.GuidelineMatchingContext, guideline: object) -> p.GuidelineMatch:
        return p.GuidelineMatch(matched=True)

    model = scripted_model(properties=being(left={"continuous": True, "agent_intention": True,
                                                  "rewritten_condition": "likely"}))  # fmt: skip
    async with p.Server(model=model, infer_properties=True) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("a", "b", id="stated", metadata=stated)
        await agent.create_guideline("a", "b", id="coded", matcher=always)
        await agent.create_guideline(action="be kind", id="always")
        await agent.create_guideline("c", "d", id="off", enabled=False)
        await agent.create_observation("e", id="seen", metadata={"agent_intention": False})
        await agent.create_guideline("f", "g", id="left", continuous=False)
        talk = server.conversation(agent)
        await talk.say("Hi")
    assert asked(model) == [["left"]]
    assert talk.inferred is not None
    left = talk.inferred.definition.guideline("left")
    assert left is not None
    assert left.properties.continuous is False, "what the author said counts"
    assert left.properties.rewritten_condition == "likely"


async def test_an_agent_whose_properties_are_all_stated_costs_no_ask() -> None:
    async with p.Server(model=(model := scripted_model()), infer_properties=True) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(
            "a", "b", metadata={"continuous": False, "customer_dependent": False, "agent_intention": False}
        )
        await agent.create_guideline("a", "c", continuous=True, metadata={"agent_intention": False})
        await server.conversation(agent).say("Hi")
    assert asked(model) == []


async def test_the_asks_belong_to_the_agent_and_stand_in_no_turns_trace() -> None:
    model = scripted_model(properties=being())
    async with p.Server(model=model, infer_properties=True) as server:
        talk = server.conversation(await shop(server))
        turn = await talk.say("Hi")
    assert [ask.id for ask in model.asked if ask.decision == "properties"] == ["agent/properties/1"]
    assert "properties" not in [ask.decision for ask in turn.trace.asks]
    assert talk.inferred is not None
    assert [made.id for record in talk.inferred.records for made in record.made] == ["agent/properties/1"]


async def test_twenty_guidelines_take_few_asks_and_the_same_prompts_in_every_process() -> None:
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        for number in range(20):
            await agent.create_guideline(f"when {number}", f"do {number}", id=f"rule-{number}")
        models = [scripted_model(properties=being()) for _ in range(2)]
        for model in models:
            await infer(agent.freeze(), llm=model)
    assert len(asked(models[0])) == 2
    assert [ask.prompt for ask in models[0].asked] == [ask.prompt for ask in models[1].asked]


async def test_what_can_not_be_inferred_is_noted_and_the_turn_is_played() -> None:
    model = scripted_model(properties={"checks": []}, match=matching("size"))
    async with p.Server(model=model, infer_properties=True) as server:
        talk = server.conversation(await shop(server))
        first = await talk.say("Shoes")
        second = await talk.say("Shoes")
    assert first.trace.failure is None
    assert first.fired == ("size",)
    (note,) = first.trace.notes
    assert note.startswith("properties of polite, size, risk were not inferred: decision 'properties'")
    assert second.trace.notes == ()


async def test_an_agent_is_made_ready_for_a_harness_by_one_function(caplog: pytest.LogCaptureFixture) -> None:
    async with p.Server() as server:
        agent = await shop(server)
        built = server.build(agent)
    ready = await p.infer_properties(built, llm=scripted_model(properties=being(**SPECIAL)))
    again = await p.infer_properties(ready, llm=(second := scripted_model()))
    assert [item.properties.continuous for item in ready.definition.guidelines] == [True, False, False]
    assert (ready.code, ready.tools) == (built.code, built.tools)
    assert again.definition == ready.definition
    assert not second.asked, "what is known is not asked about"
    with caplog.at_level(logging.WARNING, logger="understudy"):
        left = await p.infer_properties(built, llm=scripted_model())
    assert left.definition == built.definition
    assert "agent 'shop': properties of polite, size, risk were not inferred" in caplog.text


class Counting:
    """A model of its owner's own, which knows nothing of properties."""

    def __init__(self) -> None:
        self.decisions: list[str] = []

    async def ask(self, ask: Ask, /) -> Reply:
        self.decisions.append(ask.decision)
        return await scripted_model().ask(ask)


async def test_an_object_of_ones_own_is_asked_only_where_that_is_wanted() -> None:
    async with p.Server(model=(model := Counting())) as server:
        turn = await server.conversation(await shop(server)).say("Hi")
    assert turn.trace.failure is None
    assert "properties" not in model.decisions


async def test_the_offline_model_infers_by_rules_when_told_to() -> None:
    async with p.Server(model="offline", infer_properties=True) as server:
        talk = server.conversation(await shop(server))
        await talk.say("Hi")
    assert talk.inferred is not None
    known = {item.id: item.properties for item in talk.inferred.definition.guidelines}
    assert (known["polite"].continuous, known["polite"].customer_dependent) == (True, None)
    assert (known["size"].continuous, known["size"].customer_dependent) == (False, True)
    assert known["size"].customer_part == "answer what is asked"
    assert known["risk"].rewritten_condition == "the agent is likely to recommend a fund next"


@p.tool
async def find_order(context: p.ToolContext, number: str) -> p.ToolResult:
    """Look up an order. It must be younger than a year."""
    return p.ToolResult({"status": "sent"})


async def by_tools(server: p.Server, **options: Any) -> p.Agent:
    agent = await server.create_agent("Shop")
    await agent.create_observation("asks where an order is", id="where", tools=[find_order], **options)
    await agent.create_guideline("asks for money", "give it back", id="acts", tools=[find_order])
    return agent


async def test_what_tools_are_for_is_inferred_where_there_is_no_action_and_shown_when_matching_and_calling() -> None:
    inferred = being(where={"internal_action": "find out where the parcel is"})
    model = scripted_model(match=matching("where"), properties=inferred)
    async with p.Server(model=model, infer_properties=True) as server:
        turn = await server.conversation(await by_tools(server)).say("Where is it?")
    prompts = {ask.decision: ask.prompt for ask in model.asked}
    assert asked(model) == [["where", "acts"]], "it costs no ask of its own"
    assert (
        "- id: where\n  when: asks where an order is\n  tools: find_order: Look up an order." in prompts["properties"]
    )
    assert "when: asks where an order is\n  brings tools to: find out where the parcel is\n" in prompts["match"]
    assert "then: give it back\n" in prompts["match"]
    assert "asks where an order is -> find out where the parcel is" in prompts["tools"]
    assert "find out where" not in prompts["draft"]
    assert turn.fired == ("where",)


async def test_what_tools_are_for_can_be_stated_and_is_then_not_asked_about() -> None:
    stated = {"agent_intention": False, "internal_action": "trace the parcel"}
    model = scripted_model(match=matching("where"), properties=being())
    async with p.Server(model=model, infer_properties=True) as server:
        await server.conversation(await by_tools(server, metadata=stated)).say("Where is it?")
    assert asked(model) == [["acts"]]
    assert "brings tools to: trace the parcel\n" in next(a.prompt for a in model.asked if a.decision == "match")


async def test_an_answer_that_leaves_out_what_tools_are_for_is_objected_to() -> None:
    answers = iter([being(), being(where={"internal_action": "trace it"})])
    model = scripted_model(properties=lambda ask: next(answers)(ask))
    async with p.Server(model=model, infer_properties=True) as server:
        talk = server.conversation(await by_tools(server))
        await talk.say("Where is it?")
    assert talk.inferred is not None
    objections = [said for record in talk.inferred.records for made in record.made for said in made.objections]
    assert objections == ["guideline 'where' brings tools and has no action: say what the tools are used for there"]


async def test_the_offline_model_says_what_tools_are_for_in_the_words_of_their_descriptions() -> None:
    async with p.Server(model="offline", infer_properties=True) as server:
        talk = server.conversation(await by_tools(server))
        await talk.say("Where is it?")
    assert talk.inferred is not None
    known = {item.id: item.properties.internal_action for item in talk.inferred.definition.guidelines}
    assert known == {"where": "use find_order: Look up an order", "acts": ""}
