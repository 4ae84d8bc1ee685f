"""What does a customer with a goal say next? Asked from outside of a conversation, where nobody plays the customer."""

from typing import Literal

from ..domain.onlooking_facts import CustomerFacts
from .decision import Answer, Decision

Goal = Literal["open", "reached", "given_up"]

LABELS = ("customer:", "agent:", "operator:")
"""What a message begins with that is a line of a transcript."""


class CustomerAnswer(Answer):
    """How it stands with the goal, and what is said where it is still open."""

    reason: str
    goal: Goal
    message: str | None


def objections(facts: CustomerFacts, answer: CustomerAnswer) -> tuple[str, ...]:
    """Whoever goes on says something new, whoever is done says nothing, and nobody is done before it said anything."""
    lines = facts.situation.conversation
    found: list[str] = []
    message = (answer.message or "").strip()
    if not answer.reason.strip():
        found.append("the reason is empty; say in a sentence what it rests on")
    if answer.goal == "open" and not message:
        found.append("the goal is open and there is no message; say what the customer says next")
    if answer.goal != "open" and message:
        found.append(f"the goal is {answer.goal} and there is a message; leave it null, or keep the goal open")
    if answer.goal != "open" and not any(line.speaker == "customer" for line in lines):
        found.append("the customer has not said anything yet, so the goal is open: say what the customer wants")
    if message.casefold().startswith(LABELS):
        found.append("the message begins with a speaker; write what the customer says and nothing else")
    last = next((line.text for line in reversed(lines) if line.speaker == "customer"), None)
    if message and last is not None and _plain(message) == _plain(last):
        found.append("the customer has just said this very message; say it in other words, or give up")
    return tuple(found)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


CUSTOMER = Decision(name="customer", answer=CustomerAnswer, objections=objections)
