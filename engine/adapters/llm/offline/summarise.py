"""What is remembered of an older part of a conversation: wanted values near their names, and first sentences."""

import re

from ....domain.situation import Line
from ....domain.summary_facts import SummaryFacts
from ....domain.values import JSON
from .text import fold, sentences, stem, tokens
from .values import values

LONGEST = 1000
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
    """The value that a text gives for a name: the nearest after one of the name's words, else what "is" introduces."""
    words = [stem(word) for word in tokens(name.replace("_", " "))]
    is_name = words[-1:] == [stem("name")]
    for sentence in sentences(text):
        found = [value for value in values(sentence) if (value.form == "name") is is_name]
        if is_name:
            if found:
                return found[0].text
            continue
        place = _place(words, sentence)
        if place is None:
            continue
        after = [value for value in found if value.at >= place]
        if after or found:
            return (after or found)[0].text
        if stated := _IS.search(sentence, place):
            return stated[1].strip()
    return ""


def _place(words: list[str], sentence: str) -> int | None:
    """Where a sentence speaks of a name, by the first of the name's words that is in it."""
    telling = [word for word in words if word not in ("id", "number", "customer")] or words
    spoken = (match for match in re.finditer(r"\w+", sentence) if stem(match[0].lower()) in telling)
    found = next(spoken, None)
    return None if found is None else found.start()


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
