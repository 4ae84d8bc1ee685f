"""Keeping declared sensitive values out of prompts, and putting them back into answers.

Each value found by a pattern has a numbered placeholder, so that two card numbers stay two. Values are numbered in the
order in which they appear in the session, which is the same whenever the same was said.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from .domain.ask import Section
from .domain.sensitive import Masking, SensitivePattern
from .domain.values import JSON

UNMASKED_SECTIONS = frozenset(("instructions", "examples", "answer"))
"""Sections that hold no words of anybody but ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A sensitive value in a text."""

    start: int
    end: int
    name: str
    """The pattern's."""


def find_sensitive(patterns: tuple[SensitivePattern, ...], text: str) -> tuple[Found, ...]:
    """Where sensitive values stand, in order; of those that overlap the longest counts, then the one declared first."""
    found = [
        Found(start=match.start(), end=match.end(), name=pattern.name)
        for pattern in patterns
        for match in _compiled(pattern.pattern).finditer(text)
        if match.end() > match.start()
    ]
    kept: list[Found] = []
    for one in sorted(found, key=lambda item: item.start - item.end):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda item: item.start))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def learn(masking: Masking, texts: Iterable[str]) -> Masking:
    """The masking with placeholders for what is new in these texts, in order."""
    if not masking.patterns:
        return masking
    known = {value: placeholder for placeholder, value in masking.known}
    counts = _counts(masking)
    for text in texts:
        for one in find_sensitive(masking.patterns, text):
            value = text[one.start : one.end]
            if value not in known:
                counts[one.name] = counts.get(one.name, 0) + 1
                known[value] = f"⟦{one.name} {counts[one.name]}⟧"
    return replace(masking, known=tuple((placeholder, value) for value, placeholder in known.items()))


def _counts(masking: Masking) -> dict[str, int]:
    counts: dict[str, int] = {}
    for placeholder, _ in masking.known:
        name = placeholder[1:].rpartition(" ")[0]
        counts[name] = counts.get(name, 0) + 1
    return counts


def mask(masking: Masking, text: str) -> str:
    """The text with placeholders for its sensitive values; one that is not known has no number."""
    placeholders = {value: placeholder for placeholder, value in masking.known}
    parts: list[str] = []
    end = 0
    for one in find_sensitive(masking.patterns, text):
        value = text[one.start : one.end]
        parts += [text[end : one.start], placeholders.get(value, f"⟦{one.name}⟧")]
        end = one.end
    return "".join([*parts, text[end:]])


def mask_sections(masking: Masking, sections: Sequence[Section]) -> tuple[Section, ...]:
    """A prompt's sections with placeholders for sensitive values."""
    return tuple(
        section if section.name in UNMASKED_SECTIONS else replace(section, text=mask(masking, section.text))
        for section in sections
    )


def mask_value(masking: Masking, value: JSON) -> JSON:
    """A JSON value with placeholders in its texts, keys and numbers; what is new in it is numbered from here on."""
    masking = learn(masking, texts_in(value))
    return _masked(masking, value)


def _masked(masking: Masking, value: JSON) -> JSON:
    match value:
        case str():
            return mask(masking, value)
        case int() | float() if not isinstance(value, bool):
            hidden = mask(masking, str(value))
            return value if hidden == str(value) else hidden
        case Mapping():
            items = cast("Mapping[str, JSON]", value).items()
            return {mask(masking, key): _masked(masking, item) for key, item in items}
        case list() | tuple():
            return [_masked(masking, item) for item in cast("Sequence[JSON]", value)]
        case _:
            return value


def texts_in(value: JSON) -> Iterator[str]:
    """Every text in a JSON value, keys and numbers included, in order."""
    match value:
        case str():
            yield value
        case int() | float() if not isinstance(value, bool):
            yield str(value)
        case Mapping():
            for key, item in cast("Mapping[str, JSON]", value).items():
                yield key
                yield from texts_in(item)
        case list() | tuple():
            for item in cast("Sequence[JSON]", value):
                yield from texts_in(item)
        case _:
            return


def restore_answer(masking: Masking, answer: str) -> str:
    """A model's answer, as JSON text, with the values put back for their placeholders."""
    for placeholder, value in masking.known:
        if placeholder in answer:
            answer = answer.replace(placeholder, json.dumps(value, ensure_ascii=False)[1:-1])
    return answer


def hide(patterns: tuple[SensitivePattern, ...], text: str) -> tuple[str, tuple[str, ...]]:
    """A text as the customer's side may see it, and the names of the patterns that had something hidden in it."""
    found = find_sensitive(patterns, text)
    parts: list[str] = []
    end = 0
    for one in found:
        parts += [text[end : one.start], f"[{one.name} hidden]"]
        end = one.end
    return "".join([*parts, text[end:]]), tuple(one.name for one in found)
