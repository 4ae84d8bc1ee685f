# A test knows which event, fact or option it looks at.
# pyright: reportIndexIssue=false, reportOptionalMemberAccess=false
"""Retrievers: what they find is known for one turn, and what they do wrong harms nobody."""

import asyncio

import pytest

import understudy.engine as p

from ..worlds import calling, choosing, matching, saying, scripted_model


def drafts(model: p.ScriptedModel) -> list[str]:
    return [ask.prompt for ask in model.asked if ask.decision == "draft"]


async def test_what_a_retriever_finds_is_in_the_prompt_of_the_reply_and_in_the_trace():
    async def opening_hours(context: p.RetrieverContext) -> p.RetrieverResult:
        return p.RetrieverResult({"monday": "9-17"}, metadata={"source": "wiki-page-7"})

    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        await agent.attach_retriever(opening_hours)
        talk = server.conversation(agent)
        turn = await talk.say("When do you open?")
        await talk.say("Thanks")
    assert 'opening-hours: {"monday":"9-17"}' in drafts(model)[0]
    assert "wiki-page-7" not in drafts(model)[0], "metadata is for whoever reads the trace"
    (found,) = turn.trace.context.retrieved
    assert found.retriever == "opening-hours"
    assert found.result == p.RetrieverResult({"monday": "9-17"}, metadata={"source": "wiki-page-7"})
    assert not any(event.kind == "tool" for event in talk.session.events), "it is not kept for later turns"


@pytest.mark.parametrize("given", [{"answer": 42}, ["a", "b"], "plain text", 7])
async def test_a_retriever_may_give_back_any_json_value(given: object):
    async def look(context: p.RetrieverContext):
        return given

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Clinic")
        await agent.attach_retriever(look)
        turn = await server.conversation(agent).say("Hi")
    assert [item.result for item in turn.trace.context.retrieved] == [p.RetrieverResult(given)]


@pytest.mark.parametrize("given", [None, p.RetrieverResult(None), p.RetrieverResult([])])
async def test_a_retriever_that_finds_nothing_adds_nothing_to_the_prompt(given: object):
    async def look(context: p.RetrieverContext):
        return given

    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        await agent.attach_retriever(look)
        turn = await server.conversation(agent).say("Hi")
    assert "Looked up" not in drafts(model)[0]
    assert [item.result for item in turn.trace.context.retrieved] == [None]


async def test_a_deferred_retriever_is_called_once_it_is_settled_what_holds():
    seen: list[tuple[str, ...]] = []

    async def begin(context: p.RetrieverContext):
        documents = ["about " + context.interaction.last_customer_message.content]

        async def finish(engine: p.EngineContext):
            names = tuple(guideline.name for guideline in engine.matched_guidelines)
            seen.append(names)
            return p.RetrieverResult(documents) if "support" in names else None

        return finish

    model = scripted_model(match=matching("support"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Desk")
        await agent.create_guideline("needs support", "help", id="support")
        await agent.attach_retriever(begin)
        talk = server.conversation(agent)
        matched = await talk.say("my screen is black")
        model._answers["match"] = matching()
        unmatched = await talk.say("bye")
    assert seen == [("support",), ()]
    assert matched.trace.context.retrieved[0].result == p.RetrieverResult(["about my screen is black"])
    assert unmatched.trace.context.retrieved[0].result is None


async def test_retrievers_run_side_by_side_while_guidelines_are_matched():
    order: list[str] = []
    matched = asyncio.Event()

    async def look(context: p.RetrieverContext):
        order.append("started")
        await matched.wait()
        order.append("finished")
        return "found"

    async def also(context: p.RetrieverContext):
        order.append("started too")
        return "found too"

    class Slow:
        async def ask(self, ask):
            if ask.decision == "match":
                await asyncio.sleep(0)
                order.append("matched")
                matched.set()
            return await inner.ask(ask)

    inner = scripted_model()
    async with p.Server(model=Slow()) as server:
        agent = await server.create_agent("Desk")
        await agent.create_guideline("asks", "answer")
        await agent.attach_retriever(look)
        await agent.attach_retriever(also)
        turn = await server.conversation(agent).say("Hi")
    assert order == ["started", "started too", "matched", "finished"]
    assert [item.retriever for item in turn.trace.context.retrieved] == ["look", "also"], "in order of attachment"


async def test_conditional_retrievers_run_only_while_what_they_belong_to_is_active():
    ran: list[str] = []

    def looking(name: str):
        async def look(context: p.RetrieverContext):
            ran.append(name)
            return name

        return look

    model = scripted_model(match=matching("returns"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        returns = await agent.create_guideline("asks about returns", "explain", id="returns")
        visit = await agent.create_journey("Visit", triggers=["wants to visit"])
        first = await visit.initial_state.transition_to(chat_state="Ask when", id="when")
        await returns.attach_retriever(looking("returns"), id="of-guideline")
        await visit.attach_retriever(looking("visit"), id="of-journey")
        await first.attach_retriever(looking("when"), id="of-state")
        talk = server.conversation(agent)
        turn = await talk.say("Can I send it back?")
        assert ran == ["returns"]
        assert turn.trace.context.retrieved[0].because == "guideline:returns"
        model._answers["match"] = matching("wants-to-visit")
        model._answers["journey"] = {
            "steps": [
                {"journey": "visit", "evidence": "x", "current_completed": True, "move": "advance", "target": "when"}
            ]
        }
        turn = await talk.say("I want to come by")
    assert turn.journeys == {"visit": "when"}
    assert ran == ["returns", "visit", "when"]
    assert [item.because for item in turn.trace.context.retrieved] == ["journey:visit", "state:visit/when"]


async def test_a_retriever_runs_for_its_own_agent_only():
    ran: list[str] = []

    async def secret_prices(context: p.RetrieverContext):
        ran.append(context.agent.id)
        return "cheap"

    async with p.Server(model=scripted_model()) as server:
        sales = await server.create_agent("Sales")
        support = await server.create_agent("Support")
        await sales.attach_retriever(secret_prices)
        other = await server.conversation(support).say("Hi")
        await server.conversation(sales).say("Hi")
    assert ran == ["sales"]
    assert other.trace.context.retrieved == ()


async def test_an_id_that_a_retriever_has_is_refused_to_another():
    async def one(context):
        return 1

    async def two(context):
        return 2

    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        await agent.attach_retriever(one, id="prices")
        with pytest.raises(ValueError, match=r"a retriever 'prices' was attached at .*test_retrievers\.py:\d+; give"):
            await agent.attach_retriever(two, id="prices")
        assert await agent.attach_retriever(one) == "one"
        assert await agent.attach_retriever(one) == "one-2"


async def test_a_retriever_that_breaks_is_a_note_and_the_turn_goes_on():
    async def broken(context):
        raise RuntimeError("the index is down")

    async def unreadable(context):
        return {1, 2}

    async def fine(context):
        return "fine"

    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        for retriever in (broken, unreadable, fine):
            await agent.attach_retriever(retriever)
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is None
    assert turn.reply == "All right."
    assert "retriever 'broken' broke: RuntimeError: the index is down" in turn.trace.notes
    assert any("retriever 'unreadable' broke: TypeError" in note for note in turn.trace.notes)
    assert next(item.error for item in turn.trace.context.retrieved) == "RuntimeError: the index is down"
    assert '"fine"' in drafts(model)[0]


async def test_fields_responses_and_guidelines_of_a_retriever_hold_for_its_turn():
    async def prices(context):
        return p.RetrieverResult(
            "price list",
            canned_response_fields={"price": "12"},
            canned_responses=["It costs {{ price }}."],
            guidelines=[{"action": "mention the discount", "criticality": "high"}],
        )

    model = scripted_model(selection=lambda ask: choosing(ask.facts.candidates[0].id, "high"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.attach_retriever(prices)
        talk = server.conversation(agent)
        turn = await talk.say("How much?")
    assert turn.reply == "It costs 12."
    assert turn.fired == ("prices/mention-the-discount",)
    assert "mention the discount" in drafts(model)[0]
    (check,) = [check for check in turn.trace.checks if check.method == "transient"]
    assert check.rationale == "brought by the retriever prices"


async def test_a_guideline_that_a_retriever_brings_can_lose_by_priority():
    async def look(context):
        return p.RetrieverResult("x", guidelines=[{"action": "offer a discount", "priority": 0}])

    model = scripted_model(match=matching("angry"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("is angry", "apologise", id="angry", priority=5)
        await agent.attach_retriever(look)
        turn = await server.conversation(agent).say("!!")
    assert turn.fired == ("angry",)
    assert turn.dropped == {"look/offer-a-discount": "outranked"}


async def test_guidelines_that_can_not_be_are_a_note():
    async def look(context):
        return p.RetrieverResult("x", guidelines=[{"condition": "always"}])

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        await agent.attach_retriever(look)
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is None
    assert any("needs an action" in note for note in turn.trace.notes)


async def test_retrievers_that_still_run_when_a_turn_breaks_are_stopped():
    stopped: list[bool] = []

    async def endless(context):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    async with p.Server(model=scripted_model(match={"checks": []})) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "answer")
        await agent.attach_retriever(endless)
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is not None
    assert stopped == [True]


async def test_somebody_else_may_run_the_retrievers():
    class Recorded:
        def __init__(self) -> None:
            self.asked: list[str] = []

        async def run(self, retrieval):
            self.asked.append(retrieval.retriever.id)
            return p.RetrieverResult("recorded")

    async def never(context):
        raise AssertionError("the real one must not run")

    recorded = Recorded()
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        await agent.attach_retriever(never)
        turn = await server.conversation(agent, retrievers=recorded).say("Hi")
    assert recorded.asked == ["never"]
    assert turn.trace.context.retrieved[0].result == p.RetrieverResult("recorded")


async def test_what_is_attached_to_a_journey_comes_with_it_to_another_agent():
    async def look(context):
        return "found"

    async with p.Server(model=scripted_model(match=matching("wants-to-visit"))) as server:
        visit = await server.create_journey("Visit", triggers=["wants to visit"])
        await visit.attach_retriever(look)
        agent = await server.create_agent("Shop")
        await agent.attach_journey(visit)
        turn = await server.conversation(agent).say("I want to come by")
    assert [item.retriever for item in turn.trace.context.retrieved] == ["look"]


async def test_a_retriever_knows_who_it_is_for():
    seen: list[object] = []

    async def look(context: p.RetrieverContext):
        seen.extend([context.customer.id, context.session.id, dict(context.variables), p.Session.current.id])

    async with p.Server(model=scripted_model(draft=saying("Hello."), tools=calling())) as server:
        agent = await server.create_agent("Shop")
        tier = await agent.create_variable("tier")
        await tier.set_value_for_customer("ada", "gold")
        await agent.attach_retriever(look)
        await server.conversation(agent, customer="ada").say("Hi")
    assert seen == ["ada", "session", {"tier": "gold"}, "session"]
