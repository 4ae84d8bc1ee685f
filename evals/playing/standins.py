"""Stand-ins: what a tool gives back in a scenario, without being run."""

from collections import Counter
from collections.abc import Mapping
from typing import assert_never

from ...engine.domain.tool import ToolResult
from ...engine.ports import ToolInvocation, ToolRunner
from ..scenario import Raises, Returns, RunIt, StandIn


class StandIns:
    """A tool runner that answers as the scenario says; what it lets run or does not mention goes to another."""

    def __init__(self, tools: Mapping[str, tuple[StandIn, ...]], *, others: ToolRunner) -> None:
        self._tools = tools
        self._others = others
        self._calls: Counter[str] = Counter()
        self.running: list[str] = []
        """Tools that were called and have not answered; one that was cut off stays."""

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """Answer a call. Never raises what the tool raises."""
        tool = invocation.tool.id
        stand_in = self._next(tool)
        match stand_in:
            case Returns(data=data):
                return ToolResult(data)
            case Raises(message=message):
                return ToolResult(error=message)
            case RunIt() | None:
                self.running.append(tool)
                result = await self._others.run(invocation)
                self.running.remove(tool)
                return result
            case _:
                assert_never(stand_in)

    def _next(self, tool: str) -> StandIn | None:
        script = self._tools.get(tool, ())
        if not script:
            return None
        self._calls[tool] += 1
        return script[min(self._calls[tool], len(script)) - 1]


def let_run(tools: Mapping[str, tuple[StandIn, ...]]) -> frozenset[str]:
    """The tools that a scenario lets run for real."""
    return frozenset(tool for tool, script in tools.items() if any(isinstance(each, RunIt) for each in script))
