"""Tools of a server that speaks MCP: a program started for it, or an address."""

import asyncio
import importlib
import os
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from ...domain.tool import Tool, ToolResult
from ...domain.values import JSON
from ...errors import MissingExtraError, ToolServiceError
from ...guard import Fault, guarded
from ...ports import ResolvedTool, ToolInvocation
from .dispatch import own_name
from .faults import MOST_BYTES, SECONDS, failed, run_guarded
from .http import ServiceFailure
from .json_schema import read_parameters
from .results import as_result

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult
    from mcp.types import Tool as ServedTool


@dataclass(frozen=True, slots=True, kw_only=True)
class McpPlace:
    """Where a server is: the command that starts it, or its address."""

    command: Sequence[str] = ()
    url: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the command is given beside the few variables that every program needs."""


class McpTools:
    """The tools of an MCP server. Whatever goes wrong on the way is a failed result.

    From `list_tools` on one connection is kept open in the event loop that asked, so that a server may remember what it
    was told; where it is not at hand (in another loop, after `close`) each call opens one of its own.
    """

    def __init__(
        self,
        name: str,
        place: McpPlace,
        *,
        consequential: bool | None = None,
        seconds: float = SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.name = name
        self._place = place
        self._consequential = consequential
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._kept: _Kept | None = None

    async def list_tools(self) -> tuple[Tool, ...]:
        """The tools it has. Raises ToolServiceError, MissingExtraError."""
        library()
        found = await guarded(self._list, what=f"tool service {self.name!r}", seconds=SECONDS)
        if isinstance(found, Fault):
            await self.close()
            raise ToolServiceError(f"tool service {self.name!r} does not list its tools: {found.error}")
        return found

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """Call a tool of the server."""
        what = f"tool {invocation.tool.id!r}"
        return await run_guarded(lambda: self._call(invocation), what=what, seconds=self._seconds)

    async def resolve(self, invocation: ToolInvocation, /) -> ResolvedTool:
        """The tool as it is: MCP has no choices that change."""
        return ResolvedTool(tool=invocation.tool)

    async def close(self) -> None:
        """Close the connection that is kept open, and with it a program started for it."""
        kept, self._kept = self._kept, None
        if kept is not None and kept.loop is asyncio.get_running_loop():
            await kept.close()

    async def _list(self) -> tuple[Tool, ...]:
        if self._kept is None:
            self._kept = await _Kept.open(self._place)
        tools: list[ServedTool] = []
        cursor: str | None = None
        async with self._connected() as client:
            while True:
                page = await client.list_tools(cursor=cursor)
                tools += page.tools
                cursor = page.next_cursor
                if cursor is None:
                    return tuple(self._read(tool) for tool in tools)

    def _read(self, served: "ServedTool") -> Tool:
        # What a server says of its own harmlessness is a hint; its author decides, and until then it is not relied on.
        consequential = True if self._consequential is None else self._consequential
        return Tool(
            id=f"{self.name}:{served.name}",
            description=served.description or served.title or "",
            parameters=read_parameters(served.input_schema),
            consequential=consequential,
            permission="write" if consequential else "read",
        )

    async def _call(self, invocation: ToolInvocation) -> ToolResult:
        outcome = await guarded(lambda: self._talk(invocation), what=f"tool {invocation.tool.id!r}")
        if isinstance(outcome, Fault):
            # A kept connection that is broken is given up, so that the next call opens one of its own.
            await self.close()
            return replace(failed(outcome), error=f"the MCP server can't be reached: {outcome}")
        return as_result(outcome, most_bytes=self._most_bytes)

    async def _talk(self, invocation: ToolInvocation) -> ToolResult:
        mcp = library()
        async with self._connected() as client:
            try:
                return _result(await client.call_tool(own_name(invocation.tool.id), dict(invocation.arguments)))
            except mcp.MCPError as error:
                if error.code == mcp.types.CONNECTION_CLOSED:
                    raise
                return ToolResult(error=f"the MCP server refused the call: {error}")

    @asynccontextmanager
    async def _connected(self) -> "AsyncGenerator[Client]":
        kept = self._kept
        if kept is not None and kept.is_open:
            yield kept.client
            return
        async with _client(self._place) as client:
            yield client


class _Kept:
    """A connection held open by a task of its own, because it must be closed by whoever opened it."""

    def __init__(self, place: McpPlace) -> None:
        self.loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[Client | Fault] = self.loop.create_future()
        self._client: Client | None = None
        self._leave = asyncio.Event()
        self._task = self.loop.create_task(self._hold(place))

    @classmethod
    async def open(cls, place: McpPlace) -> "_Kept":
        """Open a connection. Raises ServiceFailure."""
        kept = cls(place)
        try:
            opened = await asyncio.shield(kept.opened)
        except asyncio.CancelledError:
            await kept.close()
            raise
        if isinstance(opened, Fault):
            raise ServiceFailure(f"the MCP server can't be reached: {opened}")
        kept._client = opened
        return kept

    @property
    def client(self) -> "Client":
        """The open connection. Raises ServiceFailure."""
        if self._client is None:
            raise ServiceFailure("the connection is not open")
        return self._client

    @property
    def is_open(self) -> bool:
        """Whether it can be used where the question is asked."""
        return not self._task.done() and self.loop is asyncio.get_running_loop()

    async def close(self) -> None:
        """Close it and wait until that is done."""
        self._leave.set()
        if not self.opened.done():
            self._task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait([self._task])

    async def _hold(self, place: McpPlace) -> None:
        fault = await guarded(lambda: self._stay(place), what="the connection to an MCP server")
        if isinstance(fault, Fault) and not self.opened.done():
            self.opened.set_result(fault)

    async def _stay(self, place: McpPlace) -> None:
        async with _client(place) as client:
            self.opened.set_result(client)
            await self._leave.wait()


def library() -> Any:
    """The package that speaks MCP. Raises MissingExtraError."""
    try:
        return importlib.import_module("mcp")
    except ImportError as error:
        raise MissingExtraError(what="an MCP tool service", extra="mcp") from error


def _client(place: McpPlace) -> "Client":
    mcp = library()
    if place.url is not None:
        return cast("Client", mcp.Client(place.url))
    command, *arguments = place.command
    started = mcp.StdioServerParameters(command=command, args=arguments, env=dict(place.environment))
    # The process's own stderr, since what stands in its place under a test runner may be closed at any time.
    return cast("Client", mcp.Client(mcp.stdio_client(started, errlog=sys.__stderr__ or open(os.devnull, "w"))))


def _result(answer: "CallToolResult") -> ToolResult:
    texts = [block.text for block in answer.content if block.type == "text"]
    text = "\n".join(texts)
    if answer.is_error:
        return ToolResult(error=text or "the tool failed and did not say why")
    structured: JSON = answer.structured_content
    if isinstance(structured, Mapping) and list(cast("Mapping[str, JSON]", structured)) == ["result"]:
        return ToolResult(cast("Mapping[str, JSON]", structured)["result"])
    return ToolResult(structured if structured is not None else text)
