"""Diff coverage: what was edited in an agent's definition and not exercised by any scenario. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from .coverage import AgentCoverage, way_name
from .diff.definitions import DefinitionDiff, Edit, ways


def uncovered(edited: DefinitionDiff, covered: AgentCoverage) -> tuple[Edit, ...]:
    """Parts that were added or changed since, and that no scenario, passed or failed, brought into play.

    What was removed can't be exercised, and what is edited of the agent as a whole every turn exercises.
    """
    return tuple(each.edit for each in edits_covered(edited, covered) if each.by is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCovered:
    """A part that was added or changed, and the scenarios that brought it into play."""

    edit: Edit
    by: Literal["passed", "failed"] | None
    """`failed` where only scenarios that failed did; None where none did."""


def edits_covered(edited: DefinitionDiff, covered: AgentCoverage) -> tuple[EditCovered, ...]:
    """Every part that was added or changed, with who exercised it."""
    names = dict(_way_names(covered))
    return tuple(
        EditCovered(edit=edit, by=_exercised(edit, covered, ways_by_text=names))
        for edit in edited.edits
        if edit.change != "removed"
    )


def _exercised(
    edit: Edit, covered: AgentCoverage, *, ways_by_text: dict[str, str]
) -> Literal["passed", "failed"] | None:
    match edit.kind:
        case "agent":
            return "passed" if covered.passed else "failed" if covered.failed else None
        case "transition":
            return covered.touched_by("transition", ways_by_text.get(edit.id, edit.id))
        case "guideline" | "relationship" | "journey" | "state" | "tool" | "canned response" | "term" | "variable":
            return covered.touched_by(edit.kind, edit.id)
        case _:
            assert_never(edit.kind)


def _way_names(covered: AgentCoverage) -> Iterator[tuple[str, str]]:
    for journey in covered.agent.journeys:
        texts = ways(journey, journey.id, names={})
        for way, text in zip(journey.transitions, texts, strict=True):
            yield text, way_name(journey.id, (way.source, way.target))
