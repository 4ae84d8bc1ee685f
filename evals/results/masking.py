"""Secrets out of outcomes before they are stored; identifiers, hashes and measures stay as they are."""

from collections.abc import Mapping, Sequence
from typing import cast

from ...engine.domain.values import JSON
from ..recordings.redaction import Redaction

FREE = frozenset({"arguments", "data", "metadata", "variables", "control", "canned_response_fields"})
"""Members that hold whatever authors and customers put there: their numbers and keys may be secrets too."""

FIXED = frozenset(
    {
        "id",
        "digest",
        "answer",
        "definition",
        "fingerprint",
        "trace_id",
        "file",
        "place",
        "started",
        "kind",
        "timing",
        "usage",
    }
)
"""Members that hold no words of anybody, and that must read back as they are."""


def masked(outcome: JSON, *, patterns: Sequence[str]) -> JSON:
    """A stored outcome with placeholders for secrets: those of a known shape, and what the patterns match."""
    return _masked(outcome, Redaction(patterns))


def _masked(value: JSON, redaction: Redaction) -> JSON:
    match value:
        case str():
            return redaction.text(value)
        case Mapping():
            members = cast("Mapping[str, JSON]", value)
            return {name: _member(name, member, redaction=redaction) for name, member in members.items()}
        case list():
            return [_masked(item, redaction) for item in cast("list[JSON]", value)]
        case _:
            return value


def _member(name: str, value: JSON, *, redaction: Redaction) -> JSON:
    if name in FREE:
        return redaction.value(value)
    return value if name in FIXED else _masked(value, redaction)
