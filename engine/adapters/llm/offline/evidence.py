"""What speaks for a condition: words in common, speech acts, values handed over, variables, tools' results."""

import re
from dataclasses import dataclass

from ....domain.facts import Situation
from .heard import Heard
from .lexicon import Act, DataKind, Phrase, data_kinds, lexicon, named_acts, root, said_phrase
from .overlap import Word, Words, overlap, quoted
from .results import judge_results, readable
from .text import fold, is_question, tokens
from .values import bare_code, given, holds_sensitive, without_values

ENOUGH = 0.6
"""The part of a condition's words that must be heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Whether something holds, how sure that is from 0 to 1, and why in plain words."""

    holds: bool
    why: str
    strength: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one message, in its situation, says for or against a plain condition."""

    situation: Situation
    heard: Heard
    text: str

    def result(self, text: str) -> Finding | None:
        """What tools gave back, for a condition that states how things are; None where they do not say so."""
        said = judge_results(text, self.situation.calls) if is_stative(text) else None
        if said and overlap(self.heard.topic(text), self._result_words()).matched:
            return Finding(holds=True, why="a tool's result says so", strength=0.8)
        return None

    def _result_words(self) -> Words:
        texts = (f"{call.tool} {readable(call.result.visible)}".replace("_", " ") for call in self.situation.calls)
        return self.heard.topic("\n".join(texts))

    def handed_over(self, text: str) -> Finding | None:
        """The customer gives a value of a known form, None where the condition speaks of none."""
        if not any(root(word) in lexicon().give_verbs for word in tokens(text)):
            return None
        if re.search(r"\b(?:sensitive|confidential|private|personal)\b", fold(text)) and holds_sensitive(self.text):
            return Finding(holds=True, why="the message holds sensitive data", strength=1.0)
        kinds = data_kinds(text)
        values = [given(kind, self.text) or self._code_asked_for(kind) for kind in kinds]
        if not kinds or not all(values):
            said_as = _stated(self.heard.topic(text), self.text, heard=self.heard)
            if said_as:
                return Finding(holds=True, why=f"the message states {quoted([said_as])}", strength=0.9)
            asks = {"ask", "say", "mention", "tell"}
            only_asks = any(root(word) in asks for word in tokens(text))
            return Finding(holds=False, why=f"no {kinds[0]} is given") if kinds and not only_asks else None
        if (lacking := self._not_given(text)) is not None:
            return Finding(holds=False, why=f"a value is given, but no {lacking}")
        return Finding(holds=True, why=f"the message gives a value ({', '.join(kinds)})", strength=1.0)

    def _code_asked_for(self, kind: DataKind) -> str | None:
        """Bare digits, where the agent has just asked for something that is numbered."""
        asked = kind in ("id", "secret") and self.heard.agent_asked and kind in data_kinds(self.heard.agent)
        return bare_code(self.text) if asked and len(tokens(self.text)) <= 8 else None

    def _not_given(self, text: str) -> str | None:
        """Of several things to be given, one of no known form of which the message says nothing; None where it does."""
        parts = parts_given(text)
        untyped = [part for part in parts if not data_kinds(part) and self.heard.topic(part)]
        if len(parts) < 2 or not untyped:
            return None
        typed = self.heard.topic(" ".join(part for part in parts if part not in untyped))
        words = self.heard.topic(without_values(self.text))
        said = [word for word in words if word.weight >= 1 and not any(map(word.means, typed))]
        return None if len(said) >= len(untyped) else untyped[0]

    def variables(self, text: str) -> Finding | None:
        if not is_stative(text):
            return None
        wanted = self.heard.topic(text)
        for variable in self.situation.variables:
            name = self.heard.topic(variable.name.replace("_", " "))
            named = overlap(name, wanted).share >= ENOUGH
            shown = f"the variable {variable.name!r} is {readable(variable.value) or 'empty'}"
            if isinstance(variable.value, bool) and named:
                return Finding(holds=variable.value, why=shown, strength=1.0)
            said = self.heard.topic(readable(variable.value)) if isinstance(variable.value, str) else ()
            if isinstance(variable.value, str) and _is_denial(variable.value):
                if named or (said and overlap(said, wanted).share >= 0.99):
                    return Finding(holds=False, why=shown)
            elif said and overlap(said, wanted).share >= 0.99:
                return Finding(holds=True, why=shown, strength=1.0)
        return None

    def by_words(self, text: str) -> Finding:
        acts, spent = self._acts(text), set[str]()
        heard: list[str] = []
        done = total = 0.0
        for act, naming in acts:
            spent |= {root(word) for word in naming}
            phrase = said_phrase(act, self.text)
            total += 2.0
            done += 2.0 if phrase else 0.0
            heard += [phrase] if phrase else []
        rest = tuple(word for word in self.heard.topic(text) if not _is_spent(word, spent))
        there = (*self.heard.topic(self.text), *self._answered(acts), *self._wished(rest))
        shared = overlap(rest, there)
        total, done = total + shared.total, done + shared.weight
        if not total or _ASKS_ANYTHING.search(fold(text)):
            return self._contentless(text)
        heard += shared.matched
        if done / total >= ENOUGH:
            return Finding(
                holds=True, why=f"the newest message mentions {quoted(dict.fromkeys(heard))}", strength=done / total
            )
        missing = [word.text for word in rest if word.text not in shared.matched] or [
            " ".join(naming) for _, naming in acts
        ]
        return Finding(
            holds=False, why=f"the newest message does not speak of {quoted(missing[:4])}", strength=done / total
        )

    def _acts(self, text: str) -> tuple[tuple[Act, Phrase], ...]:
        """The speech acts that a condition names; words of a glossary term name none."""
        of_terms = {root(word.text) for word in self.heard.topic(text) if any(key[0] == "#" for key in word.keys)}
        return tuple((act, naming) for act, naming in named_acts(text) if of_terms.isdisjoint(map(root, naming)))

    def _answered(self, acts: tuple[tuple[Act, Phrase], ...]) -> Words:
        """What a yes or no is about stands in the agent's question."""
        return self.heard.topic(self.heard.agent) if any(act in ("yes", "no") for act, _ in acts) else ()

    def _wished(self, wanted: Words) -> Words:
        """Who says that they need a thing wants to book it, to buy it, or whatever one does to have such a thing."""
        getting = tuple(word for word in wanted if word.keys & _GETTING)
        things = [word for word in wanted if word not in getting and word.weight >= 1]
        for wish in _WISH.finditer(fold(self.text)) if getting else ():
            thing = self.heard.topic(wish["thing"])
            if any(word.means(other) for word in things for other in thing):
                return getting
        return ()

    def _contentless(self, text: str) -> Finding:
        if re.search(r"\bquestions?\b|\basks?\b", fold(text)):
            return Finding(holds=is_question(self.text), why="the newest message is a question", strength=0.4)
        return Finding(holds=bool(self.text.strip()), why="the customer has said something", strength=0.3)


def parts_given(text: str) -> tuple[str, ...]:
    """What a condition wants to be given, one by one: "provides name and amount" wants two things."""
    words = list(re.finditer(r"[^\W_]+", text))
    verb = next((word for word in words if root(fold(word.group())) in lexicon().give_verbs), None)
    return tuple(part for part in _AND.split(text[verb.end() :]) if part.strip()) if verb else ()


_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_GETTING = frozenset(("@book", "@buy"))
_WISH = re.compile(
    r"\b(?:(?:i|we) (?:\w+ )?(?:need|want|would like|require)|(?:looking|look) for|(?:get|find) (?:me|us)|"
    r"(?:can|could) i (?:have|get)|(?:need|want|like) to (?:get|have)) "
    r"(?!to\b|help\b|my\b|your\b|you\b|the\b)(?P<thing>(?:\w+ ?){1,3})"
)
_ASKS_ANYTHING = re.compile(r"\basks?\b(?: a| any| another| some)?(?: general| follow-up| simple)? questions?$")


def _is_spent(word: Word, spent: set[str]) -> bool:
    return root(word.text) in spent


def is_stative(text: str) -> bool:
    """Whether a condition states how things are, rather than what the customer says or wants."""
    return (
        re.search(r"\b(?:is|are|was|were|has|have|had|lives?|owns?|belongs?|holds?)\b|'s\b", text, re.IGNORECASE)
        is not None
    )


def _is_denial(value: str) -> bool:
    """Whether a variable's value says no: "not a member", "none"."""
    return re.match(r"(?:not?|none|never|false|without|non)\b", fold(value).strip()) is not None


_STATES = re.compile(
    r"\bmy ((?:[\w'-]+ ){1,4})(?:is|are|was)\b|^\s*((?:[\w'-]+ ?){1,3}):\s*\S", re.IGNORECASE | re.MULTILINE
)


def _stated(wanted: Words, text: str, *, heard: Heard) -> str | None:
    """The words of "my ... is ..." that name what a condition wants to be given."""
    for match in _STATES.finditer(text):
        named = match[1] or match[2]
        if overlap(heard.topic(named), wanted).share >= ENOUGH:
            return named.strip()
    return None
