"""Which guidelines apply: each condition against what the customer said."""

from dataclasses import replace

from ....domain.facts import GuidelineCandidate, MatchFacts
from ....domain.values import JSON
from .conditions import Listener, listen
from .evidence import Finding
from .lexicon import data_kinds, lexicon, named_acts, root
from .text import tokens


def answer_match(facts: MatchFacts) -> dict[str, JSON]:
    """A verdict for each candidate, in their order."""
    checks: dict[str, JSON] = {}
    for candidate in facts.candidates:
        if candidate.id not in checks:
            found = _judge(candidate, facts)
            checks[candidate.id] = {"id": candidate.id, "evidence": found.why, "applies": found.holds}
    return {"checks": list(checks.values())}


def _judge(candidate: GuidelineCandidate, facts: MatchFacts) -> Finding:
    if not candidate.condition.strip():
        return Finding(holds=True, why="it has no condition", strength=1.0)
    others = (other for other in facts.candidates if other.id != candidate.id)
    topics = tuple(text for other in others for text in (other.condition, other.action))
    newest = listen(facts.situation, other_topics=topics)
    found = newest.judge(candidate.condition)
    match candidate.kind:
        case "observation" if not found.holds:
            return _earlier_fact(candidate.condition, newest) or _continued(candidate.condition, newest) or found
        case "actionable" | "continuous" | "customer_dependent" if not found.holds:
            return _continued(candidate.condition, newest) or found
        case _:
            return found


_STATIVE = (
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "lives",
    "owns",
    "provided",
    "mentioned",
    "gave",
    "shared",
)


def _earlier_fact(condition: str, newest: Listener) -> Finding | None:
    """A fact about the customer stays true when the conversation goes on; moods and requests do not."""
    words = tokens(condition)
    if named_acts(condition) or not any(word in words for word in _STATIVE):
        return None
    for text in reversed(newest.heard.earlier):
        found = replace(newest, text=text).judge(condition)
        if found.holds:
            return replace(found, why=f"earlier, {found.why.replace('the newest message', 'a message')}")
    return None


def _continued(condition: str, newest: Listener) -> Finding | None:
    """A mere answer to the agent's question goes on with what the customer spoke of before."""
    about_act_or_value = named_acts(condition) or (data_kinds(condition) and _speaks_of_giving(condition))
    if about_act_or_value or not newest.heard.is_mere_answer:
        return None
    for text in reversed(newest.heard.earlier):
        found = replace(newest, text=text).judge(condition)
        if found.holds:
            return replace(found, why=f"the newest message answers the agent, and before, {found.why}")
        if newest.heard.topic(text) and not _is_answer(text):
            return None
    return None


def _speaks_of_giving(condition: str) -> bool:
    return any(root(word) in lexicon().give_verbs for word in tokens(condition))


def _is_answer(text: str) -> bool:
    return len(tokens(text)) <= 6
