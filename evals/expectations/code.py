"""Expectations that are code of their author's: what names it, and what it answered."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeHolds:
    """A function of the author's is content with the outcome."""

    check: str
    """`checks.py:function` beside the scenario file, `package.module:function`, or the name it was registered under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAnswer:
    """What such a function answered; one that broke leaves the expectation inconclusive."""

    verdict: Literal["passed", "failed", "inconclusive"]
    explanation: str = ""
