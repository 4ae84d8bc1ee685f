"""Whether one more canned response says what the reply left out, by the words of the draft that are still unsaid."""

from ....domain.facts import FollowUpFacts
from ....domain.values import JSON
from .heard import hear
from .overlap import overlap, quoted, similarity
from .text import sentences

ENOUGH = 0.6
"""How alike a response and an unsaid sentence must be."""
SAID = 0.5
"""The share of a sentence's words in the reply from which it counts as said."""


def answer_follow_up(facts: FollowUpFacts) -> dict[str, JSON]:
    """The response that is most like a sentence of the draft of which the reply has little."""
    heard = hear(facts.situation)
    said = heard.topic(facts.said)
    topics = [heard.topic(sentence) for sentence in sentences(facts.draft)]
    unsaid = [topic for topic in topics if topic and overlap(topic, said).share < SAID]
    scores = [
        (similarity(heard.topic(candidate.text), topic), candidate, topic)
        for topic in unsaid
        for candidate in facts.candidates
    ]
    score, best, topic = max(scores, key=lambda one: one[0], default=(0.0, None, ()))
    if best is None or score < ENOUGH:
        return {"reason": "no response says what is unsaid", "response": None, "quality": "none"}
    words = quoted(word.text for word in topic[:3])
    return {"reason": f"{words} is unsaid", "response": best.id, "quality": "high"}
