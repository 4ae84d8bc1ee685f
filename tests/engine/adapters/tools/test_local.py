import asyncio
import logging
import sys
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from understudy.engine.adapters.tools.local import LocalTools
from understudy.engine.domain.session import Customer, MessageEvent, Session
from understudy.engine.domain.tool import Tool, ToolResult
from understudy.engine.domain.values import JSON
from understudy.engine.ports import ToolInvocation
from understudy.engine.sdk.tools import ToolContext, ToolEntry, ToolParameterOptions, tool

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
SESSION = Session(
    id="s1",
    agent_id="bank",
    customer=Customer(id="ada", name="Ada", tags=("vip",)),
    events=(MessageEvent(source="customer", text="hello"), MessageEvent(source="ai_agent", text="hi")),
    metadata={"channel": "web"},
)


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Address(BaseModel):
    street: str
    since: date


class OrderNotFound(Exception):
    pass


def test_a_function_gets_what_its_hints_ask_for() -> None:
    got: list[object] = []

    @tool
    async def order(day: date, at: datetime, size: Size, to: Address, others: list[Size], price: float) -> None:
        got.extend([day, at, size, to, others, price])

    arguments: dict[str, JSON] = {
        "day": "2026-03-03",
        "at": "2026-03-03T10:00:00",
        "size": "large",
        "to": {"street": "Elm", "since": "2020-01-01"},
        "others": ["small"],
        "price": 20,
    }
    assert _run(order, arguments) == ToolResult()
    assert got == [
        date(2026, 3, 3),
        datetime(2026, 3, 3, 10),  # noqa: DTZ001
        Size.LARGE,
        Address(street="Elm", since=date(2020, 1, 1)),
        [Size.SMALL],
        20.0,
    ]
    assert isinstance(got[-1], float)


def test_the_context_tells_who_the_tool_is_called_for() -> None:
    seen: list[ToolContext] = []

    @tool
    async def look(ctx) -> None:
        seen.append(ctx)

    invocation = ToolInvocation(
        tool=look.tool,
        arguments={},
        session=SESSION,
        variables={"tier": "gold"},
        agent_name="Bank",
        agent_id="bank",
        now=NOW,
    )
    asyncio.run(LocalTools({"look": look}, plugin_data={"db": "orders"}).run(invocation))
    (context,) = seen
    assert (context.agent_id, context.agent_name, context.session_id) == ("bank", "Bank", "s1")
    assert (context.customer_id, context.customer_tags, context.customer.name) == ("ada", ("vip",), "Ada")
    assert context.variables.get("tier") == "gold"
    assert (context.now, context.plugin_data, context.metadata) == (NOW, {"db": "orders"}, {"channel": "web"})
    assert [message.text for message in context.interaction.messages] == ["hello", "hi"]
    assert context.interaction.last_customer_message is not None
    assert context.interaction.last_customer_message.text == "hello"


@pytest.mark.parametrize("returned", [None, 7, "C-1", ["a", {"b": 1.5}], {"ok": True}])
def test_any_json_value_becomes_the_data_of_the_result(returned: JSON) -> None:
    assert _run(_returning(returned)) == ToolResult(data=returned)


def test_a_result_is_given_back_with_all_its_parts() -> None:
    result = ToolResult(
        data=None,
        error="Order not found",
        metadata={"trace": 1},
        control={"mode": "manual", "retry_allowed": False},
        canned_responses=("We could not find it.",),
        canned_response_fields={"order": "7"},
        guidelines=({"action": "apologise"},),
    )
    assert _run(_returning(result)) == result


def test_a_result_is_a_copy_in_jsons_own_types() -> None:
    class Colour(StrEnum):
        RED = "red"

    kept: dict[str, object] = {"colours": (Colour.RED,)}
    result = _run(_returning(kept))
    kept["colours"] = ()
    assert result.data == {"colours": ["red"]}
    assert type(result.data["colours"][0]) is str


def test_a_sync_function_runs_in_a_thread_of_its_own() -> None:
    @tool
    def where() -> bool:
        return threading.current_thread() is threading.main_thread()

    assert _run(where) == ToolResult(data=False)


def test_a_sync_function_that_gives_a_coroutine_is_awaited() -> None:
    async def later() -> str:
        return "done"

    assert _run(tool(name="wrapped")(lambda: later())) == ToolResult(data="done")


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_an_exception_is_a_failed_result_with_its_type_and_message(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise OrderNotFound("no order 7")

    async def fail_later() -> None:
        fail()

    with caplog.at_level(logging.INFO, logger="understudy.tools"):
        result = _run(tool(name="find")(fail if kind == "sync" else fail_later))
    assert result.failed
    assert result.visible == {"error": "OrderNotFound: no order 7"}
    assert result.metadata == {"fault": "raised", "exception": "OrderNotFound"}
    assert "raise OrderNotFound" in caplog.text


def test_a_tool_that_wants_to_end_the_process_is_a_failed_call() -> None:
    assert _run(tool(name="leave")(lambda: sys.exit(1))).error == "SystemExit: 1"


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_a_tool_that_takes_too_long_is_a_failed_call(kind: str) -> None:
    release = threading.Event()

    async def endless() -> None:
        await asyncio.Event().wait()

    def blocked() -> None:
        release.wait()

    slow = tool(name="slow")(endless if kind == "async" else blocked)
    result = _run(slow, tools=LocalTools({"slow": slow}, seconds=0.01))
    release.set()
    assert result.error == "TimeoutError: took longer than 0.01 s"
    assert result.metadata["fault"] == "timed_out"


def test_a_cancelled_turn_cancels_the_tool() -> None:
    ended: list[str] = []

    async def play() -> None:
        started = asyncio.Event()

        @tool
        async def wait() -> None:
            started.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("wait")

        task = asyncio.ensure_future(LocalTools({"wait": wait}).run(_invocation(wait.tool, {})))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(play())
    assert ended == ["wait"]


def test_a_result_that_is_too_large_is_a_failed_call() -> None:
    assert not _run(_returning("x" * 16_000)).failed
    too_large = _run(_returning("x" * 20_000))
    assert too_large.data is None
    assert too_large.error == "the tool's result takes 20,011 bytes as JSON, more than the 16,384 allowed"


def test_all_that_a_result_carries_counts() -> None:
    result = ToolResult(data=1, canned_response_fields={"text": "x" * 17_000})
    assert "bytes as JSON" in str(_run(_returning(result)).error)


def _cycle() -> list[Any]:
    circle: list[Any] = []
    circle += [circle, circle]
    return circle


@pytest.mark.parametrize(
    ("returned", "problem"),
    [
        ({"order": [1, Decimal(2)]}, "data.order[1] is of type 'Decimal', which JSON can't hold"),
        (date(2026, 3, 3), "data is of type 'date', which JSON can't hold"),
        ({1: "a"}, "data has a key of type 'int', where JSON wants a text"),
        ([float("nan")], "data[0] is the number nan, which JSON can't hold"),
        (_cycle(), "nested more than 50 levels deep"),
        (ToolResult(metadata={"at": date(2026, 3, 3)}), "metadata.at is of type 'date'"),
        (
            ToolResult(control={"retry_alowed": True}),
            "control has no key 'retry_alowed'; did you mean 'retry_allowed'?",
        ),
        (ToolResult(control={"mode": "human"}), "control['mode'] is 'human', not one of 'auto', 'manual'"),
    ],
)
def test_a_result_that_can_not_be_used_is_a_failed_call_that_names_the_part(returned: object, problem: str) -> None:
    error = _run(_returning(returned)).error
    assert error is not None
    assert error.startswith("the tool's result can't be used: ")
    assert problem in error


def test_a_value_with_very_many_shared_parts_is_refused_at_once() -> None:
    shared: list[Any] = [1]
    for _ in range(40):
        shared = [shared, shared]
    assert "more than 16,384 parts" in str(_run(_returning(shared)).error)


def test_arguments_that_are_left_out_take_the_functions_defaults() -> None:
    @tool
    async def pay(amount: float, memo: str = "none", note: str | None = None, to: str | None = "me") -> list[Any]:
        return [amount, memo, note, to]

    assert _run(pay, {"amount": 5, "memo": None}).data == [5.0, "none", None, "me"]


def test_an_optional_argument_without_a_default_is_none() -> None:
    @tool
    async def pay(memo: str | None) -> bool:
        return memo is None

    assert _run(pay).data is True


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "parameter 'day' is missing"),
        ({"day": "soon"}, "parameter 'day': Input should be a valid date"),
        ({"day": "2026-03-03", "dya": 1}, "no parameter is called 'dya'; did you mean 'day'?"),
    ],
)
def test_arguments_that_do_not_fit_are_a_failed_call_and_the_function_is_not_run(
    arguments: dict[str, JSON], error: str
) -> None:
    ran: list[date] = []

    @tool
    async def book(day: date) -> None:
        ran.append(day)

    assert str(_run(book, arguments).error).startswith(error)
    assert ran == []


def test_a_tool_that_is_not_there_is_a_failed_call_that_names_the_nearest() -> None:
    tools = LocalTools({"refund": _returning(1)})
    result = asyncio.run(tools.run(_invocation(Tool(id="refnud"), {})))
    assert result.error == "no tool is called 'refnud'; did you mean 'refund'?"


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_an_adapter_makes_the_value_of_an_argument(kind: str) -> None:
    async def later(text: str) -> int:
        return len(text)

    adapter = later if kind == "async" else len

    @tool
    async def measure(text: Annotated[str, ToolParameterOptions(adapter=adapter)]) -> object:
        return text

    assert _run(measure, {"text": "four"}).data == 4


def test_a_provider_says_what_may_be_chosen_for_this_customer() -> None:
    async def accounts(context: ToolContext, bank: dict[str, list[str]]) -> list[str]:
        return bank[context.customer_id]

    @tool
    async def close(account: Annotated[str, ToolParameterOptions(choice_provider=accounts)]) -> str:
        return account

    tools = LocalTools({"close": close}, plugin_data={"bank": {"ada": ["savings", "joint"]}})
    resolved = asyncio.run(tools.resolve(_invocation(close.tool, {})))
    assert resolved.tool.parameters[0].choices == ("savings", "joint")
    assert resolved.problem is None
    assert _run(close, {"account": "Savings"}, tools=tools).data == "savings"
    assert _run(close, {"account": "bonds"}, tools=tools).error == (
        "parameter 'account': 'bonds' is not one of: savings, joint"
    )


def test_a_tool_without_providers_is_resolved_to_itself() -> None:
    plain = _returning(1)
    assert asyncio.run(LocalTools({"give": plain}).resolve(_invocation(plain.tool, {}))).tool is plain.tool


def test_a_provider_that_fails_or_offers_nothing_lets_no_value_through() -> None:
    def broken() -> list[str]:
        raise OrderNotFound("no list")

    @tool
    async def close(account: Annotated[str, ToolParameterOptions(choice_provider=broken)]) -> None: ...

    @tool
    async def choose(account: Annotated[str, ToolParameterOptions(choice_provider=list)]) -> None: ...

    tools = LocalTools({"close": close, "choose": choose})
    resolved = asyncio.run(tools.resolve(_invocation(close.tool, {})))
    assert resolved.problem == "the choices of tool 'close': OrderNotFound: no list"
    assert not resolved.tool.parameters[0].provided, "a stand-in for the tool may take any value"
    chosen = asyncio.run(tools.resolve(_invocation(choose.tool, {}))).tool.parameters[0]
    assert (chosen.provided, chosen.choices) == (True, ())
    assert _run(close, {"account": "a"}, tools=tools).error == "OrderNotFound: no list"
    assert _run(choose, {"account": "a"}, tools=tools).error == "parameter 'account': there is nothing to choose from"


def _returning(value: object) -> ToolEntry:
    async def give() -> object:
        return value

    return tool(give)


def _invocation(described: Tool, arguments: dict[str, JSON]) -> ToolInvocation:
    return ToolInvocation(tool=described, arguments=arguments, session=SESSION)


def _run(entry: ToolEntry, arguments: dict[str, JSON] | None = None, *, tools: LocalTools | None = None) -> ToolResult:
    runner = tools or LocalTools({entry.tool.id: entry})
    return asyncio.run(runner.run(_invocation(entry.tool, arguments or {})))
