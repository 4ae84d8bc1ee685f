"""Code that authors attach to guidelines: matchers, handlers of what holds, values for canned responses."""

import asyncio

import understudy.engine as p

from ..worlds import choosing, matching, saying, scripted_model


async def test_handlers_run_for_what_survived_resolution_before_the_reply_and_after_it() -> None:
    seen: list[tuple[str, str, str]] = []

    async def selected(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        seen.append(("selected", match.id, context.reply))

    async def said(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        seen.append(("message", match.id, context.reply))

    model = scripted_model(match=matching("coke", "pepsi"), draft=saying("A coke it is."))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Waiter")
        handlers = {"on_selected": selected, "on_message": said}
        coke = await agent.create_guideline("wants a drink", "offer coke", id="coke", **handlers)
        pepsi = await agent.create_guideline("wants something sweet", "offer pepsi", id="pepsi", **handlers)
        await agent.create_guideline("leaves", "say goodbye", id="bye", **handlers)
        await coke.prioritize_over(pepsi)
        turn = await server.conversation(agent).say("A drink please")
    assert seen == [("selected", "coke", ""), ("message", "coke", "A coke it is.")]
    assert turn.trace.notes == ()


async def test_a_handler_is_told_why_its_guideline_holds() -> None:
    told: list[str] = []

    async def selected(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        told.append(match.rationale)

    async with p.Server(model=scripted_model(match=matching("asks"))) as server:
        agent = await server.create_agent("Clerk")
        asks = await agent.create_observation("asks for help", id="asks", on_selected=selected)
        helps = await agent.create_guideline("never by itself", "help", id="helps", on_selected=selected)
        await asks.entail(helps)
        await server.conversation(agent).say("Help!")
    assert told == ["as scripted", "asks entails helps"]


async def test_all_handlers_of_a_turn_run_side_by_side() -> None:
    meeting = asyncio.Event()

    async def waits(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        await meeting.wait()

    async def arrives(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        meeting.set()

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline(action="wait", on_selected=waits)
        await agent.create_guideline(action="arrive", on_selected=arrives)
        turn = await asyncio.wait_for(server.conversation(agent).say("Hi"), timeout=10)
    assert turn.trace.notes == ()


async def test_a_handler_that_breaks_is_a_note_and_the_customer_is_answered() -> None:
    async def selected(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        raise RuntimeError("the log is full")

    def said(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        raise SystemExit("done")

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline(action="be kind", id="kind", on_selected=selected, on_message=said)
        turn = await server.conversation(agent).say("Hi")
    assert turn.reply == "All right."
    assert turn.trace.failure is None
    assert turn.trace.notes == (
        "the on_selected handler of guideline 'kind' broke: RuntimeError: the log is full",
        "the on_message handler of guideline 'kind' broke: SystemExit: done",
    )


async def test_a_silent_turn_has_no_message_to_tell_of() -> None:
    told: list[str] = []

    async def said(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        told.append(match.id)

    async with p.Server(model=scripted_model(draft=saying(None))) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline(action="say nothing", id="silence", on_message=said)
        turn = await server.conversation(agent).say("Hi")
    assert (turn.reply, told) == ("", [])


async def test_a_field_provider_fills_a_response_only_while_its_guideline_holds() -> None:
    async def fields(context: p.EngineContext) -> dict[str, str]:
        return {"balance": f"12 EUR for {context.customer.name}"}

    model = scripted_model(match=matching("balance"), selection=choosing("told", "high"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent(
            "Bank", composition_mode=p.CompositionMode.STRICT, no_match_response="I can't tell."
        )
        await agent.create_canned_response("You have {{ balance }}.", id="told")
        await agent.create_guideline(
            "asks for the balance", "tell it", id="balance", canned_response_field_provider=fields
        )
        talk = server.conversation(agent, customer=await server.create_customer("Jo"))
        asked = await talk.say("How much do I have?")
        model._answers["match"] = matching()
        model._answers["selection"] = choosing(None, "none")
        other = await talk.say("Hello")
    assert asked.reply == "You have 12 EUR for Jo."
    assert other.reply == "I can't tell."


async def test_of_two_providers_of_one_field_the_later_guideline_counts_and_a_broken_one_is_a_note() -> None:
    async def first(context: p.EngineContext) -> dict[str, str]:
        await asyncio.sleep(0)
        return {"name": "first", "only": "here"}

    async def second(context: p.EngineContext) -> dict[str, str]:
        return {"name": "second"}

    async def wrong(context: p.EngineContext) -> list[str]:
        return ["name"]

    async def nothing(context: p.EngineContext) -> None:
        return None

    async with p.Server(model=scripted_model(selection=choosing("said", "high"))) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_canned_response("{{ name }} {{ only }}", id="said")
        for number, provider in enumerate((first, second, wrong, nothing)):
            await agent.create_guideline(
                action=f"rule {number}", id=f"rule-{number}", canned_response_field_provider=provider
            )
        turn = await server.conversation(agent).say("Hi")
    assert turn.reply == "second here"
    assert turn.trace.notes == (
        "the canned_response_field_provider of guideline 'rule-2' gave list and not a mapping of fields to values",
    )


async def test_a_matcher_that_breaks_has_not_matched_and_the_turn_goes_on() -> None:
    async def broken(context: p.GuidelineMatchingContext, guideline: object) -> p.GuidelineMatch:
        raise KeyError("score")

    async def forgetful(context: p.GuidelineMatchingContext, guideline: object) -> bool:
        return True

    def plain(context: p.GuidelineMatchingContext, guideline: object) -> p.GuidelineMatch:
        return p.GuidelineMatch(matched=context.customer.name == "Guest", rationale="a guest")

    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline("broken", "do it", id="broken", matcher=broken)
        await agent.create_guideline("forgetful", "do it", id="forgetful", matcher=forgetful)
        await agent.create_guideline("plain", "do it", id="plain", matcher=plain)
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is None
    assert turn.fired == ("plain",)
    assert turn.trace.notes == (
        "the matcher of guideline 'broken' broke: KeyError: 'score'",
        "the matcher of guideline 'forgetful' gave bool and not a GuidelineMatch",
    )
    assert [check.rationale for check in turn.trace.checks][-1] == "a guest"
    assert not [ask for ask in model.asked if ask.decision == "match"], "code decides instead of a model"


async def test_matchers_run_beside_the_asks_and_are_not_judged_afterwards() -> None:
    asked = asyncio.Event()

    class Slow:
        async def ask(self, ask):
            asked.set()
            return await inner.ask(ask)

    async def waits(context: p.GuidelineMatchingContext, guideline: object) -> p.GuidelineMatch:
        await asyncio.wait_for(asked.wait(), timeout=10)
        return p.GuidelineMatch(matched=True)

    inner = scripted_model()
    async with p.Server(model=Slow()) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline("coded", "do it", id="coded", matcher=waits)
        await agent.create_guideline("asked about", "do that", id="asked")
        turn = await server.conversation(agent).say("Hi")
    assert turn.fired == ("coded",)
    assert not [ask for ask in inner.asked if ask.decision == "analysis"]
