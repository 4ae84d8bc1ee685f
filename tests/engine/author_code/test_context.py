"""What hooks, handlers and plans can look at, and what they can add to a turn."""

from typing import Any

import pytest

import understudy.engine as p

from ..worlds import calling, matching, saying, scripted_model

NEXT = p.EngineHookResult.CALL_NEXT


async def test_a_hook_sees_the_turn_as_far_as_it_got():
    seen: dict[str, Any] = {}

    @p.tool
    async def get_balance(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult({"balance": 12})

    async def look(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        seen.update(
            info=(context.info.session_id, context.info.agent_id, context.info.trace_id),
            who=(context.agent.name, context.customer.name, context.session.id),
            said=[message.text for message in context.interaction.messages],
            events=[event.kind for event in context.interaction.events],
            variables=dict(context.state.context_variables),
            terms=[term.name for term in context.state.glossary_terms],
            held=[item.id for item in context.state.guidelines],
            usable=[item.id for item in context.state.usable_guidelines],
            with_tools=[item.id for item in context.state.tool_enabled_guidelines],
            plain=[item.id for item in context.state.ordinary_guidelines],
            rounds=[[item.id for item in one.matched_guidelines] for one in context.state.iterations],
            resolved=[[item.id for item in one.resolved_guidelines] for one in context.state.iterations],
            calls=[call.tool for call in context.state.tool_calls],
            tool_events=len(context.state.tool_events),
            summary=context.summary()["tools_called"],
        )
        return NEXT

    model = scripted_model(match=matching("balance", "greet"), tools=calling(get_balance={}))
    async with p.Server(model=model) as server:
        server.hooks.on_generating_messages.append(look)
        agent = await server.create_agent("Bank")
        await agent.create_term("balance", "what is left")
        await agent.create_guideline("greets", "greet back", id="greet")
        await agent.create_guideline("asks for the balance", "tell it", id="balance", tools=[get_balance])
        await agent.create_guideline("is off topic", "lead back", id="off-topic")
        await agent.create_guideline("is rude", "stay calm", id="calm", enabled=False)
        await server.conversation(agent, variables={"plan": "gold"}).say("What's my balance?")
    assert seen == {
        "info": ("session", "bank", "session/1"),
        "who": ("Bank", "Guest", "session"),
        "said": ["What's my balance?"],
        "events": ["message", "status", "status", "tool"],
        "variables": {"plan": "gold"},
        "terms": ["balance"],
        "held": ["greet", "balance"],
        "usable": ["greet", "balance", "off-topic"],
        "with_tools": ["balance"],
        "plain": ["greet"],
        "rounds": [["greet", "balance"], []],
        "resolved": [["greet", "balance"], ["greet", "balance"]],
        "calls": ["get_balance"],
        "tool_events": 1,
        "summary": ["get_balance"],
    }


async def test_a_section_that_a_hook_adds_stands_in_the_prompts_of_the_turn_and_in_its_trace():
    async def add(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        if "vip" in context.interaction.messages[-1].text:
            context.add_prompt_section("loyalty", "This customer is a gold member.")
        return NEXT

    model = scripted_model(match=matching("greet"))
    async with p.Server(model=model) as server:
        server.hooks.on_preparing.append(add)
        agent = await server.create_agent("Shop")
        await agent.create_guideline("greets", "greet back", id="greet")
        talk = server.conversation(agent)
        turn = await talk.say("I am a vip")
        added = list(model.asked)
        after = await talk.say("Hello")
    assert {ask.decision for ask in added} == {"match", "draft", "analysis"}
    for ask in added:
        names = [section.name for section in ask.sections]
        assert names.count("own:loyalty") == 1
        assert names.index("conversation") < names.index("own:loyalty") < names.index("answer")
        assert "## loyalty\nThis customer is a gold member." in ask.prompt
    assert all("own:loyalty" in [mark.name for mark in ask.sections] for ask in turn.trace.asks)
    assert not any(mark.name == "own:loyalty" for ask in after.trace.asks for mark in ask.sections)


async def test_a_section_under_a_name_used_before_takes_that_ones_place():
    def adding(text: str) -> p.EngineHook:
        async def add(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
            context.add_prompt_section("weather", text)
            return NEXT

        return add

    model = scripted_model()
    async with p.Server(model=model) as server:
        server.hooks.on_preparing += [adding("It rains."), adding("The sun shines.")]
        await server.conversation(await server.create_agent("Shop")).say("Hello")
    assert "The sun shines." in model.asked[-1].prompt
    assert "It rains." not in model.asked[-1].prompt


async def test_a_section_that_a_selected_handler_adds_reaches_the_reply():
    async def add(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        context.add_prompt_section("offer", f"Today's offer, because of {match.id}: tea.")

    model = scripted_model(match=matching("greet"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("greets", "greet back", id="greet", on_selected=add)
        await server.conversation(agent).say("Hello")
    draft = next(ask for ask in model.asked if ask.decision == "draft")
    assert "because of greet: tea." in draft.prompt
    assert "because of greet" not in next(ask for ask in model.asked if ask.decision == "match").prompt


async def test_what_was_declared_sensitive_is_masked_in_a_hooks_section_too():
    from dataclasses import replace

    from understudy.engine.domain.sensitive import SensitivePattern

    async def add(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        context.add_prompt_section("account", "The account is 4711-0815.")
        return NEXT

    model = scripted_model()
    async with p.Server(model=model) as server:
        server.hooks.on_preparing.append(add)
        built = server.build(await server.create_agent("Bank"))
        pattern = SensitivePattern(name="account", pattern=r"\d{4}-\d{4}")
        built = replace(built, definition=replace(built.definition, sensitive=(pattern,)))
        await p.open_conversation(built, llm=model).say("Hello")
    assert "4711" not in model.asked[-1].prompt
    assert "The account is ⟦account" in model.asked[-1].prompt


@pytest.mark.parametrize(("name", "text"), [("", "x"), ("a\nb", "x"), ("a", " ")])
async def test_a_section_needs_a_name_on_one_line_and_a_text(name: str, text: str):
    async def add(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        context.add_prompt_section(name, text)
        return NEXT

    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_preparing.append(add)
        turn = await server.conversation(await server.create_agent("Shop")).say("Hello")
    (note,) = turn.trace.notes
    assert "needs a name on one line, and a text" in note


async def test_a_result_that_a_hook_puts_on_the_timeline_counts_as_a_call_and_says_whose_it_is():
    async def add(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        result = p.ToolResult({"risk": "low"}, canned_response_fields={"risk": "low"})
        await context.add_tool_event("check_risk", {"customer": context.customer.id}, result)
        return NEXT

    model = scripted_model(draft=saying("All fine."))
    async with p.Server(model=model) as server:
        server.hooks.on_preparing.append(add)
        talk = server.conversation(await server.create_agent("Bank"))
        turn = await talk.say("Hello")
    (call,) = turn.trace.calls
    assert (call.id, call.tool, call.because) == ("1/check_risk/1", "check_risk", ("hook:on_preparing",))
    assert [event.kind for event in turn.events].count("tool") == 1
    assert '"risk":"low"' in next(ask for ask in model.asked if ask.decision == "draft").prompt


async def test_what_takes_no_additions_says_so():
    async def provide(context: p.EngineContext) -> dict[str, Any]:
        context.add_prompt_section("a", "b")
        return {}

    async def policy(context: p.EngineContext) -> list[str]:
        context.add_prompt_section("a", "b")
        return []

    config = p.PreambleConfiguration(get_instructions=policy)
    model = scripted_model(preamble={"reason": "as scripted", "message": "One moment.", "response": None})
    async with p.Server(model=model) as server:
        agent = await server.create_agent(
            "Shop",
            preamble_config=config,
            perceived_performance_policy=p.VoiceOptimizedPerceivedPerformancePolicy(),
        )
        turn = await server.conversation(agent).say("Hello")
    (note,) = turn.trace.notes
    assert "add_prompt_section() takes effect only in hooks, handlers and plans: call it there" in note


async def test_what_is_added_after_a_hook_or_a_handler_is_done_is_refused_and_not_lost_silently():
    kept: list[p.EngineContext] = []

    async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        kept.append(context)
        return NEXT

    def handler(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        kept.append(context)

    async with p.Server(model=scripted_model(match=matching("greet"))) as server:
        server.hooks.on_preparing.append(hook)
        agent = await server.create_agent("Shop")
        await agent.create_guideline("greets", "greet back", id="greet", on_selected=handler)
        await server.conversation(agent).say("Hello")
    assert len(kept) == 2
    for context in kept:
        with pytest.raises(p.NotOpenError, match=r"add_prompt_section\(\) .* before that code is done"):
            context.add_prompt_section("offer", "Tea.")
        with pytest.raises(p.NotOpenError, match=r"add_tool_event\(\) .* before that code is done"):
            await context.add_tool_event("check_risk", {}, p.ToolResult("low"))


async def test_a_result_that_json_can_not_hold_is_refused_before_it_is_put_anywhere():
    async def add(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        await context.add_tool_event("check_risk", {}, p.ToolResult({"score": object()}))
        return NEXT

    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_preparing.append(add)
        turn = await server.conversation(await server.create_agent("Bank")).say("Hello")
    (note,) = turn.trace.notes
    assert "TypeError: add_tool_event('check_risk', …) takes what JSON can hold" in note
    assert turn.tool_calls == ()
    assert turn.reply == "All right."
