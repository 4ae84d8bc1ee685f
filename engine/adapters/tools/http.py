"""Tools of a plugin: functions of another program, which serves them over HTTP (see http_wire.py)."""

import importlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlsplit

from ...domain.tool import Tool, ToolResult
from ...domain.values import JSON
from ...errors import MissingExtraError, ToolServiceError
from ...guard import Fault, guarded
from ...ports import ResolvedTool, ToolInvocation
from .dispatch import own_name
from .faults import MOST_BYTES, SECONDS, report, run_guarded
from .http_wire import read_event, read_result, read_tool, write_caller
from .results import as_result

if TYPE_CHECKING:
    import httpx

LONGEST_LINE = 16 * 1024 * 1024
"""Characters of one line of an answer; more is no result that could be used."""


class ServiceFailure(Exception):
    """What a service did instead of answering, in words. Control flow: it becomes a failed result."""


def library() -> Any:
    """The package that speaks HTTP. Raises MissingExtraError."""
    try:
        return importlib.import_module("httpx")
    except ImportError as error:
        raise MissingExtraError(what="a tool service over HTTP", extra="http") from error


def client(url: str) -> "httpx.AsyncClient":
    """A client for one conversation with a service. Raises MissingExtraError."""
    place = urlsplit(url)
    local = place.hostname in ("localhost", "127.0.0.1", "::1")
    # A proxy of the environment has no way to what is on this machine, and time-outs are the guard's.
    made = library().AsyncClient(timeout=None, trust_env=not local, verify=place.scheme == "https")
    return cast("httpx.AsyncClient", made)


def failures() -> tuple[type[Exception], ...]:
    """What may be raised on the way to a service, and over an answer that can't be read."""
    known = library()
    return (known.HTTPError, known.InvalidURL, ValueError, KeyError, TypeError)


def told(error: Exception, url: str) -> ServiceFailure:
    """Such an error in words."""
    if isinstance(error, ValueError | KeyError | TypeError):
        return ServiceFailure(f"the service at {url} answered something that can't be read: {error}")
    return ServiceFailure(f"the service at {url} can't be reached: {error or type(error).__name__}")


class HttpTools:
    """The tools that a plugin serves at an address. Whatever goes wrong on the way is a failed result."""

    def __init__(self, name: str, *, url: str, seconds: float = SECONDS, most_bytes: int = MOST_BYTES) -> None:
        self.name = name
        self._url = url.rstrip("/")
        self._seconds = seconds
        self._most_bytes = most_bytes

    async def list_tools(self) -> tuple[Tool, ...]:
        """The tools it serves. Raises ToolServiceError, MissingExtraError."""
        library()
        found = await guarded(self._list, what=f"tool service {self.name!r}", seconds=SECONDS)
        if isinstance(found, Fault):
            raise ToolServiceError(f"tool service {self.name!r} at {self._url} does not list its tools: {found.error}")
        return found

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """Call a tool where it is served."""
        what = f"tool {invocation.tool.id!r}"
        return await run_guarded(lambda: self._call(invocation), what=what, seconds=self._seconds)

    async def resolve(self, invocation: ToolInvocation, /) -> ResolvedTool:
        """Ask what the tool's parameters may be for this customer now."""
        tool = invocation.tool
        if not any(parameter.provided for parameter in tool.parameters):
            return ResolvedTool(tool=tool)
        what = f"the choices of tool {tool.id!r}"
        found = await guarded(lambda: self._resolve(invocation), what=what, seconds=self._seconds)
        if isinstance(found, Fault):
            report(found)
            free = tuple(replace(parameter, provided=False) for parameter in tool.parameters)
            return ResolvedTool(tool=replace(tool, parameters=free), problem=f"{found.what}: {found}")
        return found

    async def close(self) -> None:
        """Nothing stays open between calls."""

    async def _list(self) -> tuple[Tool, ...]:
        answer = await self._ask("GET", "/tools")
        return tuple(self._named(read_tool(tool)) for tool in cast("list[JSON]", answer["tools"]))

    def _named(self, tool: Tool) -> Tool:
        return replace(tool, id=f"{self.name}:{tool.id}")

    async def _resolve(self, invocation: ToolInvocation) -> ResolvedTool:
        """The invocation's tool, which a guideline may have said more of, with the choices that the plugin names."""
        answer = await self._ask("POST", self._path(invocation, "resolve"), body=write_caller(invocation))
        served = read_tool(answer["tool"])
        choices = {parameter.name: (parameter.choices, parameter.provided) for parameter in served.parameters}
        parameters = [
            replace(parameter, choices=choices[parameter.name][0], provided=choices[parameter.name][1])
            if parameter.provided and parameter.name in choices
            else parameter
            for parameter in invocation.tool.parameters
        ]
        return ResolvedTool(tool=replace(invocation.tool, parameters=tuple(parameters)), problem=answer.get("problem"))

    async def _call(self, invocation: ToolInvocation) -> ToolResult:
        body = {"caller": write_caller(invocation), "arguments": dict(invocation.arguments)}
        url = self._url + self._path(invocation, "call")
        async with client(self._url) as http:
            try:
                async with http.stream("POST", url, json=body) as response:
                    await _check(response)
                    async for line in response.aiter_lines():
                        result = await self._line(line, invocation)
                        if result is not None:
                            return as_result(result, most_bytes=self._most_bytes)
            except failures() as error:
                raise told(error, self._url) from error
        raise ServiceFailure(f"the service at {self._url} ended its answer without a result")

    async def _line(self, line: str, invocation: ToolInvocation) -> ToolResult | None:
        """One line of a call's answer: an event to hand on, or the result."""
        if len(line) > LONGEST_LINE:
            raise ServiceFailure("the service's answer is too long")
        said = cast("dict[str, Any]", json.loads(line) if line.strip() else {})
        if "event" in said and invocation.channel is not None:
            await invocation.channel.emit(read_event(said["event"]))
        return read_result(said["result"]) if "result" in said else None

    async def _ask(self, method: str, path: str, *, body: Mapping[str, JSON] | None = None) -> Mapping[str, Any]:
        async with client(self._url) as http:
            try:
                response = await http.request(method, self._url + path, json=body)
                await _check(response)
                return cast("Mapping[str, Any]", response.json())
            except failures() as error:
                raise told(error, self._url) from error

    def _path(self, invocation: ToolInvocation, verb: str) -> str:
        return f"/tools/{quote(own_name(invocation.tool.id), safe='')}/{verb}"


async def _check(response: "httpx.Response") -> None:
    """Raise ServiceFailure where the answer is no success."""
    if response.status_code >= 400:
        await response.aread()
        raise ServiceFailure(f"the service answered {response.status_code}: {response.text[:200]}")
