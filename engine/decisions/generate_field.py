"""What belongs into a field of a canned response that nothing but words can fill?"""

from ..domain.facts import FieldFacts
from .decision import Answer, Decision

LONGEST = 300
"""Characters of a value: the approved text stays the greater part of what is said."""


class FieldAnswer(Answer):
    """What the value rests on, then the value; null where nothing is known that could stand there."""

    evidence: str
    value: str | None


def objections(facts: FieldFacts, answer: FieldAnswer) -> tuple[str, ...]:
    """A value is one short line."""
    if answer.value is None:
        return ()
    if not answer.value.strip():
        return (f"the value of {facts.field!r} is empty; write one, or null where nothing is known",)
    if len(answer.value.splitlines()) > 1:
        return (f"the value of {facts.field!r} has several lines; write one",)
    if len(answer.value) > LONGEST:
        return (f"the value of {facts.field!r} has {len(answer.value)} characters; write at most {LONGEST}",)
    return ()


GENERATE_FIELD = Decision(name="generate_field", answer=FieldAnswer, objections=objections)
