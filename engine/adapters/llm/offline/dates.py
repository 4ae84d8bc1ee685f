"""Dates and times as people write them, turned into ISO where that needs no guessing."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .text import fold
from .values import NUMBER_WORDS, values

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_COUNTS = {"a": 1, "an": 1} | {word: number for number, word in enumerate(NUMBER_WORDS)}
_SPAN = {"day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The day from which relative dates are counted, and whether dates without a year lie behind it or ahead."""

    now: str | None
    past: bool = False

    @property
    def today(self) -> date | None:
        """The day of the engine's clock, None for agents that do not know it."""
        return _iso(self.now[:10]) if self.now else None


def _iso(text: str) -> date | None:
    parts = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    return _day(int(parts[1]), month=int(parts[2]), day=int(parts[3])) if parts else None


def _day(year: int, *, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def iso_date(written: str, calendar: Calendar) -> str | None:
    """A written date in ISO, None where its year or day can't be known."""
    text = fold(written).strip()
    found = _iso(text) or _slashed(text) or _named(text, calendar) or _relative(text, calendar)
    return found.isoformat() if found else None


def _slashed(text: str) -> date | None:
    parts = re.fullmatch(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", text)
    if not parts:
        return None
    first, second, year = (int(part) for part in parts.groups())
    return _day(year, month=first, day=second) or _day(year, month=second, day=first)


def _named(text: str, calendar: Calendar) -> date | None:
    month = next((at + 1 for at, name in enumerate(_MONTHS) if re.search(rf"\b{name}", text)), None)
    day = re.search(r"\b([0-9]{1,2})(?:st|nd|rd|th)?\b", text)
    if month is None or day is None:
        return None
    year = re.search(r"\b([0-9]{4})\b", text)
    if year:
        return _day(int(year[1]), month=month, day=int(day[1]))
    today = calendar.today
    return _nearest(month, int(day[1]), today=today, past=calendar.past) if today else None


def _nearest(month: int, day: int, *, today: date, past: bool) -> date | None:
    years = (today.year, today.year - 1) if past else (today.year, today.year + 1)
    tried = [found for year in years if 1 <= year <= 9999 and (found := _day(year, month=month, day=day))]
    return next((found for found in tried if (found <= today if past else found >= today)), None)


def _relative(text: str, calendar: Calendar) -> date | None:
    today = calendar.today
    if today is None:
        return None
    days = _days_away(text, today, past=calendar.past)
    try:
        return today + timedelta(days=days) if days is not None else None
    except OverflowError:
        return None


_AWAY = {
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "the day before yesterday": -2,
    "the day after tomorrow": 2,
}


def _days_away(text: str, today: date, *, past: bool) -> int | None:
    if text in _AWAY:
        return _AWAY[text]
    if span := re.fullmatch(r"(in )?(\w+) (day|week|month|year)s?( ago)?", text):
        count = _COUNTS.get(span[2], int(span[2]) if re.fullmatch(r"[0-9]{1,3}", span[2]) else None)
        away = None if count is None else count * _SPAN[span[3]]
        return None if away is None or not (span[1] or span[4]) else -away if span[4] else away
    weekday = next((at for at, name in enumerate(_DAYS) if re.search(rf"\b{name}\w*day\b", text)), None)
    if weekday is None:
        return None
    if past or text.startswith("last"):
        return -((today.weekday() - weekday - 1) % 7 + 1)
    ahead = (weekday - today.weekday()) % 7
    return ahead or (7 if text.startswith(("next", "coming")) else 0)


def iso_time(written: str) -> time | None:
    """A written time of day, None where it is none."""
    text = fold(written).strip()
    if text in ("noon", "midnight"):
        return time(12 if text == "noon" else 0)
    parts = re.match(r"([0-9]{1,2})(?::([0-9]{2}))?\s*([ap])?", text)
    if not parts:
        return None
    hour, minute = int(parts[1]), int(parts[2] or 0)
    if parts[3]:
        hour = hour % 12 + (12 if parts[3] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


_ISO_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?")


def iso_moment(text: str, calendar: Calendar) -> str | None:
    """The first date with a time of day in a text, in ISO; None where either is missing."""
    if written := _ISO_MOMENT.search(text):
        return written.group().replace(" ", "T")
    dates = [day for value in values(text) if value.form == "date" and (day := iso_date(value.text, calendar))]
    times = [hour for value in values(text) if value.form == "time" and (hour := iso_time(value.text))]
    if not dates or not times:
        return None
    return datetime.combine(date.fromisoformat(dates[-1]), times[-1]).isoformat()
