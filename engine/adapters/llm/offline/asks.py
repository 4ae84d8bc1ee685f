"""What an instruction has the agent ask for, and whether the customer has given it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .clauses import listing
from .heard import Heard, invites_story, tells
from .lexicon import DataKind, data_kinds, root, says
from .overlap import overlap, topic
from .text import fold, is_question, tokens
from .values import Form, given, values, without_values
from .whereabouts import whence, whither

_ASKS = re.compile(
    r"\b(?:ask|asks|get|collect|obtain|request|gather|determine|find out|verify|identify|learn|inquire|clarify|elicit|"
    r"check (?:whether|if|which|what|with)|let (?:them|the customer|the patient) (?:choose|pick|decide)|"
    r"which|choose|pick)\b"
)
_ASK_VERB = re.compile(r"\b(?:ask|request|inquire|confirm)\b", re.IGNORECASE)
_CONFIRMS = re.compile(
    r"\bconfirm\b(?!(?: that\b|(?: \w+){0,4} (?:was|were|is|are|has|have)\b))|\bask (?:them )?(?:whether|if)\b|"
    r"^(?:do|does|did|is|are|would|shall|should|can|could|will|have|has)\b.*\?$|"
    r"\bask\b.*\bto confirm\b|\bis that (?:right|correct|ok)\b"
)
_QUESTION = re.compile(r"\?\s*$")
_ADDRESSED = re.compile(r"^(?:please |describe |tell me |let me know |give me |enter |share )")
_EITHER = re.compile(r"([\w'-]+(?: [\w'-]+)?)\s+or\s+(?:a |an |the |in |by |for )*([\w'-]+(?: [\w'-]+)?)")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_IF_ANY = re.compile(
    r"\b(?:whether|if) (?:there (?:is|are|was|were)|(?:they|the \w+) (?:has|have|had) (?:any|a|an))\b|"
    r"^(?:do you have|are there|is there) any\b"
)
_REASON = re.compile(r"\breason\b|\bpurpose\b|\bwhy\b")
_STORY = re.compile(r"\bdescri\w+|\bwhat happened\b|\bdetails of\b|\bissue\b|\bproblem\b")
_THING = re.compile(r"\b(?:which|what|for the|for a|the name of the) (\w+)\b")
_WHERE = re.compile(r"\bwhere\b|\b(?:destination|departure|origin|location|pick-?up|place)\b")
_WHENCE = re.compile(r"\b(?:start|departure|depart|leave|origin|pick|from)\w*\b")
_HELP = re.compile(
    r"\bhow (?:(?:i|we|you)\b.*\b)?(?:can |may |could )?(?:i |we |you )?(?:\w+ )?(?:help|assist|serve)\b"
)
_BECAUSE = re.compile(r"\bbecause\b|\bdue to\b|\b(?:about|with|for) my\b|\babout (?:an?|the)\b|\bsince i\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something that the customer is asked for."""

    action: str
    kinds: tuple[DataKind, ...]
    choices: tuple[str, ...]
    confirms: bool
    """Whether a yes or no is asked for."""

    @property
    def is_optional(self) -> bool:
        """Whether it is asked if there is something at all: a no says that there is not, and is an answer."""
        return self.confirms and _IF_ANY.search(fold(self.action)) is not None

    @property
    def for_help(self) -> bool:
        """Whether it is asked in what way the agent can help: whatever the customer wants answers that."""
        return bool(_HELP.search(fold(self.action)))

    def is_named_in(self, text: str) -> bool:
        """Whether a text speaks of the kind of value, a day being no time of day: "the date was wrong"."""
        spoken_of = set(data_kinds(text))
        form, said = _form_of_moment(self.action), _form_of_moment(text)
        return any(
            kind in spoken_of and (kind != "moment" or None in (form, said) or form == said) for kind in self.kinds
        )

    def alike(self, other: "Asked") -> bool:
        """Whether another one asks for the same kind of value."""
        same = _form_of_moment(self.action) == _form_of_moment(other.action)
        return bool(self.kinds) and self.kinds == other.kinds and ("moment" not in self.kinds or same)


@lru_cache(maxsize=1024)
def asked_by(action: str) -> Asked | None:
    """What an action asks the customer for, None where it asks nothing."""
    text = fold(action).strip()
    confirms = bool(_CONFIRMS.search(text))
    if not (confirms or _ASKS.search(text) or _QUESTION.search(text) or _ADDRESSED.search(text)):
        return None
    asking = _asking(action)
    choices = tuple(choice for group in _BRACKETS.findall(asking) for choice in listing(group))
    either = _EITHER.search(fold(asking)) if not choices else None
    options = choices or (tuple(either.groups()) if either else ())
    sought = () if options else data_kinds(_BRACKETS.sub(" ", asking))
    kinds = sought or (() if options else data_kinds(_BRACKETS.sub(" ", action)))
    return Asked(action=action, kinds=kinds, choices=options, confirms=confirms and not options)


def _asking(action: str) -> str:
    """The part of an action that asks: what is told before ("say that it is free and ask whether …") is not asked."""
    last = max((found.start() for found in _ASK_VERB.finditer(action)), default=0)
    return action[last:]


def answer_in(asked: Asked, text: str, *, heard: Heard) -> str | None:
    """The answer that a message gives, spoken right after the agent asked; None where it gives none."""
    explicit = volunteered(asked, text, heard=heard)
    if explicit is not None:
        return explicit
    if not tokens(text):
        return None
    if asked.confirms:
        plain = "yes" if says("yes", text) else "no" if says("no", text) else None
        told = asked.is_optional and not is_digression(text) and _is_free_answer(text, heard)
        return plain or (text.strip()[:80] if told else None)
    if invites_story(_asking(asked.action)) and tells(text, heard.terms) and not says("quit", text):
        return text.strip()[:80]  # also where it ends with a question, or with thanks
    if is_digression(text):
        return None
    typed: list[DataKind] = [kind for kind in asked.kinds if kind not in ("name", "address")]
    if all(_meets(asked, kind, text=text) for kind in typed) and _is_free_answer(text, heard):
        return text.strip()[:80]
    return None


def _meets(asked: Asked, kind: DataKind, *, text: str) -> bool:
    """Whether a text that answers a question gives a kind of value; a bare code is a secret, asked for one."""
    bare = kind in ("secret", "id") and re.search(r"\b\d{2,}\b", text) is not None
    return bare or bool(_given(asked, kind, text=text))


def _given(asked: Asked, kind: DataKind, *, text: str) -> tuple[str, ...]:
    """The values of a kind that a text gives; a time of day is none where a day is asked for, nor the other way."""
    form = _form_of_moment(asked.action) if kind == "moment" else None
    return tuple(value.text for value in values(text) if value.form == form) if form else given(kind, text)


def all_given(asked: Asked, texts: Iterable[str]) -> tuple[str, ...]:
    """Every value of the kinds asked for that texts give, each once."""
    every = (value for text in texts for kind in asked.kinds for value in _given(asked, kind, text=text))
    return tuple(dict.fromkeys(every))


@lru_cache(maxsize=1024)
def _form_of_moment(action: str) -> Form | None:
    words = {root(word) for word in tokens(action)}
    at_day = not words.isdisjoint(root(word) for word in ("day", "date", "week", "month", "birthday"))
    at_time = not words.isdisjoint(root(word) for word in ("time", "hour", "clock"))
    return None if at_day == at_time else "date" if at_day else "time"


def _is_free_answer(text: str, heard: Heard) -> bool:
    if any(says(act, text) for act in ("quit", "farewell", "thanks")):
        return False
    plain = says("greeting", text) or says("yes", text)
    return bool(heard.topic(text) or values(text)) and not (plain and len(tokens(text)) <= 2)


def volunteered(asked: Asked, text: str, *, heard: Heard, stories: bool = True) -> str | None:
    """What a message gives without being asked: typed values, one of the choices, a name, a reason; never a yes."""
    if asked.choices:
        words = heard.topic(_DENIED.sub(" ", fold(text)))
        return next((choice for choice in asked.choices if overlap(heard.topic(choice), words).share >= 0.5), None)
    if asked.confirms:
        return None
    if asked.kinds:
        if "amount" in asked.kinds and not overlap(heard.topic(asked.action), heard.topic(text)).matched:
            return None  # any number would do: it must be said of what
        found = [_given(asked, kind, text=text) for kind in asked.kinds]
        return ", ".join(values[0] for values in found) if all(found) else None
    if asked.for_help:
        if any(says(act, text) for act in ("thanks", "farewell")) and len(tokens(text)) <= 6:
            return None
        return text.strip()[:80] if any(word.weight >= 1 for word in heard.topic(text)) else None
    return _named(asked, text) or (_told(asked, text, heard=heard) if stories else None)


def _named(asked: Asked, text: str) -> str | None:
    """A name beside the noun that is asked for ("Dr. Reed", "the Grand Hotel"), or a place after "to" or "from"."""
    action = fold(asked.action)
    if _WHERE.search(action):
        return whence(text) if _WHENCE.search(action) else whither(text)
    thing = _THING.search(action)
    return _beside(text, root(thing[1])) if thing else None


def _beside(text: str, noun: str) -> str | None:
    """The capitalised word next to a noun; before it, one that begins a sentence does not count."""
    words, sought = list(_WORDS.finditer(text)), topic(noun)
    for at, word in enumerate(words):
        named = topic(word.group())
        if root(fold(word.group())) == noun or (named and sought and named[0].means(sought[0])):
            after = words[at + 1] if at + 1 < len(words) else None
            before = words[at - 1] if at else None
            begins = before is not None and text[: before.start()].rstrip()[-1:] in ("", ".", "!", "?")
            ends = after is not None and len(word.group()) > 3 and "." in text[word.end() : after.start()]
            sides = (None if ends else after, None if begins else before)
            near = (other.group() for other in sides if other is not None)
            found = next((name for name in near if name[:1].isupper() and len(name) > 1), None)
            if found is not None:
                return found
    return None


_WORDS = re.compile(r"[\w'-]+")


def _told(asked: Asked, text: str, *, heard: Heard) -> str | None:
    folded = fold(text)
    reason = _REASON.search(fold(asked.action)) and _BECAUSE.search(folded)
    story = not says("change", text) and _STORY.search(fold(asked.action)) and _tells(text, asked, heard=heard)
    return text.strip()[:80] if (reason or story) and not is_question(text) else None


_DENIED = re.compile(r"\bnot (?:(?:about|for|in|on|the|my|a|an) )*[\w'-]+")
"""What is said not to be so: "not my car"."""


def _tells(text: str, asked: Asked, *, heard: Heard) -> bool:
    """Whether a message tells a story: enough words of its own, values and the question's words not counted."""
    question, told = heard.topic(asked.action), heard.topic(without_values(text))
    return sum(word.weight >= 1 and not any(word.means(other) for other in question) for word in told) >= 4


_POLITE = re.compile(r"^(?:\w+[,.!]? )?(?:can|could|may|would) (?:i|you|we)\b(?!.*\b(?:tell me|explain|know)\b)")


def is_digression(text: str) -> bool:
    """Whether a message asks something itself instead of answering; a request put politely answers."""
    return is_question(text) and not _POLITE.search(fold(text))
