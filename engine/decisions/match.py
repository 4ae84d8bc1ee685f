"""Which guidelines apply now?"""

from ..domain.facts import MatchFacts
from .decision import Answer, Decision


class GuidelineVerdict(Answer):
    """The verdict on one candidate."""

    id: str
    evidence: str
    applies: bool


class MatchAnswer(Answer):
    """A verdict for each candidate, in their order."""

    checks: list[GuidelineVerdict]


def objections(facts: MatchFacts, answer: MatchAnswer) -> tuple[str, ...]:
    """Every candidate is judged exactly once and nothing else is."""
    asked = [candidate.id for candidate in facts.candidates]
    given = [check.id for check in answer.checks]
    return (
        *(f"guideline {name!r} was not checked" for name in asked if name not in given),
        *(f"guideline {name!r} was checked twice" for name in dict.fromkeys(given) if given.count(name) > 1),
        *(f"{name!r} is not one of the guidelines asked about" for name in dict.fromkeys(given) if name not in asked),
    )


MATCH = Decision(name="match", answer=MatchAnswer, objections=objections)
