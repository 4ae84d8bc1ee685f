"""Which canned response says what the draft wants to say?"""

from typing import Literal

from ..domain.facts import SelectionFacts
from .decision import Answer, Decision


class SelectionAnswer(Answer):
    """The response that fits best and how well; null with the quality none when no response fits."""

    reason: str
    response: str | None
    quality: Literal["none", "low", "partial", "high"]


def objections(facts: SelectionFacts, answer: SelectionAnswer) -> tuple[str, ...]:
    """The chosen response is one of those offered, and is missing only when the quality is none."""
    offered = [candidate.id for candidate in facts.candidates]
    if answer.response is None:
        return () if answer.quality in ("none", "low") else (f"quality {answer.quality!r} needs a response",)
    if answer.response not in offered:
        return (f"{answer.response!r} is not one of the responses offered; choose one of: {', '.join(offered)}",)
    return ()


SELECTION = Decision(name="selection", answer=SelectionAnswer, objections=objections)
