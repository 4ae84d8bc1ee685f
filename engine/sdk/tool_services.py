"""Tools of other programs: connecting services to a server, and offering one's own functions as a service."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Self, TypedDict

from ..adapters.tools.dispatch import DispatchingTools
from ..adapters.tools.faults import MOST_BYTES
from ..adapters.tools.http_wire import DEFAULT_PORT
from ..adapters.tools.local import LocalTools
from ..domain.values import JSON
from ..errors import NotOpenError, UnknownNameError
from ..ports import ToolService
from .names import here
from .tool_references import LOCAL, AnyTool, ServerTools, ServiceTool
from .tools import ToolEntry

if TYPE_CHECKING:
    from ..adapters.tools.plugin_server import Serving


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlace:
    """Where a service is. Exactly one of `url`, `mcp` and `openapi` says of what kind it is."""

    url: str | None = None
    """The address of a tool plugin; beside `openapi` that of the service it describes."""
    mcp: str | Sequence[str] | None = None
    """An MCP server: its address, or the command that starts it."""
    openapi: str | Path | Mapping[str, JSON] | None = None
    """An OpenAPI document: as a mapping, or its text, file or address, in JSON or YAML."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the command of an MCP server is given beside the few variables that every program needs."""
    consequential: bool | None = None
    """Whether all tools of an MCP server or OpenAPI document are; None leaves it to their kind."""


class ServiceOptions(TypedDict, total=False):
    """What may be said of a service beside its address."""

    mcp: str | Sequence[str] | None
    openapi: str | Path | Mapping[str, JSON] | None
    environment: Mapping[str, str]
    consequential: bool | None


class Service:
    """A service that was connected: its tools by name, to be given wherever a tool is wanted."""

    def __init__(self, name: str, tools: Mapping[str, ServiceTool]) -> None:
        self.name = name
        self._tools = tools

    @property
    def tools(self) -> tuple[ServiceTool, ...]:
        """All its tools, in its order."""
        return tuple(self._tools.values())

    def __getitem__(self, name: str) -> ServiceTool:
        if name not in self._tools:
            raise UnknownNameError(kind=f"tool of service {self.name!r}", name=name, known=self._tools)
        return self._tools[name]

    def __iter__(self) -> Iterator[ServiceTool]:
        return iter(self.tools)

    def __repr__(self) -> str:
        return f"<tool service {self.name!r}: {', '.join(self._tools)}>"


async def connect(known: ServerTools, name: str, place: ServicePlace, *, limits: "ToolLimits") -> Service:
    """Connect a service and learn its tools. Raises ToolServiceError, MissingExtraError, ValueError."""
    if not name or ":" in name or name in LOCAL or name in known.services:
        taken = "is connected already" if name in known.services else "can't be the name of a service"
        raise ValueError(here(f"{name!r} {taken}; choose another, without ':'"))
    service = _service(name, place, limits=limits)
    tools = {tool.id.partition(":")[2]: ServiceTool(tool=tool, service=service) for tool in await service.list_tools()}
    known.services[name] = service
    known.served |= {tool.name: tool for tool in tools.values()}
    return Service(name, tools)


def services_of(known: ServerTools) -> list[Service]:
    """The services that are connected, in the order in which they were, each with its tools."""
    return [_connected(known, name) for name in known.services]


def service_of(known: ServerTools, name: str) -> Service:
    """The service of that name. Raises UnknownNameError."""
    if name not in known.services:
        raise UnknownNameError(kind="tool service", name=name, known=known.services, place=here())
    return _connected(known, name)


def _connected(known: ServerTools, name: str) -> Service:
    mine = {tool: served for tool, served in known.served.items() if tool.partition(":")[0] == name}
    return Service(name, {tool.partition(":")[2]: served for tool, served in mine.items()})


async def forget(known: ServerTools, name: str) -> None:
    """Let go of a service, whose tools have no name any more. Raises UnknownNameError."""
    service_of(known, name)
    service = known.services.pop(name)
    for tool in [tool for tool in known.served if tool.partition(":")[0] == name]:
        del known.served[tool]
    await service.close()


def _service(name: str, place: ServicePlace, *, limits: "ToolLimits") -> ToolService:
    seconds, most_bytes = limits.seconds, limits.most_bytes
    # Each kind brings in its own library, so only the one that is used is imported.
    if place.mcp is not None and place.openapi is None and place.url is None:
        from ..adapters.tools.mcp import McpPlace, McpTools

        address = place.mcp if isinstance(place.mcp, str) else None
        command = () if isinstance(place.mcp, str) else tuple(place.mcp)
        where = McpPlace(command=command, url=address, environment=place.environment)
        return McpTools(name, where, consequential=place.consequential, seconds=seconds, most_bytes=most_bytes)
    if place.openapi is not None and place.mcp is None:
        from ..adapters.tools.openapi import Document, OpenApiTools

        document = Document(source=place.openapi, url=place.url, consequential=place.consequential)
        return OpenApiTools(name, document, seconds=seconds, most_bytes=most_bytes)
    if place.url is not None and place.mcp is None:
        from ..adapters.tools.http import HttpTools

        return HttpTools(name, url=place.url, seconds=seconds, most_bytes=most_bytes)
    raise ValueError(here(f"service {name!r} needs one place: url= of a plugin, mcp= or openapi= (this with url=)"))


async def disconnect(known: ServerTools) -> None:
    """Let go of what services keep open; they open again when they are called."""
    async with AsyncExitStack() as stack:  # one that can't be closed keeps no other from it
        for service in known.services.values():
            stack.push_async_callback(service.close)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLimits:
    """What calls of tools may take and give, and what functions of this process share."""

    seconds: float
    most_bytes: int
    """Of a result as JSON."""
    plugin_data: Mapping[str, object]


def runner_of(tools: Mapping[str, AnyTool], limits: ToolLimits) -> DispatchingTools:
    """What runs an agent's tools: its functions here, the rest where they are at home."""
    local = {name: tool for name, tool in tools.items() if isinstance(tool, ToolEntry)}
    services = {name.partition(":")[0]: tool.service for name, tool in tools.items() if isinstance(tool, ServiceTool)}
    here = LocalTools(local, seconds=limits.seconds, most_bytes=limits.most_bytes, plugin_data=limits.plugin_data)
    return DispatchingTools(here, services)


class PluginServer:
    """Offers functions of this process as a tool service, to engines elsewhere.

    `async with p.PluginServer(tools=[find_order]) as plugin:` serves until the block is left, `await plugin.serve()`
    until it is stopped. Whoever reaches the port may call the tools in the name of any customer: by default only this
    machine does. `tool_result_bytes` is how long a result may be as JSON; the engine that calls has a limit of its own.
    """

    def __init__(
        self,
        tools: Sequence[ToolEntry],
        port: int = DEFAULT_PORT,
        *,
        host: str = "127.0.0.1",
        plugin_data: Mapping[str, object] = MappingProxyType({}),
        tool_result_bytes: int = MOST_BYTES,
    ) -> None:
        self._tools = {tool.tool.id: tool for tool in tools}
        self._host = host
        self._port = port
        self._plugin_data = plugin_data
        self._most_bytes = tool_result_bytes
        self._serving: Serving | None = None

    @property
    def url(self) -> str:
        """Its address. Raises NotOpenError while it does not serve."""
        if self._serving is None:
            raise NotOpenError("the plugin does not serve yet: enter it with 'async with', or await start()")
        host = "127.0.0.1" if self._host in ("0.0.0.0", "") else self._host
        return f"http://{host}:{self._serving.port}"

    def enable_tool(self, tool: ToolEntry) -> None:
        """Offer one more tool, from the next start on."""
        self._tools[tool.tool.id] = tool

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.shutdown()

    async def start(self) -> None:
        """Begin to serve, and return. Raises OSError where the port is taken."""
        from ..adapters.tools.plugin_server import Serving  # an HTTP server that few programs need

        runner = LocalTools(self._tools, most_bytes=self._most_bytes, plugin_data=self._plugin_data)
        described = {name: entry.tool for name, entry in self._tools.items()}
        self._serving = Serving(described, runner, host=self._host, port=self._port)

    async def serve(self) -> None:
        """Serve until cancelled."""
        await self.start()
        try:
            await asyncio.Event().wait()
        finally:
            await self.shutdown()

    async def shutdown(self) -> None:
        """Take no more calls."""
        serving, self._serving = self._serving, None
        if serving is not None:
            await asyncio.to_thread(serving.stop)
