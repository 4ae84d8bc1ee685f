"""Which guidelines are asked about in which company, and what becomes of those that were acted on."""

from collections.abc import Callable
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask

from .worlds import calling, following, matching, scripted_model


def batches(model: p.ScriptedModel) -> list[list[str]]:
    return [[candidate.id for candidate in ask.facts.candidates] for ask in model.asked if ask.decision == "match"]


def kinds(model: p.ScriptedModel, guideline: str) -> list[str]:
    asked = [ask.facts.candidates for ask in model.asked if ask.decision == "match"]
    return [candidate.kind for candidates in asked for candidate in candidates if candidate.id == guideline]


async def test_guidelines_of_every_kind_share_asks_of_ten() -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Clerk")
        for number in range(12):
            await agent.create_guideline(f"when {number}", "do it", id=f"rule-{number}")
        for number in range(6):
            await agent.create_observation(f"seen {number}", id=f"seen-{number}", criticality="low")
        await server.conversation(agent).say("Hi")
    assert [len(batch) for batch in batches(model)] == [9, 9]
    assert [name for batch in batches(model) for name in batch] == [
        *(f"rule-{number}" for number in range(12)),
        *(f"seen-{number}" for number in range(6)),
    ]


async def test_critical_guidelines_are_judged_in_small_company_and_marked_so() -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Clerk")
        for number in range(6):
            await agent.create_guideline(f"when {number}", "do it", id=f"high-{number}", criticality="high")
        await agent.create_guideline("else", "do that", id="low", criticality="low")
        await server.conversation(agent).say("Hi")
    assert batches(model) == [["high-0", "high-1", "high-2"], ["high-3", "high-4", "high-5"], ["low"]]
    prompts = [ask.prompt for ask in model.asked if ask.decision == "match"]
    assert "- id: high-0\n  kind: actionable, critical\n" in prompts[0]
    assert "- id: low\n  kind: low\n" in prompts[2]


async def test_how_many_share_an_ask_is_the_servers_policy() -> None:
    policy = p.BatchPolicy(ordinary=3, slack=0, high=1)
    async with p.Server(model=(model := scripted_model()), optimization_policy=policy) as server:
        agent = await server.create_agent("Clerk")
        for number in range(4):
            await agent.create_guideline(f"when {number}", "do it", id=f"rule-{number}")
        await agent.create_guideline("a", "b", id="one", criticality="high")
        await agent.create_guideline("c", "d", id="two", criticality="high")
        await server.conversation(agent).say("Hi")
        built = server.build(agent)
    assert batches(model) == [["one"], ["two"], ["rule-0", "rule-1"], ["rule-2", "rule-3"]]
    assert built.batches == policy, "the harness plays it with the same policy"


async def test_a_single_one_left_over_joins_the_others_rather_than_costing_an_ask() -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Clerk")
        for number in range(21):
            await agent.create_guideline(f"when {number}", "do it", id=f"rule-{number}")
        await server.conversation(agent).say("Hi")
    assert [len(batch) for batch in batches(model)] == [10, 11]


@pytest.mark.parametrize("sizes", [{"ordinary": 0}, {"high": -1}])
def test_a_policy_of_empty_asks_is_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="an ask holds at least one candidate"):
        p.BatchPolicy(**sizes)


async def test_a_continuous_guideline_is_never_taken_as_done() -> None:
    answers = {"match": matching("polite"), "analysis": following("polite")}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline("the customer is upset", "stay polite", id="polite", continuous=True)
        talk = server.conversation(agent)
        await talk.say("This is bad")
        await talk.say("Really bad")
    assert kinds(model, "polite") == ["continuous", "continuous"]
    assert not [ask for ask in model.asked if ask.decision == "analysis"]
    assert talk.session.state.applied == ()


async def test_a_guideline_that_is_not_tracked_is_asked_about_as_at_first() -> None:
    answers = {"match": matching("hint"), "analysis": following("hint")}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline("asks", "give a hint", id="hint", track=False)
        talk = server.conversation(agent)
        await talk.say("And?")
        await talk.say("And?")
    assert kinds(model, "hint") == ["actionable", "actionable"]
    assert talk.session.state.applied == ()


async def test_a_guideline_that_depends_on_the_customer_is_asked_about_with_the_customers_part() -> None:
    answers = {"match": matching("size"), "analysis": following("size")}
    metadata = {"customer_dependent": True, "customer_part": "tell their size"}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline("wants shoes", "ask for the size", id="size", metadata=metadata)
        talk = server.conversation(agent)
        await talk.say("I want shoes")
        await talk.say("In red")
    assert kinds(model, "size") == ["actionable", "customer_dependent"]
    assert talk.session.state.applied == ("size",)
    last = [ask.prompt for ask in model.asked if ask.decision == "match"][-1]
    assert "  customer's part: tell their size\n" in last


async def test_offline_a_question_is_put_again_until_the_customer_has_answered_it() -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(
            "The customer wants to return an item",
            "Ask for the order number",
            id="number",
            customer_dependent=True,
        )
        talk = server.conversation(agent)
        first = await talk.say("I want to return a lamp")
        second = await talk.say("Do you have it in blue, by the way?")
        third = await talk.say("The order number is 84512")
    assert "number" in first.fired
    assert "number" in second.fired, "the customer has not answered yet"
    assert "number" not in third.fired


async def test_low_criticality_is_asked_about_cheaply_and_never_judged_afterwards() -> None:
    answers = {"match": matching("holiday"), "analysis": following("holiday")}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline("it is a holiday", "wish a happy one", id="holiday", criticality="low")
        turn = await server.conversation(agent).say("Hi")
    assert kinds(model, "holiday") == ["low"]
    assert not [ask for ask in model.asked if ask.decision == "analysis"]
    assert turn.fired == ("holiday",)


async def test_a_disabled_guideline_neither_matches_nor_takes_part() -> None:
    async with p.Server(model=(model := scripted_model(match=matching("on", "off")))) as server:
        agent = await server.create_agent("Clerk")
        on = await agent.create_guideline("asks", "answer", id="on")
        off = await agent.create_guideline("asks", "refuse", id="off", enabled=False)
        await off.prioritize_over(on)
        turn = await server.conversation(agent).say("Hi")
    assert batches(model) == [["on"]]
    assert turn.fired == ("on",)


async def test_after_a_tool_only_those_that_asked_for_it_are_looked_at_again() -> None:
    @p.tool
    async def check(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult({"balance": -5})

    def answer(ask: Ask) -> dict[str, Any]:
        names = ("check", "overdrawn", "tagged") if ask.facts.situation.calls else ("check",)
        return matching(*names)(ask)

    async with p.Server(model=(model := scripted_model(match=answer, tools=calling()))) as server:
        agent = await server.create_agent("Bank")
        money = await server.create_tag("money")
        await agent.create_guideline("asks for the balance", "tell it", id="check", tools=[check])
        overdrawn = await agent.create_guideline("is overdrawn", "offer a loan", id="overdrawn")
        await agent.create_guideline("is below zero", "be discreet", id="tagged", tags=[money])
        await agent.create_guideline("greets", "greet", id="greet")
        await overdrawn.reevaluate_after(check)
        await money.reevaluate_after(check)
        turn = await server.conversation(agent).say("How much?")
    assert batches(model) == [["check", "overdrawn", "tagged", "greet"], ["overdrawn", "tagged"]]
    assert turn.fired == ("check", "overdrawn", "tagged")


async def test_nothing_is_asked_twice_in_a_turn() -> None:
    @p.tool
    async def ping(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("pong")

    async with p.Server(model=(model := scripted_model(match=matching("ping")))) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline("asks", "ping", id="ping", tools=[ping])
        turn = await server.conversation(agent).say("Go")
    assert turn.trace.rounds == 2
    assert batches(model) == [["ping"]]


async def test_only_the_guidelines_of_journeys_under_way_are_asked_about_until_a_trigger_brings_one_in() -> None:
    async with p.Server(model=(model := scripted_model(match=matching("wants-a-1", "inside-1")))) as server:
        agent = await server.create_agent("Clerk")
        for number in range(3):
            journey = await agent.create_journey(f"Journey {number}", triggers=[f"wants a {number}"])
            await journey.create_guideline("hesitates", "encourage", id=f"inside-{number}")
        turn = await server.conversation(agent).say("A one")
    assert batches(model) == [["wants-a-0", "wants-a-1", "wants-a-2"], ["inside-1"]]
    assert turn.fired == ("wants-a-1", "inside-1")
    assert list(turn.journeys) == ["journey-1"]


def always_wrong_about(name: str) -> Callable[[Ask], dict[str, Any]]:
    def answer(ask: Ask) -> dict[str, Any]:
        given = matching(*(candidate.id for candidate in ask.facts.candidates))(ask)
        return {"checks": [check for check in given["checks"] if check["id"] != name]}

    return answer


async def test_a_batch_that_fails_is_split_and_only_the_one_that_stays_undecided_fails_the_turn() -> None:
    async with p.Server(model=scripted_model(match=always_wrong_about("b"))) as server:
        agent = await server.create_agent("Clerk")
        for name in ("a", "b", "c", "d"):
            await agent.create_guideline(f"when {name}", "do it", id=name)
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is not None
    assert "guideline 'b' was not checked" in turn.trace.failure.message
    assert turn.trace.failure.kind == "undecided"


async def test_three_requests_in_one_message_are_each_met() -> None:
    names = ("replacement", "address", "warranty")
    answers = {"match": matching(*names), "analysis": following(*names)}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Shop")
        for name in (*names, "refund"):
            await agent.create_guideline(f"asks about {name}", f"deal with the {name}", id=name)
        talk = server.conversation(agent)
        turn = await talk.say("Please replace it, here is my new address, and is it under warranty?")
    assert turn.fired == names
    (draft,) = [ask for ask in model.asked if ask.decision == "draft"]
    assert [item.id for item in draft.facts.instructions] == list(names)
    assert turn.trace.followed == names
    assert talk.session.state.applied == names


async def test_offline_each_of_three_requests_in_one_message_is_answered() -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("Customer asks for a replacement", "Say that a replacement takes two days")
        await agent.create_guideline("Customer asks about the warranty", "Say that the warranty lasts two years")
        await agent.create_guideline("Customer asks about parking", "Say that parking is free")
        turn = await server.conversation(agent).say(
            "I need a replacement. How long is the warranty? And is there parking?"
        )
    for told in ("replacement takes two days", "warranty lasts two years", "parking is free"):
        assert told in turn.reply.lower()


async def test_a_condition_about_what_was_asked_before_holds_only_on_the_repeated_question() -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(
            "The user has already asked this question in this session", "Refer to your previous answer", id="again"
        )
        talk = server.conversation(agent)
        texts = ("When do you open?", "Do you sell pots?", "when do you open")
        fired = [(await talk.say(text)).fired for text in texts]
    assert fired == [(), (), ("again",)]


async def test_the_transcript_is_in_the_prompt_so_that_a_condition_may_be_about_history() -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("has already asked this", "refer back", id="again")
        talk = server.conversation(agent)
        await talk.say("When do you open?")
        await talk.say("When do you open?")
    last = [ask.prompt for ask in model.asked if ask.decision == "match"][-1]
    assert last.count("customer: When do you open?") == 2
    assert "agent: All right." in last


async def test_what_is_matched_carries_its_rationale_and_no_invented_score() -> None:
    async with p.Server(model=scripted_model(match=matching("asks"))) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "answer", id="asks")
        turn = await server.conversation(agent).say("?")
    (check,) = turn.trace.checks
    assert (check.matched, check.rationale, check.method, check.ask) == (True, "as scripted", "model", "1/match/1")
    assert not hasattr(check, "score")


async def test_a_guideline_in_many_turns_stays_in_the_order_of_declaration() -> None:
    async with p.Server(model=scripted_model(match=matching("b", "a", "c"))) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("is low", "x", id="c", criticality="low")
        await agent.create_guideline("is high", "x", id="a", criticality="high")
        await agent.create_guideline("is plain", "x", id="b")
        turn = await server.conversation(agent).say("?")
    assert turn.fired == ("c", "a", "b")
