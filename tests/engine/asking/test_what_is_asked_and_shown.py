"""What a turn asks a model about, what it shows of tools' results, and how its events lie on the timeline."""

from datetime import datetime

import pytest

import understudy.engine as p
from understudy.engine.domain.facts import MatchFacts

from ..worlds import calling, matching, scripted_model

NOW = "2026-03-02T09:00:00+00:00"


async def test_a_condition_in_words_is_always_asked_about_and_always_active_ones_never():
    model = scripted_model(match=matching())
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Otto")
        await agent.create_guideline("always, in any case", "smile", id="in-words")
        await agent.create_guideline(action="be brief", id="without")
        await agent.create_guideline("in any case", "be kind", matcher=p.MATCH_ALWAYS, id="matcher")
        turn = await server.conversation(agent).say("Hello")
    (ask,) = [ask for ask in model.asked if ask.decision == "match"]
    assert isinstance(ask.facts, MatchFacts)
    assert [candidate.id for candidate in ask.facts.candidates] == ["in-words"]
    assert [(check.guideline, check.method, check.matched) for check in turn.trace.checks] == [
        ("in-words", "model", False),
        ("without", "always", True),
        ("matcher", "always", True),
    ]
    assert turn.fired == ("without", "matcher")


RESULTS = [
    (p.ToolResult({"success": False, "left": 3}), False, '"left":3'),
    (p.ToolResult({"left": 3}, control={"success": False, "message": "kept-for-the-trace"}), True, '"left":3'),
    (p.ToolResult({"left": 3}, error="the account is closed"), True, "the account is closed"),
    (p.ToolResult({"left": 3}, control={"success": True}), False, '"left":3'),
    (p.ToolResult({"left": 3}, metadata={"insight": "kept-for-front-ends"}), False, '"left":3'),
]


@pytest.mark.parametrize(("result", "failed", "shown"), RESULTS)
async def test_a_model_sees_data_or_the_error_and_only_a_declared_failure_counts(
    result: p.ToolResult, failed: bool, shown: str
):
    @p.tool
    async def pay(context: p.ToolContext) -> p.ToolResult:
        return result

    model = scripted_model(match=matching("pay"), tools=calling(pay={}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("pays", "take it", id="pay", tools=[pay])
        turn = await server.conversation(agent).say("Pay")
    (call,) = turn.trace.calls
    assert (call.failed, call.result) == (failed, result), "all of it stays in the trace"
    prompts = "\n".join(ask.prompt for ask in model.asked)
    assert shown in prompts
    assert ('"left":3' in prompts) is (result.error is None)
    assert "kept-for" not in prompts


async def test_a_control_that_is_not_known_makes_the_call_a_failed_one_that_says_so():
    @p.tool
    async def pay(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("paid", control={"succes": False})

    async with p.Server(model=scripted_model(match=matching("pay"), tools=calling(pay={}))) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("pays", "take it", id="pay", tools=[pay])
        turn = await server.conversation(agent).say("Pay")
    (call,) = turn.trace.calls
    assert call.failed
    assert "'succes'; did you mean 'success'" in str(call.result.error)


async def test_message_statuses_and_tool_lie_on_the_timeline_in_order_under_one_trace_id():
    @p.tool
    async def find(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("found")

    async with p.Server(model=scripted_model(match=matching("find"), tools=calling(find={}))) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "find it", id="find", tools=[find])
        turn = await server.conversation(agent).say("Where is it?")
    assert [(event.source, _what(event)) for event in turn.events] == [
        ("customer", "message"),
        ("ai_agent", "acknowledged"),
        ("ai_agent", "processing:interpreting"),
        ("system", "tool"),
        ("ai_agent", "processing:articulating"),
        ("ai_agent", "typing"),
        ("ai_agent", "message"),
        ("ai_agent", "ready:completed"),
    ]
    assert {event.trace_id for event in turn.events} == {turn.trace.trace_id}


def _what(event) -> str:
    if event.kind != "status":
        return event.kind
    return f"{event.status}:{event.stage}" if event.stage else event.status


async def test_a_conversations_clock_is_what_its_tools_are_told():
    told: list[datetime | None] = []

    @p.tool
    async def note_time(context: p.ToolContext) -> p.ToolResult:
        told.append(context.now)
        return p.ToolResult("noted")

    async with p.Server(model=scripted_model(match=matching("note"), tools=calling(note_time={}))) as server:
        agent = await server.create_agent("Clerk")
        await agent.create_guideline("asks", "note it", id="note", tools=[note_time])
        await server.conversation(agent, now=NOW).say("Note the time")
    assert told == [datetime.fromisoformat(NOW)]
