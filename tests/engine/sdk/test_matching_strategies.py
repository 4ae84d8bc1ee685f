"""Matching strategies: an author's own code, such as a trained classifier, judges guidelines in place of a model."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest

import understudy.engine as p

from ..worlds import following, matching, scripted_model


class Classifier:
    """Says that what it was trained on applies."""

    name = "intent-classifier"

    def __init__(self, *labels: str) -> None:
        self.labels = labels
        self.given: list[list[str]] = []

    async def match(self, context: p.GuidelineMatchingContext, guidelines: Sequence[Any]) -> list[p.GuidelineMatch]:
        self.given.append([item.id for item in guidelines])
        said = context.interaction.messages[-1].text
        return [p.GuidelineMatch(id=item.id, matched=True, rationale=f"0.93 for {said!r}")
                for item in guidelines if item.id in self.labels]  # fmt: skip


def checks(turn: p.TurnResult) -> dict[str, tuple[str, str, bool]]:
    return {check.guideline: (check.method, check.strategy, check.matched) for check in turn.trace.checks}


def asked_about(model: p.ScriptedModel) -> list[str]:
    asks = [ask.facts.candidates for ask in model.asked if ask.decision == "match"]
    return [candidate.id for candidates in asks for candidate in candidates]


async def test_the_guidelines_of_a_tag_are_judged_together_by_its_strategy_and_no_model_is_asked_about_them() -> None:
    model = scripted_model(match=matching("plain"))
    classifier = Classifier("refund")
    async with p.Server(model=model) as server:
        tag = await server.create_tag("intents")
        await server.set_matching_strategy(classifier, tag=tag)
        agent = await server.create_agent("Shop")
        await agent.create_guideline("wants a refund", "explain it", id="refund", tags=[tag])
        await agent.create_guideline("asks", "answer", id="plain")
        await agent.create_observation("is upset", id="upset", tags=["intents"])
        turn = await server.conversation(agent).say("My money, please")
    assert classifier.given == [["refund", "upset"]]
    assert asked_about(model) == ["plain"]
    assert turn.fired == ("refund", "plain")
    assert checks(turn) == {
        "refund": ("strategy", "intent-classifier", True),
        "plain": ("model", "", True),
        "upset": ("strategy", "intent-classifier", False),
    }
    why = {check.guideline: check.rationale for check in turn.trace.checks}
    assert why["refund"] == "0.93 for 'My money, please'"
    assert why["upset"] == "the strategy did not match it"


async def test_a_guidelines_own_strategy_comes_first_then_its_first_tag_with_one_then_the_model() -> None:
    def strategy(name: str) -> Classifier:
        made = Classifier("own", "tagged", "coded")
        made.name = name
        return made

    async def matcher(context: p.GuidelineMatchingContext, guideline: Any) -> p.GuidelineMatch:
        return p.GuidelineMatch(matched=True)

    model = scripted_model(match=matching())
    async with p.Server(model=model) as server:
        for name in ("none", "one", "two"):
            await server.create_tag(name)
        await server.set_matching_strategy(strategy("of two"), tag="two")
        await server.set_matching_strategy(strategy("of one"), tag="one")
        agent = await server.create_agent("Shop")
        mine = strategy("mine")
        await agent.create_guideline("a", "b", id="own", tags=["one"], matching_strategy=mine)
        await agent.create_guideline("c", "d", id="tagged", tags=["none", "two", "one"])
        await agent.create_guideline("e", "f", id="coded", tags=["one"], matcher=matcher)
        await agent.create_guideline(action="be kind", id="always", tags=["one"])
        await agent.create_guideline("g", "h", id="plain", tags=["none"])
        turn = await server.conversation(agent).say("Hi")
    assert checks(turn) == {
        "own": ("strategy", "mine", True),
        "tagged": ("strategy", "of two", True),
        "coded": ("code", "", True),
        "always": ("always", "", True),
        "plain": ("model", "", False),
    }


async def test_a_plain_function_is_a_strategy_and_needs_no_condition() -> None:
    def every_second(context: p.GuidelineMatchingContext, guidelines: Sequence[Any]) -> list[p.GuidelineMatch]:
        return [p.GuidelineMatch(id=item.id, matched=number % 2 == 1) for number, item in enumerate(guidelines)]

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(action="one", id="one", matching_strategy=every_second)
        await agent.create_guideline(action="two", id="two", matching_strategy=every_second)
        turn = await server.conversation(agent).say("Hi")
    assert turn.fired == ("two",)
    assert checks(turn)["two"] == ("strategy", "every_second", True)


async def test_strategies_run_beside_the_asks_and_are_not_judged_afterwards() -> None:
    asked = asyncio.Event()

    async def waits(context: p.GuidelineMatchingContext, guidelines: Sequence[Any]) -> list[p.GuidelineMatch]:
        await asked.wait()
        return [p.GuidelineMatch(id=item.id, matched=True) for item in guidelines]

    def answer(ask: Any) -> Any:
        asked.set()
        return matching("plain")(ask)

    model = scripted_model(match=answer, analysis=following())
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("a", "b", id="sorted", matching_strategy=waits)
        await agent.create_guideline("c", "d", id="plain")
        turn = await server.conversation(agent).say("Hi")
    judged = [[item.id for item in ask.facts.instructions] for ask in model.asked if ask.decision == "analysis"]
    assert turn.fired == ("sorted", "plain")
    assert judged == [["plain"]]


@pytest.mark.parametrize(
    ("said", "note"),
    [
        (ZeroDivisionError("no data"), "the matching strategy 'odd' broke: ZeroDivisionError: no data"),
        (True, "the matching strategy 'odd' gave bool and not a list of GuidelineMatch"),
        (None, "the matching strategy 'odd' gave NoneType and not a list of GuidelineMatch"),
        ({"one": True}, "the matching strategy 'odd' gave dict and not a list of GuidelineMatch"),
        ([0.9], "the matching strategy 'odd' gave float among its matches and not a GuidelineMatch"),
        (
            [p.GuidelineMatch(id="onne", matched=True)],
            "the matching strategy 'odd' judged 'onne', which it was not given; did you mean 'one'?",
        ),
        (
            [p.GuidelineMatch(id="one"), p.GuidelineMatch(id="one", matched=True)],
            "the matching strategy 'odd' judged 'one' twice; what it said first counts",
        ),
    ],
)
async def test_a_strategy_that_breaks_or_says_nonsense_has_matched_nothing_and_is_noted(said: Any, note: str) -> None:
    async def odd(context: p.GuidelineMatchingContext, guidelines: Sequence[Any]) -> Any:
        if isinstance(said, Exception):
            raise said
        return said

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("a", "b", id="one", matching_strategy=odd)
        turn = await server.conversation(agent).say("Hi")
    assert turn.fired == ()
    assert turn.trace.notes == (note,)
    assert turn.trace.failure is None


async def test_what_can_not_be_a_strategy_is_refused_where_it_is_declared() -> None:
    async with p.Server(model=scripted_model()) as server:
        await server.create_tag("intents")
        with pytest.raises(p.UnknownNameError, match="no tag is called 'intent'; did you mean 'intents'"):
            await server.set_matching_strategy(Classifier(), tag="intent")
        with pytest.raises(p.WrongKindError, match=re.escape("strategy= takes a function or an object with a method")):
            await server.set_matching_strategy("classifier", tag="intents")  # type: ignore[arg-type]
        await server.set_matching_strategy(Classifier(), tag="intents")
        with pytest.raises(ValueError, match=r"strategies\.py:\d+: tag 'intents' has a matching strategy already"):
            await server.set_matching_strategy(Classifier(), tag="intents")
        agent = await server.create_agent("Shop")
        with pytest.raises(ValueError, match="matcher= and matching_strategy= both decide"):
            await agent.create_guideline("a", "b", matcher=p.MATCH_ALWAYS, matching_strategy=Classifier())
        with pytest.raises(
            p.WrongKindError, match=r"guideline 'a': matching_strategy= takes .* not the type 'Classifier'"
        ):
            await agent.create_guideline("a", "b", matching_strategy=Classifier)  # type: ignore[arg-type]


async def test_a_strategy_holds_in_journeys_that_several_agents_have() -> None:
    classifier = Classifier("wants-it", "in-it")
    async with p.Server(model="offline") as server:
        await server.create_tag("intents")
        await server.set_matching_strategy(classifier, tag="intents")
        journey = await server.create_journey("Returns", triggers=["wants to return something"])
        await journey.initial_state.transition_to(chat_state="ask for the order number")
        await journey.create_guideline("is in a hurry", "be quick", id="in-it", matching_strategy=classifier)
        agent = await server.create_agent("Shop")
        await agent.attach_journey(journey)
        built = server.build(agent)
        turn = await server.conversation(agent).say("I want to return something")
    assert {item.id: item.matching for item in built.definition.guidelines}["in-it"] == "strategy"
    assert checks(turn)["in-it"] == ("strategy", "intent-classifier", True)
