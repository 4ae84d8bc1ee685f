"""The part of a turn's record that says what authors' own code had a say in: hooks and plans."""

from dataclasses import dataclass
from typing import Literal

HookOutcome = Literal["call_next", "resolve", "bail", "broke"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRan:
    """A hook that was called, and how it went on after it; after one that broke as if it had said CALL_NEXT."""

    round: int
    point: str
    hook: str
    """The function's name."""
    outcome: HookOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTrace:
    """What a planner made of a turn."""

    reasoning: str = ""
    added: tuple[str, ...] = ()
    """Guidelines that it brought in beside those that matched."""
    removed: tuple[str, ...] = ()
    """Guidelines that had matched and that it took out."""
    asked_for_more: int = 0
    """After how many rounds it asked for another."""
