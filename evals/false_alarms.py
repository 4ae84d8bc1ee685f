"""How often two runs of one revision look like a regression: trials of the same thing, compared with each other. Pure.

The trials of a scenario are split into two halves in many ways, and each time the one half is compared with the other
as `understudy diff` compares runs. Nothing has changed between them, so every regression that is found is false.
"""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

from ..engine.domain.values import digest
from .diff.comparing import alike
from .diff.tiers import Changes, Tier, tier_of, turn_of
from .outcome import Outcome
from .results.run import RunRecord
from .statistics import threshold, wilson

MOST_SPLITS = 1000
"""Where there are more ways to split, so many of them are looked at."""
MOST_TRIALS = 30
"""Up to how many trials a number is looked for that would be enough."""
EACH_COUNTS = ("live", "mixed")
"""Who answered in trials that are different ones even when they have the same number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many comparisons out of how many were false alarms; their trials are what is known for certain."""

    alarms: int
    splits: int
    trials: int

    @property
    def share(self) -> float:
        """As a share of all splits."""
        return self.alarms / self.splits if self.splits else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval. Splits share trials: they count for no more than there are trials."""
        known = min(self.splits, self.trials)
        return wilson(self.share * known, known)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioAlarms:
    """The false alarms of one scenario."""

    node: str
    passed: int
    """How many of its trials passed."""
    regressions: Rate
    changes: Rate
    """Comparisons that would tell of other behaviour, though of no regression."""
    needed: int | None
    """How many trials in each run would bring false regressions down to the wanted rate; None where none would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms:
    """The false alarms of a suite."""

    wanted: float
    scenarios: tuple[ScenarioAlarms, ...] = ()
    too_few: tuple[str, ...] = ()
    """Scenarios with fewer than two trials of one revision."""
    needed: int | None = None
    """How many trials of every scenario would bring those of the whole suite down to the wanted rate."""

    @property
    def overall(self) -> Rate:
        """Of all comparisons of single scenarios."""
        rates = [each.regressions for each in self.scenarios]
        return Rate(
            alarms=sum(rate.alarms for rate in rates),
            splits=sum(rate.splits for rate in rates),
            trials=sum(rate.trials for rate in rates),
        )

    @property
    def of_suite(self) -> float:
        """How likely a comparison of all scenarios, with half as many trials each, shows a false regression."""
        return 1 - math.prod(1 - each.regressions.share for each in self.scenarios)


def false_alarms(runs: Iterable[RunRecord], *, wanted: float) -> FalseAlarms:
    """Measure the false alarms of what was played more than once without a change."""
    groups = _trials(runs)
    measured = {node: trials for node, trials in groups.items() if len(trials) > 1}
    rates = [(_passed(trials), len(trials)) for trials in measured.values()]
    return FalseAlarms(
        wanted=wanted,
        scenarios=tuple(_measured(node, trials, wanted=wanted) for node, trials in measured.items()),
        too_few=tuple(node for node in groups if node not in measured),
        needed=_needed(rates, wanted) if rates else None,
    )


def _trials(runs: Iterable[RunRecord]) -> dict[str, tuple[Outcome, ...]]:
    """For each scenario the trials of the revision of which there are most, the newest of several."""
    found: dict[str, dict[tuple[str, ...], list[Outcome]]] = {}
    for run in sorted(runs, key=lambda run: run.started):
        # What the code was like in a run with changes nobody can tell, so it stands for itself.
        code = f"{run.revision} {run.id}" if run.dirty or not run.revision else run.revision
        for outcome in run.outcomes:
            node = f"{outcome.suite}/{outcome.scenario}"
            key = (code, outcome.definition, outcome.model)
            found.setdefault(node, {}).setdefault(key, []).append(outcome)
    return {
        node: max((_distinct(trials) for trials in reversed(groups.values())), key=len)
        for node, groups in sorted(found.items())
    }


def _distinct(trials: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Trials that say something each: what is replayed or worked out a second time is the first once more."""
    told = [trial for trial in trials if trial.verdict != "inconclusive"]
    own = [trial for trial in told if trial.answered_by in EACH_COUNTS]
    numbers = {trial.trial for trial in own}
    others = {trial.trial: trial for trial in told if trial.trial not in numbers}
    return (*own, *others.values())


def _measured(node: str, trials: Sequence[Outcome], *, wanted: float) -> ScenarioAlarms:
    tiers = list(_tiers(node, trials))

    def rate(tier: Tier) -> Rate:
        return Rate(alarms=tiers.count(tier), splits=len(tiers), trials=len(trials))

    passed = _passed(trials)
    return ScenarioAlarms(
        node=node,
        passed=passed,
        regressions=rate("regression"),
        changes=rate("behaviour_changed"),
        needed=_needed([(passed, len(trials))], wanted),
    )


def _tiers(node: str, trials: Sequence[Outcome]) -> Iterator[Tier]:
    """The tier of each comparison of one half with the other."""

    @cache  # the same two trials meet in many splits
    def same(one: int, other: int) -> bool:
        return alike(trials[one], trials[other])

    for base in _halves(node, len(trials)):
        head = [number for number in range(len(trials)) if number not in base]
        behaviour = not all(same(old, new) for old, new in zip(base, head, strict=False))
        seen = behaviour and len(base) > 1 and all(any(same(old, new) for old in base) for new in head)
        changes = Changes(behaviour=behaviour, seen_before=seen)
        yield tier_of(_half(trials, base), _half(trials, head), changes=changes)


def _halves(node: str, count: int) -> Iterator[tuple[int, ...]]:
    """Which trials are taken for the former run: every choice of half of them, or so many by lot, always the same."""
    half = count // 2
    if math.comb(count, half) <= MOST_SPLITS:
        yield from combinations(range(count), half)
        return
    lots = random.Random(digest(f"{node} {count}"))
    for _ in range(MOST_SPLITS):
        yield tuple(sorted(lots.sample(range(count), half)))


def _half(trials: Sequence[Outcome], numbers: Sequence[int]) -> tuple[Outcome, ...]:
    """These trials as if they were all: numbered from 1, and as large a share of them must pass."""
    needed = trials[0].needed
    scaled = None if needed is None else threshold(min(needed, len(trials)), len(trials), trials=len(numbers))
    return tuple(replace(trials[number], trial=place, needed=scaled) for place, number in enumerate(numbers, start=1))


def _passed(trials: Sequence[Outcome]) -> int:
    return sum(trial.verdict == "passed" for trial in trials)


def _needed(rates: Sequence[tuple[int, int]], wanted: float) -> int | None:
    """The smallest number of trials with which scenarios that pass at these rates raise few enough false alarms."""
    for count in range(1, MOST_TRIALS + 1):
        quiet = math.prod(1 - _expected(passed / played, count) for passed, played in rates)
        if 1 - quiet <= wanted:
            return count
    return None


def _expected(rate: float, count: int) -> float:
    """How likely a scenario that passes at this rate looks worse in the second of two runs of so many trials."""
    chances = [math.comb(count, passed) * rate**passed * (1 - rate) ** (count - passed) for passed in range(count + 1)]
    return sum(chances[before] * chances[after] for before, after in _regressions(count))


@cache
def _regressions(count: int) -> tuple[tuple[int, int], ...]:
    """Of two runs of so many trials: how many pass in each where the second counts as a regression."""
    pairs = ((before, after) for before in range(count + 1) for after in range(before))
    return tuple(pair for pair in pairs if turn_of((pair[0], count), (pair[1], count)) == "regression")
