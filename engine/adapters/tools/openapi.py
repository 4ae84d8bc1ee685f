"""Tools read out of an OpenAPI document: each operation of the service is one."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urljoin

from ...domain.tool import Parameter, Tool, ToolResult
from ...domain.values import JSON
from ...errors import ToolServiceError
from ...guard import Fault, guarded
from ...ports import ResolvedTool, ToolInvocation
from ...tooling.schemas import at_pointer
from .faults import MOST_BYTES, SECONDS, run_guarded
from .http import ServiceFailure, client, failures, library, told
from .json_schema import inlined, read_parameter, read_parameters
from .results import as_result

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
HARMLESS = ("get", "head", "options")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The document of a service, and what is said beside it."""

    source: str | Path | Mapping[str, JSON]
    """The document itself, or its text, file or address."""
    url: str | None = None
    """The address of the service; by default the first that the document names."""
    consequential: bool | None = None
    """Whether every operation is; by default those are that may change something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """How an operation is called: where each of its parameters goes."""

    method: str
    path: str
    places: Mapping[str, tuple[str, str]]
    """By the parameter's name as a tool: where it goes (path, query, header, body) and its name there."""
    whole_body: bool = False
    """Whether the one body parameter is the body itself."""


class OpenApiTools:
    """The operations of a service as tools. Whatever goes wrong on the way is a failed result."""

    def __init__(
        self, name: str, document: Document, *, seconds: float = SECONDS, most_bytes: int = MOST_BYTES
    ) -> None:
        self.name = name
        self._document = document
        self._url = document.url
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._operations: dict[str, Operation] = {}

    async def list_tools(self) -> tuple[Tool, ...]:
        """The operations of its document. Raises ToolServiceError, MissingExtraError."""
        library()
        found = await guarded(self._list, what=f"tool service {self.name!r}", seconds=SECONDS)
        if isinstance(found, Fault):
            raise ToolServiceError(f"the OpenAPI document of {self.name!r} can't be read: {found.error}")
        return found

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """Call an operation."""
        what = f"tool {invocation.tool.id!r}"
        return await run_guarded(lambda: self._call(invocation), what=what, seconds=self._seconds)

    async def resolve(self, invocation: ToolInvocation, /) -> ResolvedTool:
        """The tool as it is: a document has no choices that change."""
        return ResolvedTool(tool=invocation.tool)

    async def close(self) -> None:
        """Nothing stays open between calls."""

    async def _list(self) -> tuple[Tool, ...]:
        document = await _read_document(self._document.source)
        self._url = self._url or _server_of(document, self._document.source)
        tools: list[Tool] = []
        for path, method, rules in _operations(document):
            parameters, operation = _operation(document, path, method=method, rules=rules)
            name = f"{self.name}:{_name(path, method, rules=rules)}"
            stated = self._document.consequential
            consequential = method not in HARMLESS if stated is None else stated
            self._operations[name] = operation
            tools.append(
                Tool(
                    id=name,
                    description=str(rules.get("description") or rules.get("summary") or ""),
                    parameters=parameters,
                    consequential=consequential,
                    permission="write" if consequential else "read",
                )
            )
        return tuple(tools)

    async def _call(self, invocation: ToolInvocation) -> ToolResult:
        operation = self._operations.get(invocation.tool.id)
        if operation is None or self._url is None:
            raise ServiceFailure(f"the service has no operation {invocation.tool.id!r}")
        parts = _placed(operation, invocation.arguments)
        path = re.sub(r"\{([^}]+)\}", lambda found: _segment(found[1], parts["path"]), operation.path)
        body = parts["body"].get("body") if operation.whole_body else parts["body"] or None
        async with client(self._url) as http:
            try:
                response = await http.request(
                    operation.method.upper(),
                    self._url.rstrip("/") + path,
                    params={name: _query(value) for name, value in parts["query"].items()},
                    headers={name: _text(value) for name, value in parts["header"].items()},
                    json=body,
                )
            except failures() as error:
                raise told(error, self._url) from error
        data = _data(response.text)
        if response.status_code >= 400:
            return ToolResult(error=f"the service answered {response.status_code}: {response.text[:500]}")
        return as_result(ToolResult(data), most_bytes=self._most_bytes)


def _operations(document: Mapping[str, JSON]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every operation, with the parameters that its path states for all of them."""
    for path, item in cast("Mapping[str, Any]", document.get("paths") or {}).items():
        shared = cast("list[Any]", item.get("parameters") or [])
        for method in METHODS:
            rules = item.get(method)
            if isinstance(rules, Mapping):
                known = cast("Mapping[str, Any]", rules)
                yield path, method, {**known, "parameters": [*shared, *(known.get("parameters") or [])]}


def _name(path: str, method: str, *, rules: Mapping[str, Any]) -> str:
    """The operation's own name, else its method and path."""
    return str(rules.get("operationId") or "_".join([method, *re.findall(r"\w+", path)]))


def _operation(
    document: Mapping[str, JSON], path: str, *, method: str, rules: Mapping[str, Any]
) -> tuple[tuple[Parameter, ...], Operation]:
    """An operation's parameters, and where each of them goes; one of the body that is named like another is marked."""
    parameters: list[Parameter] = []
    places: dict[str, tuple[str, str]] = {}
    for written in rules["parameters"]:
        known = inlined(written, document)
        place = str(known.get("in"))
        if place in ("path", "query", "header"):
            schema = known.get("schema") or {key: known[key] for key in known if key not in ("in", "name", "required")}
            described = {"description": known.get("description"), **schema}
            read = read_parameter(str(known["name"]), described, required=bool(known.get("required")))
            parameters = [other for other in parameters if other.name != read.name] + [read]
            places[read.name] = (place, read.name)
    body, whole = _body(document, rules)
    for parameter in body:
        name = f"body_{parameter.name}" if parameter.name in places else parameter.name
        parameters.append(replace(parameter, name=name))
        places[name] = ("body", parameter.name)
    return tuple(parameters), Operation(method=method, path=path, places=places, whole_body=whole)


def _body(document: Mapping[str, JSON], rules: Mapping[str, Any]) -> tuple[tuple[Parameter, ...], bool]:
    """The parameters of the body, and whether one of them is the body itself."""
    written = rules.get("requestBody")
    if not isinstance(written, Mapping):
        return (), False
    body = inlined(cast("Mapping[str, JSON]", written), document)
    schema = at_pointer(body, "#/content/application~1json/schema")
    if schema is None:
        return (), False
    properties = read_parameters(schema, document)
    if properties:
        required = bool(body.get("required"))
        return tuple(replace(each, required=each.required and required) for each in properties), False
    return (read_parameter("body", schema, required=bool(body.get("required"))),), True


def _placed(operation: Operation, arguments: Mapping[str, JSON]) -> dict[str, dict[str, JSON]]:
    parts: dict[str, dict[str, JSON]] = {"path": {}, "query": {}, "header": {}, "body": {}}
    for name, value in arguments.items():
        place, there = operation.places[name]
        parts[place][there] = value
    return parts


def _segment(name: str, values: Mapping[str, JSON]) -> str:
    """A value as one segment of a path; one that would lead elsewhere is refused."""
    text = _text(values.get(name, ""))
    if text.strip() in ("", ".", ".."):
        raise ServiceFailure(f"{name!r} is {text!r}, which can't be part of a path")
    return quote(text, safe="")


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _query(value: JSON) -> Any:
    return [_text(item) for item in cast("list[JSON]", value)] if isinstance(value, list) else _text(value)


def _data(text: str) -> JSON:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


async def _read_document(document: str | Path | Mapping[str, JSON]) -> Mapping[str, JSON]:
    """The document: as it is, from a file, from an address, or out of its text, in JSON or YAML."""
    if isinstance(document, Mapping):
        return document
    text = str(document)
    if isinstance(document, str) and re.match(r"https?://", document):
        async with client(document) as http:
            response = await http.get(document)
            response.raise_for_status()
            text = response.text
    elif isinstance(document, Path) or not ("\n" in text or text.lstrip().startswith("{")):
        text = _read_file(Path(document))
    read = _parsed(text)
    if not isinstance(read, Mapping) or "paths" not in read:
        raise ToolServiceError("it has no paths")
    return cast("Mapping[str, JSON]", read)


def _read_file(path: Path) -> str:
    return path.read_text("utf-8")


def _parsed(text: str) -> object:
    if text.lstrip().startswith("{"):
        return json.loads(text)
    import yaml  # only documents written in it need it

    return yaml.safe_load(text)


def _server_of(document: Mapping[str, JSON], origin: object) -> str:
    servers = cast("list[Mapping[str, Any]]", document.get("servers") or [])
    url = str(servers[0].get("url", "")) if servers else ""
    if isinstance(origin, str) and re.match(r"https?://", origin):
        url = urljoin(origin, url or "/")
    if not re.match(r"https?://", url):
        raise ToolServiceError(f"it names no server ({url!r}); give its address as url=")
    return url
