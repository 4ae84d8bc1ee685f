"""What is remembered of an older part of a conversation: wanted values near their names, and first sentences."""

import re

from ....domain.situation import Line
from ....domain.summary_facts import SummaryFacts
from ....domain.values import JSON
from .text import fold, sentences, stem, tokens
from .values import values

LONGEST = 1000
_NAME = re.compile(r"\b(?:my name is|i am|i'm|this is|call me)\s+((?:[A-Z][\w'-]+)(?:\s+[A-Z][\w'-]+){0,2})", re.IGNORECASE)
_IS = re.compile(r"\b(?:is|are|was|:|=)\s+([^,.;!?]{1,80})")


def answer_summarise(facts: SummaryFacts) -> dict[str, JSON]:
    """Each wanted fact that was said, then the first sentence of every line, the newest as far as they fit."""
    conversation = facts.situation.conversation
    found = [(name, line, value) for name in facts.wanted for line, value in [_newest(name, conversation)] if value]
    return {
        "facts": [
            {"name": name, "evidence": f"said by the {line.speaker}" if line else "", "value": value}
            for name, line, value in found
        ],
        "summary": _summary(facts),
    }


def _newest(name: str, conversation: tuple[Line, ...]) -> tuple[Line | None, str]:
    """The last line that gives a value for a name, with the value."""
    for line in reversed(conversation):
        if line.speaker in ("customer", "tool") and (value := _value(name, line.text)):
            return line, value
    return None, ""


def _value(name: str, text: str) -> str:
    words = [stem(word) for word in tokens(name.replace("_", " "))]
    if words[-1:] == [stem("name")] and (called := _NAME.search(text)) and called[1][0].isupper():
        return called[1]
    for sentence in sentences(text):
        spoken = [stem(word) for word in tokens(sentence)]
        if not any(word in spoken for word in words if word not in ("id", "number", "customer")):
            continue
        written = values(sentence)
        if written:
            return written[0].text
        if stated := _IS.search(sentence):
            return stated[1].strip()
    return ""


def _summary(facts: SummaryFacts) -> str:
    told = [facts.situation.summary] if facts.situation.summary else []
    told += [
        f"{line.speaker.capitalize()}: {first[0]}"
        for line in facts.situation.conversation
        if line.speaker != "tool" and (first := sentences(line.text))
    ]
    kept: list[str] = []
    for text in reversed(told):
        if kept and len(" ".join((text, *kept))) > LONGEST:
            break
        kept.insert(0, text[:LONGEST])
    return " ".join(kept) or fold(" ".join(line.text for line in facts.situation.conversation))[:LONGEST] or "nothing"
