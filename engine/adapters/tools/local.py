"""Running tools that are functions of this process."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Protocol

from ...domain.session_changes import SessionNotes, noting
from ...domain.tool import Tool, ToolResult
from ...domain.tool_context import CONTEXT_NAMES, START, ToolContext, interaction_in, is_context
from ...domain.values import JSON
from ...errors import UnknownNameError
from ...guard import Fault, guarded, in_thread
from ...ports import ResolvedTool, ToolInvocation
from ...tooling.arguments import InvalidArgument, convert, to_python
from .faults import MOST_BYTES, SECONDS, report, run_guarded
from .results import as_result, with_session


class LocalTool(Protocol):
    """A function with what was read from its signature."""

    @property
    def tool(self) -> Tool:
        """What a model may know of it."""
        ...

    @property
    def function(self) -> Callable[..., Any]:
        """The function, sync or async."""
        ...

    @property
    def context_parameter(self) -> str | None:
        """The parameter that takes the ToolContext."""
        ...

    @property
    def annotations(self) -> Mapping[str, Any]:
        """The types of the other parameters, by name."""
        ...

    @property
    def adapters(self) -> Mapping[str, Callable[[JSON], Any]]:
        """Functions, sync or async, that make the value of a parameter from its JSON."""
        ...

    @property
    def choice_providers(self) -> Mapping[str, Callable[..., Any]]:
        """Functions, sync or async, that give the values a parameter may have at the moment."""
        ...


class LocalTools:
    """Runs tools by their id.

    `seconds` and `most_bytes` limit each call and its result; `plugin_data` is shared by them all.
    """

    def __init__(
        self,
        entries: Mapping[str, LocalTool],
        *,
        seconds: float = SECONDS,
        most_bytes: int = MOST_BYTES,
        plugin_data: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        self._entries = dict(entries)
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._plugin_data = plugin_data

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """Run a tool. What it raises, a time-out and a result that can't be used are failed results."""
        name = invocation.tool.id
        entry = self._entries.get(name)
        if entry is None:
            return ToolResult(error=str(UnknownNameError(kind="tool", name=name, known=self._entries)))
        return await run_guarded(lambda: self._call(entry, invocation), what=f"tool {name!r}", seconds=self._seconds)

    async def resolve(self, invocation: ToolInvocation, /) -> ResolvedTool:
        """The tool with the values that its parameters may have for this customer now, where code provides them.

        Where a provider fails, any text is let through here: the call itself asks the provider again and is refused
        with the reason, while a stand-in for the tool has no need of it.
        """
        tool = invocation.tool
        entry = self._entries.get(tool.id)
        if entry is None or not entry.choice_providers:
            return ResolvedTool(tool=tool)
        what = f"the choices of tool {tool.id!r}"
        context = self._context(invocation)
        found = await guarded(
            lambda: self._with_choices(entry, tool, context=context), what=what, seconds=self._seconds
        )
        if isinstance(found, Fault):
            report(found)
            free = tuple(replace(parameter, provided=False) for parameter in tool.parameters)
            return ResolvedTool(tool=replace(tool, parameters=free), problem=f"{found.what}: {found}")
        return ResolvedTool(tool=found)

    async def _call(self, entry: LocalTool, invocation: ToolInvocation) -> ToolResult:
        notes = SessionNotes()
        context = replace(self._context(invocation), notes=notes)
        tool = await self._with_choices(entry, entry.tool, context=context)
        try:
            arguments = await _arguments(entry, tool, given=invocation.arguments)
        except InvalidArgument as problem:
            return ToolResult(error=str(problem))
        if entry.context_parameter is not None:
            arguments[entry.context_parameter] = context
        with noting(notes):
            returned = await _run(entry.function, **arguments)
        return as_result(with_session(returned, notes.changes), most_bytes=self._most_bytes)

    def _context(self, invocation: ToolInvocation) -> ToolContext:
        session = invocation.session
        return ToolContext(
            agent_id=invocation.agent_id or session.agent_id,
            agent_name=invocation.agent_name,
            session_id=session.id,
            customer=session.customer,
            interaction=interaction_in(session.events),
            variables=invocation.variables,
            now=invocation.now or START,
            plugin_data=self._plugin_data,
            metadata=session.metadata,
            channel=invocation.channel,
        )

    async def _with_choices(self, entry: LocalTool, tool: Tool, *, context: ToolContext) -> Tool:
        parameters = list(tool.parameters)
        for index, parameter in enumerate(parameters):
            provider = entry.choice_providers.get(parameter.name)
            if provider is not None:
                choices = tuple(str(choice) for choice in await _run(provider, **_wanted(provider, context)))
                parameters[index] = replace(parameter, choices=choices)
        return replace(tool, parameters=tuple(parameters))


async def _run(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a function in the way it wants: where it is no coroutine function, in a thread of its own."""
    if inspect.iscoroutinefunction(function):
        return await function(*args, **kwargs)
    returned = await in_thread(lambda: function(*args, **kwargs))
    return await returned if inspect.isawaitable(returned) else returned


async def _arguments(entry: LocalTool, tool: Tool, *, given: Mapping[str, JSON]) -> dict[str, Any]:
    """The values to call the function with. Raises InvalidArgument that names the parameter."""
    unknown = [name for name in given if tool.parameter(name) is None]
    if unknown:
        raise InvalidArgument(str(UnknownNameError(kind="parameter", name=unknown[0], known=entry.annotations)))
    signature = inspect.signature(entry.function).parameters
    arguments: dict[str, Any] = {}
    for parameter in tool.parameters:
        name, value = parameter.name, given.get(parameter.name)
        if value is not None:
            arguments[name] = await _argument(entry, tool, name=name, value=value)
        elif parameter.required:
            raise InvalidArgument(f"parameter {name!r} is missing")
        elif signature[name].default is inspect.Parameter.empty:
            arguments[name] = None
    return arguments


async def _argument(entry: LocalTool, tool: Tool, *, name: str, value: JSON) -> Any:
    parameter = tool.parameter(name)
    try:
        if parameter is not None and (parameter.choices or parameter.provided):
            value = convert(parameter, value)
        adapter = entry.adapters.get(name)
        return to_python(entry.annotations[name], value) if adapter is None else await _run(adapter, value)
    except InvalidArgument as problem:
        raise InvalidArgument(f"parameter {name!r}: {problem}") from problem


def _wanted(provider: Callable[..., Any], context: ToolContext) -> dict[str, object]:
    """What a provider of choices asks for: the context, or something of the plugin data by its name."""
    wanted: dict[str, object] = {}
    for name, parameter in inspect.signature(provider).parameters.items():
        if is_context(parameter.annotation) or name in CONTEXT_NAMES:
            wanted[name] = context
        elif name in context.plugin_data:
            wanted[name] = context.plugin_data[name]
        elif parameter.default is inspect.Parameter.empty:
            known = (*CONTEXT_NAMES, *context.plugin_data)
            raise UnknownNameError(kind="plugin data", name=name, known=known)
    return wanted
