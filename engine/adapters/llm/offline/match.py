"""Which guidelines apply: each condition against what the customer said."""

import re
from dataclasses import replace

from ....domain.facts import GuidelineCandidate, MatchFacts
from ....domain.values import JSON
from .conditions import Listener, listen
from .evidence import Finding
from .lexicon import data_kinds, lexicon, named_acts, root, says
from .overlap import overlap
from .special import is_off_topic
from .text import fold, sentences, tokens


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
    # What another one says of being off topic names what the agent does not deal with.
    topics = tuple(text for other in others for text in (other.condition, other.action) if not is_off_topic(text))
    topics += tuple(text for text in facts.elsewhere if not is_off_topic(text))
    newest = listen(facts.situation, other_topics=topics)
    found = newest.judge(candidate.condition)
    match candidate.kind:
        case "observation" if not found.holds:
            earlier = _earlier_fact(candidate.condition, newest)
            return earlier or _continued(candidate.condition, newest) or _awaited(candidate, newest) or found
        case "customer_dependent" if not found.holds:
            return _unanswered(candidate, newest) or found
        case "actionable" | "continuous" if not found.holds:
            return _continued(candidate.condition, newest) or _awaited(candidate, newest) or found
        case "applied" if not found.holds:
            return _awaited(candidate, newest) or found
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
    return _before(condition, newest) if newest.heard.is_mere_answer else None


_PROMISE = re.compile(r"\b(?:i|we) (?:can|could|will|would)\b.*\b(?:help|check|look|find|tell|get|need)\b|\bi need\b")


def _awaited(candidate: GuidelineCandidate, newest: Listener) -> Finding | None:
    """An answer to what the agent asked for this guideline's sake, short or a story: what was asked was about it."""
    heard = newest.heard
    if not (heard.is_short_answer or heard.is_told_answer):
        return None
    said = [part for part in sentences(heard.agent) if "?" in part or _PROMISE.search(fold(part))]
    asked = heard.topic("\n".join(said))
    its_own = max(overlap(heard.topic(text), asked).share for text in (candidate.condition, candidate.action))
    if its_own < 0.5:
        return None
    return _before(candidate.condition, newest) or _between_them(candidate.condition, newest)


def _between_them(condition: str, newest: Listener) -> Finding | None:
    """Whether a question and what makes it clear say together what a condition does: "Which fee?", "The card"."""
    heard = newest.heard
    if not heard.earlier or not overlap(heard.topic(condition), heard.topic(heard.text)).matched:
        return None
    found = replace(newest, text=f"{heard.earlier[-1]}\n{heard.text}").judge(condition)
    return replace(found, why=f"with what was asked before, {found.why}") if found.holds else None


def _unanswered(candidate: GuidelineCandidate, newest: Listener) -> Finding | None:
    """What the agent has just asked for this guideline's sake stays due while the customer speaks of something else."""
    heard = newest.heard
    over = any(says(act, heard.text) for act in ("quit", "no", "farewell"))
    if over or heard.is_mere_answer or heard.is_short_answer:
        return None
    asked = [part for part in sentences(heard.agent) if "?" in part]
    if not overlap(heard.topic("\n".join(asked)), heard.topic(candidate.action)).matched:
        return None
    return Finding(holds=True, why="the customer has not answered yet what the agent asked", strength=0.5)


def _before(condition: str, newest: Listener) -> Finding | None:
    """Whether a condition held for what the customer spoke of before answering."""
    if named_acts(condition) or (data_kinds(condition) and _speaks_of_giving(condition)):
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
