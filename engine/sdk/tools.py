"""Making functions of an author into tools: the decorator `@tool`."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, overload

from ..domain.tool import Tool, ToolOverlap
from ..domain.tool_context import Interaction, ToolContext
from ..domain.values import JSON, Source
from ..errors import ToolSignatureError
from .docstrings import read_docstring
from .names import caller
from .signatures import Signature, ToolParameterOptions, read_signature


@dataclass(frozen=True, slots=True)
class ToolId:
    """A tool by the name of its service and its own."""

    service_name: str
    tool_name: str

    @classmethod
    def from_string(cls, text: str) -> "ToolId":
        """Read `service:tool`. Raises ValueError."""
        service, mark, tool = text.partition(":")
        if not (service and mark and tool):
            raise ValueError(f"{text!r} names no tool of a service: write it as service:tool")
        return cls(service, tool)

    def to_string(self) -> str:
        """Write it as `service:tool`."""
        return f"{self.service_name}:{self.tool_name}"

    def __str__(self) -> str:
        return self.to_string()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ToolEntry:
    """A function that is a tool. Calling it calls the function."""

    tool: Tool
    function: Callable[..., Any]
    context_parameter: str | None = None
    annotations: Mapping[str, Any] = field(default_factory=dict[str, Any])
    options: Mapping[str, ToolParameterOptions] = field(default_factory=dict[str, ToolParameterOptions])

    @property
    def name(self) -> str:
        """The tool's id."""
        return self.tool.id

    @property
    def adapters(self) -> Mapping[str, Callable[[JSON], Any]]:
        """Functions that make the value of a parameter from its JSON."""
        return {name: options.adapter for name, options in self.options.items() if options.adapter is not None}

    @property
    def choice_providers(self) -> Mapping[str, Callable[..., Any]]:
        """Functions that give the values a parameter may have at the moment."""
        provided = ((name, options.choice_provider) for name, options in self.options.items())
        return {name: provider for name, provider in provided if provider is not None}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<tool {self.tool.id!r} from {self.tool.source}>"


@overload
def tool(function: Callable[..., Any], /) -> ToolEntry: ...


@overload
def tool(
    *,
    name: str | None = None,
    consequential: bool = False,
    metadata: Mapping[str, JSON] | None = None,
    overlap: ToolOverlap | str = ToolOverlap.AUTO,
) -> Callable[[Callable[..., Any]], ToolEntry]: ...


def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    consequential: bool = False,
    metadata: Mapping[str, JSON] | None = None,
    overlap: ToolOverlap | str = ToolOverlap.AUTO,
) -> ToolEntry | Callable[[Callable[..., Any]], ToolEntry]:
    """Make a function a tool, bare or with options.

    Its docstring is what a model reads, its section `Args:` describes the parameters. A parameter of the type
    ToolContext, or called `context`, `ctx` or `c`, takes the context. A consequential tool is examined argument by
    argument before it is called. `overlap` says with which others it is decided: those it is declared to overlap
    with (AUTO), none (NONE), or alone but told of all others on offer (ALWAYS). Raises ToolSignatureError with every
    mistake of the signature.
    """
    said = Declared(name=name, consequential=consequential, metadata=metadata or {}, overlap=ToolOverlap(overlap))

    def decorate(function: Callable[..., Any]) -> ToolEntry:
        return _entry(function, said)

    return decorate if function is None else decorate(function)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the decorator is told of a tool."""

    name: str | None
    consequential: bool
    metadata: Mapping[str, JSON]
    overlap: ToolOverlap


def _entry(function: Callable[..., Any], said: Declared) -> ToolEntry:
    source = _source(function)
    title = said.name if said.name is not None else getattr(function, "__name__", repr(function))
    docstring = read_docstring(inspect.getdoc(function) if inspect.isroutine(function) else None)
    kind = _wrong_kind(function)
    signature = Signature(mistakes=(kind,)) if kind else read_signature(function, docstring, names=_scope())
    mistakes = [*_wrong_name(title), *signature.mistakes]
    if mistakes:
        lines = "\n".join(f"  {mistake}" for mistake in mistakes)
        raise ToolSignatureError(f"{source}: {title!r} can't be a tool as it is written:\n{lines}")
    described = Tool(
        id=title,
        description=docstring.text,
        parameters=signature.parameters,
        consequential=said.consequential,
        # What changes something must not pass where only reading is allowed.
        permission="write" if said.consequential else "read",
        overlap=said.overlap,
        metadata=dict(said.metadata),
        source=source,
    )
    return ToolEntry(
        tool=described,
        function=function,
        context_parameter=signature.context,
        annotations=signature.annotations,
        options=signature.options,
    )


def _scope() -> Mapping[str, Any]:
    """The names of the scope in which an author uses the decorator: annotations that are text may stand for them."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return {} if frame is None else dict(frame.f_locals)


def _source(function: Callable[..., Any]) -> Source:
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is not None:
        return Source(file=code.co_filename, line=code.co_firstlineno)
    return caller() or Source(file="<unknown>", line=1)


def _wrong_kind(function: Callable[..., Any]) -> str | None:
    if isinstance(function, ToolEntry):
        return "it is a tool already: decorate it once"
    if not inspect.isfunction(function):
        return f"it is of type {type(function).__name__!r}: decorate a function"
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return "it yields, and a tool gives one result: return a list"
    return None


def _wrong_name(name: str) -> list[str]:
    if re.fullmatch(r"[A-Za-z_][\w.-]*", name):
        return []
    return [f"its name is {name!r}: use letters, digits, '_', '-' and '.', and a letter first"]


__all__ = ["Interaction", "ToolContext", "ToolEntry", "ToolId", "ToolParameterOptions", "tool"]
