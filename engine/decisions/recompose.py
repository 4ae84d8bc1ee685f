"""How does the draft read in the style of the approved responses?"""

from ..domain.facts import RecomposeFacts
from .decision import Answer, Decision


class RecomposeAnswer(Answer):
    """What the responses have in common in style, then the draft in that style."""

    reason: str
    message: str


def objections(facts: RecomposeFacts, answer: RecomposeAnswer) -> tuple[str, ...]:
    """The message says something."""
    return () if answer.message.strip() else ("the message is empty; write the draft in the style of the responses",)


RECOMPOSE = Decision(name="recompose", answer=RecomposeAnswer, objections=objections)
