"""A sign of life: the one that fits what was said, each time another one."""

from ....domain.facts import PreambleFacts
from ....domain.values import JSON
from .lexicon import says
from .overlap import similarity, topic


def answer_preamble(facts: PreambleFacts) -> dict[str, JSON]:
    """One of the responses, else one of the examples: by likeness to the message, else in turn."""
    newest = " ".join(facts.situation.newest)
    texts = [candidate.text for candidate in facts.candidates] or list(facts.examples)
    if not texts:
        return {"reason": "nothing is known of how it should sound", "response": None, "message": None}
    at = _choice(texts, newest=newest, turns=_said(facts))
    if facts.candidates:
        return {"reason": "it fits best", "response": facts.candidates[at].id, "message": None}
    return {"reason": "it fits best", "response": None, "message": texts[at]}


def _choice(texts: list[str], *, newest: str, turns: int) -> int:
    greets = [at for at, text in enumerate(texts) if says("greeting", text)]
    if says("greeting", newest) and greets:
        return greets[0]
    likest = max(range(len(texts)), key=lambda at: similarity(topic(texts[at]), topic(newest)))
    if similarity(topic(texts[likest]), topic(newest)) >= 0.5:
        return likest
    plain = [at for at in range(len(texts)) if at not in greets] or list(range(len(texts)))
    return plain[turns % len(plain)]


def _said(facts: PreambleFacts) -> int:
    return sum(line.speaker == "agent" for line in facts.situation.conversation)
