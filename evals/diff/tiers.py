"""In which tier a scenario falls: how much what it does now differs from what it did. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..outcome import Outcome, verdict_on
from ..statistics import ALPHA, exact_test

Tier = Literal[
    "regression", "fixed", "behaviour_changed", "unstable", "cost_or_latency", "wording_only", "inconclusive",
    "unchanged", "new", "gone",
]  # fmt: skip
TIERS: tuple[Tier, ...] = (
    "regression", "fixed", "behaviour_changed", "unstable", "cost_or_latency", "wording_only", "inconclusive", "new",
    "gone", "unchanged",
)  # fmt: skip
"""Most important first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs between the trials of a scenario in two runs."""

    behaviour: bool = False
    seen_before: bool = False
    """Whether every trial now does what some trial did before."""
    wording: bool = False
    spending: bool = False


def tier_of(before: Sequence[Outcome], after: Sequence[Outcome], *, changes: Changes) -> Tier:
    """The tier of a scenario."""
    if not before:
        return "new"
    if not after:
        return "gone"
    was, now = verdict_on(before), verdict_on(after)
    if "inconclusive" in (was, now):
        return "inconclusive"
    if turned := _turned(before, after):
        return turned
    if changes.behaviour:
        return "unstable" if changes.seen_before and len(before) > 1 else "behaviour_changed"
    return "wording_only" if changes.wording else "cost_or_latency" if changes.spending else "unchanged"


def passed(trials: Sequence[Outcome]) -> tuple[int, int]:
    """How many trials passed, of how many that could be told."""
    verdicts = [trial.verdict for trial in trials if trial.verdict != "inconclusive"]
    return verdicts.count("passed"), len(verdicts)


def chance(before: Sequence[Outcome], after: Sequence[Outcome]) -> float | None:
    """How likely rates so far apart are where nothing has changed; None where there were no repeated trials."""
    return _chance(passed(before), passed(after))


def turn_of(before: tuple[int, int], after: tuple[int, int]) -> Literal["regression", "fixed", "unstable"]:
    """Better or worse for certain, or perhaps by chance: of rates that differ, each how many passed of how many."""
    (good, tried), (still, again) = before, after
    worse = still * tried < good * again
    whole = (good, still) == (tried, 0) or (good, still) == (0, again)
    by_chance = _chance(before, after)
    # Where each and every trial turned there is no flip among others to explain away, however few they were.
    if whole or by_chance is None or by_chance < ALPHA:
        return "regression" if worse else "fixed"
    return "unstable"


def _chance(before: tuple[int, int], after: tuple[int, int]) -> float | None:
    return exact_test(before, after) if min(before[1], after[1]) and max(before[1], after[1]) > 1 else None


def _turned(before: Sequence[Outcome], after: Sequence[Outcome]) -> Tier | None:
    """Better or worse for certain, perhaps by chance, or neither."""
    (good, tried), (still, again) = passed(before), passed(after)
    if good * again == still * tried and verdict_on(before) == verdict_on(after):
        return None
    return turn_of((good, tried), (still, again))
