"""What kind of rules are an agent's guidelines? Asked once, before they are used."""

from collections import Counter
from collections.abc import Iterator

from ..domain.facts import PropertyCandidate, PropertyFacts
from .decision import Answer, Decision


class PropertyVerdict(Answer):
    """What is to be known of one guideline; texts are null where they do not apply."""

    id: str
    evidence: str
    continuous: bool
    customer_dependent: bool
    customer_part: str | None
    agent_part: str | None
    agent_intention: bool
    rewritten_condition: str | None
    internal_action: str | None


class PropertyAnswer(Answer):
    """A verdict for each guideline, in their order."""

    checks: list[PropertyVerdict]


def objections(facts: PropertyFacts, answer: PropertyAnswer) -> tuple[str, ...]:
    """Every guideline is judged once, and what a verdict calls for is there."""
    candidates = {candidate.id: candidate for candidate in facts.candidates}
    given = Counter(check.id for check in answer.checks)
    found = [f"guideline {name!r} was not judged" for name in candidates if name not in given]
    found += [f"guideline {name!r} was judged twice" for name, count in given.items() if count > 1]
    found += [f"{name!r} is not one of the guidelines asked about" for name in given if name not in candidates]
    for check in answer.checks:
        if check.id in candidates:
            found += _inconsistencies(candidates[check.id], check)
    return tuple(found)


def _inconsistencies(candidate: PropertyCandidate, check: PropertyVerdict) -> Iterator[str]:
    if check.customer_dependent and not ((check.customer_part or "").strip() and (check.agent_part or "").strip()):
        yield f"guideline {candidate.id!r} depends on the customer: say the customer's part and the agent's part"
    if check.agent_intention and not (check.rewritten_condition or "").strip():
        yield f"guideline {candidate.id!r} is about what the agent intends: rewrite its condition"
    if (check.continuous or check.customer_dependent) and not candidate.action:
        yield f"guideline {candidate.id!r} has no action, so it is neither continuous nor dependent on the customer"
    if check.continuous and check.customer_dependent:
        yield f"guideline {candidate.id!r} can't be both continuous and dependent on the customer: choose one"
    if candidate.tools and not (check.internal_action or "").strip():
        yield f"guideline {candidate.id!r} brings tools and has no action: say what the tools are used for there"
    if check.internal_action is not None and not candidate.tools:
        yield f"guideline {candidate.id!r} brings no tools in place of an action: leave its internal action null"
    if check.agent_intention and not candidate.condition:
        yield f"guideline {candidate.id!r} has no condition that could be about what the agent intends"


PROPERTIES = Decision(name="properties", answer=PropertyAnswer, objections=objections)
