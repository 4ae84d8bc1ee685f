"""What the trace says of guidelines that were considered."""

from dataclasses import dataclass
from typing import Literal

CheckMethod = Literal["model", "always", "code", "strategy", "transient"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineCheck:
    """A guideline that was considered in a round, and the verdict."""

    round: int
    guideline: str
    method: CheckMethod
    matched: bool
    rationale: str = ""
    ask: str | None = None
    """The id of the ask that decided it."""
    strategy: str = ""
    """The author's strategy that decided it, where one did."""
