"""Examples that an author adds to those of a decision."""

from dataclasses import dataclass

from .values import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A situation from another conversation, in words, and how a decision is to be answered in it."""

    decision: str
    situation: str
    answer: JSON
    """As the decision's answer, its keys in the answer's order."""
