"""Looking back at a reply: what was followed, in full, in part, or not at all."""

from typing import Any

import understudy.engine as p
from understudy.engine.domain.ask import Ask

from .worlds import following, matching, saying, scripted_model


def judging(**missing: str):
    """Answers `analysis`: what is missing of each guideline."""

    def answer(ask: Ask) -> dict[str, Any]:
        checks = [(item.id, missing[item.id]) for item in ask.facts.instructions]
        return {
            "checks": [
                {"id": name, "evidence": "as scripted", "missing": what, "followed": what != "substance"}
                for name, what in checks
            ]
        }

    return answer


async def test_a_missing_manner_counts_as_followed_and_missing_substance_does_not() -> None:
    answers = {
        "match": matching("warm", "full", "half"),
        "analysis": judging(warm="manner", full="nothing", half="substance"),
    }
    async with p.Server(model=scripted_model(**answers)) as server:
        agent = await server.create_agent("Clerk")
        for name in ("warm", "full", "half"):
            await agent.create_guideline(f"when {name}", f"do {name}", id=name)
        talk = server.conversation(agent)
        turn = await talk.say("Hi")
    assert turn.trace.followed == ("warm", "full")
    assert turn.trace.followed_in_part == ("warm",)
    assert turn.trace.not_followed == ("half",)
    assert talk.session.state.applied == ("warm", "full")


async def test_what_was_applied_grows_after_the_reply_and_the_next_turn_sees_it() -> None:
    answers = {"match": matching("greet", "offer"), "analysis": judging(greet="nothing", offer="substance")}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline("arrives", "greet", id="greet")
        await agent.create_guideline("looks around", "offer help", id="offer")
        talk = server.conversation(agent)
        first = await talk.say("Hi")
        model._answers["analysis"] = judging(offer="nothing")
        second = await talk.say("Hm")
    assert first.trace.state.applied == ("greet",)
    assert second.trace.state.applied == ("greet", "offer")
    asked = [ask.facts.candidates for ask in model.asked if ask.decision == "match"]
    assert [(candidate.id, candidate.kind) for candidate in asked[1]] == [("greet", "applied"), ("offer", "actionable")]
    analysed = [[item.id for item in ask.facts.instructions] for ask in model.asked if ask.decision == "analysis"]
    assert analysed == [["greet", "offer"], ["offer"]], "what is applied already is not judged again"


async def test_only_what_the_agent_did_counts_and_not_what_the_customer_makes_of_it() -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("Customer wants to return something", "Ask for the order number", id="ask")
        talk = server.conversation(agent)
        turn = await talk.say("I want to return a lamp")
    assert turn.trace.followed == ("ask",), "it asked, though nobody has answered"


async def test_offline_a_missing_tone_is_told_apart_from_a_missing_answer() -> None:
    model = p.scripted({"draft": saying("The fee is waived.")}, fallback=p.make_llm("offline"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(
            "Customer complains about a fee", "Express empathy and tell them that the fee is waived", id="fee"
        )
        await agent.create_guideline("Customer complains", "Offer to call them back tomorrow", id="call")
        turn = await server.conversation(agent).say("I want to complain about a fee!")
    assert turn.trace.followed_in_part == ("fee",)
    assert turn.trace.not_followed == ("call",)


async def test_of_an_action_that_waits_for_the_customer_only_the_agents_part_is_judged() -> None:
    metadata = {"customer_dependent": True, "customer_part": "tell their size", "agent_part": "ask for the size"}
    model = scripted_model(match=matching("size", "plain"), analysis=following("size"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline("wants shoes", "find out the size and note it", id="size", metadata=metadata)
        await agent.create_guideline("wants shoes", "name the colours", id="plain")
        turn = await server.conversation(agent).say("Shoes!")
    judged = {ask.decision: {item.id: item.action for item in ask.facts.instructions}
              for ask in model.asked if ask.decision in ("draft", "analysis")}  # fmt: skip
    assert judged["analysis"] == {"size": "ask for the size", "plain": "name the colours"}
    assert judged["draft"] == {"size": "find out the size and note it", "plain": "name the colours"}
    assert turn.trace.followed == ("size",)
