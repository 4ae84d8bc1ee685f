"""What stands for a tool in an author's code: the function, its name, or a tool of a service."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, TypeAlias, cast, get_args

from ..domain.tool import PERMISSIONS, Permission, Tool
from ..errors import UnknownNameError
from ..ports import ToolService
from .names import PACKAGE, here
from .tools import ToolEntry, ToolId


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ServiceTool:
    """A tool of a service."""

    tool: Tool
    service: ToolService

    @property
    def name(self) -> str:
        """The tool's id, `service:tool`."""
        return self.tool.id

    def __repr__(self) -> str:
        return f"<tool {self.tool.id!r}>"


AnyTool: TypeAlias = ToolEntry | ServiceTool
ToolRef: TypeAlias = ToolEntry | ServiceTool | ToolId | str
Grant: TypeAlias = ToolRef | Mapping[str, Any]
"""A tool that an agent may call, as a mapping with the level that this takes: {"name": …, "permission": …}."""

LOCAL = ("default", "built-in", "local")
"""Names of the service that the functions of this process are."""


@dataclass(slots=True, kw_only=True)
class ServerTools:
    """The tools that a server knows of: those that its agents use, and those of its services."""

    attached: dict[str, list[ToolEntry]] = field(default_factory=dict[str, list[ToolEntry]])
    services: dict[str, ToolService] = field(default_factory=dict[str, ToolService])
    served: dict[str, ServiceTool] = field(default_factory=dict[str, ServiceTool])

    def attach(self, entry: ToolEntry) -> None:
        """Know a tool that an agent uses."""
        entries = self.attached.setdefault(entry.tool.id, [])
        if entry not in entries:
            entries.append(entry)

    def find(self, ref: ToolId | str, *, own: Mapping[str, AnyTool]) -> AnyTool:
        """The tool that a name stands for, the agent's own before those of others. Raises UnknownNameError."""
        if isinstance(ref, ToolId):
            ref = ref.tool_name if ref.service_name in LOCAL else ref.to_string()
        service, mark, rest = ref.partition(":")
        name = rest if mark and service in LOCAL else ref
        if name in own:
            return own[name]
        if name in self.served:
            return self.served[name]
        found = self.attached.get(name, [])
        found = found or list(_decorated(name).values())
        if len(found) == 1:
            return found[0]
        known = [*own, *self.attached, *_decorated_names(), *self.served]
        several = [f"{entry.tool.id} of {entry.tool.source}" for entry in found]
        raise UnknownNameError(kind="tool", name=ref, known=known, several=several, place=here())


def tool_id(ref: ToolRef) -> str:
    """The id of what stands for a tool."""
    match ref:
        case ToolEntry() | ServiceTool():
            return ref.tool.id
        case ToolId():
            return ref.tool_name if ref.service_name in LOCAL else ref.to_string()
        case str():
            service, mark, name = ref.partition(":")
            return name if mark and service in LOCAL else ref


def level_of(grant: Grant) -> tuple[ToolRef, Permission | None]:
    """A grant's tool and the level stated with it. Raises UnknownNameError for a key or level that there is not."""
    if not isinstance(grant, Mapping):
        return grant, None
    keys = ("name", "permission")
    for key in grant:
        if key not in keys:
            raise UnknownNameError(kind="key of a tool's grant", name=str(key), known=keys, place=here())
    if "name" not in grant:
        raise UnknownNameError(kind="key of a tool's grant", name="", known=keys, place=here())
    level = grant.get("permission")
    return cast("ToolRef", grant["name"]), None if level is None else permission(level)


def permission(level: object) -> Permission:
    """A level that an author wrote. Raises UnknownNameError."""
    if level not in get_args(Permission):
        place = here()
        raise UnknownNameError(kind="permission", name=str(level), known=PERMISSIONS, place=place)
    return cast("Permission", level)


def grants(tools: Iterable[Grant] | Mapping[str, str]) -> list[tuple[ToolRef, Permission | None]]:
    """What an agent is granted: a list of tools and grants, or a mapping from names to levels."""
    if isinstance(tools, Mapping):
        return [(name, permission(level)) for name, level in cast("Mapping[str, str]", tools).items()]
    return [level_of(grant) for grant in tools]


def _decorated(name: str) -> dict[str, ToolEntry]:
    """The tools of that name in the modules that are declaring something now, by module: in each the nearest one."""
    found: dict[str, ToolEntry] = {}
    for module, names in _scopes():
        if module not in found:
            tool = next((each for each in names.values() if isinstance(each, ToolEntry) and each.tool.id == name), None)
            if tool is not None and tool not in found.values():
                found[module] = tool
    return found


def _decorated_names() -> list[str]:
    tools = [each for _, names in _scopes() for each in names.values() if isinstance(each, ToolEntry)]
    return list(dict.fromkeys(tool.tool.id for tool in tools))


def _scopes() -> list[tuple[str, Mapping[str, object]]]:
    """The names that are in reach of the author's code which is running, innermost first, with their modules."""
    scopes: list[tuple[str, Mapping[str, object]]] = []
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # as in caller()
    while frame is not None:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            module = str(frame.f_globals.get("__name__"))
            scopes += [(module, dict(frame.f_locals)), (module, frame.f_globals)]
        frame = frame.f_back
    return scopes
