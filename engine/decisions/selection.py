"""Which canned response says what the draft wants to say?"""

from collections.abc import Sequence
from typing import Literal

from ..domain.facts import SelectionFacts
from ..domain.wording_facts import ResponseCandidate
from .decision import Answer, Decision


class ChoiceAnswer(Answer):
    """A response that was chosen, and how well it fits; null where none does."""

    reason: str
    response: str | None
    quality: Literal["none", "low", "partial", "high"]


class SelectionAnswer(ChoiceAnswer):
    """The response that fits best and how well; null with the quality none when no response fits."""


def objections_to_choice(candidates: Sequence[ResponseCandidate], answer: ChoiceAnswer) -> tuple[str, ...]:
    """The chosen response is one of those offered, and is missing only when the quality is none or low."""
    offered = [candidate.id for candidate in candidates]
    if answer.response is None:
        return () if answer.quality in ("none", "low") else (f"quality {answer.quality!r} needs a response",)
    if answer.response not in offered:
        return (f"{answer.response!r} is not one of the responses offered; choose one of: {', '.join(offered)}",)
    return ()


def objections(facts: SelectionFacts, answer: SelectionAnswer) -> tuple[str, ...]:
    """What is wrong with the choice."""
    return objections_to_choice(facts.candidates, answer)


SELECTION = Decision(name="selection", answer=SelectionAnswer, objections=objections)
