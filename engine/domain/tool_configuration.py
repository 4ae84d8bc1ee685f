"""What guidelines and agents say of tools beyond the tools' own words: options of parameters, and who may call what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast, get_args

from .guideline import Guideline
from .journey import Problem
from .tool import PERMISSIONS, Parameter, Permission, Tool, ValueSource
from .values import JSON

if TYPE_CHECKING:
    from .agent import AgentDefinition

OPTIONS = ("source", "description", "significance", "examples", "hidden", "precedence", "display_name")
"""What a guideline's tool_configuration may say of a parameter."""

STRICTNESS: tuple[ValueSource, ...] = ("any", "context", "customer")
"""Sources of values, the strictest last."""


def configured(tool: Tool, configurations: Iterable[Mapping[str, JSON]]) -> Tool:
    """The tool as the guidelines behind it want it: one configuration for each, empty where a guideline says nothing.

    Of two sources the stricter holds, of anything else what the earlier guideline says.
    """
    wanted = [_of(configuration, tool.id) for configuration in configurations]
    if not any(wanted):
        return tool
    return replace(tool, parameters=tuple(_parameter(parameter, wanted) for parameter in tool.parameters))


def _of(configuration: Mapping[str, JSON], name: str) -> Mapping[str, Any]:
    return _mapping(configuration.get(name)) or {}


def _mapping(value: object) -> Mapping[str, Any] | None:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else None


def _parameter(parameter: Parameter, wanted: list[Mapping[str, Any]]) -> Parameter:
    options = [_of(configuration, parameter.name) for configuration in wanted]
    sources: list[ValueSource] = [given.get("source", parameter.source) for given in options]
    changes: dict[str, Any] = {}
    for given in reversed(options):
        changes |= {key: value for key, value in given.items() if key in OPTIONS}
    if "examples" in changes:
        changes["examples"] = tuple(changes["examples"])
    return replace(parameter, **{**changes, "source": max(sources, key=STRICTNESS.index)})


def configuration_problems(guideline: Guideline, tools: Iterable[Tool]) -> Iterator[Problem]:
    """What is wrong with a guideline's tool_configuration: every name that stands for nothing, every unfit value."""
    own = {tool.id: tool for tool in tools if tool.id in guideline.tools}
    place = f"the tool_configuration of guideline {guideline.id!r}"
    for name, parameters in guideline.tool_configuration.items():
        tool = own.get(name)
        if tool is None:
            text = f"{place} names {name!r}, which is none of its tools{_nearest(name, own)}"
            yield Problem(text=text, source=guideline.source)
        elif (said := _mapping(parameters)) is None:
            text = f"{place} says {parameters!r} of {name!r}: write a mapping from its parameters to their options"
            yield Problem(text=text, source=guideline.source)
        else:
            for problem in _parameter_problems(tool, said):
                yield Problem(text=f"{place}: {problem}", source=guideline.source)


def _parameter_problems(tool: Tool, parameters: Mapping[str, Any]) -> Iterator[str]:
    known = [parameter.name for parameter in tool.parameters]
    for name, options in parameters.items():
        if name not in known:
            yield f"tool {tool.id!r} has no parameter {name!r}{_nearest(name, known)}"
        elif (given := _mapping(options)) is None:
            yield f"parameter {name!r} of {tool.id!r} has {options!r}: write a mapping of its options"
        else:
            for key, value in given.items():
                if (problem := _option_problem(key, value)) is not None:
                    yield f"parameter {name!r} of {tool.id!r} {problem}"


def _option_problem(key: object, value: object) -> str | None:
    match key:
        case "source":
            allowed = get_args(ValueSource)
            return None if value in allowed else f"has the source {value!r}: write one of {', '.join(allowed)}"
        case "description" | "significance" | "display_name":
            return None if isinstance(value, str) else f"has the {key} {value!r}: write a text"
        case "examples":
            items = cast("list[object]", value) if isinstance(value, list | tuple) else [None]
            fits = all(isinstance(item, str) for item in items)
            return None if fits else f"has the examples {value!r}: write a list of texts"
        case "hidden":
            return None if isinstance(value, bool) else f"has hidden={value!r}: write true or false"
        case "precedence":
            fits = isinstance(value, int) and not isinstance(value, bool)
            return None if fits else f"has the precedence {value!r}: write a whole number"
        case "adapter" | "choice_provider":
            return f"has {key} here: code belongs to the tool, in its ToolParameterOptions"
        case _:
            return f"has no option {key!r}{_nearest(key, OPTIONS)}"


def permission_problems(agent: "AgentDefinition") -> Iterator[Problem]:
    """Every place that brings a tool which is not on the agent's own list, where it has one."""
    if agent.may_call is None:
        return
    allowed = set(agent.may_call)
    listed = ", ".join(agent.may_call) or "none"
    for guideline in agent.guidelines:
        for name in guideline.tools:
            if name not in allowed:
                yield Problem(
                    text=_outside(f"guideline {guideline.id!r}", name, listed=listed), source=guideline.source
                )
    for journey in agent.journeys:
        for state in journey.states:
            for name in state.tools:
                if name not in allowed:
                    place = f"state {state.id!r} of journey {journey.id!r}"
                    yield Problem(text=_outside(place, name, listed=listed), source=state.source)


def _outside(place: str, tool: str, *, listed: str) -> str:
    return (
        f"{place} brings the tool {tool!r}, which this agent may not call (its tools=: {listed}); "
        "add it to tools= of create_agent, or take it away here"
    )


def refusal(agent: "AgentDefinition", ceiling: Permission | None, *, tool: Tool) -> str | None:
    """Why this agent may not call a tool in a session with this ceiling; None where it may."""
    if agent.may_call is not None and tool.id not in agent.may_call:
        return "it is not on the list of tools that the agent may call"
    for limit, whose in ((agent.permission_ceiling, "agent"), (ceiling, "conversation")):
        if limit is not None and PERMISSIONS.index(tool.permission) > PERMISSIONS.index(limit):
            return f"it takes the permission {tool.permission!r}, and the {whose} has {limit!r} at most"
    return None


def _nearest(name: object, known: Iterable[str]) -> str:
    from ..errors import closest  # the exception tree names domain types, so it is imported late

    names = list(known)
    near = closest(str(name), names)
    if near is not None:
        return f"; did you mean {near!r}?"
    return f"; it has {', '.join(map(repr, names))}" if names else ""
