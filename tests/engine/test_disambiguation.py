"""Asking the customer which of several things they mean, before doing any of them."""

from collections.abc import Callable
from typing import Any

import understudy.engine as p
from understudy.engine.domain.ask import Ask

from .worlds import following, matching, moving, saying, scripted_model

QUESTION = "Do you mean the cash limit or the card limit?"


def unclear(*meanings: str, question: str = QUESTION) -> Callable[[Ask], dict[str, Any]]:
    """Answers `disambiguate`: these meanings are left open; without any it is clear."""

    def answer(ask: Ask) -> dict[str, Any]:
        verdict = {
            "evidence": "as scripted",
            "asked": False,
            "resolved": False,
            "ambiguous": bool(meanings),
            "meanings": list(meanings),
            "question": question if meanings else None,
        }
        return {"checks": [{"id": view.id, **verdict} for view in ask.facts.ambiguities]}

    return answer


async def bank(server: p.Server, **options: Any) -> p.Agent:
    agent = await server.create_agent("Bank")
    cash = await agent.create_guideline("asks for the cash limit", "tell the cash limit", id="cash", **options)
    card = await agent.create_guideline("asks for the card limit", "tell the card limit", id="card", **options)
    which = await agent.create_observation(condition="wants limits but unclear which type", id="which")
    await which.disambiguate([cash, card])
    return agent


def asked(model: p.ScriptedModel, decision: str) -> list[Ask]:
    return [ask for ask in model.asked if ask.decision == decision]


async def test_an_unclear_request_is_asked_about_and_nothing_of_it_is_done() -> None:
    model = scripted_model(match=matching("which", "cash", "card"), disambiguate=unclear("cash", "card"))
    async with p.Server(model=model) as server:
        turn = await server.conversation(await bank(server)).say("What is my limit?")
    assert turn.fired == ("clarify-which",)
    assert turn.dropped == dict.fromkeys(("which", "cash", "card"), "disambiguated")
    (draft,) = asked(model, "draft")
    assert QUESTION in draft.prompt
    assert "tell the cash limit" not in draft.prompt
    (question,) = turn.trace.clarifications
    assert (question.head, question.targets) == ("which", ("cash", "card"))
    assert question.set_aside == ("cash", "card", "which")
    assert (question.guideline, question.question, question.ask) == ("clarify-which", QUESTION, "1/disambiguate/1")
    assert turn.trace.checks[-1].method == "transient"


async def test_only_the_meanings_left_open_are_set_aside() -> None:
    model = scripted_model(match=matching("which", "cash", "other"), disambiguate=unclear("cash", "card"))
    async with p.Server(model=model) as server:
        agent = await bank(server)
        loan = await agent.create_guideline("asks for a loan", "tell the loan limit", id="loan")
        await (await agent.get_guideline("which")).disambiguate([loan, await agent.get_guideline("cash")])
        await agent.create_guideline("says something else", "answer that too", id="other")
        turn = await server.conversation(agent).say("What is my limit? And hello")
    assert turn.fired == ("other", "clarify-which")
    assert turn.dropped == dict.fromkeys(("cash", "which"), "disambiguated"), "card did not match in the first place"


async def test_a_head_that_is_not_ambiguous_is_no_match() -> None:
    model = scripted_model(match=matching("which", "card"), disambiguate=unclear())
    async with p.Server(model=model) as server:
        turn = await server.conversation(await bank(server)).say("What is the limit of my card?")
    assert turn.fired == ("card",)
    assert "which" not in turn.dropped
    verdicts = [(check.matched, check.ask) for check in turn.trace.checks if check.guideline == "which"]
    assert verdicts == [(True, "1/match/1"), (False, "1/disambiguate/1")]


async def test_a_head_that_did_not_match_costs_no_ask() -> None:
    async with p.Server(model=(model := scripted_model(match=matching("card")))) as server:
        await server.conversation(await bank(server)).say("What is the limit of my card?")
    assert not asked(model, "disambiguate")


async def test_a_target_that_was_not_looked_at_is_simply_no_target() -> None:
    async with p.Server(model=(model := scripted_model(match=matching("which")))) as server:
        agent = await bank(server)
        off = await agent.create_guideline("asks for a loan", "tell it", id="loan", enabled=False)
        journey = await agent.create_journey("Gold", triggers=["wants gold"], id="gold")
        inside = await journey.create_guideline("asks for the gold limit", "tell it", id="gold-limit")
        await (await agent.get_guideline("which")).disambiguate([off, inside])
        model._answers["disambiguate"] = unclear("cash", "card")
        turn = await server.conversation(agent).say("What is my limit?")
    assert turn.trace.failure is None
    (ask,) = asked(model, "disambiguate")
    assert [meaning.id for meaning in ask.facts.ambiguities[0].meanings] == ["cash", "card"]


async def test_with_fewer_than_two_targets_left_the_head_is_an_observation_like_any_other() -> None:
    async with p.Server(model=(model := scripted_model(match=matching("which")))) as server:
        agent = await server.create_agent("Bank")
        cash = await agent.create_guideline("asks for cash", "tell it", id="cash")
        card = await agent.create_guideline("asks for card", "tell it", id="card", enabled=False)
        which = await agent.create_observation("unclear which", id="which")
        await which.disambiguate([cash, card])
        turn = await server.conversation(agent).say("What is my limit?")
    assert turn.fired == ("which",)
    assert not asked(model, "disambiguate")


async def test_a_journey_that_may_be_meant_is_not_entered_before_the_customer_has_said_so() -> None:
    answers = {"match": matching("which", "wants-a-refund", "change"), "disambiguate": unclear("refund", "change")}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Shop")
        journey = await agent.create_journey("Refund", triggers=["wants a refund"], id="refund")
        await journey.initial_state.transition_to(chat_state="Ask why", id="ask-why")
        change = await agent.create_guideline("wants a change", "change it", id="change")
        which = await agent.create_observation("wants it back, unclear how", id="which")
        await which.disambiguate([journey, change])
        talk = server.conversation(agent)
        first = await talk.say("I bring it back")
        model._answers |= {"match": matching("wants-a-refund"), "journey": moving(refund=("advance", "ask-why"))}
        second = await talk.say("A refund")
    assert (first.fired, first.journeys) == (("clarify-which",), {})
    assert first.dropped["wants-a-refund"] == "disambiguated"
    assert second.journeys == {"refund": "ask-why"}


async def test_a_journey_and_a_guideline_of_one_id_are_two_meanings() -> None:
    answers = {"match": matching("which", "refund", "pays"), "disambiguate": unclear("refund", "journey:refund")}
    async with p.Server(model=scripted_model(**answers)) as server:
        agent = await server.create_agent("Shop")
        pays = await agent.create_observation("pays", id="pays")
        journey = await agent.create_journey("Refund", triggers=[pays], id="refund")
        rule = await agent.create_guideline("wants a refund", "refund it", id="refund")
        which = await agent.create_observation("unclear", id="which")
        await which.disambiguate([journey, rule])
        turn = await server.conversation(agent).say("Back with it")
    assert turn.trace.clarifications[0].targets == ("refund", "refund")
    assert turn.dropped == dict.fromkeys(("which", "refund", "pays"), "disambiguated")


async def test_the_question_wins_and_loses_as_what_it_stands_for() -> None:
    answers = {"match": matching("which", "cash", "card", "chat"), "disambiguate": unclear("cash", "card")}
    async with p.Server(model=scripted_model(**answers)) as server:
        agent = await bank(server, priority=5)
        await agent.create_guideline("chats", "chat along", id="chat", priority=3)
        turn = await server.conversation(agent).say("My limit? Nice weather")
        urgent = await agent.create_guideline("chats", "hurry", id="urgent", priority=9)
        model = scripted_model(**{**answers, "match": matching("which", "cash", "card", urgent.id)})
        hurried = await p.open_conversation(server.build(agent), llm=model).say("My limit? Quick")
    assert turn.fired == ("clarify-which",)
    assert turn.dropped["chat"] == "outranked"
    assert hurried.dropped["clarify-which"] == "outranked"


async def test_what_was_set_aside_stays_so_when_a_tool_has_it_looked_at_again() -> None:
    @p.tool
    async def load(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("loaded")

    answers = {"match": matching("which", "cash", "card", "load"), "disambiguate": unclear("cash", "card")}
    async with p.Server(model=scripted_model(**answers)) as server:
        agent = await bank(server)
        await agent.create_guideline("always", "load", id="load", tools=[load])
        await (await agent.get_guideline("cash")).reevaluate_after(load)
        turn = await server.conversation(agent).say("My limit?")
    assert turn.trace.rounds == 2
    assert turn.tool_calls == ("load",)
    assert turn.fired == ("load", "clarify-which")
    assert turn.dropped["cash"] == "disambiguated"


async def test_an_id_that_the_author_uses_is_not_taken_for_the_question() -> None:
    answers = {"match": matching("which", "cash"), "disambiguate": unclear("cash", "card")}
    async with p.Server(model=scripted_model(**answers)) as server:
        agent = await bank(server)
        await agent.create_guideline("never", "never", id="clarify-which")
        turn = await server.conversation(agent).say("My limit?")
    assert turn.fired == ("clarify-which-2",)


async def test_the_question_is_never_judged_nor_remembered_as_applied() -> None:
    answers = {"match": matching("which", "cash"), "disambiguate": unclear("cash", "card")}
    model = scripted_model(**answers, analysis=following("clarify-which"), draft=saying(QUESTION))
    async with p.Server(model=model) as server:
        talk = server.conversation(await bank(server))
        await talk.say("My limit?")
    assert not asked(model, "analysis")
    assert talk.session.state.applied == ()


async def test_several_ambiguities_share_one_ask() -> None:
    model = scripted_model(match=matching("which", "what"), disambiguate=unclear())
    async with p.Server(model=model) as server:
        agent = await bank(server)
        what = await agent.create_observation("unclear what", id="what")
        await what.disambiguate([await agent.get_guideline("cash"), await agent.get_guideline("card")])
        turn = await server.conversation(agent).say("My limit?")
    assert turn.fired == ()
    assert len(asked(model, "disambiguate")) == 1


async def test_offline_the_question_is_asked_and_its_answer_settles_it() -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Bank")
        cash = await agent.create_guideline("Customer asks about the ATM limit", "Say that it is 500 euros", id="cash")
        card = await agent.create_guideline(
            "Customer asks about the credit card limit", "Say that it is 2000 euros", id="card"
        )
        which = await agent.create_observation("Customer asks about a limit", id="which")
        await which.disambiguate([cash, card])
        talk = server.conversation(agent)
        first = await talk.say("What is my limit?")
        second = await talk.say("The one of the credit card")
    assert "clarify-which" in first.fired
    assert "ATM limit or credit card limit?" in first.reply
    assert not second.trace.clarifications
    assert "card" in second.fired
    assert "cash" not in second.fired
    assert "2000 euros" in second.reply
