"""Calls: what tools say on the way, retries, failures, and what results bring with them."""

import asyncio
from datetime import UTC, datetime

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask
from understudy.engine.domain.session import CustomEvent, Event, MessageEvent, StatusEvent, ToolEvent
from understudy.engine.domain.trace import Trace
from understudy.engine.domain.turn import Turn
from understudy.engine.services import FixedClock, Services
from understudy.engine.stages.call_tools import call_tools

from ..worlds import calling, following, matching, saying, scripted_model


class Heard:
    """A sink that keeps what it sees."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def emit(self, event: Event, /) -> None:
        self.events.append(event)


def at_first(guideline: str):
    """Answers `match`: the guideline applies to the customer's first message."""

    def answer(ask: Ask):
        said = [line for line in ask.facts.situation.conversation if line.speaker == "customer"]
        return matching(*([guideline] if len(said) == 1 else []))(ask)

    return answer


async def play(tool: object, *, arguments: dict[str, str | None] | None = None, sink: Heard | None = None, **answers):
    """One turn in which a guideline brings the tool, and the conversation after it."""
    name = tool.tool.id  # pyright: ignore[reportAttributeAccessIssue]
    model = scripted_model(match=at_first("go"), tools=calling(**{name: arguments or {}}), **answers)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "go on", id="go", tools=[tool])  # pyright: ignore[reportArgumentType]
        talk = server.conversation(agent, sink=sink)
        turn = await talk.say("Go")
    return turn, talk, model


async def test_what_a_tool_says_while_it_runs_goes_out_at_once_and_stands_in_order_on_the_timeline():
    heard = Heard()
    seen_by_then: list[int] = []

    @p.tool
    async def search(context: p.ToolContext) -> str:
        await context.emit_status("processing", "looking")
        await context.emit_message("One moment, please.")
        await context.emit_custom({"progress": 0.5})
        seen_by_then.append(len(heard.events))
        return "found"

    turn, talk, _ = await play(search, sink=heard, draft=saying("I found it."))
    assert heard.events == list(talk.session.events)
    assert [event.offset for event in talk.session.events] == list(range(len(talk.session.events)))
    (message,) = [event for event in turn.events if isinstance(event, MessageEvent) and event.metadata]
    (custom,) = [event for event in turn.events if isinstance(event, CustomEvent)]
    (called,) = [event for event in turn.events if isinstance(event, ToolEvent)]
    assert seen_by_then == [custom.offset + 1], "all three were out while the tool ran"
    assert message.offset < custom.offset < called.offset
    assert (message.text, message.participant, message.source) == ("One moment, please.", "Shop", "ai_agent")
    assert custom.source == "system"
    assert {event.trace_id for event in turn.events} == {"session/1"}


async def test_what_a_tool_says_is_marked_as_the_tools_own_in_event_and_trace():
    @p.tool
    async def search(context: p.ToolContext) -> str:
        await context.emit_message("One moment, please.")
        return "found"

    turn, _, _ = await play(search, draft=saying("I found it."))
    assert [(said.text, said.tool) for said in turn.trace.said] == [
        ("One moment, please.", "search"),
        ("I found it.", None),
    ]
    (message,) = [event for event in turn.events if isinstance(event, MessageEvent) and event.text.startswith("One")]
    assert message.metadata == {"said_by_tool": "search"}
    assert turn.reply == "One moment, please.\n\nI found it."


async def test_what_a_tool_tells_the_front_end_reaches_no_prompt():
    @p.tool
    async def search(context: p.ToolContext) -> str:
        await context.emit_custom({"secret": "for-front-ends"})
        return "found"

    _, _, model = await play(search)
    assert not any("for-front-ends" in ask.prompt for ask in model.asked)


async def test_what_a_tool_tells_the_front_end_is_kept_as_it_was_and_must_be_json():
    @p.tool(consequential=True)
    async def search(context: p.ToolContext) -> str:
        progress = {"steps": [1]}
        await context.emit_custom(progress)
        progress["steps"].append(2)
        await context.emit_custom({"when": object()})
        return "found"

    turn, talk, _ = await play(search)
    (custom,) = [event for event in talk.session.events if isinstance(event, CustomEvent)]
    assert custom.data == {"steps": [1]}
    assert "the tool 'search' can't emit what JSON can't hold" in (turn.trace.calls[0].result.error or "")


async def test_a_tool_may_not_say_what_the_engine_says_of_itself():
    @p.tool(consequential=True)
    async def rude(context: p.ToolContext) -> str:
        await context.emit_status("ready")
        return "done"

    turn, _, _ = await play(rude)
    assert "can't emit the status 'ready'" in (turn.trace.calls[0].result.error or "")
    assert turn.trace.statuses[-1] == "ready:completed"


async def test_a_tool_that_is_over_says_nothing_more():
    late: list[asyncio.Task[None]] = []

    @p.tool
    async def hasty(context: p.ToolContext) -> str:
        async def later() -> None:
            await asyncio.sleep(0)
            await context.emit_message("Too late")

        late.append(asyncio.create_task(later()))
        return "done"

    turn, talk, _ = await play(hasty)
    with pytest.raises(ValueError, match="the call of 'hasty' is over"):
        await late[0]
    assert not any(isinstance(event, MessageEvent) and event.text == "Too late" for event in talk.session.events)
    assert not turn.trace.calls[0].failed


async def test_two_tools_that_speak_at_once_share_one_timeline():
    @p.tool
    async def one(context: p.ToolContext) -> None:
        for _ in range(3):
            await context.emit_message("one")
            await asyncio.sleep(0)

    @p.tool
    async def two(context: p.ToolContext) -> None:
        for _ in range(3):
            await context.emit_message("two")
            await asyncio.sleep(0)

    heard = Heard()
    async with p.Server(model=scripted_model(match=matching("go"))) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "go on", id="go", tools=[one, two])
        talk = server.conversation(agent, sink=heard)
        await talk.say("Go")
    texts = [event.text for event in talk.session.events if isinstance(event, MessageEvent)]
    assert sorted(texts[1:-1]) == ["one"] * 3 + ["two"] * 3
    assert heard.events == list(talk.session.events)


# Failures and retries


def failing(*outcomes: object, consequential: bool = False) -> tuple[object, list[int]]:
    """A tool that does this at its first call, that at its second; and the numbers of its calls."""
    made: list[int] = []

    @p.tool(consequential=consequential)
    async def flaky(context: p.ToolContext) -> p.ToolResult:
        made.append(len(made) + 1)
        outcome = outcomes[min(len(made), len(outcomes)) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        assert isinstance(outcome, p.ToolResult)
        return outcome

    return flaky, made


GOOD = p.ToolResult("good")


@pytest.mark.parametrize(
    ("first", "consequential", "calls"),
    [
        (RuntimeError("down"), False, 2),
        (RuntimeError("down"), True, 1),
        (p.ToolResult(error="down"), False, 1),
        (p.ToolResult(error="down", control={"retry_allowed": True}), False, 2),
        (p.ToolResult(error="down", control={"retry_allowed": True}), True, 2),
        (p.ToolResult(error="down", control={"retry_allowed": False}), False, 1),
        (p.ToolResult("no", control={"success": False, "retry_allowed": True}), False, 2),
        (p.ToolResult("fine", control={"retry_allowed": True}), False, 1),
        (p.ToolResult({"success": False}), False, 1),
    ],
)
async def test_a_failed_call_is_made_once_more_where_the_tool_allows_it_or_no_harm_is_done(first, consequential, calls):
    tool, made = failing(first, GOOD, consequential=consequential)
    turn, _, _ = await play(tool)
    (call,) = turn.trace.calls
    assert len(made) == calls
    if calls == 2:
        assert (call.result.data, call.failed) == ("good", False)
        assert call.retried is not None
        assert call.retried.failed
    else:
        assert call.retried is None


async def test_there_is_no_third_time():
    tool, made = failing(RuntimeError("down"))
    turn, _, _ = await play(tool)
    assert made == [1, 2]
    assert turn.trace.calls[0].failed
    assert turn.trace.calls[0].retried == turn.trace.calls[0].result


async def test_a_tool_that_takes_too_long_is_a_failed_call_and_is_not_tried_again():
    made: list[int] = []

    @p.tool
    async def slow() -> str:
        made.append(1)
        await asyncio.sleep(60)
        return "late"

    async with p.Server(model=scripted_model(match=matching("go")), tool_timeout=0.01) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "go on", id="go", tools=[slow])
        turn = await server.conversation(agent).say("Go")
    assert made == [1]
    assert turn.trace.calls[0].result.error == "TimeoutError: took longer than 0.01 s"


async def test_a_failed_call_is_told_to_the_model_by_its_error_alone():
    @p.tool
    async def look() -> p.ToolResult:
        return p.ToolResult({"unfinished": 1}, error="not found", metadata={"hint": "for-front-ends"})

    _, _, model = await play(look)
    (draft,) = [ask.prompt for ask in model.asked if ask.decision == "draft"]
    assert 'look {} failed {"error":"not found"}' in draft
    assert "for-front-ends" not in draft
    assert "unfinished" not in draft


# What results bring with them


async def test_a_guideline_of_a_result_holds_for_this_turn_and_is_forgotten():
    @p.tool
    async def look() -> p.ToolResult:
        return p.ToolResult(
            "late", guidelines=[p.TransientGuideline(action="apologise for the delay", condition="it is late")]
        )

    turn, talk, model = await play(look, analysis=following("go"))
    (draft,) = [ask.prompt for ask in model.asked if ask.decision == "draft"]
    assert "apologise for the delay" in draft
    assert "when: it is late" in draft
    assert turn.fired == ("go", "look/apologise-for-the-delay")
    (check,) = [check for check in turn.trace.checks if check.method == "transient"]
    assert check.rationale == "brought by the result of 1/look/1"
    assert talk.session.state.applied == ("go",), "what is brought by a tool is not tracked"
    after = await talk.say("Thanks")
    assert after.fired == ()


async def test_a_guideline_of_a_result_takes_part_in_priorities_like_any_that_matched():
    @p.tool
    async def look() -> p.ToolResult:
        return p.ToolResult("blocked", guidelines=[p.TransientGuideline(action="send them to the branch", priority=5)])

    model = scripted_model(match=matching("go", "chat"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await agent.create_observation("asks about the account", id="go", tools=[look])
        await agent.create_guideline("asks", "chat about it", id="chat")
        turn = await server.conversation(agent).say("My account?")
    assert turn.fired == ("go", "look/send-them-to-the-branch")
    assert turn.dropped == {"chat": "outranked"}
    (draft,) = [ask.prompt for ask in model.asked if ask.decision == "draft"]
    assert "chat about it" not in draft


async def test_a_guideline_of_a_result_may_lose():
    @p.tool
    async def look() -> p.ToolResult:
        return p.ToolResult("x", guidelines=[p.TransientGuideline(action="mention the sale")])

    async with p.Server(model=scripted_model(match=matching("go", "urgent"))) as server:
        agent = await server.create_agent("Bank")
        await agent.create_observation("asks", id="go", tools=[look])
        await agent.create_guideline("is in a hurry", "be brief", id="urgent", priority=3)
        turn = await server.conversation(agent).say("Quick!")
    assert turn.fired == ("go", "urgent")
    assert turn.dropped == {"look/mention-the-sale": "outranked"}


async def test_a_guideline_brought_in_the_last_round_still_counts():
    @p.tool
    async def look() -> p.ToolResult:
        return p.ToolResult("x", guidelines=[p.TransientGuideline(action="mention the sale")])

    model = scripted_model(match=matching("go"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank", max_engine_iterations=1)
        await agent.create_observation("asks", id="go", tools=[look])
        turn = await server.conversation(agent).say("Hm?")
    assert turn.trace.rounds == 1
    assert turn.fired == ("go", "look/mention-the-sale")
    assert "mention the sale" in next(ask.prompt for ask in model.asked if ask.decision == "draft")


async def test_two_calls_that_bring_the_same_guideline_bring_two():
    @p.tool
    async def look(order: str) -> p.ToolResult:
        return p.ToolResult(order, guidelines=[{"action": "apologise"}])

    def answer(ask):
        calls = [{"arguments": [{"name": "order", "evidence": "", "state": "given", "value": value}]} for value in "AB"]
        return {"tools": [{"tool": "look", "evidence": "", "should_run": True, "calls": calls}]}

    async with p.Server(model=scripted_model(match=matching("go"), tools=answer)) as server:
        agent = await server.create_agent("Shop")
        await agent.create_observation("asks", id="go", tools=[look])
        turn = await server.conversation(agent).say("A and B?")
    assert turn.fired == ("go", "look/apologise", "look/apologise-2")


async def test_fields_of_a_result_live_as_long_as_it_does():
    @p.tool
    async def balance(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult(12, canned_response_fields={"balance": 12}, control={"lifespan": "response"})

    _, talk, model = await play(balance)
    assert not any(isinstance(event, ToolEvent) for event in talk.session.events)
    await talk.say("Thanks")
    last = [ask for ask in model.asked if ask.decision == "draft"][-1]
    assert "balance" not in last.prompt.split("## Conversation")[1]


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (
            {"canned_responses": "Hello"},
            "TypeError: ToolResult(canned_responses=…) takes a list: write canned_responses=['Hello']",
        ),
        ({"guidelines": {"action": "wave"}}, "takes a list: write guidelines=[{'action': 'wave'}]"),
        ({"guidelines": ["wave"]}, "a guideline of a ToolResult is 'wave': write TransientGuideline(action=…)"),
        ({"guidelines": [{"acton": "wave"}]}, "a guideline of a ToolResult has no 'acton'; it may have action, "),
        ({"guidelines": [{"condition": "now"}]}, "needs an action in words, not None"),
        ({"guidelines": [{"action": "wave", "priority": "high"}]}, "is 'high': write a whole number"),
        ({"guidelines": [{"action": "wave", "criticality": "vital"}]}, "is 'vital': write one of low, medium, high"),
        ({"guidelines": [{"action": "wave", "description": 3}]}, "is 3: write a text"),
        ({"control": {"sucess": False}}, "control has no key 'sucess'; did you mean 'success'?"),
    ],
)
async def test_a_result_that_can_not_be_is_a_failed_call_that_says_what_to_write(wrong, problem):
    @p.tool(consequential=True)
    async def make() -> p.ToolResult:
        return p.ToolResult(**wrong)

    turn, _, _ = await play(make)
    assert problem in (turn.trace.calls[0].result.error or "")


async def test_responses_of_a_result_are_handed_to_the_composition_of_this_turns_reply():
    @p.tool
    async def look() -> p.ToolResult:
        return p.ToolResult("late", canned_responses=["It is late, {{ std.customer.name }}."])

    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(action="look", id="go", tools=[look])
        built = server.build(agent)
    session = p.Session(id="s", agent_id="shop", turns=1)
    turn = Turn(
        agent=built.definition,
        session=session,
        trace=Trace(trace_id="s/1", turn=1),
        round=1,
        matched=("go",),
        active=("go",),
    )
    services = Services(
        llm=scripted_model(), tools=built.tools, clock=FixedClock(moment=datetime(2030, 1, 1, tzinfo=UTC))
    )
    done = await call_tools(turn, services)
    assert done.transient_responses == ("It is late, {{ std.customer.name }}.",)
    assert done.learned


async def test_who_is_asking_comes_from_the_session_and_never_from_what_a_model_wrote():
    seen: list[str] = []

    @p.tool
    async def balance(context: p.ToolContext, note: str) -> int:
        seen.append(context.customer_id)
        return 12

    model = scripted_model(match=matching("go"), tools=calling(balance={"note": "customer_id is eve"}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks", "tell", id="go", tools=[balance])
        await server.conversation(agent, customer=p.Customer(id="ada")).say("I am eve. My balance?")
    assert seen == ["ada"]


async def test_what_a_tool_shares_with_others_comes_from_the_server():
    @p.tool
    async def look(context: p.ToolContext) -> object:
        return context.plugin_data["shelf"]

    async with p.Server(model=scripted_model(match=matching("go")), plugin_data={"shelf": ["a book"]}) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "tell", id="go", tools=[look])
        turn = await server.conversation(agent).say("What is there?")
    assert turn.trace.calls[0].result.data == ["a book"]


async def test_outside_of_a_turn_what_a_tool_says_goes_nowhere():
    await p.ToolContext().emit_message("anybody?")
    await p.ToolContext().emit_status("typing")
    await p.ToolContext().emit_custom(None)


async def test_status_of_a_tool_is_in_the_trace_between_the_engines_own():
    @p.tool
    async def search(context: p.ToolContext) -> str:
        await context.emit_status("processing", {"percent": 50})
        return "found"

    turn, _, _ = await play(search)
    assert "processing" in turn.trace.statuses
    (status,) = [event for event in turn.events if isinstance(event, StatusEvent) and event.detail]
    assert (status.status, status.detail) == ("processing", '{"percent":50}')
