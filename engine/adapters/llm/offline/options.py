"""What customers are offered to choose from, and which of it they pick."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from ....domain.tool import ToolCall
from ....domain.values import JSON
from .asks import is_digression
from .heard import Heard
from .lexicon import data_kinds, says
from .overlap import overlap
from .results import fields
from .text import fold
from .values import given

_ORDINALS = re.compile(
    r"\b(first|1st|second|2nd|third|3rd|fourth|4th|last|earliest|latest|cheapest|former|latter)\b"
    r"(?: (?:one|option|slot|time))?|"
    r"\boption ([0-9a-c])\b|\b(?:either|any) (?:one|of them|works|is fine)\b"
)
_PLACES: tuple[tuple[int, tuple[str, ...]], ...] = (
    (0, ("first", "1st", "earliest", "former")),
    (1, ("second", "2nd")),
    (2, ("third", "3rd")),
    (3, ("fourth", "4th")),
    (-1, ("last", "latest", "latter")),
)


@dataclass(frozen=True, slots=True)
class Option:
    """Something that a tool offered to choose from, and the name of the list it stands in."""

    text: str
    list_name: str = ""


def options_of(calls: Sequence[ToolCall]) -> tuple[Option, ...]:
    """What tools offered to choose from: the texts of the lists in their results, the latest call first."""
    found: list[Option] = []
    for call in reversed(calls):
        if call.failed:
            continue
        for name, value in fields(call.result.data):
            if isinstance(value, list):
                items = cast("list[JSON]", value)
                found += [Option(item, name) for item in items if isinstance(item, str)]
    return tuple(dict.fromkeys(found))


def chosen(text: str, offered: Sequence[Option], *, heard: Heard) -> str | None:
    """The option that a message picks: the one it shares most with, or by its place in the list."""
    said = {*_spelt(text)}
    options = tuple(dict.fromkeys(option.text for option in offered))
    scored = [(sum(token in said for token in _spelt(option)), option) for option in options]
    best = max((score for score, _ in scored), default=0)
    if best and sum(score == best for score, _ in scored) == 1:
        return next(option for score, option in scored if score == best)
    ordinal = _ORDINALS.search(fold(text))
    if ordinal and options:
        place = next((place for place, words in _PLACES if ordinal[1] in words), 0)
        return options[place] if -len(options) <= place < len(options) else None
    if best:
        return next(option for score, option in scored if score == best) if heard.agent and best >= 2 else None
    return None


def with_plain_times(text: str) -> str:
    """A text, folded, with times of day in one spelling: "2:00 PM", "2pm" and "2 PM" are "2pm"."""
    return re.sub(r"\b([0-9]{1,2})(?::00)?\s*([ap])\.?m\b\.?", r"\1\2m", fold(text))


def _spelt(text: str) -> tuple[str, ...]:
    """The words of an option; times of day in one spelling ("2:00 PM", "2pm" and "2 PM" are one time)."""
    plain = with_plain_times(text)
    return tuple(
        word for word in re.findall(r"[\w:]+", plain) if word not in ("the", "at", "on", "a", "of", "and", "for")
    )


_NONE = re.compile(r"\bnone\b|\bneither\b|\bnot? (?:good|work|any|suit)\b|\bnot .{0,20}\b(?:these|those|them)\b")


def picks(text: str, heard: Heard, *, calls: Sequence[ToolCall]) -> str | None:
    """What a message picks among what was offered: an option, a moment, or something the agent named."""
    if (is_digression(text) and not given("moment", text)) or _NONE.search(fold(text)):
        return None
    option = chosen(text, options_of(calls), heard=heard)
    if option is not None:
        return option
    if moment := given("moment", text):
        return " ".join(moment)
    if ordinal := _ORDINALS.search(fold(text)):
        return ordinal.group()
    named = tuple(word for word in heard.topic(text) if word.weight >= 1 and not data_kinds(word.text))
    shared = overlap(named, heard.topic(heard.agent))
    return shared.matched[0] if shared.matched and not says("no", text) else None
