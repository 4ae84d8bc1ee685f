"""Does one more response say what the reply left out of the draft?"""

from ..domain.facts import FollowUpFacts
from .decision import Decision
from .selection import ChoiceAnswer, objections_to_choice


class FollowUpAnswer(ChoiceAnswer):
    """What was left unsaid, and the response that says it; null where none does or nothing is missing."""


def objections(facts: FollowUpFacts, answer: FollowUpAnswer) -> tuple[str, ...]:
    """What is wrong with the choice."""
    return objections_to_choice(facts.candidates, answer)


FOLLOW_UP = Decision(name="follow_up", answer=FollowUpAnswer, objections=objections)
