"""Which of several things is meant, by the words in which they differ."""

from dataclasses import dataclass

from ....domain.facts import AmbiguityFacts, AmbiguityView, PossibleMeaning
from ....domain.values import JSON
from .heard import Heard, hear
from .overlap import Words, overlap
from .wording import to_customer


def answer_disambiguate(facts: AmbiguityFacts) -> dict[str, JSON]:
    """A verdict for each ambiguity, in their order."""
    heard = hear(facts.situation)
    return {"checks": [_verdict(view, heard) for view in facts.ambiguities]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A meaning with the words that tell it from the others."""

    meaning: PossibleMeaning
    words: Words


def _verdict(view: AmbiguityView, heard: Heard) -> dict[str, JSON]:
    told = _told_apart(view, heard)
    named = _named(told, heard)
    asked = heard.agent_asked and sum(bool(overlap(item.words, heard.topic(heard.agent)).matched) for item in told) > 1
    settled = bool(named) and (len(named) == 1 or asked)
    left = named if len(named) > 1 else [item.meaning for item in told]
    if settled:
        evidence = f"the customer names {' and '.join(repr(item.id) for item in named)}"
    else:
        evidence = f"the customer's words fit {len(left)} meanings alike"
    return {
        "id": view.id,
        "evidence": evidence,
        "asked": asked,
        "resolved": asked and settled,
        "ambiguous": not settled,
        "meanings": [] if settled else [item.id for item in left],
        "question": None if settled else _question(left),
    }


def _told_apart(view: AmbiguityView, heard: Heard) -> list[_Told]:
    topics = [heard.topic(f"{meaning.when}\n{meaning.then}") for meaning in view.meanings]
    told: list[_Told] = []
    for at, (meaning, words) in enumerate(zip(view.meanings, topics, strict=True)):
        others = [word for index, other in enumerate(topics) if index != at for word in other]
        own = tuple(word for word in words if not any(word.means(other) for other in others))
        told.append(_Told(meaning=meaning, words=own))
    return told


def _named(told: list[_Told], heard: Heard) -> list[PossibleMeaning]:
    """The meanings of which the customer's newest messages have words that no other has."""
    said = heard.topic(heard.text)
    return [item.meaning for item in told if overlap(item.words, said).matched]


def _question(meanings: list[PossibleMeaning]) -> str:
    names = [_plain(meaning.when) or _plain(meaning.then) or meaning.id.replace("-", " ") for meaning in meanings]
    return f"Which do you mean: {', '.join(names[:-1])} or {names[-1]}?"


def _plain(text: str) -> str:
    """A condition as something a customer may mean: without who says it."""
    words = text.strip().rstrip(".").split(" ")
    told = ("the", "customer", "user", "asks", "wants", "about", "for", "to", "requests", "when", "if", "is", "asking")
    while words and words[0].lower() in told:
        words = words[1:]
    return to_customer(" ".join(words))
