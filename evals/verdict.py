"""Verdicts: passed, failed, or inconclusive with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["passed", "failed", "inconclusive"]

InconclusiveReason = Literal[
    "recording_missing",
    "recordings_unused",
    "model_unavailable",
    "model_unnamed",
    "stand_in_missing",
    "judge_failed",
    "customer_failed",
    "agent_load",
    "budget",
    "time_limit",
]
"""Why nothing can be said of the agent: the instrument, not the agent, was at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What became of one expectation."""

    expectation: str
    """The expectation in the words of the scenario file, such as `guidelines.fired: greet`."""
    verdict: Verdict
    turn: int | None = None
    """The turn it is about (1 for the first), None for the whole conversation."""
    explanation: str = ""
    """For one that did not pass: what happened instead, and why, from the trace."""
    place: str = ""
    """file:line:column of the expectation."""
    reason: InconclusiveReason | None = None
    """Of one that can't be told: why, where it is known."""


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on the whole: one failure fails it, else one that can't be told leaves it inconclusive."""
    given = set(verdicts)
    return "failed" if "failed" in given else "inconclusive" if "inconclusive" in given else "passed"
