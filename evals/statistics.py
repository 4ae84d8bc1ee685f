"""The statistics of trials: how sure a pass rate is, how steady, how small a change the trials could have shown.

Pure. A rate is given as how many trials passed of how many were played; inconclusive trials are no part of either.
"""

import math
from collections.abc import Iterable

Z95 = 1.959964
"""Half the width, in standard deviations, of what holds 95 % of a normal distribution."""
ALPHA = 0.05
"""How often a difference may be claimed where there is none."""


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which that share (0 to 1) of the values lies, between two by straight line; 0 of no values."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def share_text(share: float) -> str:
    """A share (0 to 1) in whole per cent; it reads 0% or 100% only where it is exactly that."""
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"


def wilson(passed: float, played: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a rate, as shares; (0, 1) where nothing was played.

    `passed` need not be whole where the rate was found otherwise than by counting.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209-212.
    """
    _refuse_impossible(passed, played)
    if played == 0:
        return 0.0, 1.0
    rate = passed / played
    spread = Z95 * math.sqrt(rate * (1 - rate) / played + Z95 * Z95 / (4 * played * played))
    middle = rate + Z95 * Z95 / (2 * played)
    scale = 1 + Z95 * Z95 / played
    low = 0.0 if passed == 0 else (middle - spread) / scale
    high = 1.0 if passed == played else (middle + spread) / scale
    return low, high


def pass_hat(passed: int, played: int, *, k: int) -> float | None:
    """pass^k: the chance that k further trials all pass, estimated without bias; None of fewer than k trials.

    It is the share of all choices of k of the trials in which each passed: C(passed, k) / C(played, k).
    """
    _refuse_impossible(passed, played)
    if k < 1:
        raise ValueError(f"pass^k asks for at least one trial, not {k}")
    return math.comb(passed, k) / math.comb(played, k) if played >= k else None


def flakiness(passed: int, played: int) -> float:
    """The chance that two of the trials, picked at random, end differently; 0 where all ended alike or at most one was.

    With two trials that differ it is 1, with many it nears 2·rate·(1 - rate).
    """
    _refuse_impossible(passed, played)
    return 2 * passed * (played - passed) / (played * (played - 1)) if played > 1 else 0.0


def threshold(at_least: int, of: int, *, trials: int) -> int:
    """How many of so many trials must pass where `at_least` of `of` were asked for: as large a share, rounded up."""
    _refuse_impossible(at_least, of)
    if of == 0:
        raise ValueError("a threshold needs at least one trial to be a share of")
    return -(-at_least * trials // of)


def exact_test(before: tuple[int, int], after: tuple[int, int]) -> float:
    """Fisher's exact test, two-sided: how likely rates so far apart, or farther, are where nothing has changed.

    Each is (passed, played).

    R. A. Fisher, "On the interpretation of χ² from contingency tables", JRSS 85 (1922), 87-94.
    """
    for passed, played in (before, after):
        _refuse_impossible(passed, played)
    passed, first, second = before[0] + after[0], before[1], after[1]
    ways = {
        count: math.comb(first, count) * math.comb(second, passed - count)
        for count in range(max(0, passed - second), min(first, passed) + 1)
    }
    # In whole numbers: sums of rounded chances would make equally likely tables look different.
    likely = ways[before[0]]
    return sum(way for way in ways.values() if way <= likely) / sum(ways.values())


def detectable_drop(passed: int, played: int, *, trials: int, alpha: float = ALPHA) -> float | None:
    """By how much a rate must have dropped for so many new trials to tell it from chance; None where no drop could.

    It is the smallest difference of the rates, as a share, that the exact test would call significant.
    """
    _refuse_impossible(passed, played)
    if played == 0 or trials == 0:
        return None
    rate = passed / played
    for now in range(math.floor(rate * trials), -1, -1):
        if now / trials < rate and exact_test((passed, played), (now, trials)) < alpha:
            return rate - now / trials
    return None


def _refuse_impossible(passed: float, played: int) -> None:
    if not 0 <= passed <= played:
        raise ValueError(f"{passed} of {played} trials can't have passed")
