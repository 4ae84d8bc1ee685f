"""Cells of tables: words, and figures with the value by which a column is sorted."""

from .pieces import Amount
from .wording import NOTHING, money, number, percent, seconds


def words(text: str) -> Amount:
    """A cell of words; an empty one shows a dash."""
    return Amount(text=text or NOTHING)


def counted(value: int) -> Amount:
    """A cell with a count."""
    return Amount(text=number(value), value=value)


def tokens(value: int, *, of: int) -> Amount:
    """A cell with some tokens of a whole; a dash where that is none, for then nobody counted them."""
    return Amount(text=number(value) if of else NOTHING, value=value)


def paid(value: float) -> Amount:
    """A cell with a sum of money."""
    return Amount(text=money(value), value=value)


def timed(value: float) -> Amount:
    """A cell with a length of time."""
    return Amount(text=seconds(value), value=value)


def share(part: float, whole: float) -> Amount:
    """A cell with a share of a whole; of nothing it sorts below every share."""
    return Amount(text=percent(part, whole), value=part / whole if whole else -1.0)
