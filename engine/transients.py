"""Guidelines for one turn, brought by what tools and retrievers gave back, or put by whoever lets the agent speak."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .domain.guideline import Guideline
from .domain.modes import Criticality
from .domain.trace import GuidelineCheck
from .domain.turn import Turn
from .domain.values import JSON, slug, unique
from .errors import UnknownNameError

KEYS = ("action", "condition", "description", "priority", "criticality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A guideline that something brought to a turn."""

    by: str
    """What its id begins with."""
    given: Mapping[str, JSON]
    why: str


def with_transients(turn: Turn, brought: Iterable[Brought]) -> Turn:
    """The turn with guidelines that hold for the rest of it, like any that matched. Raises as transient() does."""
    taken = [guideline.id for guideline in (*turn.agent.guidelines, *turn.transient)]
    made: list[Guideline] = []
    checks: list[GuidelineCheck] = []
    for one in brought:
        guideline = transient(one.given, by=one.by, taken=(*taken, *(item.id for item in made)))
        made.append(guideline)
        checks.append(
            GuidelineCheck(
                round=turn.round, guideline=guideline.id, method="transient", matched=True, rationale=one.why
            )
        )
    return replace(
        turn,
        transient=(*turn.transient, *made),
        matched=(*turn.matched, *(item.id for item in made)),
        trace=replace(turn.trace, checks=(*turn.trace.checks, *checks)),
    )


def transient(given: Mapping[str, JSON], *, by: str, taken: Iterable[str] = ()) -> Guideline:
    """The guideline that a mapping stands for. Raises ValueError or UnknownNameError for one that can't be."""
    for key in given:
        if key not in KEYS:
            raise UnknownNameError(kind="key of a guideline", name=key, known=KEYS, place=by)
    action = given.get("action")
    if not isinstance(action, str) or not action.strip():
        raise ValueError(f"{by}: a guideline for one turn needs an action, and {dict(given)!r} has none")
    return Guideline(
        id=unique(f"{by}/{slug(action)}", taken),
        condition=given.get("condition") or "",
        action=action,
        description=given.get("description") or "",
        matching="always",
        criticality=Criticality(given.get("criticality", Criticality.MEDIUM)),
        priority=given.get("priority", 0),
        track=False,
    )
