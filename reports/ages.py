"""How old the recordings are that a run was answered from, by suite."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from ..evals.outcome import Outcome, recorded
from .pieces import Amount, Table
from .tables import counted, words
from .wording import NOTHING, count

COLUMNS = ("Suite", "Oldest", "Newest", "Replayed answers", "Age of the oldest")
SECONDS_OF_A_DAY = 86400


def ages(outcomes: Sequence[Outcome], *, started: str) -> Table | None:
    """The oldest recording of each suite first; None where no answer came from a recording."""
    found: dict[str, list[str]] = {}
    for outcome in outcomes:
        if dates := recorded(outcome):
            found.setdefault(outcome.suite, []).extend(dates)
    if not found:
        return None
    by_age = sorted(found, key=lambda suite: min(found[suite]))
    rows = [_row(suite, found[suite], started=started) for suite in by_age]
    every = [date for dates in found.values() for date in dates]
    total = _row("All suites", every, started=started) if len(rows) > 1 else ()
    return Table(columns=COLUMNS, rows=tuple(rows), total=total, texts=3, caption="Recordings that were served")


def _row(suite: str, dates: Iterable[str], *, started: str) -> tuple[Amount, ...]:
    ordered = sorted(dates)
    return (
        words(suite),
        words(ordered[0][:10]),
        words(ordered[-1][:10]),
        counted(len(ordered)),
        _age(ordered[0], started=started),
    )


def _age(date: str, *, started: str) -> Amount:
    """The age when the run began; a dash where one of the two moments can't be read."""
    try:
        passed = datetime.fromisoformat(started) - datetime.fromisoformat(date)
    except (ValueError, TypeError):
        return Amount(text=NOTHING, value=-1.0)
    days = max(int(passed.total_seconds() // SECONDS_OF_A_DAY), 0)
    return Amount(text=count(days, "day") if days else "less than a day", value=passed.total_seconds())
