"""Reading dates and times as people write them, as long as they can mean one thing only. Pure.

`ValueError`s say what is wrong with a text, as the end of a sentence that begins with it.
"""

import re
from datetime import date, datetime, time, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_WEEKDAY = re.compile(
    r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
    r"\.?,?\s+(?P<rest>.*)"
)
_WORDED = (
    re.compile(rf"{_MONTH}\s+(?:the\s+)?{_DAY}\s*,?\s+{_YEAR}"),
    re.compile(rf"(?:the\s+)?{_DAY}(?:\s+of)?\s+{_MONTH}\s*,?\s+{_YEAR}"),
    re.compile(rf"{_DAY}-{_MONTH}-{_YEAR}"),
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_YEAR_LAST = re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2}))?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?"
    r"|(?P<noon>noon)"
)
_SPLIT = re.compile(r"\s*,?\s+at\s+|\s*,\s*|\s+")


def read_date(text: str) -> date:
    """Read a date. Raises ValueError, also where a day could be a month."""
    folded = _folded(text)
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return _date(folded)


def read_datetime(text: str) -> datetime:
    """Read a date with a time of day; neither is made up. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return _date_and_time(_folded(text))
    if re.fullmatch(r"[\dW-]+", text.strip(), re.IGNORECASE):
        raise ValueError("has no time of day")
    return moment


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _date(text: str) -> date:
    if weekday := _WEEKDAY.fullmatch(text):
        day = _date(weekday["rest"])
        if _WEEKDAYS.index(weekday["weekday"][:3]) != day.weekday():
            raise ValueError(f"names a weekday that {day.isoformat()} is not")
        return day
    for form in _WORDED:
        if found := form.fullmatch(text):
            return _made(found["year"], month=_MONTHS.index(found["month"][:3]) + 1, day=found["day"])
    if found := _YEAR_FIRST.fullmatch(text):
        return _made(found["year"], month=int(found["month"]), day=found["day"])
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(found)
    raise ValueError("is not a full date, such as 2026-03-31 or March 31, 2026")


def _year_last(found: re.Match[str]) -> date:
    """A date with the year at its end: which number is the month shows only where one can't be, or they are equal."""
    first, second = int(found["first"]), int(found["second"])
    if first <= 12 and second <= 12 and first != second:
        raise ValueError("could mean two dates; write it as 2026-03-31 or March 31, 2026")
    day, month = (first, second) if second <= 12 else (second, first)
    return _made(found["year"], month=month, day=str(day))


def _made(year: str, *, month: int, day: str) -> date:
    try:
        return date(int(year), month, int(day))
    except ValueError as error:
        raise ValueError("is not a day of the calendar") from error


def _date_and_time(text: str) -> datetime:
    """Try every place at which a date could end and a time begin, and the other way round."""
    problem: ValueError | None = None
    for gap in _SPLIT.finditer(text):
        before, after = text[: gap.start()], text[gap.end() :]
        for day_text, clock_text in ((before, after), (after.removeprefix("on "), before)):
            clock = _CLOCK.fullmatch(clock_text)
            if clock is None:
                continue
            try:
                return datetime.combine(_date(day_text), time()) + _time(clock)
            except ValueError as error:
                problem = problem or error
    try:
        _date(text)
    except ValueError as error:
        raise problem or error from None
    raise ValueError("has no time of day")


def _time(clock: re.Match[str]) -> timedelta:
    if clock["noon"]:
        return timedelta(hours=12)
    hour, minute, second = int(clock["hour"]), int(clock["minute"] or 0), int(clock["second"] or 0)
    half = (clock["half"] or "")[:1]
    if not half and clock["minute"] is None:
        raise ValueError("has no time of day that could mean one thing only")
    if half and not 1 <= hour <= 12:
        raise ValueError("has no such hour")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("has no such hour")
    return timedelta(hours=hour, minutes=minute, seconds=second)
