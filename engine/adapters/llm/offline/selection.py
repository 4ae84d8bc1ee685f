"""Which canned response says what the draft wants to say, by similarity."""

from typing import Literal

from ....domain.facts import ResponseCandidate, SelectionFacts
from ....domain.values import JSON
from .heard import Heard, hear
from .overlap import similarity

Quality = Literal["none", "low", "partial", "high"]


_PARTIAL, _ASIDE = 0.69, 0.2


def answer_selection(facts: SelectionFacts) -> dict[str, JSON]:
    """The nearest response and how near it is; the first among equals."""
    heard = hear(facts.situation)
    best = max(facts.candidates, key=lambda candidate: _score(candidate, facts, heard=heard), default=None)
    score = _score(best, facts, heard=heard) if best else 0.0
    quality = _quality(score)
    if best is None or quality == "none":
        return {"reason": "no response says anything like the draft", "response": None, "quality": "none"}
    return {"reason": f"it shares most words with the draft ({score:.2f})", "response": best.id, "quality": quality}


def _score(candidate: ResponseCandidate, facts: SelectionFacts, *, heard: Heard) -> float:
    """How near a response, or one of its signals, is to the draft or else to an instruction."""
    texts = [heard.topic(text) for text in (candidate.text, *candidate.signals)]
    draft = heard.topic(facts.draft)
    actions = [heard.topic(item.action) for item in facts.instructions]
    to_draft = max(similarity(text, draft) for text in texts)
    near = [max(similarity(text, action) for text in texts) for action in actions if action]
    score = max(to_draft, 0.9 * max(near, default=0.0))
    # A response that leaves an instruction aside answers in part, however well it meets the others.
    return min(score, _PARTIAL) if len(near) > 1 and min(near) < _ASIDE else score


def _quality(score: float) -> Quality:
    if score >= 0.7:
        return "high"
    if score >= 0.4:
        return "partial"
    return "low" if score >= 0.2 else "none"
