"""A decision that differs, in words. Pure."""

from textwrap import shorten
from typing import assert_never

from ...engine.domain.values import JSON, canonical_json
from .decisions import Difference, Ruling

ARROW = "->"
"""Between what was and what is, where nobody chose another: every terminal can show it."""
WIDTH = 160


def difference_words(difference: Difference, *, arrow: str = ARROW) -> str:
    """What differs, in a line."""
    before, after, subject = difference.before, difference.after, difference.subject
    match difference.stage:
        case "match":
            return _gained_or_lost(f"guideline {subject!r}", difference, gained="matches", lost="no longer matches")
        case "journey":
            return f"journey {subject!r}: {_move(before)} {arrow} {_move(after)}"
        case "resolution":
            return f"{subject!r} was {_fate(before)}, is {_fate(after)}" + (
                f" ({after.rationale})" if after and after.rationale else ""
            )
        case "tool" if before and after:
            return (
                f"tool {subject!r} is called with other arguments: {_arguments(before.value, after.value, arrow=arrow)}"
            )
        case "tool":
            call = f"tool {subject!r} with {short((after or before or _NOTHING).value)}"
            return _gained_or_lost(call, difference, gained="is called", lost="is no longer called")
        case "result":
            return f"tool {subject!r} gave back {_value(after)}, before {_value(before)}"
        case "insight":
            return _gained_or_lost(
                f"parameter {subject!r}", difference, gained="stands in the way", lost="no longer stands in the way"
            )
        case "response" | "wording" | "failure":
            return f"{subject}: {_value(before)} {arrow} {_value(after)}"
        case "simulation":
            return f"simulated customer: {_fared(before, after)}"
        case _:
            assert_never(difference.stage)


def _gained_or_lost(what: str, difference: Difference, *, gained: str, lost: str) -> str:
    side = difference.after or difference.before
    why = f" ({shorten(side.rationale, WIDTH)})" if side and side.rationale else ""
    return f"{what} {gained}, and did not before{why}" if difference.after else f"{what} {lost}; before it did{why}"


def _fared(before: Ruling | None, after: Ruling | None) -> str:
    """How a customer who was played fared; the goal first, for that is what somebody wants to know."""
    was, now = _ending(before), _ending(after)
    why = f": {shorten(after.rationale, WIDTH)}" if after and after.rationale else ""
    if before and before.value == "reached":
        return f"goal reached before, not now ({now}{why})"
    if after and after.value == "reached":
        return f"goal reached now, not before ({was})"
    return f"{was} before, {now} now{why}"


def _ending(ruling: Ruling | None) -> str:
    return "not played to its end" if ruling is None else str(ruling.value).replace("_", " ")


def _move(ruling: Ruling | None) -> str:
    if ruling is None:
        return "stays"
    move, origin, target = ruling.value
    way = " to ".join(filter(None, [origin, target]))
    return f"{move} ({way})" if way else str(move)


def _fate(ruling: Ruling | None) -> str:
    if ruling is None:
        return "not there"
    return ruling.value if ruling.value in ("kept", "entailed") else f"dropped as {ruling.value}"


def _arguments(before: JSON, after: JSON, *, arrow: str) -> str:
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    return ", ".join(f"{name} {short(before.get(name))} {arrow} {short(after.get(name))}" for name in names)


def _value(ruling: Ruling | None) -> str:
    return "nothing" if ruling is None else short(ruling.value)


def short(value: JSON) -> str:
    """A value in a line."""
    return shorten(value if isinstance(value, str) else canonical_json(value), WIDTH, placeholder=" …")


_NOTHING = Ruling(stage="tool", round=0, subject="", value=None)
