"""Diff coverage: what was edited in an agent's definition and not exercised by any scenario. Pure."""

from collections.abc import Iterator
from typing import assert_never

from .coverage import AgentCoverage, way_name
from .diff.definitions import DefinitionDiff, Edit, ways


def uncovered(edited: DefinitionDiff, covered: AgentCoverage) -> tuple[Edit, ...]:
    """Parts that were added or changed since, and that no scenario, passed or failed, brought into play.

    What was removed can't be exercised, and what is edited of the agent as a whole every turn exercises.
    """
    names = dict(_way_names(covered))
    return tuple(
        edit for edit in edited.edits if edit.change != "removed" and not _exercised(edit, covered, ways_by_text=names)
    )


def _exercised(edit: Edit, covered: AgentCoverage, *, ways_by_text: dict[str, str]) -> bool:
    match edit.kind:
        case "agent":
            return bool(covered.passed or covered.failed)
        case "transition":
            return covered.touched("transition", ways_by_text.get(edit.id, edit.id))
        case "guideline" | "relationship" | "journey" | "state" | "tool" | "canned response" | "term" | "variable":
            return covered.touched(edit.kind, edit.id)
        case _:
            assert_never(edit.kind)


def _way_names(covered: AgentCoverage) -> Iterator[tuple[str, str]]:
    for journey in covered.agent.journeys:
        texts = ways(journey, journey.id, names={})
        for way, text in zip(journey.transitions, texts, strict=True):
            yield text, way_name(journey.id, (way.source, way.target))
