"""What kind of rules guidelines are, by the words with which their actions and conditions begin."""

import re
from collections.abc import Iterable

from ....domain.facts import PropertyCandidate, PropertyFacts
from ....domain.values import JSON
from .text import sentences
from .wording import speeches

_MANNER = re.compile(
    r"(?:always|never|do not|don'?t|avoid|refrain|be|keep|stay|remain|speak|use|maintain)\b", re.IGNORECASE
)
_INTENTION = re.compile(
    r"^(?:when |if )?(?:you|the agent|the assistant)(?: are| is|'re)?(?: about to| going to)? ", re.IGNORECASE
)


def answer_properties(facts: PropertyFacts) -> dict[str, JSON]:
    """A verdict for each guideline, in their order."""
    return {"checks": [_verdict(candidate) for candidate in facts.candidates]}


def _used_for(tools: Iterable[str]) -> str:
    """What tools are for, in the words in which they are described."""
    return "; ".join(f"use {(sentences(tool) or [tool])[0].strip().rstrip('.')}" for tool in tools)


def _verdict(candidate: PropertyCandidate) -> dict[str, JSON]:
    parts = sentences(candidate.action)
    continuous = bool(parts) and all(_MANNER.match(part.strip()) for part in parts)
    asks = not continuous and any(
        speech.kind == "ask" or (speech.kind == "verbatim" and speech.text.endswith("?"))
        for speech in speeches(candidate.action)
    )
    intends = _INTENTION.match(candidate.condition)
    evidence = [
        *(["its action is a manner or a restraint"] if continuous else []),
        *(["its action asks the customer something"] if asks else []),
        *(["its condition speaks of what the agent does"] if intends else []),
    ]
    doing = candidate.condition[intends.end() :] if intends else ""
    return {
        "id": candidate.id,
        "evidence": "; ".join(evidence) or "nothing in its words makes it special",
        "continuous": continuous,
        "customer_dependent": asks,
        "customer_part": "answer what is asked" if asks else None,
        "agent_part": candidate.action if asks else None,
        "agent_intention": bool(intends),
        "rewritten_condition": f"the agent is likely to {doing or 'act'} next" if intends else None,
        "internal_action": _used_for(candidate.tools) if candidate.tools else None,
    }
