"""The statistics that pages show: percentiles and the interval of a pass rate."""

import math
from collections.abc import Iterable


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which that share (0 to 1) of the values lies, between two by straight line; 0 of no values."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def wilson(passed: int, played: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a rate, as shares; (0, 1) where nothing was played.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209-212.
    """
    if played == 0:
        return 0.0, 1.0
    z = 1.959964
    rate = passed / played
    spread = z * math.sqrt(rate * (1 - rate) / played + z * z / (4 * played * played))
    middle = rate + z * z / (2 * played)
    scale = 1 + z * z / played
    low = 0.0 if passed == 0 else (middle - spread) / scale
    high = 1.0 if passed == played else (middle + spread) / scale
    return low, high
