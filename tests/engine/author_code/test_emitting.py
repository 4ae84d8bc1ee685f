"""What hooks and handlers can say themselves, how long a turn has taken, and what each round of a turn came to."""

from typing import Any

import pytest

import understudy.engine as p

from ..worlds import calling, matching, saying, scripted_model

NEXT = p.EngineHookResult.CALL_NEXT


def words(talk: p.Conversation) -> list[str]:
    """What is on the timeline: messages with who said them, statuses with words, data."""
    found: list[str] = []
    for event in talk.session.events:
        match event.kind:
            case "message":
                found.append(f"{event.source}: {event.text}")  # type: ignore[union-attr]
            case "status":
                found += [f"{event.status}: {event.detail}"] if event.detail else []  # type: ignore[union-attr]
            case "custom":
                found.append(f"custom {event.data}")  # type: ignore[union-attr]
            case _:
                found.append(event.kind)
    return found


async def test_what_a_hook_emits_stands_on_the_timeline_at_once_or_once_the_reply_is_out() -> None:
    async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        await context.response_event_emitter.emit_message_event("Was this of help?")
        await context.response_event_emitter.emit_custom_event({"form": "rating"})
        await context.session_event_emitter.emit_message_event("One moment.")
        await context.session_event_emitter.emit_status_event("processing", detail="Looking it up")
        return NEXT

    async with p.Server(model=scripted_model(draft=saying("It is on its way."))) as server:
        server.hooks.on_preparing.append(hook)
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent)
        turn = await talk.say("Where is my order?")
    assert words(talk) == [
        "customer: Where is my order?",
        "ai_agent: One moment.",
        "processing: Looking it up",
        "ai_agent: It is on its way.",
        "ai_agent: Was this of help?",
        "custom {'form': 'rating'}",
    ]
    assert turn.trace.statuses[-1] == "ready:completed"
    assert [(said.text, said.tool) for said in turn.trace.said] == [
        ("One moment.", "hook:on_preparing"),
        ("It is on its way.", None),
        ("Was this of help?", "hook:on_preparing"),
    ]


async def test_what_waits_for_a_reply_is_not_shown_where_there_is_none() -> None:
    async def hold(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        await context.response_event_emitter.emit_message_event("Anything else?")
        return NEXT

    async def bail(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        return p.EngineHookResult.BAIL

    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_preparing.append(hold)
        server.hooks.on_generating_messages.append(bail)
        talk = server.conversation(await server.create_agent("Shop"))
        turn = await talk.say("Hi")
    assert turn.trace.said == ()
    assert not [word for word in words(talk) if "Anything else?" in word]


async def test_a_handler_can_speak_and_what_is_declared_sensitive_is_hidden_in_its_words() -> None:
    async def handler(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        await context.session_event_emitter.emit_message_event("Your card 4111 1111 1111 1111 is known.")

    async with p.Server(model=scripted_model(match=matching("card"))) as server:
        agent = await server.create_agent("Bank", sensitive=["card"])
        await agent.create_guideline("asks for the card", "tell it", id="card", on_selected=handler)
        turn = await server.conversation(agent).say("My card?")
    said = turn.trace.said[0]
    assert "4111" not in said.text
    assert said.tool == "the on_selected handler of guideline 'card'"
    assert turn.trace.context.leaks


@pytest.mark.parametrize(
    ("emit", "error", "why"),
    [
        (lambda e: e.emit_message_event(""), TypeError, "takes a text that is not empty"),
        (lambda e: e.emit_message_event(5), TypeError, "takes a text that is not empty, not int"),
        (lambda e: e.emit_status_event("ready"), ValueError, "'ready' is for the engine to say; use 'processing'"),
        (lambda e: e.emit_custom_event({1, 2}), TypeError, "takes what JSON can hold"),
    ],
)
async def test_what_can_not_be_emitted_is_an_error_in_the_code_that_tries(emit: Any, error: type, why: str) -> None:
    raised: list[BaseException] = []

    async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        with pytest.raises(error, match=why) as caught:
            await emit(context.session_event_emitter)
        raised.append(caught.value)
        return NEXT

    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_preparing.append(hook)
        turn = await server.conversation(await server.create_agent("Shop")).say("Hi")
    assert len(raised) == 1
    assert turn.trace.notes == ()


async def test_outside_of_a_hook_nothing_can_be_emitted() -> None:
    kept: list[p.EngineContext] = []

    async def retriever(context: p.RetrieverContext) -> Any:
        async def deferred(context: p.EngineContext) -> str:
            kept.append(context)
            return "found"

        return deferred

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        await agent.attach_retriever(retriever)
        await server.conversation(agent).say("Hi")
    with pytest.raises(p.NotOpenError, match=r"emit_message_event\(\) takes effect only in hooks, handlers and plans"):
        await kept[0].session_event_emitter.emit_message_event("Hello")


async def test_code_that_goes_on_after_its_hook_is_done_can_emit_nothing_and_is_told() -> None:
    emitters: list[Any] = []

    async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        emitters.append(context.session_event_emitter)
        return NEXT

    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_preparing.append(hook)
        await server.conversation(await server.create_agent("Shop")).say("Hi")
    with pytest.raises(p.NotOpenError, match="call it there, before that code is done"):
        await emitters[0].emit_message_event("Too late")


async def test_a_hook_sees_what_each_round_came_to_and_whether_another_one_comes() -> None:
    rounds: list[Any] = []
    prepared: list[tuple[str, bool]] = []

    @p.tool
    async def find_order(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("AB12")

    @p.tool
    async def refund(context: p.ToolContext, order: str) -> p.ToolResult:
        return p.ToolResult("done")

    def look(point: str) -> Any:
        async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
            prepared.append((point, context.state.prepared_to_respond))
            if point == "generating":
                rounds.extend(
                    ([call.tool for call in each.executed_tools], [it.parameter.name for it in each.tool_insights])
                    for each in context.state.iterations
                )
                matches = context.state.tool_enabled_guideline_matches
                rounds.append({match.id: (match.rationale, tools) for match, tools in matches.items()})
                rounds.append([match.id for match in context.state.ordinary_guideline_matches])
            return NEXT

        return hook

    model = scripted_model(match=matching("order", "greet"), tools=calling(find_order={}, refund={"order": None}))
    async with p.Server(model=model) as server:
        server.hooks.on_preparation_iteration_start.append(look("start"))
        server.hooks.on_preparation_iteration_end.append(look("end"))
        server.hooks.on_generating_messages.append(look("generating"))
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks for money back", "do it", id="order", tools=[find_order, refund])
        await agent.create_guideline("greets", "greet", id="greet")
        await server.conversation(agent).say("My money")
    assert rounds == [
        (["find_order"], ["order"]),
        ([], ["order"]),
        {"order": ("as scripted", ("find_order", "refund"))},
        ["greet"],
    ]
    assert prepared == [("start", False), ("end", False), ("start", False), ("end", True), ("generating", True)]


async def test_a_stopwatch_tells_since_when_a_turn_is_played_and_decides_nothing() -> None:
    seen: list[float] = []

    async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        seen.append(context.creation.elapsed)
        seen.append(context.creation.utc.year)
        return NEXT

    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_acknowledged.append(hook)
        server.hooks.on_generating_messages.append(hook)
        agent = await server.create_agent("Shop")
        talk = p.open_conversation(server.build(agent), llm=scripted_model(), now="2031-05-01T12:00:00+00:00")
        await talk.say("Hi")
    first, year, later, _ = seen
    assert 0 <= first < later
    assert year == 2031


async def test_matchers_and_retrievers_know_the_server_and_a_logger(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[object] = []

    async def matcher(context: p.GuidelineMatchingContext, guideline: Any) -> p.GuidelineMatch:
        seen.append(context.server)
        context.logger.warning("from the matcher")
        return p.GuidelineMatch(matched=True)

    async def retriever(context: p.RetrieverContext) -> None:
        seen.append(context.server)
        context.logger.warning("from the retriever")
        context.server.logger.warning("from the server")

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("a", "b", matcher=matcher)
        await agent.attach_retriever(retriever)
        with caplog.at_level("WARNING", logger="understudy"):
            await server.conversation(agent).say("Hi")
            server.logger.warning("outside of a turn")
    assert seen == [server, server]
    lines = [record.getMessage() for record in caplog.records]
    assert [line for line in lines if "outside" in line] == ["outside of a turn"], "no turn stands before it"
    assert sorted(line for line in lines if "from the" in line) == [
        "[session/1] from the matcher",
        "[session/1] from the retriever",
        "[session/1] from the server",
    ]
