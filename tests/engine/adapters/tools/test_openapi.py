"""Operations of an HTTP service as tools, read out of its OpenAPI document and called on a real server."""

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

import understudy.engine as p

from ...worlds import calling, matching, scripted_model

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/orders/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "get": {
                "operationId": "findOrder",
                "summary": "Looks an order up.",
                "parameters": [
                    {"name": "fields", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "language", "in": "header", "schema": {"enum": ["en", "de"]}},
                    {"name": "session", "in": "cookie", "schema": {"type": "string"}},
                ],
            },
            "post": {
                "operationId": "changeOrder",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Change"}}},
                },
            },
            "delete": {"operationId": "deleteOrder"},
        },
        "/status": {"get": {"description": "Tells how it is."}},
        "/notes": {
            "post": {
                "operationId": "note",
                "requestBody": {
                    "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}}
                },
            }
        },
    },
    "components": {
        "parameters": {
            "Id": {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "the number of the order",
                "schema": {"type": "string"},
            }
        },
        "schemas": {
            "Change": {
                "type": "object",
                "required": ["id", "to"],
                "properties": {
                    "id": {"type": "integer"},
                    "to": {"$ref": "#/components/schemas/Place"},
                    "on": {"type": "string", "format": "date"},
                },
            },
            "Place": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
        },
    },
}


class Orders:
    """A small service on this machine that keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        orders = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                self.answer()

            def do_DELETE(self) -> None:
                self.answer()

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                place = urlsplit(self.path)
                body = json.loads(self.rfile.read(length)) if length else None
                language = self.headers.get("language")
                asked = {"method": self.command, "path": place.path, "query": parse_qs(place.query), "body": body}
                orders.requests.append({**asked, "language": language})
                status, text = orders.say(asked)
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def say(self, asked: Mapping[str, Any]) -> tuple[int, bytes]:
        if asked["path"] == "/orders/A%2F0":
            return 404, b'{"detail": "no such order"}'
        if asked["path"] == "/openapi.json":
            return 200, json.dumps(DOCUMENT).encode()
        if asked["path"] == "/status":
            return 200, b"up and running"
        return 200, b'{"state": "packed"}'


@pytest.fixture
def orders() -> Iterator[Orders]:
    service = Orders()
    yield service
    service.close()


async def call(orders: Orders, tool: str, arguments: Mapping[str, str]) -> p.TurnResult:
    """A turn in which an operation is called, whatever it is; harmless ones without parameters are called unasked."""
    model = scripted_model(match=matching("go"), tools=calling(**{f"orders:{tool}": arguments}))
    async with p.Server(model=model) as server:
        await server.add_tool_service("orders", openapi=DOCUMENT, url=orders.url)
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "go on", id="go", tools=[f"orders:{tool}"])
        return await server.conversation(agent).say("Go")


async def test_operations_are_tools_with_the_parameters_of_path_query_and_body(orders: Orders) -> None:
    async with p.Server() as server:
        service = await server.add_tool_service("orders", openapi=DOCUMENT, url=orders.url)
    assert [tool.name for tool in service] == [
        "orders:findOrder",
        "orders:changeOrder",
        "orders:deleteOrder",
        "orders:get_status",
        "orders:note",
    ]
    find = service["findOrder"].tool
    assert find.description == "Looks an order up."
    assert [(item.name, item.type, item.item, item.required) for item in find.parameters] == [
        ("id", "string", None, True),
        ("fields", "array", "string", False),
        ("language", "enum", None, False),
    ]
    assert find.parameters[0].description == "the number of the order"
    change = service["changeOrder"].tool
    assert [(item.name, item.type, item.required) for item in change.parameters] == [
        ("id", "string", True),
        ("body_id", "integer", True),
        ("to", "object", True),
        ("on", "date", False),
    ]
    assert change.parameters[2].schema["properties"] == {"city": {"type": "string"}}


async def test_what_may_change_something_is_consequential(orders: Orders) -> None:
    async with p.Server() as server:
        service = await server.add_tool_service("orders", openapi=DOCUMENT, url=orders.url)
        stated = await server.add_tool_service("stated", openapi=DOCUMENT, url=orders.url, consequential=False)
    levels = {tool.name: (tool.tool.consequential, tool.tool.permission) for tool in service}
    assert levels == {
        "orders:findOrder": (False, "read"),
        "orders:changeOrder": (True, "write"),
        "orders:deleteOrder": (True, "write"),
        "orders:get_status": (False, "read"),
        "orders:note": (True, "write"),
    }
    assert not any(tool.tool.consequential for tool in stated)


async def test_each_argument_goes_where_it_belongs(orders: Orders) -> None:
    turn = await call(orders, "findOrder", {"id": "A/1?x", "fields": "state, price", "language": "DE"})
    assert turn.trace.calls[0].result.data == {"state": "packed"}
    (asked,) = orders.requests
    assert asked == {
        "method": "GET",
        "path": "/orders/A%2F1%3Fx",
        "query": {"fields": ["state", "price"]},
        "body": None,
        "language": "de",
    }


async def test_properties_of_the_body_are_sent_as_a_body(orders: Orders) -> None:
    arguments = {"id": "A1", "body_id": "7", "to": '{"city": "Oslo"}', "on": "2026-03-02"}
    turn = await call(orders, "changeOrder", arguments)
    assert turn.tool_calls == ("orders:changeOrder",)
    assert orders.requests[0]["path"] == "/orders/A1"
    assert orders.requests[0]["body"] == {"id": 7, "to": {"city": "Oslo"}, "on": "2026-03-02"}


async def test_a_body_that_is_no_object_is_one_parameter(orders: Orders) -> None:
    await call(orders, "note", {"body": "first; second"})
    assert orders.requests[0]["body"] == ["first", "second"]


async def test_text_that_is_no_json_comes_back_as_text(orders: Orders) -> None:
    assert (await call(orders, "get_status", {})).trace.calls[0].result.data == "up and running"


async def test_an_error_of_the_service_is_a_failed_call_with_its_words(orders: Orders) -> None:
    turn = await call(orders, "findOrder", {"id": "A/0"})
    assert turn.trace.calls[0].result.error == 'the service answered 404: {"detail": "no such order"}'


@pytest.mark.parametrize("number", ["..", ".", " "])
async def test_no_value_leads_to_another_place(orders: Orders, number: str) -> None:
    turn = await call(orders, "deleteOrder", {"id": number})
    assert "can't be part of a path" in (turn.trace.calls[0].result.error or "")
    assert orders.requests == []


async def test_a_service_that_is_down_is_a_failed_call(orders: Orders) -> None:
    orders.close()
    turn = await call(orders, "deleteOrder", {"id": "A1"})
    assert f"the service at {orders.url} can't be reached" in (turn.trace.calls[0].result.error or "")


async def test_a_document_is_read_from_a_file_or_an_address_or_text(orders: Orders, tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(yaml.safe_dump(DOCUMENT), encoding="utf-8")
    async with p.Server() as server:
        as_file = await server.add_tool_service("file", openapi=file, url=orders.url)
        named = await server.add_tool_service("named", openapi=str(file), url=orders.url)
        as_text = await server.add_tool_service("text", openapi=json.dumps(DOCUMENT), url=orders.url)
        fetched = await server.add_tool_service("fetched", openapi=f"{orders.url}/openapi.json")
    assert len(as_file.tools) == len(named.tools) == len(as_text.tools) == len(fetched.tools) == 5


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"paths": {}}, r"names no server \(''\); give its address as url="),
        ({"paths": {}, "servers": [{"url": "/v1"}]}, "names no server"),
        ("nowhere.json", "No such file"),
        ("a: [\n", "can't be read"),
        ("just\ntext", "it has no paths"),
    ],
)
async def test_a_document_that_can_not_be_used_is_a_clear_error(document: Any, problem: str) -> None:
    async with p.Server() as server:
        with pytest.raises(p.ToolServiceError, match=problem):
            await server.add_tool_service("orders", openapi=document)
