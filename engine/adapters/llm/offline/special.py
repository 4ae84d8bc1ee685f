"""Conditions that are not about a topic: off topic, said before."""

import re

from ....domain.facts import Situation
from .clauses import without_listed
from .heard import Heard, hear
from .lexicon import Act, says
from .overlap import Words, overlap, similarity
from .text import fold, is_question, tokens
from .values import holds_sensitive, values

_OFF_TOPIC = re.compile(
    r"\boff[- ]topic\b|\bunrelated\b|\bnot related\b|\birrelevant\b|\bout of scope\b|"
    r"\boutside (?:the |our |its |your )?(?:scope|topics?|domain)\b|\bnot about\b|\bother than\b|\bnothing to do with\b"
)
_REPEATED = re.compile(
    r"\b(?:same|this) (?:question|thing|request)\b.*|\balready asked\b|"
    r"\brepeats?\b.*\b(?:question|themselves|request|message)\b|\basks? .*\bagain\b|\brepeated(?:ly)? (?:ask|question)"
)
_PRIOR = re.compile(r"\b(?:same|again|already|repeat\w*|before|previous\w*)\b")

_BUSINESS = frozenset(
    f"@{group}"
    for group in (
        *("price", "buy", "book", "appointment", "cancel", "alter", "move", "return", "refund", "exchange", "replace"),
        *("fault", "lose", "status", "deliver", "late", "hours", "account", "sign_in", "bill", "pay", "discount"),
        *("warranty", "human", "fraud", "trial"),
    )
)
"""Groups of words that a customer of whatever business uses; cars, doctors and lawyers are some businesses' only."""
_ASKS_WHAT_IS_SOLD = re.compile(
    r"\b(?:do|does|can|could|will|would) (?:you|your \w+|this \w+)\b(?: \w+)? "
    r"(?:sell|stock|carry|accept|take|deliver|ship|repair|offer|charge|install)\b"
)

Verdict = tuple[bool, str]
"""Whether it holds, and why."""


def judge_special(condition: str, situation: Situation, *, text: str, other_topics: tuple[str, ...]) -> Verdict | None:
    """Judge a condition on the whole conversation; None where it is one about a topic."""
    folded = fold(condition)
    heard = hear(situation)
    if is_off_topic(condition):
        plain, examples = without_listed(condition)
        if any(_speaks_of(example, text, heard=heard) for example in examples):
            return True, "the newest message speaks of what the condition gives as an example"
        return _off_topic(heard, situation, text=text, known=(*other_topics, plain))
    if _REPEATED.search(folded) and _PRIOR.search(folded):
        return _repeated(heard, text)
    return None


def is_off_topic(condition: str) -> bool:
    """Whether a condition is about what the agent does not deal with."""
    return _OFF_TOPIC.search(fold(condition)) is not None


def _speaks_of(example: str, text: str, *, heard: Heard) -> bool:
    return overlap(heard.topic(example), heard.topic(text)).share >= 0.5


def _off_topic(heard: Heard, situation: Situation, *, text: str, known: tuple[str, ...]) -> Verdict:
    words = heard.topic(text)
    if not any(word.weight >= 1 for word in words) or _is_small_talk(text):
        return False, "the newest message speaks of nothing in particular"
    if holds_sensitive(text):
        return False, "the newest message hands over the customer's own data"
    if (values(text) or heard.agent_asked) and not is_question(text):
        return False, "the newest message answers the agent"
    own = heard.topic("\n".join((situation.agent_description, *known, *_knowledge(situation), *heard.agent_lines)))
    if any(key in _BUSINESS for word in words for key in word.keys) or _ASKS_WHAT_IS_SOLD.search(fold(text)):
        return False, "the newest message speaks of what customers speak of"
    shared = overlap(_heavy(words), _heavy(own))
    if shared.matched and (shared.share > 0.25 or len(words) < 4):
        return False, f"the newest message speaks of '{shared.matched[0]}', which is the agent's business"
    return True, "the newest message shares no topic with what the agent deals with"


def _heavy(words: Words) -> Words:
    return tuple(word for word in words if word.weight >= 1) or words


def _knowledge(situation: Situation) -> tuple[str, ...]:
    terms = (text for term in situation.terms for text in (term.name, *term.synonyms, term.description))
    return (*terms, *(variable.name.replace("_", " ") for variable in situation.variables))


def _is_small_talk(text: str) -> bool:
    acts: tuple[Act, ...] = ("greeting", "farewell", "thanks", "yes", "no", "apology", "human", "upset", "quit")
    return len(tokens(text)) <= 8 and any(says(act, text) for act in acts) and not is_question(text)


def _repeated(heard: Heard, text: str) -> Verdict:
    words = heard.topic(text)
    for earlier in heard.earlier:
        if is_question(text) == is_question(earlier) and words and similarity(words, heard.topic(earlier)) >= 0.6:
            return True, f"the customer said before: '{earlier[:80]}'"
    return False, "the customer has not said this before"
