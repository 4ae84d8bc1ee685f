"""Is a tool whose effects are hard to undo to be called now, and who gave each of its values?"""

from typing import Literal

from ..domain.facts import ConsequentialFacts
from .decision import Answer, Decision
from .tools import call_objections


class CarefulArgument(Answer):
    """One argument. `origin` is who gave the value: the customer, the context (what the agent knows), or nobody."""

    name: str
    evidence: str
    origin: Literal["customer", "context", "nobody"]
    state: Literal["given", "missing", "invalid"]
    value: str | None


class CarefulCall(Answer):
    """One call, with every parameter of the tool that is required or was given."""

    arguments: list[CarefulArgument]


class CarefulVerdict(Answer):
    """The verdict on one tool: calls are only listed when it should run."""

    tool: str
    evidence: str
    should_run: bool
    calls: list[CarefulCall]


class ConsequentialAnswer(Answer):
    """A verdict for each tool, in their order."""

    tools: list[CarefulVerdict]


def objections(facts: ConsequentialFacts, answer: ConsequentialAnswer) -> tuple[str, ...]:
    """Every tool is judged exactly once, with parameters it really has and all that it requires."""
    return call_objections(facts.offers, answer.tools)


CONSEQUENTIAL = Decision(name="consequential", answer=ConsequentialAnswer, objections=objections)
