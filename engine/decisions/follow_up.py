"""Does one more response say what the reply left out of the draft?"""

from typing import Literal

from ..domain.facts import FollowUpFacts
from .decision import Answer, Decision


class FollowUpAnswer(Answer):
    """What was left unsaid, and the response that says it; null where none does or nothing is missing."""

    reason: str
    response: str | None
    quality: Literal["none", "low", "partial", "high"]


def objections(facts: FollowUpFacts, answer: FollowUpAnswer) -> tuple[str, ...]:
    """The chosen response is one of those offered, and is missing only when the quality is none or low."""
    offered = [candidate.id for candidate in facts.candidates]
    if answer.response is None:
        return () if answer.quality in ("none", "low") else (f"quality {answer.quality!r} needs a response",)
    if answer.response not in offered:
        return (f"{answer.response!r} is not one of the responses offered; choose one of: {', '.join(offered)}",)
    return ()


FOLLOW_UP = Decision(name="follow_up", answer=FollowUpAnswer, objections=objections)
