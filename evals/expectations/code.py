"""Expectations that are code of their author's: what names it, and what it answered."""

from dataclasses import dataclass
from typing import Literal

from ..verdict import InconclusiveReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeHolds:
    """A function of the author's is content with the outcome."""

    check: str
    """`checks.py:function` beside the scenario file, `package.module:function`, or the name it was registered under."""

    @property
    def asked(self) -> str:
        """What its answer is found by."""
        return self.check


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAnswer:
    """What such a function answered, or another that is not the engine; one that broke leaves it inconclusive."""

    verdict: Literal["passed", "failed", "inconclusive"]
    explanation: str = ""
    reason: InconclusiveReason | None = None
    """Of one that is inconclusive: why, where it is not its own fault."""
