"""A tool plugin: functions of another process, called over HTTP."""

import asyncio
import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import understudy.engine as p
from understudy.engine.domain.session import MessageEvent

from ...worlds import calling, matching, saying, scripted_model

PLUGIN = '''
import asyncio
from datetime import date
from enum import Enum
from typing import Annotated

import understudy.engine as p


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


@p.tool
async def find_order(context: p.ToolContext, order: str, day: date, size: Size = Size.SMALL) -> p.ToolResult:
    """Looks an order up.

    Args:
        order: its number
    """
    await context.emit_message(f"Looking for {order}, {context.customer.name}.")
    await context.emit_custom({"progress": 1})
    return p.ToolResult(
        {"order": order, "for": context.customer_id, "tier": context.variables.get("tier"), "weekday": day.weekday()},
        metadata={"shelf": context.plugin_data["shelf"]},
        canned_response_fields={"order": order},
        guidelines=[p.TransientGuideline(action="thank them")],
    )


@p.tool(consequential=True)
async def broken() -> None:
    raise RuntimeError("the shelf fell over")


@p.tool(consequential=True)
async def slow() -> None:
    await asyncio.sleep(60)


async def shelves(context: p.ToolContext) -> list[str]:
    return [f"{context.customer_id}-1", f"{context.customer_id}-2"]


@p.tool
async def empty(shelf: Annotated[str, p.ToolParameterOptions(choice_provider=shelves)]) -> str:
    return f"{shelf} is empty"


async def main() -> None:
    async with p.PluginServer([find_order, broken, slow, empty], port=0, plugin_data={"shelf": 7}) as plugin:
        print(plugin.url, flush=True)
        await asyncio.Event().wait()


asyncio.run(main())
'''


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a plugin that runs in a process of its own."""
    file = tmp_path_factory.mktemp("plugin") / "plugin.py"
    file.write_text(PLUGIN, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(file)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


class Heard:
    def __init__(self) -> None:
        self.texts: list[str] = []

    async def emit(self, event: object, /) -> None:
        if isinstance(event, MessageEvent):
            self.texts.append(event.text)


async def test_a_plugins_tools_are_known_with_all_that_their_signatures_say(plugin: str) -> None:
    async with p.Server() as server:
        service = await server.add_tool_service("shop", url=plugin)
    assert [tool.name for tool in service] == ["shop:find_order", "shop:broken", "shop:slow", "shop:empty"]
    described = service["find_order"].tool
    assert described.description == "Looks an order up."
    assert [(item.name, item.type, item.required) for item in described.parameters] == [
        ("order", "string", True),
        ("day", "date", True),
        ("size", "enum", False),
    ]
    assert described.parameters[0].description == "its number"
    assert described.parameters[2].choices == ("small", "large")
    assert service["broken"].tool.consequential
    assert described.source is None


async def test_a_plugins_tool_is_called_for_the_customer_and_what_it_says_comes_at_once(plugin: str) -> None:
    arguments = {"order": "A1", "day": "2026-03-02"}
    model = scripted_model(
        match=matching("find"), tools=calling(**{"shop:find_order": arguments}), draft=saying("Found it.")
    )
    heard = Heard()
    async with p.Server(model=model) as server:
        await server.add_tool_service("shop", url=plugin)
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "find it", id="find", tools=["shop:find_order"])
        customer = p.Customer(id="ada", name="Ada")
        talk = server.conversation(agent, customer=customer, variables={"tier": "gold"}, sink=heard)
        turn = await talk.say("Where is A1?")
    (call,) = turn.trace.calls
    assert call.tool == "shop:find_order"
    assert call.result.data == {"order": "A1", "for": "ada", "tier": "gold", "weekday": 0}
    assert call.result.metadata == {"shelf": 7}
    assert turn.fired == ("find", "shop:find_order/thank-them")
    assert heard.texts == ["Where is A1?", "Looking for A1, Ada.", "Found it."]
    assert [said.tool for said in turn.trace.said] == ["shop:find_order", None]


async def test_what_a_plugins_tool_notes_about_the_session_comes_with_its_result() -> None:
    @p.tool
    async def triage(context: p.ToolContext) -> str:
        await context.set_metadata("queue", context.metadata["channel"])
        await context.add_label("urgent")
        return "ok"

    async with p.PluginServer([triage], port=0) as remote, p.Server() as server:
        service = await server.add_tool_service("desk", remote.url)
        agent = await server.create_agent("Shop", model=scripted_model(tools=calling(**{"desk:triage": {}})))
        await agent.create_guideline(action="sort it", tools=[service["triage"]], id="sort")
        talk = server.conversation(agent, metadata={"channel": "web"})
        turn = await talk.say("Hi")
    assert (talk.session.metadata, talk.session.labels) == ({"channel": "web", "queue": "web"}, ("urgent",))
    assert turn.trace.context.session_changes[0].by == "tool:desk:triage"


async def test_choices_of_a_plugins_tool_are_asked_for_over_the_wire(plugin: str) -> None:
    model = scripted_model(match=matching("empty"), tools=calling(**{"shop:empty": {"shelf": "Ada 2"}}))
    async with p.Server(model=model) as server:
        service = await server.add_tool_service("shop", url=plugin)
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "empty it", id="empty", tools=[service["empty"]])
        turn = await server.conversation(agent, customer=p.Customer(id="ada")).say("Empty the second")
    assert turn.trace.calls[0].result.data == "ada-2 is empty"
    (ask,) = [ask for ask in model.asked if ask.decision == "tools"]
    assert 'one of ["ada-1", "ada-2"]' in ask.prompt


async def test_what_a_plugins_tool_raises_is_a_failed_call(plugin: str) -> None:
    turn = await call(plugin, "broken")
    assert turn.trace.calls[0].result.error == "RuntimeError: the shelf fell over"
    assert turn.trace.failure is None


async def test_a_plugin_that_takes_too_long_is_a_failed_call(plugin: str) -> None:
    turn = await call(plugin, "slow", seconds=0.3)
    assert turn.trace.calls[0].result.error == "TimeoutError: took longer than 0.3 s"


async def call(url: str, tool: str, *, seconds: float = 30) -> p.TurnResult:
    model = scripted_model(match=matching("go"), tools=calling(**{f"shop:{tool}": {}}))
    async with p.Server(model=model, tool_timeout=seconds) as server:
        await server.add_tool_service("shop", url=url)
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "go on", id="go", tools=[f"shop:{tool}"])
        return await server.conversation(agent).say("Go")


async def test_a_plugin_that_went_down_is_a_failed_call_that_the_agent_can_speak_of() -> None:
    @p.tool
    async def ping() -> str:
        return "pong"

    model = scripted_model(match=matching("go"))
    async with p.Server(model=model) as server:
        async with p.PluginServer([ping], port=0) as plugin:
            await server.add_tool_service("shop", url=plugin.url)
            agent = await server.create_agent("Shop")
            await agent.create_guideline("asks", "go on", id="go", tools=["shop:ping"])
            up = await server.conversation(agent).say("Go")
        down = await server.conversation(agent).say("Go")
    assert up.trace.calls[0].result.data == "pong"
    (failed,) = down.trace.calls
    assert "can't be reached" in (failed.result.error or "")
    assert failed.retried is not None, "a harmless call is made once more"
    assert any("can't be reached" in ask.prompt for ask in model.asked if ask.decision == "draft")


async def test_a_service_that_is_not_there_is_a_clear_error_when_it_is_connected() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with p.Server() as server:
        with pytest.raises(p.ToolServiceError, match=f"tool service 'shop' at http://127.0.0.1:{port} does not list"):
            await server.add_tool_service("shop", url=f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("name", ["", "a:b", "default", "shop"])
async def test_a_service_needs_a_name_of_its_own(plugin: str, name: str) -> None:
    async with p.Server() as server:
        await server.add_tool_service("shop", url=plugin)
        with pytest.raises(ValueError, match="choose another"):
            await server.add_tool_service(name, url=plugin)


async def test_a_service_needs_exactly_one_place(plugin: str) -> None:
    async with p.Server() as server:
        for place in ({}, {"url": plugin, "mcp": ["server"]}, {"mcp": ["server"], "openapi": {"paths": {}}}):
            with pytest.raises(ValueError, match="needs one place"):
                await server.add_tool_service("shop", **place)  # pyright: ignore[reportArgumentType]


async def test_a_tool_that_a_service_does_not_have_is_an_error_with_the_nearest(plugin: str) -> None:
    async with p.Server() as server:
        service = await server.add_tool_service("shop", url=plugin)
        with pytest.raises(p.UnknownNameError, match="'find_ordr'; did you mean 'find_order'"):
            service["find_ordr"]


async def test_without_the_package_the_extra_is_named(plugin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    async with p.Server() as server:
        with pytest.raises(p.MissingExtraError, match=r"pip install 'understudy\[http\]'"):
            await server.add_tool_service("shop", url=plugin)


async def test_a_plugin_offers_no_address_before_it_serves() -> None:
    with pytest.raises(p.NotOpenError, match="does not serve yet"):
        _ = p.PluginServer([]).url


async def test_a_cancelled_serve_lets_go_of_its_port() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for _ in range(2):
        plugin = p.PluginServer([], port=port)
        serving = asyncio.create_task(plugin.serve())
        while True:
            await asyncio.sleep(0.01)
            try:
                assert plugin.url.endswith(str(port))
                break
            except p.NotOpenError:
                continue
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("GET", "/tools/find_ordr", "", 404, "did you mean 'find_order'"),
        ("GET", "/elsewhere", "", 404, "nothing is served at /elsewhere"),
        ("POST", "/tools/find_order/call", "{", 400, "the request is not JSON"),
        ("POST", "/tools/find_order/call", "[]", 400, "no JSON object"),
        ("POST", "/tools/find_order/call", "{}", 400, "a call has a caller and arguments"),
        ("POST", "/tools/find_order/call", '{"caller": {}, "arguments": {}}', 400, "the caller can't be read"),
        ("POST", "/tools/nothing/call", '{"caller": {}, "arguments": {}}', 404, "no tool is called 'nothing'"),
    ],
)
def test_a_request_that_a_plugin_can_not_serve_is_refused(plugin, method, path, body, status, says) -> None:
    place = urlsplit(plugin)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
    connection.request(method, path, body)
    answer = connection.getresponse()
    assert answer.status == status
    assert says in json.loads(answer.read())["error"]
    connection.close()


def test_a_plugin_is_written_like_any_tools(tmp_path: Path) -> None:
    """The plugin of these tests reads nothing but the front door."""
    assert "understudy.engine as p" in PLUGIN
    assert "understudy.engine." not in PLUGIN
