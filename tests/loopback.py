"""A small OpenAI-compatible server on this machine, which answers from a function and can misbehave."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL_SERVED = "small-2026-01-01"
USAGE = {
    "prompt_tokens": 100,
    "completion_tokens": 7,
    "total_tokens": 107,
    "prompt_tokens_details": {"cached_tokens": 64},
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server sends back for one request."""

    text: str | None = "{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Sent as it is, in place of a chat completion."""
    finish_reason: str = "stop"
    hang: bool = False
    """Say nothing until the server is closed."""
    reset: bool = False
    """Break the connection without a word."""
    refusal: str | None = None
    """What the model says when it refuses; there is no content then."""
    pieces: tuple[str, ...] = ()
    """Sent one by one to whoever asked for a stream; without any the text is one piece."""
    stops: bool = False
    """End the stream after its pieces, without saying that the answer is complete."""
    drips: bool = False
    """After the pieces say nothing more until the server is closed."""


Respond = Callable[[dict[str, Any]], Answer | str]


class Loopback:
    """The running server: its address and the requests it got."""

    def __init__(self, respond: Respond) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.paths: list[str] = []
        self._respond = respond
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                loopback.requests.append(request)
                loopback.keys.append(self.headers.get("Authorization", ""))
                loopback.paths.append(self.path)
                answer = loopback._respond(request)
                answer = answer if isinstance(answer, Answer) else Answer(text=answer)
                if request.get("stream") and answer.status == 200 and not (answer.hang or answer.reset):
                    loopback._stream(self, answer)
                else:
                    loopback._send(self, answer)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def _send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        if answer.hang:
            self._closing.wait()
            handler.close_connection = True
            return
        if answer.reset:
            # Closing with a linger of nothing sends a reset in place of a farewell.
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
            handler.close_connection = True
            return
        body = answer.body if answer.body is not None else json.dumps(_completion(answer)).encode()
        handler.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _stream(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True

        def send(chunk: dict[str, Any] | str) -> None:
            text = chunk if isinstance(chunk, str) else json.dumps(chunk)
            handler.wfile.write(f"data: {text}\n\n".encode())
            handler.wfile.flush()

        for piece in answer.pieces or (answer.text or "",):
            send(_chunk(delta={"role": "assistant", "content": piece}))
        if answer.drips:
            self._closing.wait()
        if answer.drips or answer.stops:
            return
        send(_chunk(finish_reason=answer.finish_reason))
        send({**_chunk(), "choices": [], "usage": USAGE})
        send("[DONE]")


def _chunk(*, delta: dict[str, Any] | None = None, finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish_reason}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": MODEL_SERVED,
        "choices": [choice],
    }


def _completion(answer: Answer) -> dict[str, Any]:
    if answer.status != 200:
        return {"error": {"message": answer.text, "type": "server_error", "code": str(answer.status)}}
    content = None if answer.refusal else answer.text
    message = {"role": "assistant", "content": content, "refusal": answer.refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL_SERVED,
        "choices": [{"index": 0, "message": message, "finish_reason": answer.finish_reason}],
        "usage": USAGE,
    }


@contextmanager
def loopback(respond: Respond) -> Iterator[Loopback]:
    """A server that answers each request with what the function says."""
    server = Loopback(respond)
    try:
        yield server
    finally:
        server.close()


def in_turn(*answers: Answer | str) -> Respond:
    """Answer with each of these in turn, and with the last one for ever."""
    left = list(answers)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]
