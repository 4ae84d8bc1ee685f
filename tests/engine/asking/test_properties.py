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
