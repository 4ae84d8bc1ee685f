"""A plain customer: says what it wants, answers what it is asked from what it knows, and stops.

It takes no news for good news and a refusal for an end, and never says the same thing twice in a row.
"""

import re
from collections.abc import Iterator

from ....domain.onlooking_facts import CustomerFacts
from ....domain.values import JSON, canonical_json
from .lexicon import data_kinds
from .overlap import overlap, topic
from .text import fold, has_run, is_question, sentences, spoken, tokens

ENOUGH = 0.75
"""The share of the words of what must have happened that a sentence of the agent's must have."""
MEANT = 0.5
"""The share of the words of something known that a question must have to be about it."""
UNKNOWN = "I don't know."
YES = "Yes, please."

_WANTED = re.compile(
    r"(?:i|i'm|i've|my|we|our|please|there|hello|hi|can|could|where|what|when|why|how)\b", re.IGNORECASE
)
_IDLE = re.compile(r"\b(?:anything|something) else\b|\bhow (?:can|may) i (?:help|assist)\b")
_REFUSES = re.compile(r"\bcan not\b|\b(?:un|not )able to\b|\bnot (?:possible|allowed)\b|\bunfortunately\b|\bsorry\b")
_YES_OR_NO = re.compile(
    r"^(?:so |and |ok |okay )?(?:shall|should|do|does|did|is|are|would|will|can|could|may|have|has)\b|"
    r"\b(?:right|correct|ok|okay)\?"
)
_OPEN = re.compile(r"\b(?:what|when|where|who|which|why|how|whose|whom)\b")


def answer_customer(facts: CustomerFacts) -> dict[str, JSON]:
    """What is said next, or that there is nothing more to say."""
    wanted = _wanted(facts.goal)
    said = [line.text for line in facts.situation.conversation if line.speaker == "customer"]
    if wanted not in said:
        return _goes_on("the customer has not said what it wants", wanted)
    if proof := _proof(facts, wanted=wanted):
        return _ends("reached", f"the agent said: {proof}")
    heard = _newest(facts)
    if not heard:
        return _ends("given_up", "the agent gave no answer")
    questions = [one for one in sentences(heard) if is_question(one) and not _IDLE.search(fold(one))]
    if questions:
        message = _answer(facts, questions, heard=heard)
        if message == said[-1]:
            return _ends("given_up", f"the agent asks again what was answered: {questions[0]}")
        return _goes_on(f"the agent asks: {questions[0]}", message)
    return _told(facts, heard, wanted=wanted, last=said[-1])


def _told(facts: CustomerFacts, heard: str, *, wanted: str, last: str) -> dict[str, JSON]:
    """What comes of an answer in which nothing is asked."""
    if _REFUSES.search(fold(heard)):
        return _ends("given_up", f"the agent refuses: {heard}")
    if not facts.until:
        return _ends("reached", f"the agent asks nothing more: {heard}")
    again = f"And what about this? {wanted}"
    if last == again:
        return _ends("given_up", f"the agent does not come to it: {heard}")
    return _goes_on("what must have happened has not", again)


def _wanted(goal: str) -> str:
    """The goal in the customer's own words."""
    plain = goal.strip().rstrip(".")
    if _WANTED.match(plain) or plain.endswith("?"):
        return goal.strip()
    return f"I want to {plain.removeprefix('to ')}."


def _proof(facts: CustomerFacts, *, wanted: str) -> str:
    """The sentence of the agent's, since the goal was said, by which it is reached; empty where there is none."""
    sought = topic(facts.until)
    for text in _since(facts, wanted):
        for sentence in sentences(text):
            if sought and not is_question(sentence) and overlap(sought, topic(sentence)).share >= ENOUGH:
                return sentence
    return ""


def _since(facts: CustomerFacts, wanted: str) -> Iterator[str]:
    """What was said to the customer after it said what it wants."""
    begun = False
    for line in facts.situation.conversation:
        begun = begun or (line.speaker == "customer" and line.text == wanted)
        if begun and line.speaker in ("agent", "operator"):
            yield line.text


def _newest(facts: CustomerFacts) -> str:
    """What was said to the customer since it last spoke."""
    found: list[str] = []
    for line in reversed(facts.situation.conversation):
        if line.speaker == "customer":
            break
        if line.speaker in ("agent", "operator"):
            found.insert(0, line.text)
    return "\n".join(found)


def _answer(facts: CustomerFacts, questions: list[str], *, heard: str) -> str:
    """A yes to what repeats what is known, what is known of all that is asked, the first of a choice, or nothing."""
    last = fold(questions[-1])
    is_yes_or_no = bool(_YES_OR_NO.search(last)) and not _OPEN.search(last)
    if is_yes_or_no and any(has_run(tokens(last), tokens(_text(value))) for value in facts.knows.values()):
        return YES
    known = dict.fromkeys(text for question in questions for text in _known(facts, question))
    if known:
        return ", ".join(known)
    chosen = [text for text in map(_text, facts.knows.values()) if has_run(tokens(heard), tokens(text))]
    if chosen:
        return ", ".join(dict.fromkeys(chosen))
    if re.search(r"\bor\b", last):
        return "The first one."
    return YES if is_yes_or_no else UNKNOWN


def _known(facts: CustomerFacts, question: str) -> tuple[str, ...]:
    """What is known that a question names; else what is known of the kind of value that it asks for."""
    asked, kinds = topic(question), set(data_kinds(question))
    called = [(spoken(name), _text(value)) for name, value in facts.knows.items()]
    named = tuple(text for name, text in called if overlap(topic(name), asked).share >= MEANT)
    return named or tuple(text for name, text in called if not kinds.isdisjoint(data_kinds(name)))


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else canonical_json(value)


def _goes_on(reason: str, message: str) -> dict[str, JSON]:
    return {"reason": reason, "goal": "open", "message": message}


def _ends(goal: str, reason: str) -> dict[str, JSON]:
    return {"reason": reason, "goal": goal, "message": None}
