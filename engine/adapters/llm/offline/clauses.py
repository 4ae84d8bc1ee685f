"""Conditions taken apart: alternatives, what must hold together, examples in brackets, and what must not be."""

import re
from dataclasses import dataclass
from functools import lru_cache

_SUBJECT = r"(?:the |a |any |this )?(?:customer|user|patient|guest|client|caller|buyer|they|it|he|she|we)\b"
_VERB = (
    r"(?:is|are|was|were|has|have|had|does|do|did|wants?|asks?|needs?|requests?|says?|mentions?|provides?|hasn't|haven't|isn't|"
    r"doesn't|didn't|not|unclear|lacks?|requires?|seems?|expresses|confirms?|appears?)\b"
)
_AND = re.compile(rf"\s*[,;]?\s+(?:and|but|while)\s+(?={_SUBJECT}|{_VERB})", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_EXAMPLES = re.compile(
    r"[,;]?\s*\b(?:such as|for example|e\.g\.|including|like(?= (?:a |an |the )?\w+(?:,| or )))[:,]?\s*", re.IGNORECASE
)
_LIST = re.compile(r"\s*(?:[,/;]|\bor\b|\band\b)\s*", re.IGNORECASE)
_OR = re.compile(r"\s*,?\s+or\s+|\s*/\s*", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:without|lacks?|lacking|unclear|(?:is |are )?missing(?= (?:a|an|the|their|her|his|any|its)\b)|"
    r"(?:does|do|did|has|have|had|is|are|was|were)(?:n't| not)(?: yet| been)?|not|never|no(?= \w))\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\s+before (?:deciding|agreeing|booking|buying|ordering|paying|going on|continuing)\b.*$", re.IGNORECASE
)
"""When something is said, at the end of a condition: it is no part of what is said."""
_FULL_ONLY = re.compile(r"\bcan(?:'t|not| not)\b|\bunable\b|\bnot only\b|\bwon't\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A part of a condition that is judged as a whole: `wanted` must be so, `unwanted` must not."""

    wanted: str
    unwanted: str = ""
    examples: tuple[str, ...] = ()
    absence: bool = False
    """Whether `unwanted` is something not said or not given so far, rather than something that failed to happen."""


Conjunction = tuple[Clause, ...]
"""Clauses that must hold together."""


@lru_cache(maxsize=2048)
def alternatives(condition: str) -> tuple[Conjunction, ...]:
    """The ways in which a condition can hold: any of these."""
    text, examples = without_listed(_BEFORE.sub("", condition.strip().rstrip(".")))
    parts = [part for part in _AND.split(text) if part.strip()]
    ways: list[Conjunction] = [()]
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        choices = [_clause(choice, examples if last else ()) for choice in _choices(part)]
        ways = [(*way, choice) for way in ways for choice in choices][:32]
    return tuple(way for way in ways if way)


def without_examples(text: str) -> str:
    """A text without what stands in brackets."""
    return _BRACKETS.sub(" ", text)


def without_listed(text: str) -> tuple[str, tuple[str, ...]]:
    """A condition without its examples, and these: what stands in brackets, or after "such as"."""
    inside = [match[1] for match in _BRACKETS.finditer(text)]
    plain = _BRACKETS.sub(" ", text)
    head, *listed = _EXAMPLES.split(plain, maxsplit=1)
    found = [part for group in (*inside, *listed) for part in listing(group)]
    return " ".join(head.split()), tuple(found)


def listing(text: str) -> tuple[str, ...]:
    """The items of a list in words: "medical, dental, etc." has medical and dental."""
    items = (item.strip(" .:") for item in _LIST.split(text))
    return tuple(item for item in items if item and item.lower() not in ("etc", "e.g", "i.e", "for example", "others"))


def _choices(part: str) -> tuple[str, ...]:
    choices = [choice for choice in _OR.split(part) if choice.strip()]
    if len(choices) > 1 and "," in choices[0] and not _NOT.search(part):
        choices = [*(item for item in choices[0].split(",") if item.strip()), *choices[1:]]
    negation = _NOT.search(choices[0]) if len(choices) > 1 else None
    if negation:  # "has not chosen a date or time": the negation holds for both
        head = choices[0][: negation.end()]
        choices = [choices[0], *(f"{head} {choice}" for choice in choices[1:])]
    return tuple(choices)


def _clause(text: str, examples: tuple[str, ...]) -> Clause:
    negation = None if _FULL_ONLY.search(text) else _NOT.search(text)
    if negation is None:
        return Clause(wanted=text.strip(), examples=examples)
    before, cue, after = text[: negation.start()], negation.group().lower(), text[negation.end() :]
    absent = cue.startswith(("without", "lack", "unclear", "missing", "is missing", "are missing")) or _is_about_giving(
        after
    )
    return Clause(wanted=before.strip(), unwanted=after.strip(), examples=examples, absence=absent)


_GIVING = re.compile(
    r"^\s*(?:yet |already |been |explicitly |clearly )*(?:provid|specif|select|cho[os]|pick|giv|mention|confirm|"
    r"tell|told|share|verif|identif|stat|includ|indicat|say|said|tried|authenticat|logged|yet|clear|known|accept|agree|ask|greet)",
    re.IGNORECASE,
)


def _is_about_giving(text: str) -> bool:
    return _GIVING.search(text) is not None
