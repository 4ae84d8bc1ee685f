"""Turns of scenarios in Python whose collections explain themselves where an assertion about them does not hold."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from ...engine import AgentDefinition, Trace, TurnResult
from ..expectations.call_explanations import why_called, why_not_run
from ..expectations.explanations import (
    where_it_went,
    why_active,
    why_dropped,
    why_fired,
    why_inactive,
    why_not_fired,
)

Explain: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why something is in a collection, and why something is not."""

    what: str
    """The collection as its author wrote it, such as `fired`."""
    why: Explain
    why_not: Explain


class ExplainedNames(tuple[str, ...]):
    """Names that know why they are there."""

    grounds: Grounds

    @classmethod
    def of(cls, names: tuple[str, ...], grounds: Grounds) -> "ExplainedNames":
        """The names with what explains them."""
        found = cls(names)
        found.grounds = grounds
        return found


class ExplainedMap(dict[str, Any]):
    """Names with values that know why they are there."""

    grounds: Grounds

    @classmethod
    def of(cls, values: Mapping[str, Any], grounds: Grounds) -> "ExplainedMap":
        """The values with what explains them."""
        found = cls(values)
        found.grounds = grounds
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedTurn(TurnResult):
    """A turn of which the collections explain themselves in pytest's output."""

    agent: AgentDefinition

    @property
    def fired(self) -> tuple[str, ...]:
        """Ids of the guidelines that held."""
        return ExplainedNames.of(self.trace.fired, self._guidelines("fired"))

    @property
    def active_guidelines(self) -> tuple[str, ...]:
        """The same as `fired`."""
        return self.fired

    @property
    def dropped(self) -> Mapping[str, Any]:
        """Ids of the guidelines that matched and gave way, with the kind of reason."""
        trace = self.trace
        grounds = Grounds(
            what="dropped",
            why=lambda name: why_dropped(trace, name),
            why_not=lambda name: why_fired(trace, name) or why_not_fired(trace, name, agent=self.agent),
        )
        return ExplainedMap.of(trace.dropped, grounds)

    @property
    def tool_calls(self) -> tuple[str, ...]:
        """Names of the tools called, in order."""
        trace = self.trace
        grounds = Grounds(
            what="tool_calls",
            why=lambda tool: why_called(trace, tool),
            why_not=lambda tool: why_not_run(trace, tool, agent=self.agent),
        )
        return ExplainedNames.of(trace.tools_called, grounds)

    @property
    def journeys(self) -> Mapping[str, str | None]:
        """The active journeys, with the state each stood in."""
        trace, agent = self.trace, self.agent
        grounds = Grounds(
            what="journeys",
            why=lambda name: where_it_went(trace, name, agent=agent) or why_active(trace, name, agent=agent),
            why_not=lambda name: why_inactive(trace, name, agent=agent),
        )
        return ExplainedMap.of(trace.active_journeys, grounds)

    def _guidelines(self, what: str) -> Grounds:
        trace: Trace = self.trace
        return Grounds(
            what=what,
            why=lambda name: why_fired(trace, name),
            why_not=lambda name: why_not_fired(trace, name, agent=self.agent),
        )


def rehearsed(turn: TurnResult, agent: AgentDefinition) -> RehearsedTurn:
    """A turn with what explains it."""
    return RehearsedTurn(trace=turn.trace, events=turn.events, agent=agent)


def explanation(op: str, left: object, *, right: object) -> list[str] | None:
    """What pytest shows of a comparison that does not hold, None where it is about none of our collections."""
    if op in ("in", "not in") and isinstance(left, str) and isinstance(right, ExplainedNames | ExplainedMap):
        return _of_membership(op, left, within=right)
    if op == "==" and isinstance(left, ExplainedNames | ExplainedMap):
        return _of_difference(left, right)
    if op == "==" and isinstance(right, ExplainedNames | ExplainedMap):
        return _of_difference(right, left)
    return None


def _of_membership(op: Literal["in", "not in"], name: str, *, within: ExplainedNames | ExplainedMap) -> list[str]:
    grounds = within.grounds
    told = grounds.why_not(name) if op == "in" else grounds.why(name)
    return [f"{name!r} {op} {grounds.what}, which is {_shown(within)}", *told.splitlines()]


def _of_difference(ours: ExplainedNames | ExplainedMap, other: object) -> list[str]:
    return [f"{ours.grounds.what}: {_shown(ours)} == {other!r}", *_differences(ours, other)]


def _differences(ours: ExplainedNames | ExplainedMap, other: object) -> Iterator[str]:
    if not isinstance(other, Collection) or isinstance(other, str):
        return
    theirs = _by_name(cast("Collection[object]", other))
    found = _by_name(ours)
    for name in theirs:
        if name not in found:
            yield from ours.grounds.why_not(name).splitlines()
    for name, value in found.items():
        if name not in theirs or theirs[name] != value:
            yield from ours.grounds.why(name).splitlines()


def _by_name(found: Collection[object]) -> dict[str, object]:
    """A collection's names with their values; names alone have none."""
    if isinstance(found, Mapping):
        return {str(name): value for name, value in cast("Mapping[object, object]", found).items()}
    return {str(name): None for name in found}


def _shown(found: ExplainedNames | ExplainedMap) -> str:
    return repr(dict(found) if isinstance(found, Mapping) else list(found))
