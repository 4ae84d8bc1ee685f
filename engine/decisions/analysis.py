"""Which guidelines did the reply fulfil?"""

from typing import Literal

from ..domain.facts import AnalysisFacts
from .decision import Answer, Decision

Missing = Literal["nothing", "manner", "substance"]


class FollowedVerdict(Answer):
    """Whether one guideline's action was fulfilled by what the agent said: also where only its manner is missing."""

    id: str
    evidence: str
    missing: Missing
    followed: bool


class AnalysisAnswer(Answer):
    """A verdict for each guideline, in their order."""

    checks: list[FollowedVerdict]


def objections(facts: AnalysisFacts, answer: AnalysisAnswer) -> tuple[str, ...]:
    """Every guideline is judged exactly once and nothing else is, and it was followed unless substance is missing."""
    asked = [item.id for item in facts.instructions]
    given = [check.id for check in answer.checks]
    return (
        *(f"guideline {name!r} was not judged" for name in asked if name not in given),
        *(f"guideline {name!r} was judged twice" for name in dict.fromkeys(given) if given.count(name) > 1),
        *(f"{name!r} is not one of the guidelines asked about" for name in dict.fromkeys(given) if name not in asked),
        *(_contradiction(check) for check in answer.checks if check.followed == (check.missing == "substance")),
    )


def _contradiction(check: FollowedVerdict) -> str:
    if check.followed:
        return f"guideline {check.id!r} can't be followed with substance missing"
    return f"guideline {check.id!r} is followed unless substance is missing; if it is, say so"


ANALYSIS = Decision(name="analysis", answer=AnalysisAnswer, objections=objections)
