"""How long what a tool gave for a variable is good: by its age, by a cron expression, or not at all."""

from datetime import datetime, timedelta
from typing import Any

from ..domain.knowledge import Variable
from ..errors import FreshnessError


def is_fresh(variable: Variable, *, at: datetime, now: datetime) -> bool:
    """Whether a value that was given at some time is still good now; without a rule it never is."""
    if variable.max_age_seconds is not None:
        return now - at < timedelta(seconds=variable.max_age_seconds)
    if variable.freshness is not None:
        return _next_tick(variable.freshness, at) > now
    return False


def check_cron(expression: str, *, place: str) -> None:
    """Raise FreshnessError for what is no cron expression, or where nothing is installed that reads one."""
    croniter = _croniter(place)
    if not croniter.is_valid(expression):
        raise FreshnessError(
            f"{place}: {expression!r} is no cron expression; write five fields, such as '*/5 * * * *' for every five "
            "minutes"
        )


def _next_tick(expression: str, after: datetime) -> datetime:
    tick: datetime = _croniter("")(expression, after).get_next(datetime)
    return tick


def _croniter(place: str) -> Any:
    try:
        from croniter import croniter
    except ImportError:
        raise FreshnessError(
            f"{f'{place}: ' if place else ''}cron expressions need the package croniter: install understudy[cron], or "
            "use max_age_seconds"
        ) from None
    return croniter
