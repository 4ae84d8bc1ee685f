"""Tools of a real MCP server, started as a process of its own and spoken to over its standard input and output."""

import asyncio
import sys
from pathlib import Path

import pytest

import understudy.engine as p

from ...worlds import calling, matching, scripted_model

SERVER = '''
import os
from typing import Literal

from mcp.server.mcpserver import MCPServer
from pydantic import BaseModel

server = MCPServer("shelves")
taken: list[str] = []


class Place(BaseModel):
    row: int
    side: Literal["left", "right"] = "left"


@server.tool()
def take(item: str, place: Place, count: int = 1) -> dict[str, object]:
    """Takes something from a shelf."""
    taken.append(item)
    return {"taken": list(taken), "row": place.row, "count": count}


@server.tool()
def describe(kind: Literal["tall", "flat"]) -> str:
    """Describes the shelves of a kind."""
    return f"{kind} and made of wood"


@server.tool()
def broken() -> str:
    raise RuntimeError("the shelf fell over")


@server.tool()
def die() -> str:
    os._exit(3)


server.run()
'''


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    file = tmp_path / "shelves.py"
    file.write_text(SERVER, encoding="utf-8")
    return [sys.executable, str(file)]


async def agent_with(server: p.Server, *tools: str) -> p.Agent:
    agent = await server.create_agent("Shop")
    await agent.create_guideline("asks", "go on", id="go", tools=list(tools))
    return agent


async def test_a_servers_tools_are_known_with_their_parameters(command: list[str]) -> None:
    async with p.Server() as server:
        service = await server.add_tool_service("shelves", mcp=command)
    take = service["take"].tool
    assert [tool.name for tool in service] == ["shelves:take", "shelves:describe", "shelves:broken", "shelves:die"]
    assert take.description == "Takes something from a shelf."
    assert [(item.name, item.type, item.required) for item in take.parameters] == [
        ("item", "string", True),
        ("place", "object", True),
        ("count", "integer", False),
    ]
    assert take.parameters[1].schema["properties"]["row"]["type"] == "integer"
    assert service["describe"].tool.parameters[0].choices == ("tall", "flat")


async def test_they_count_as_consequential_unless_the_author_says_otherwise(command: list[str]) -> None:
    async with p.Server() as server:
        careful = await server.add_tool_service("careful", mcp=command)
        harmless = await server.add_tool_service("harmless", mcp=command, consequential=False)
    assert {(tool.tool.consequential, tool.tool.permission) for tool in careful} == {(True, "write")}
    assert {(tool.tool.consequential, tool.tool.permission) for tool in harmless} == {(False, "read")}


async def test_a_call_reaches_the_server_which_remembers_those_before(command: list[str]) -> None:
    arguments = {"item": "a book", "place": '{"row": 3}'}
    model = scripted_model(match=matching("go"), tools=calling(**{"shelves:take": arguments}))
    async with p.Server(model=model) as server:
        await server.add_tool_service("shelves", mcp=command)
        agent = await agent_with(server, "shelves:take")
        talk = server.conversation(agent)
        first = await talk.say("Take a book")
        second = await talk.say("Another one")
    assert first.trace.calls[0].result.data == {"taken": ["a book"], "row": 3, "count": 1}
    assert second.trace.calls[0].result.data["taken"] == ["a book", "a book"]


async def test_an_argument_that_does_not_fit_the_servers_schema_is_never_sent(command: list[str]) -> None:
    arguments = {"item": "a book", "place": '{"row": "third", "side": "top"}'}
    model = scripted_model(match=matching("go"), tools=calling(**{"shelves:take": arguments}))
    async with p.Server(model=model) as server:
        await server.add_tool_service("shelves", mcp=command)
        turn = await server.conversation(await agent_with(server, "shelves:take")).say("Take a book")
    assert turn.tool_calls == ()
    assert [item.problem for item in turn.trace.insights] == ['row must be integer, not "third"']


async def test_what_a_tool_of_a_server_raises_is_a_failed_call(command: list[str]) -> None:
    model = scripted_model(match=matching("go"), tools=calling(**{"shelves:broken": {}}))
    async with p.Server(model=model) as server:
        await server.add_tool_service("shelves", mcp=command)
        turn = await server.conversation(await agent_with(server, "shelves:broken")).say("Go")
    assert turn.trace.calls[0].failed
    assert turn.trace.failure is None


async def test_text_comes_back_as_text(command: list[str]) -> None:
    model = scripted_model(match=matching("go"), tools=calling(**{"shelves:describe": {"kind": "Tall"}}))
    async with p.Server(model=model) as server:
        await server.add_tool_service("shelves", mcp=command, consequential=False)
        turn = await server.conversation(await agent_with(server, "shelves:describe")).say("Tell me")
    assert turn.trace.calls[0].result.data == "tall and made of wood"


async def test_a_server_that_dies_is_a_failed_call_and_the_next_call_starts_it_again(command: list[str]) -> None:
    model = scripted_model(
        match=matching("go"), tools=calling(**{"shelves:die": {}, "shelves:describe": {"kind": "flat"}})
    )
    async with p.Server(model=model) as server:
        await server.add_tool_service("shelves", mcp=command)
        dying = await server.conversation(await agent_with(server, "shelves:die")).say("Go")
        other = await server.create_agent("Other")
        await other.create_guideline("asks", "go on", id="go", tools=["shelves:describe"])
        after = await server.conversation(other).say("Go")
    assert "the MCP server can't be reached" in (dying.trace.calls[0].result.error or "")
    assert after.trace.calls[0].result.data == "flat and made of wood"


def test_an_agent_built_in_one_loop_is_talked_to_in_another(command: list[str]) -> None:
    async def build() -> p.BuiltAgent:
        async with p.Server() as server:
            await server.add_tool_service("shelves", mcp=command)
            return server.build(await agent_with(server, "shelves:describe"))

    built = asyncio.run(build())
    model = scripted_model(match=matching("go"), tools=calling(**{"shelves:describe": {"kind": "tall"}}))
    turn = asyncio.run(p.open_conversation(built, llm=model).say("Go"))
    assert turn.trace.calls[0].result.data == "tall and made of wood"


async def test_a_command_that_can_not_be_started_is_a_clear_error() -> None:
    async with p.Server() as server:
        with pytest.raises(p.ToolServiceError, match="tool service 'shelves' does not list its tools"):
            await server.add_tool_service("shelves", mcp=["no-such-program-anywhere"])


async def test_without_the_package_the_extra_is_named(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    async with p.Server() as server:
        with pytest.raises(p.MissingExtraError, match=r"pip install 'understudy\[mcp\]'"):
            await server.add_tool_service("shelves", mcp=command)
