"""What the customer said and when: the newest messages, those before, and what the agent had asked."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ....domain.facts import Situation
from ....domain.knowledge import Term
from .lexicon import says
from .overlap import Words, topic
from .text import fold, is_question, sentences, tokens
from .values import values


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A conversation as the rules read it."""

    terms: tuple[Term, ...]
    newest: tuple[str, ...]
    earlier: tuple[str, ...]
    """What the customer said before the newest messages, oldest first."""
    agent: str
    """What the agent said last before the newest messages, empty where it has not spoken."""
    agent_lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The newest messages as one text."""
        return "\n".join(self.newest)

    @property
    def all(self) -> tuple[str, ...]:
        """Everything the customer said, newest first."""
        return (*reversed(self.newest), *reversed(self.earlier))

    def topic(self, text: str) -> Words:
        """The topic of a text, read with the agent's glossary."""
        return topic(text, self.terms)

    @property
    def agent_asked(self) -> bool:
        """Whether the agent's last message was a question, other than whether anything is left to do."""
        return any(is_question(part) and not _CLOSING.search(part) for part in sentences(self.agent))

    @property
    def is_mere_answer(self) -> bool:
        """Whether the newest message does nothing but answer what the agent asked."""
        if not self._answers:
            return False
        short = len(tokens(self.text)) <= 6
        return (bool(values(self.text)) and len(self.topic(self.text)) <= 6) or (short and says("yes", self.text))

    @property
    def is_short_answer(self) -> bool:
        """Whether the newest message is a few words in answer to the agent."""
        return self._answers and 1 <= len(tokens(self.text)) <= 6

    @property
    def is_told_answer(self) -> bool:
        """Whether the newest message tells at length what the agent asked to be told."""
        asked = self.agent_asked and any(invites_story(part) for part in sentences(self.agent) if "?" in part)
        return asked and bool(self.newest) and not says("quit", self.text) and tells(self.text, self.terms)

    @property
    def _answers(self) -> bool:
        if not self.agent_asked or not self.newest or is_question(self.text):
            return False
        return not any(says(act, self.text) for act in ("quit", "no", "farewell", "thanks", "greeting"))


_INVITES = re.compile(
    "|".join(
        rf"\b{words}\b"
        for words in (
            r"descri\w+|details?|symptoms?|explain|why|reasons?|how (?:did|come)|more about",
            r"in your own words|your feedback",
            r"what (?:exactly |else )?(?:has |have |had )?(?:happen(?:ed)?|occurred|went wrong|seems?)",
            r"what (?:is|was|are|were) (?:it |this )?(?:wrong|about)",
            r"what (?:is|was|are|were) the (?:\w+ )?(?:problem|issue|matter|trouble|reason|symptoms?)",
            r"tell (?:me|us) (?:a (?:bit|little) )?(?:more|about|what|why|how)",
            r"(?:problem|issue)s?\b.*\b(?:having|facing|seeing)",
        )
    )
)


def invites_story(text: str) -> bool:
    """Whether an instruction or a question has the customer tell something in words of their own."""
    return _INVITES.search(fold(text)) is not None


ENOUGH_TOLD = 4
"""Words with a topic of their own that make a message a story rather than a word or two."""


def tells(text: str, terms: tuple[Term, ...] = ()) -> bool:
    """Whether a message tells something, questions at its end not counted."""
    told = " ".join(part for part in sentences(text) if not is_question(part))
    return sum(word.weight >= 1 for word in topic(told, terms)) >= ENOUGH_TOLD


_CLOSING = re.compile(r"\banything else\b|\bhow (?:can|may) i (?:help|assist)\b", re.IGNORECASE)


@lru_cache(maxsize=64)
def _heard(terms: tuple[Term, ...], said: tuple[tuple[str, str], ...]) -> Heard:
    last = max((at for at, (speaker, _) in enumerate(said) if speaker == "customer"), default=-1)
    start = last
    while start > 0 and said[start - 1][0] not in ("agent", "operator"):
        start -= 1
    newest = tuple(text for speaker, text in said[start : last + 1] if speaker == "customer") if last >= 0 else ()
    before = said[: max(start, 0)]
    spoken = tuple(text for speaker, text in before if speaker in ("agent", "operator"))
    return Heard(
        terms=terms,
        newest=newest,
        earlier=tuple(text for speaker, text in before if speaker == "customer"),
        agent=spoken[-1] if spoken else "",
        agent_lines=spoken,
    )


def hear(situation: Situation) -> Heard:
    """Read a situation's conversation."""
    said = tuple((line.speaker, line.text) for line in situation.conversation)
    return _heard(situation.terms, said)
