"""What tools gave back, compared with a condition about it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from ....domain.tool import ToolCall
from ....domain.values import JSON
from .overlap import overlap, topic
from .text import fold, tokens

_FAILURE = re.compile(
    r"\b(?:fail\w*|error\w*|unsuccessful\w*|(?:could|can|was|were|is|are|did|does) ?not|cannot|unable|invalid|"
    r"unavailable|no|not|none|nothing|without|empty|denied|declined|rejected|insufficient|incorrect|"
    r"fully booked|sold out)\b"
)
_SUCCESS = re.compile(
    r"\b(?:success\w*|succeed\w*|found|available|exists?|booked|scheduled|filed|verified|valid|approved|confirmed|created|sent|"
    r"completed?|returned|open|sufficient|enough|eligible|shown|known|received|retrieved|done|works?|passed)\b"
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
    good = all(not call.failed and not is_empty(call.result.data) for call in calls)
    return good != negative


def _by_fields(condition: str, data: JSON) -> bool | None:
    wanted = topic(condition)
    best: tuple[float, bool] | None = None
    for name, value in fields(data):
        share = overlap(topic(name.replace("_", " ")), wanted)
        verdict = _by_field(condition, value) if share.matched and share.share >= 0.5 else _by_text(condition, value)
        if verdict is not None and (best is None or share.weight > best[0]):
            best = (share.weight, verdict)
    return best[1] if best else None


def _by_field(condition: str, value: JSON) -> bool | None:
    negative = bool(_FAILURE.search(condition))
    if isinstance(value, bool):
        return value != negative
    if value is None or value in ([], {}, ""):
        return negative
    if isinstance(value, (int, float)):
        return _within(condition, value)
    if isinstance(value, str):
        return _by_text(condition, value)
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
    """Whether a short value in words ("under review") is the one that the condition names."""
    if not isinstance(value, str) or not 1 <= len(tokens(value)) <= 4:
        return None
    said = topic(value)
    if not said:
        return None
    return True if overlap(said, topic(condition)).share >= 0.99 else None


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
