"""What must be remembered of an older part of a conversation?"""

from collections.abc import Iterator

from ..domain.summary_facts import SummaryFacts
from ..domain.values import fold_name
from .decision import Answer, Decision

LONGEST_SUMMARY = 1200
"""Characters: a summary that is as long as what it stands for saves nothing."""


class FoundFact(Answer):
    """A fact by its name, with where it was said, in the words in which it was said."""

    name: str
    evidence: str
    value: str


class SummaryAnswer(Answer):
    """The facts to keep, then the rest in short."""

    facts: list[FoundFact]
    summary: str


def objections(facts: SummaryFacts, answer: SummaryAnswer) -> tuple[str, ...]:
    """Values are copied, names are given once, and the summary is short."""
    said = _plain(" ".join(_sources(facts)))
    found = [
        f"the value {fact.value!r} of the fact {fact.name!r} is not in the conversation; copy it as it was said"
        for fact in answer.facts
        if not _plain(fact.value) or _plain(fact.value) not in said
    ]
    names = [fold_name(fact.name) for fact in answer.facts]
    found += [f"the fact {name!r} is given twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    if not answer.summary.strip():
        found.append("the summary is empty; say in a few sentences what was talked about")
    if len(answer.summary) > LONGEST_SUMMARY:
        found.append(f"the summary has {len(answer.summary)} characters; write at most {LONGEST_SUMMARY}")
    return tuple(found)


def _sources(facts: SummaryFacts) -> Iterator[str]:
    yield facts.situation.summary
    yield from (fact.value for fact in facts.situation.facts)
    yield from (line.text for line in facts.situation.conversation)


def _plain(text: str) -> str:
    """A text without what copying may change: case and spaces."""
    return " ".join(text.casefold().split())


SUMMARISE = Decision(name="summarise", answer=SummaryAnswer, objections=objections)
