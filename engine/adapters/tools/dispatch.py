"""One tool runner in front of several: functions of this process, and services by name."""

from collections.abc import Mapping
from typing import Protocol

from ...domain.tool import ToolResult
from ...ports import ResolvedTool, ToolInvocation, ToolResolver, ToolRunner


class RunsAndResolves(ToolRunner, ToolResolver, Protocol):
    """Whoever runs tools and knows their choices."""


class DispatchingTools:
    """Hands each call to the service that its tool's id names (`service:tool`), and all others to the local tools."""

    def __init__(self, local: RunsAndResolves, services: Mapping[str, RunsAndResolves]) -> None:
        self._local = local
        self._services = dict(services)

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """Run a tool where it is at home."""
        return await self._home(invocation).run(invocation)

    async def resolve(self, invocation: ToolInvocation, /) -> ResolvedTool:
        """Ask its home what a tool's parameters may be at the moment."""
        return await self._home(invocation).resolve(invocation)

    def _home(self, invocation: ToolInvocation) -> RunsAndResolves:
        service, mark, _ = invocation.tool.id.partition(":")
        return self._services.get(service, self._local) if mark else self._local


def own_name(tool_id: str) -> str:
    """What a service calls its tool, out of `service:tool`."""
    return tool_id.partition(":")[2] or tool_id
