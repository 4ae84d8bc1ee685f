"""What should the agent say?"""

from ..domain.facts import DraftFacts
from .decision import Answer, Decision


class InstructionPlan(Answer):
    """How one instruction is met by the message."""

    id: str
    how: str


class DraftAnswer(Answer):
    """How each instruction is met, then the message; null when there is nothing to say."""

    plans: list[InstructionPlan]
    message: str | None


def objections(facts: DraftFacts, answer: DraftAnswer) -> tuple[str, ...]:
    """Every instruction has a plan, and a message that is not null says something."""
    planned = {plan.id for plan in answer.plans}
    found = [f"instruction {item.id!r} has no plan" for item in facts.instructions if item.id not in planned]
    if answer.message is not None and not answer.message.strip():
        found.append("the message is empty; write one, or null to stay silent")
    return tuple(found)


DRAFT = Decision(name="draft", answer=DraftAnswer, objections=objections)
