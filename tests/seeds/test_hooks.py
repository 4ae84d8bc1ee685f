"""The guide to the internals: the order of a turn, hooks and what they answer, handlers by guideline, and the log."""

import ast
import logging
import re
from collections.abc import Iterable
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.author_code.hooks import POINTS

from ..engine.worlds import matching, scripted_model
from .snippets import Snippet, row

DOCUMENT = "002"


def fields_of(snippet: Snippet) -> list[str]:
    """The annotated names in the class that a snippet shows."""
    (shown,) = ast.parse(snippet.text).body
    assert isinstance(shown, ast.ClassDef)
    return [ast.unparse(line.target) for line in shown.body if isinstance(line, ast.AnnAssign)]


def in_order(names: Iterable[str]) -> list[str]:
    """Names, each where it came first."""
    return list(dict.fromkeys(names))


@row("I13", 327, 395)
async def test_hooks_and_statuses_come_in_the_order_shown(snippet: Snippet) -> None:
    seen: list[str] = []

    class Sink:
        async def emit(self, event: Any, /) -> None:
            if event.kind == "status" and event.status in ("acknowledged", "ready"):
                seen.append(event.status)

    def noting(name: str) -> p.EngineHook:
        async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
            seen.append(name)
            return p.EngineHookResult.CALL_NEXT

        return hook

    @p.tool
    async def look(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("seen")

    model = scripted_model(match=matching("look"))
    async with p.Server(model=model) as server:
        for point in POINTS:
            getattr(server.hooks, point).append(noting(point))
        agent = await server.create_agent("Guide")
        await agent.create_guideline("asks to look", "look", id="look", tools=[look])
        await server.conversation(agent, sink=Sink()).say("Look")
    shown = re.findall(r"HOOK: (\w+)|EMIT: (Acknowledgement|Ready) event", snippet.text)
    words = {"Acknowledgement": "acknowledged", "Ready": "ready"}
    points = {"preparation_iteration_start": "on_preparation_iteration_start"}
    points["preparation_iteration_end"] = "on_preparation_iteration_end"
    expected = [points.get(hook, hook) or words[event] for hook, event in shown]
    assert len(expected) == 8
    # Between the points shown others are passed, which it leaves out; a round comes as often as there are rounds.
    assert [name for name in in_order(seen) if name in expected] == in_order(expected)
    assert seen.count("on_preparation_iteration_start") == seen.count("on_preparation_iteration_end") == 2


@row("I26", 949, 972)
async def test_prompts_have_named_sections_in_order_and_a_hook_can_add_one(snippet: Snippet) -> None:
    (shown,) = ast.parse(snippet.text).body
    assert isinstance(shown, ast.ClassDef)
    assert "add_section" in [part.name for part in shown.body if isinstance(part, ast.FunctionDef)]

    async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        context.add_prompt_section("opening hours", "We open at nine.")
        return p.EngineHookResult.CALL_NEXT

    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Guide")
        await server.conversation(agent).say("Hello")
        server.hooks.on_preparing.append(hook)
        await server.conversation(agent).say("Hello")
    plain, added = ([section.name for section in ask.sections] for ask in model.asked)
    assert plain.index("instructions") < plain.index("agent") < plain.index("conversation") < plain.index("answer")
    assert [name for name in added if name != "own:opening hours"] == plain
    assert model.asked[1].prompt.count("## opening hours\nWe open at nine.") == 1


@row("I33", 1275, 1312)
async def test_every_point_shown_is_there(snippet: Snippet) -> None:
    hooks = p.EngineHooks()
    names = fields_of(snippet)
    assert len(names) == 16
    assert [name for name in names if not hasattr(hooks, name)] == []
    assert set(POINTS) == {name for name in names if not name.endswith("_handlers")}


@row("I34", 1318, 1328)
async def test_a_hook_has_the_three_answers_shown(snippet: Snippet) -> None:
    (shown,) = ast.parse(snippet.text).body
    assert isinstance(shown, ast.ClassDef)
    names = [ast.unparse(line.targets[0]) for line in shown.body if isinstance(line, ast.Assign)]
    assert names == [result.name for result in p.EngineHookResult]


@row("I35", 1332, 1337)
async def test_a_hook_is_called_with_context_payload_and_exception(snippet: Snippet) -> None:
    assert "[EngineContext, Any, Optional[Exception]]" in snippet.text
    given: list[tuple[Any, ...]] = []

    async def hook(*arguments: Any) -> p.EngineHookResult:
        given.append(arguments)
        return p.EngineHookResult.CALL_NEXT

    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_message_generated.append(hook)
        await server.conversation(await server.create_agent("Guide")).say("Hello")
    ((context, payload, exception),) = given
    assert isinstance(context, p.EngineContext)
    assert (payload, exception) == ("All right.", None)


@row("I36", 1341, 1364)
@pytest.mark.parametrize("condition", [True, False])
async def test_a_hook_that_blocks_ends_the_turn_in_silence_and_the_turn_still_completes(
    snippet: Snippet, condition: bool
) -> None:
    async def configure(engine_hooks: p.EngineHooks) -> p.EngineHooks:
        await snippet.run(
            EngineContext=p.EngineContext,
            EngineHookResult=p.EngineHookResult,
            Any=Any,
            Optional=__import__("typing").Optional,
            some_condition=condition,
            logger=logging.getLogger("clinic"),
            engine_hooks=engine_hooks,
        )
        return engine_hooks

    async with p.Server(model=scripted_model(), configure_hooks=configure) as server:
        turn = await server.conversation(await server.create_agent("Guide")).say("Hello")
    assert turn.trace.notes == ()
    assert turn.reply == ("" if condition else "All right.")
    assert turn.trace.bailed == ("on_preparing" if condition else None)
    assert turn.trace.statuses[-1] == "ready:completed"


@row("I37", 1370, 1389)
@pytest.mark.parametrize(
    ("first", "second_runs", "goes_on"),
    [("CALL_NEXT", True, True), ("RESOLVE", False, True), ("BAIL", False, False)],
)
async def test_answers_mean_what_is_shown(snippet: Snippet, first: str, second_runs: bool, goes_on: bool) -> None:
    """The function shown is run beside ours on the same hooks."""
    called: list[str] = []

    async def one(context: Any, payload: Any, exception: Any) -> p.EngineHookResult:
        called.append("first")
        return p.EngineHookResult[first]

    async def two(context: Any, payload: Any, exception: Any) -> p.EngineHookResult:
        called.append("second")
        return p.EngineHookResult.CALL_NEXT

    around = {"Sequence": list, "EngineHook": Any, "EngineContext": p.EngineContext, "Any": Any}
    names = await snippet.run(EngineHookResult=p.EngineHookResult, Optional=__import__("typing").Optional, **around)
    assert await names["call_hooks"]([one, two], None, None) is goes_on
    theirs, called[:] = list(called), []
    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_generating_messages += [one, two]
        turn = await server.conversation(await server.create_agent("Guide")).say("Hello")
    assert called == theirs == (["first", "second"] if second_runs else ["first"])
    assert (turn.reply == "All right.") is goes_on


@row("I38", 1395, 1416)
async def test_handlers_run_for_all_guidelines_that_survived_resolution_with_tools_or_without(
    snippet: Snippet,
) -> None:
    assert "ordinary_guideline_matches" in snippet.text
    assert "tool_enabled_guideline_matches" in snippet.text
    seen: list[str] = []

    async def handler(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        seen.append(match.id)

    @p.tool
    async def look(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("seen")

    async with p.Server(model=scripted_model(match=matching("look", "greet", "sell"))) as server:
        for name in ("look", "greet", "sell", "leave"):
            server.hooks.on_guideline_match_handlers[name] += [handler, handler]
        agent = await server.create_agent("Guide")
        await agent.create_guideline("asks to look", "look", id="look", tools=[look])
        greet = await agent.create_guideline("greets", "greet back", id="greet")
        sell = await agent.create_guideline("is there", "sell", id="sell")
        await agent.create_guideline("leaves", "say goodbye", id="leave")
        await greet.prioritize_over(sell)
        await server.conversation(agent).say("Hello, look")
    assert sorted(seen) == ["greet", "greet", "look", "look"]


@row("I39", 1419, 1443)
async def test_handlers_of_a_guideline_run_once_each_on_the_match_and_after_the_message(
    snippet: Snippet, caplog: pytest.LogCaptureFixture
) -> None:
    order: list[str] = []

    class Analytics:
        async def track(self, name: str) -> None:
            order.append(name)

    class Logger:
        def info(self, text: str) -> None:
            order.append(text)

    async with p.Server(model=scripted_model(match=matching("insurance"))) as server:
        await snippet.run(
            EngineContext=p.EngineContext,
            GuidelineMatch=p.GuidelineMatch,
            engine_hooks=server.hooks,
            guideline_id="insurance",
            logger=Logger(),
            analytics=Analytics(),
        )
        agent = await server.create_agent("Guide")
        await agent.create_guideline("asks about insurance", "explain it", id="insurance")
        turn = await server.conversation(agent).say("Am I insured?")
    assert order == ["Insurance guideline matched: as scripted", "insurance_inquiry_handled"]
    assert turn.trace.notes == ()


@row("I45", 1782, 1785)
async def test_switching_logging_to_debug_shows_the_decisions_and_no_prompts(snippet: Snippet) -> None:
    lines: list[logging.LogRecord] = []

    class Collecting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record)

    root, before = logging.getLogger(), logging.getLogger().level
    handlers, root.handlers = root.handlers, []  # as in a program in which nobody configured anything yet
    try:
        await snippet.run()
        root.handlers = [Collecting()]
        async with p.Server(model=scripted_model(match=matching("greet"))) as server:
            agent = await server.create_agent("Guide")
            await agent.create_guideline("greets", "greet back", id="greet")
            await server.conversation(agent).say("Hello")
    finally:
        root.handlers = handlers
        root.setLevel(before)
    ours = [record for record in lines if record.name == "understudy"]
    assert any("Matched 'greet' (model): as scripted" in record.getMessage() for record in ours)
    assert not any("Prompt of" in record.getMessage() for record in ours)


@row("I48", 1856, 1867)
async def test_the_logger_of_a_context_has_the_levels_and_the_scope_shown(
    snippet: Snippet, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(5, logger="understudy")

    async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        await snippet.run(logger=context.logger)
        return p.EngineHookResult.CALL_NEXT

    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_acknowledging.append(hook)
        turn = await server.conversation(await server.create_agent("Guide")).say("Hello")
    assert turn.trace.notes == ()
    assert [(record.levelname, record.getMessage()) for record in caplog.records[:7]] == [
        ("TRACE", "[session/1] Detailed info"),
        ("DEBUG", "[session/1] Debug info"),
        ("INFO", "[session/1] General info"),
        ("WARNING", "[session/1] Warning"),
        ("ERROR", "[session/1] Error"),
        ("CRITICAL", "[session/1] Critical error"),
        ("INFO", "[session/1][ScopeName] Inside scope"),
    ]
