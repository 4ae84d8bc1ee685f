"""Does what the agent said meet a criterion? Asked from outside of a conversation, never in a turn."""

from typing import Literal

from ..domain.onlooking_facts import JudgeFacts
from .decision import Answer, Decision
from .prompt import LINE_BREAK

Judged = Literal["met", "not_met", "cannot_tell"]

MARKS = "\"'“”‘’«»"
"""What a model puts around words that it quotes."""


class JudgeAnswer(Answer):
    """The verdict on one criterion, with the words on which it rests."""

    quotes: list[str]
    reason: str
    verdict: Judged


def objections(facts: JudgeFacts, answer: JudgeAnswer) -> tuple[str, ...]:
    """A verdict has a reason, and what it quotes was said."""
    said = _plain(" ".join((*(line.text for line in facts.situation.conversation), *facts.reply)))
    found = [
        f"{quote!r} stands nowhere in the conversation; copy words as they were said, or leave the quote out"
        for quote in answer.quotes
        if not _plain(quote) or _plain(quote) not in said
    ]
    if not answer.reason.strip():
        found.append("the reason is empty; say in a sentence why the verdict is as it is")
    return tuple(found)


def _plain(text: str) -> str:
    """A text without what copying may change: case, spaces, marks around it and breaks between lines."""
    return " ".join(text.replace(LINE_BREAK.strip(), " ").strip().strip(MARKS).casefold().split())


JUDGE = Decision(name="judge", answer=JudgeAnswer, objections=objections)
