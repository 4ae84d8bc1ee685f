"""What tools gave back, compared with a condition about it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from ....domain.tool import ToolCall
from ....domain.values import JSON
from .lexicon import root
from .overlap import overlap, topic
from .text import fold, spoken, tokens

_FAILURE = re.compile(
    r"\b(?:fail\w*|error\w*|unsuccessful\w*|(?:could|can|was|were|is|are|did|does) ?not|cannot|unable|invalid|"
    r"unavailable|no|not|none|nothing|without|empty|denied|declined|rejected|refused|insufficient|incorrect|"
    r"fully booked|sold out)\b"
)
_REFUSAL = re.compile(r"\b(?:denied|declined|rejected|refused|insufficient|incorrect|fully booked|sold out)\b")
_ERROR = re.compile(r"\b(?:fail\w*|error\w*|unsuccessful\w*|not|cannot|unable|unavailable|no|none|nothing|invalid)\b")
_SUCCESS = re.compile(
    r"\b(?:success\w*|succeed\w*|found|available|exists?|booked|scheduled|filed|verified|valid|approved|confirmed|created|sent|"
    r"completed?|returned|open|sufficient|enough|eligible|shown|known|received|retrieved|done|works?|"
    r"passed|(?:was|were|has been|have been) \w+ed)\b"
)
_BOUND = re.compile(
    r"\b(below|less than|under|fewer than|above|more than|over|greater than|at least|at most|exceeds)\s+"
    r"[$€£]?([0-9]+(?:\.[0-9]+)?)"
)


def judge_results(condition: str, calls: Sequence[ToolCall]) -> bool | None:
    """Whether a condition about tools' results holds; None where the results say nothing of it."""
    if not calls:
        return None
    text = fold(condition)
    negative, positive = bool(_FAILURE.search(text)), bool(_SUCCESS.search(text))
    for call in reversed(calls):
        verdict = None if call.failed else _by_fields(text, call.result.data)
        if verdict is not None:
            return verdict
    if not (negative or positive):
        return None
    if negative and all(call.failed for call in calls) and not _ERROR.search(text):
        return bool(_shared_refusal(text, calls))
    good = not any(call.failed or is_empty(call.result.data) or _turns_down(call.result.data) for call in calls)
    return good != negative


def _turns_down(data: JSON) -> bool:
    """Whether a result says in a word or two that what was asked of the tool was refused: "status: declined"."""
    texts = (value for _, value in fields(data) if isinstance(value, str) and len(tokens(value)) <= 2)
    return any(_REFUSAL.search(fold(text)) or _OUT.search(fold(text)) for text in texts)


_OUT = re.compile(r"\b(?:unavailable|unsuccessful|failed|failure|impossible|closed|not \w+)\b")


def _shared_refusal(condition: str, calls: Sequence[ToolCall]) -> set[str]:
    """The words of refusal that a condition and the errors have in common: breaking down refuses nothing."""
    said = {word for call in calls for word in _REFUSAL.findall(fold(call.result.error or ""))}
    return said & {*_REFUSAL.findall(condition)}


_PREDICATE = re.compile(r"\b(?:is|are|was|were|has been|have been|could|can)\b")


def _by_fields(condition: str, data: JSON) -> bool | None:
    """The verdict of the field that the condition speaks of most; among equals of one that does not merely differ."""
    verb = _PREDICATE.search(condition)
    subject = topic(condition[: verb.start()] if verb else condition)
    best: tuple[tuple[float, bool], bool] | None = None
    for name, value in fields(data):
        words = topic(spoken(name))
        of_subject, share = overlap(words, subject), overlap(words, topic(condition))
        verdict = _by_text(condition, value)
        sure = verdict is not None or not isinstance(value, str)
        if verdict is None and share.share >= 0.5:
            verdict = _by_field(condition, value, is_subject=of_subject.share >= 0.5 and verb is not None)
        if verdict is not None and (best is None or (share.weight, sure) > best[0]):
            best = ((share.weight, sure), verdict)
    return best[1] if best else None


def _by_field(condition: str, value: JSON, *, is_subject: bool) -> bool | None:
    """The verdict of a field of which the condition speaks; a subject's state in one word is that state or another."""
    negative = bool(_FAILURE.search(condition))
    if isinstance(value, bool):
        return value != negative
    if value is None or value in ([], {}, ""):
        return negative
    if isinstance(value, (int, float)):
        return _within(condition, value)
    if isinstance(value, str):
        state = len(tokens(value)) == 1 and value.isalpha()
        return (None if not is_subject else negative) if state else None
    return not negative


def _within(condition: str, value: float) -> bool | None:
    bound = _BOUND.search(condition)
    if bound is None:
        return None
    word, limit = bound[1], float(bound[2])
    match word:
        case "below" | "less than" | "under" | "fewer than":
            return value < limit
        case "at most":
            return value <= limit
        case "at least":
            return value >= limit
        case _:
            return value > limit


def _by_text(condition: str, value: JSON) -> bool | None:
    """Whether a short value in words ("under review") is the one that the condition names; None where it is not."""
    if not isinstance(value, str) or not 1 <= len(tokens(value)) <= 4 or not value.strip().isascii():
        return None
    said, words = [root(word) for word in tokens(value)], tokens(condition)
    if not any(word.isalpha() and len(word) > 2 for word in said) or not {*said} <= {root(word) for word in words}:
        return None
    rest = " ".join(word for word in words if root(word) not in said)
    return not _FAILURE.search(rest)


def fields(data: JSON, name: str = "") -> Iterator[tuple[str, JSON]]:
    """The leaves of a result, each with the nearest name above it; lists are leaves and are entered as well."""
    if isinstance(data, Mapping):
        for key, value in cast("Mapping[str, JSON]", data).items():
            yield from fields(value, str(key))
    elif isinstance(data, (list, tuple)):
        yield name, list(cast("Sequence[JSON]", data))
        for value in cast("Sequence[JSON]", data):
            yield from fields(value, name)
    else:
        yield name, data


def told(calls: Sequence[ToolCall]) -> Iterator[str]:
    """What tools say in sentences: the texts of their results, of three words or more."""
    for call in calls:
        for _, value in () if call.failed else fields(call.result.data):
            if isinstance(value, str) and len(tokens(value)) >= 3:
                yield value


def is_empty(data: JSON) -> bool:
    """Whether a result says that there is nothing: no value, false, an empty text, list or mapping of such."""
    if isinstance(data, Mapping):
        values = list(cast("Mapping[str, JSON]", data).values())
        return all(is_empty(value) for value in values)
    return data is None or data is False or data in ("", [], ())


def readable(data: JSON) -> str:
    """A result in words: "status: under review, progress: 50"."""
    if isinstance(data, Mapping):
        parts = ((str(key), readable(value)) for key, value in cast("Mapping[str, JSON]", data).items())
        return ", ".join(f"{key.replace('_', ' ')}: {text}" for key, text in parts if text)
    if isinstance(data, (list, tuple)):
        items = [readable(item) for item in cast("Sequence[JSON]", data)]
        separator = "; " if any("," in item for item in items) else ", "
        return separator.join(item for item in items if item)
    if isinstance(data, bool):
        return "yes" if data else "no"
    return "" if data is None else str(data)
