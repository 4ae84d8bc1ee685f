"""Everyday English as data: words without a topic, speech acts, words for the same thing, nouns for typed values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, cast

import yaml

from .text import has_run, sentences, stem, tokens

Act = Literal[
    "greeting", "farewell", "thanks", "yes", "no", "human", "upset", "urgent", "apology", "quit", "change", "another"
]
DataKind = Literal["ssn", "card", "secret", "email", "phone", "moment", "id", "amount", "name", "address"]
Phrase = tuple[str, ...]
"""The words of a phrase, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWords:
    """How a speech act is named in a condition, and how it sounds when somebody does it."""

    named: tuple[Phrase, ...]
    said: tuple[Phrase, ...]
    start: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words of `lexicon.yaml`; all but the acts and the irregular forms as stems."""

    stop: frozenset[str]
    subjects: frozenset[str]
    people: frozenset[str]
    """Of the subjects, those of whom a customer may speak as well."""
    reports: frozenset[str]
    weak: frozenset[str]
    give_verbs: frozenset[str]
    choose_verbs: frozenset[str]
    irregular: Mapping[str, str]
    acts: Mapping[str, ActWords]
    groups: Mapping[str, tuple[tuple[Phrase, str], ...]]
    """Phrases of stems with the group they stand for, by their first stem."""
    data: tuple[tuple[Phrase, DataKind], ...]
    """Nouns for typed values, longest first."""


@cache
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    raw = cast(
        "dict[str, Any]", yaml.safe_load(files(__package__ or __name__).joinpath("lexicon.yaml").read_text("utf-8"))
    )
    irregular = cast("dict[str, str]", raw["irregular"])
    reader = _Reader(irregular)
    data = [(reader.phrase(text), kind) for kind, texts in raw["data"].items() for text in texts]
    return Lexicon(
        stop=frozenset(raw["stop"].split()),
        subjects=reader.stems(raw["subjects"]),
        people=reader.stems(raw["people"]),
        reports=reader.stems(raw["reports"]),
        weak=reader.stems(raw["weak"]),
        give_verbs=reader.stems(raw["give_verbs"]),
        choose_verbs=reader.stems(raw["choose_verbs"]),
        irregular=irregular,
        acts={name: _act(act) for name, act in raw["acts"].items()},
        groups=_by_first(reader, raw["groups"]),
        data=tuple(sorted(data, key=lambda item: -len(item[0]))),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    irregular: Mapping[str, str]

    def phrase(self, text: str) -> Phrase:
        return tuple(stem(self.irregular.get(word, word)) for word in tokens(text))

    def stems(self, text: str) -> frozenset[str]:
        return frozenset(self.phrase(text))


def _act(raw: Mapping[str, Any]) -> ActWords:
    return ActWords(
        named=tuple(tokens(text) for text in raw["named"]),
        said=tuple(tokens(text) for text in raw["said"]),
        start=bool(raw.get("start", False)),
    )


def _by_first(reader: _Reader, groups: Mapping[str, list[str]]) -> dict[str, tuple[tuple[Phrase, str], ...]]:
    found: dict[str, tuple[tuple[Phrase, str], ...]] = {}
    for group, texts in groups.items():
        for text in texts:
            phrase = reader.phrase(text)
            found[phrase[0]] = (*found.get(phrase[0], ()), (phrase, f"@{group}"))
    return found


def root(word: str) -> str:
    """The stem of a folded word, irregular forms brought back to their verb first."""
    return stem(lexicon().irregular.get(word, word))


_FILLERS = frozenset(("oh", "ah", "um", "uh", "well", "so", "and", "but", "ok", "okay", "please", "then", "hmm"))


def says(act: Act, text: str) -> bool:
    """Whether a message does something with words: greets, agrees, complains."""
    return said_phrase(act, text) is not None


@lru_cache(maxsize=8192)
def said_phrase(act: Act, text: str) -> str | None:
    """The words by which a message does it, None where it does not."""
    words = tokens(text)
    how = lexicon().acts[act]
    if act == "change":
        words = tuple(tokens(_NOT_SO.sub(" ", " ".join(words))))
    starts = _beginnings(text, words) if how.start else ()
    for phrase in how.said:
        if any(_begins(start, phrase) for start in starts) if how.start else has_run(words, phrase):
            return " ".join(phrase)
    return None


_NOT_SO = re.compile(r"\b(?:not|never|nothing|no)(?: \w+)? (?:wrong|different|mistake|change)\b")


def _beginnings(text: str, words: Phrase) -> tuple[Phrase, ...]:
    """Where a message begins; a word or two before it ("Sweet. Yes") do not count."""
    first, *rest = sentences(text) or ("",)
    return (words, tokens(" ".join(rest))) if rest and len(tokens(first)) <= 2 else (words,)


def _begins(words: tuple[str, ...], phrase: Phrase) -> bool:
    start = 0
    while start < len(words) and words[start] in _FILLERS and words[start : start + len(phrase)] != phrase:
        start += 1
    return words[start : start + len(phrase)] == phrase


@lru_cache(maxsize=4096)
def named_acts(text: str) -> tuple[tuple[Act, Phrase], ...]:
    """The speech acts that a condition speaks of, each with the words that name it."""
    words = tokens(text)
    found: list[tuple[Act, Phrase]] = []
    for act, how in lexicon().acts.items():
        phrase = max(
            (phrase for phrase in how.named if _is_customers(cast("Act", act), phrase, words=words)),
            key=len,
            default=None,
        )
        if phrase is not None:
            found.append((cast("Act", act), phrase))
    return tuple(found)


def _is_customers(act: Act, phrase: Phrase, *, words: tuple[str, ...]) -> bool:
    """Whether a condition names an act as the customer's: who asks whether you accept cards accepts nothing."""
    for at in range(len(words) - len(phrase) + 1):
        before = words[:at]
        asked = act in ("yes", "no") and not {"asks", "ask", "whether", "if"}.isdisjoint(before)
        if words[at : at + len(phrase)] == phrase and not asked and before[-1:] not in (("you",), ("we",), ("agent",)):
            return True
    return False


_OWN = frozenset(("full", "first", "last", "own", "their", "your", "my", "his", "her", "the", "a", "provid", "giv"))


def _is_own_name(words: Phrase, places: range) -> bool:
    """Whether a name that is spoken of is a person's in the conversation, and not that of a pet, a shop or a file."""
    people = lexicon().subjects | _OWN
    before = words[places.start - 1] if places.start else "the"
    after = [word for word in words[places.stop : places.stop + 4] if word not in _OWN]
    of = after[1] if after[:1] == ["of"] and len(after) > 1 else None
    return of in people if of is not None else before in people or before in lexicon().stop


@lru_cache(maxsize=4096)
def data_kinds(text: str) -> tuple[DataKind, ...]:
    """The kinds of typed values that a text speaks of, in order of mention; the longest noun at a place counts."""
    words = tuple(root(word) for word in tokens(text))
    found: list[tuple[int, DataKind]] = []
    taken: set[int] = set()
    for phrase, kind in lexicon().data:
        for at in range(len(words) - len(phrase) + 1):
            places = range(at, at + len(phrase))
            if words[at : at + len(phrase)] == phrase and taken.isdisjoint(places):
                taken.update(places)
                if kind != "name" or _is_own_name(words, places):
                    found.append((at, kind))
    return tuple(dict.fromkeys(kind for _, kind in sorted(found)))
