"""The serving end of a tool plugin (see http_wire.py): requests in threads, the tools themselves in one event loop."""

import asyncio
import json
import queue
import threading
from collections.abc import Coroutine, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

from ...domain.session import CustomEvent, MessageEvent, StatusEvent
from ...domain.tool import Tool, ToolResult
from ...domain.values import JSON
from ...errors import closest
from ...ports import ResolvedTool, ToolInvocation
from .http_wire import read_invocation, write_event, write_result, write_tool
from .local import LocalTools

T = TypeVar("T")

LARGEST_REQUEST = 16 * 1024 * 1024


class RefusedRequest(Exception):
    """A request that can't be served: its status and why. Control flow: it becomes the answer."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(text)


class Serving:
    """Tools being served, until it is stopped. Tools run in the event loop in which it was begun."""

    def __init__(self, tools: Mapping[str, Tool], runner: LocalTools, *, host: str, port: int) -> None:
        self._tools = dict(tools)
        self._runner = runner
        self._loop = asyncio.get_running_loop()
        self._server = ThreadingHTTPServer((host, port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="understudy-plugin", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on; the one that was free, where 0 was asked for."""
        return self._server.server_port

    def stop(self) -> None:
        """Take no more requests."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, path: str, *, body: bytes) -> JSON:
        """The answer to any request but a call. Raises RefusedRequest."""
        match [method, *path.strip("/").split("/")]:
            case ["GET", "tools"]:
                return {"tools": [write_tool(tool) for tool in self._tools.values()]}
            case ["GET", "tools", name]:
                return write_tool(self._tool(name))
            case ["POST", "tools", name, "resolve"]:
                invocation = _read(self._tool(name), _json(body), arguments={})
                found: ResolvedTool = self._in_loop(self._runner.resolve(invocation)).result()
                return {"tool": write_tool(found.tool), "problem": found.problem}
            case _:
                raise RefusedRequest(404, f"nothing is served at {path}")

    def begin(self, name: str, body: bytes) -> "Call":
        """Begin a call. Raises RefusedRequest."""
        asked = _json(body)
        caller, arguments = asked.get("caller"), asked.get("arguments")
        if not isinstance(caller, Mapping) or not isinstance(arguments, Mapping):
            raise RefusedRequest(400, "a call has a caller and arguments")
        tool = self._tool(name)
        invocation = _read(tool, cast("Mapping[str, Any]", caller), arguments=cast("Mapping[str, JSON]", arguments))
        call = Call()
        call.running = self._in_loop(call.run(self._runner, invocation))
        return call

    def _tool(self, name: str) -> Tool:
        tool = self._tools.get(unquote(name))
        if tool is None:
            near = closest(unquote(name), self._tools)
            raise RefusedRequest(
                404, f"no tool is called {unquote(name)!r}{f'; did you mean {near!r}?' if near else ''}"
            )
        return tool

    def _in_loop(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        serving = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                respond(self, serving)

            def do_POST(self) -> None:
                respond(self, serving)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the engine's trace tells of every call."""

        return Handler


class Call:
    """A call under way: what it emits and its result, as lines in the order in which they come."""

    def __init__(self) -> None:
        self.lines: queue.SimpleQueue[JSON] = queue.SimpleQueue()
        self.running: Future[None] | None = None

    async def run(self, runner: LocalTools, invocation: ToolInvocation) -> None:
        """Run the tool; its result is the last line."""
        try:
            result = await runner.run(replace(invocation, channel=self))
        except asyncio.CancelledError:
            self.lines.put({"result": write_result(ToolResult(error="the call was cancelled"))})
            raise
        self.lines.put({"result": write_result(result)})

    async def emit(self, event: MessageEvent | StatusEvent | CustomEvent, /) -> None:
        """Take an event of the tool's."""
        self.lines.put({"event": write_event(event)})

    def cancel(self) -> None:
        """Stop the tool: nobody waits for it any more."""
        if self.running is not None:
            with suppress(CancelledError):
                self.running.cancel()


def respond(handler: BaseHTTPRequestHandler, serving: Serving) -> None:
    """Answer one request."""
    path = urlsplit(handler.path).path
    try:
        body = _body(handler)
        match path.strip("/").split("/"):
            case ["tools", name, "call"] if handler.command == "POST":
                _stream(handler, serving.begin(name, body))
            case _:
                _send(handler, 200, answer=serving.answer(handler.command, path, body=body))
    except RefusedRequest as refused:
        _send(handler, refused.status, answer={"error": str(refused)})


def _body(handler: BaseHTTPRequestHandler) -> bytes:
    length = handler.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > LARGEST_REQUEST:
        raise RefusedRequest(413, f"a request may take {LARGEST_REQUEST:,} bytes")
    return handler.rfile.read(int(length))


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(body)
    except ValueError as error:
        raise RefusedRequest(400, f"the request is not JSON: {error}") from error
    if not isinstance(read, Mapping):
        raise RefusedRequest(400, "the request is no JSON object")
    return cast("Mapping[str, Any]", read)


def _read(tool: Tool, caller: Mapping[str, Any], *, arguments: Mapping[str, JSON]) -> ToolInvocation:
    try:
        return read_invocation(tool, caller, arguments=arguments)
    except (KeyError, TypeError, ValueError) as error:
        raise RefusedRequest(400, f"the caller can't be read: {error!r}") from error


def _send(handler: BaseHTTPRequestHandler, status: int, *, answer: JSON) -> None:
    text = json.dumps(answer, ensure_ascii=False).encode()
    with suppress(ConnectionError):
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)


def _stream(handler: BaseHTTPRequestHandler, call: Call) -> None:
    """Write lines as they come; where nobody is there to read them any more the tool is stopped."""
    try:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/x-ndjson")
        handler.end_headers()
        while True:
            line = call.lines.get()
            handler.wfile.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            handler.wfile.flush()
            if "result" in line:
                return
    except ConnectionError:
        call.cancel()
