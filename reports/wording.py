"""Figures in words: shares, times, sums of money and counts, and how they changed."""

import re
from collections.abc import Sequence

NOTHING = "–"
"""Stands where there is nothing to say, so that an empty cell is never taken for a zero."""

UNWRITABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""Half characters, which UTF-8 can't hold, and control characters, which HTML can't."""


def percent(part: float, whole: float) -> str:
    """A share in per cent; it reads 0 % or 100 % only where it is exactly that."""
    if whole <= 0:
        return NOTHING
    if part in (0, whole):
        return "100 %" if part else "0 %"
    share = 100 * part / whole
    if share < 0.1:
        return "< 0.1 %"
    if share > 99.9:
        return "> 99.9 %"
    return f"{share:.1f}".removesuffix(".0") + " %"


def seconds(value: float) -> str:
    """A length of time; nothing measured is a dash."""
    if value <= 0:
        return NOTHING
    if value < 0.00005:
        return "< 0.1 ms"
    if value < 0.0095:
        return f"{value * 1000:.1f} ms"
    if value < 0.9995:
        return f"{value * 1000:.0f} ms"
    if value < 59.95:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s"


def moment(started: str) -> str:
    """A moment in ISO 8601, as far as the minute."""
    return started[:16].replace("T", " ")


def money(value: float) -> str:
    """A sum in USD, with as many digits as small sums need."""
    if value <= 0:
        return "$0"
    if value < 0.0001:
        return "< $0.0001"
    return f"${value:.4f}" if value < 0.1 else f"${value:,.2f}"


def number(value: int) -> str:
    """A count with its thousands apart."""
    return f"{value:,}"


def count(value: int, noun: str) -> str:
    """A count with its noun: 1 turn, 2 turns."""
    return f"{number(value)} {noun if value == 1 else noun + 's'}"


def change(now: float, before: float) -> str:
    """How a figure differs from the run before, in per cent of it."""
    if now == before:
        return "as in the run before"
    if before <= 0:
        return "none in the run before"
    share = 100 * (now - before) / before
    size = "less than 1" if abs(share) < 1 else f"{abs(share):.0f}"
    return f"{size} % {'above' if share > 0 else 'below'} the run before"


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def writable(text: str) -> str:
    """The text with what no file can hold shown as replaced."""
    return UNWRITABLE.sub("\ufffd", text)
