"""Which guidelines did the reply fulfil?"""

from ..domain.facts import AnalysisFacts
from .decision import Answer, Decision


class FollowedVerdict(Answer):
    """Whether one guideline's action was fulfilled by what the agent said."""

    id: str
    evidence: str
    followed: bool


class AnalysisAnswer(Answer):
    """A verdict for each guideline, in their order."""

    checks: list[FollowedVerdict]


def objections(facts: AnalysisFacts, answer: AnalysisAnswer) -> tuple[str, ...]:
    """Every guideline is judged exactly once and nothing else is."""
    asked = [item.id for item in facts.instructions]
    given = [check.id for check in answer.checks]
    return (
        *(f"guideline {name!r} was not judged" for name in asked if name not in given),
        *(f"guideline {name!r} was judged twice" for name in dict.fromkeys(given) if given.count(name) > 1),
        *(f"{name!r} is not one of the guidelines asked about" for name in dict.fromkeys(given) if name not in asked),
    )


ANALYSIS = Decision(name="analysis", answer=AnalysisAnswer, objections=objections)
