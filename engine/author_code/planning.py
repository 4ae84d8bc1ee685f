"""Plans: an author's own code that looks on while a turn is prepared, and may have a say in what is done.

A planner makes a plan for each turn. The plan is told of the guidelines that matched (whose list it may edit), of those
that hold, of the tool calls that are about to be made (it gives back those that shall be) and of their results; and it
may ask for another round.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..domain.matches import GuidelineMatch
from ..domain.tool import ToolCall
from ..domain.values import JSON
from .engine_context import EngineContext


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredCall:
    """A tool call that is about to be made."""

    tool: str
    arguments: Mapping[str, JSON]


class Plan(Protocol):
    """What is to become of one turn."""

    @property
    def reasoning(self) -> str:
        """Why it is so, for the trace."""
        ...

    @property
    def needs_additional_iteration(self) -> bool:
        """Whether there shall be another round, even if this one learned nothing; the agent's limit holds."""
        ...

    async def on_guidelines_matched(self, context: EngineContext, matches: "list[GuidelineMatch]", /) -> None:
        """Look at the guidelines that matched, before relationships are resolved; the list may be edited in place."""
        ...

    async def on_guidelines_resolved(self, context: EngineContext, /) -> None:
        """Look at the guidelines that hold."""
        ...

    async def on_tools_inferred(
        self, context: EngineContext, calls: Sequence[InferredCall], /
    ) -> Sequence[InferredCall]:
        """Look at the calls that are about to be made, and give back those that shall be, in that order."""
        ...

    async def on_tools_called(self, context: EngineContext, calls: Sequence[ToolCall], /) -> None:
        """Look at the calls that were made, with their results."""
        ...


class Planner(Protocol):
    """Someone who makes plans."""

    async def create_plan(self, context: EngineContext, /) -> Plan:
        """The plan for a turn that is about to be prepared."""
        ...


class NullPlan:
    """Leaves everything as it is. What a plan has no opinion on it may take from here."""

    reasoning: str = ""
    needs_additional_iteration: bool = False

    async def on_guidelines_matched(self, context: EngineContext, matches: "list[GuidelineMatch]", /) -> None:
        """Change nothing."""

    async def on_guidelines_resolved(self, context: EngineContext, /) -> None:
        """Change nothing."""

    async def on_tools_inferred(
        self, context: EngineContext, calls: Sequence[InferredCall], /
    ) -> Sequence[InferredCall]:
        """Make them all."""
        return calls

    async def on_tools_called(self, context: EngineContext, calls: Sequence[ToolCall], /) -> None:
        """Change nothing."""


class NullPlanner:
    """Plans nothing."""

    async def create_plan(self, context: EngineContext, /) -> Plan:
        """A plan that leaves everything as it is."""
        return NullPlan()


class BasicPlan(NullPlan):
    """A plan that says in the log, under the scope `planner`, what it is told; to be filled in at the `do_` methods."""

    async def on_guidelines_matched(self, context: EngineContext, matches: "list[GuidelineMatch]", /) -> None:
        """Log what matched and what is left of it."""
        before = [match.id for match in matches]
        await self.do_on_guidelines_matched(context, matches)
        _log(context, f"guidelines matched: {_names(before)}; after the plan: {_names(m.id for m in matches)}")

    async def do_on_guidelines_matched(self, context: EngineContext, matches: "list[GuidelineMatch]", /) -> None:
        """Edit the list of matches."""

    async def on_guidelines_resolved(self, context: EngineContext, /) -> None:
        """Log what holds."""
        _log(context, f"guidelines that hold: {_names(item.id for item in context.matched_guidelines)}")
        await self.do_on_guidelines_resolved(context)

    async def do_on_guidelines_resolved(self, context: EngineContext, /) -> None:
        """Look at the guidelines that hold."""

    async def on_tools_inferred(
        self, context: EngineContext, calls: Sequence[InferredCall], /
    ) -> Sequence[InferredCall]:
        """Log which calls were inferred and which shall be made."""
        chosen = await self.do_on_tools_inferred(context, calls)
        _log(context, f"calls inferred: {_names(c.tool for c in calls)}; to be made: {_names(c.tool for c in chosen)}")
        return chosen

    async def do_on_tools_inferred(
        self, context: EngineContext, calls: Sequence[InferredCall], /
    ) -> Sequence[InferredCall]:
        """Choose the calls to make."""
        return calls

    async def on_tools_called(self, context: EngineContext, calls: Sequence[ToolCall], /) -> None:
        """Log which calls were made."""
        _log(context, f"calls made: {_names(call.id for call in calls)}")
        await self.do_on_tools_called(context, calls)

    async def do_on_tools_called(self, context: EngineContext, calls: Sequence[ToolCall], /) -> None:
        """Look at results."""


class BasicPlanner:
    """A planner that says in the log what it planned; to be filled in at `do_create_plan`."""

    async def create_plan(self, context: EngineContext, /) -> Plan:
        """Make a plan and log its reasons."""
        plan = await self.do_create_plan(context)
        _log(context, f"planned: {plan.reasoning or 'no reasons given'}")
        return plan

    async def do_create_plan(self, context: EngineContext, /) -> Plan:
        """Make a plan."""
        return BasicPlan()


def _log(context: EngineContext, text: str) -> None:
    with context.logger.scope("planner"):
        context.logger.debug(text)


def _names(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
