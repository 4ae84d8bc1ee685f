"""Values of a known form in what people write: dates, times, numbers, ids, addresses, card numbers."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from .lexicon import DataKind
from .text import fold

Form = Literal["ssn", "card", "secret", "email", "phone", "date", "time", "money", "number", "id", "quoted", "name"]

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DAY = "(?:mon|tues?|wednes|thurs?|fri|satur|sun)day"
NUMBER_WORDS: tuple[str, ...] = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)

_DATE = "|".join(
    (
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}",
        r"[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}",
        rf"(?:{_MONTH})\.?\s+[0-9]{{1,2}}(?:st|nd|rd|th)?(?:,?\s+[0-9]{{4}})?",
        rf"[0-9]{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})(?:,?\s+[0-9]{{4}})?",
        r"[0-9]{1,2}(?:st|nd|rd|th)(?!\s+(?:one|option|choice|slot|time|floor|street|st\b|avenue|ave\b|of\b))",
        rf"(?:last|next|this|coming)\s+(?:{_DAY}|week(?:end)?|month|year)",
        _DAY,
        r"the day (?:before yesterday|after tomorrow)",
        r"yesterday|today|tonight|tomorrow|last night|this (?:morning|afternoon|evening)",
        rf"(?:[0-9]{{1,3}}|an?|{'|'.join(NUMBER_WORDS)}) (?:day|week|month|year)s? ago",
        rf"in (?:[0-9]{{1,3}}|an?|{'|'.join(NUMBER_WORDS)}) (?:day|week|month)s?",
    )
)
_TIME = r"[0-9]{1,2}(?::[0-9]{2})?\s*(?:am|pm|a\.m\.|p\.m\.|o'clock)|[0-9]{1,2}:[0-9]{2}|noon|midnight"

_PATTERNS: tuple[tuple[Form, str], ...] = (
    ("email", r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,24}){1,4}"),
    ("ssn", r"[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}"),
    ("card", r"(?:[0-9][ -]?){12,18}[0-9]"),
    ("date", _DATE),
    ("time", _TIME),
    ("phone", r"\+?(?:\([0-9]{3}\)\s?|[0-9]{3}[-. ])[0-9]{3}[-. ][0-9]{4}|\+[0-9][0-9 ]{7,14}[0-9]"),
    (
        "id",
        r"#\s?[a-z0-9][a-z0-9-]*|[a-z]{1,8}[-_][a-z]{0,8}[-_]?[0-9][a-z0-9-]*|[a-z]{1,5}[0-9]{2,}[a-z0-9]*|[0-9]{2,}[a-z]{1,3}[0-9]+[a-z0-9]*|[0-9]{5,12}",
    ),
    (
        "money",
        r"(?:[$€£]\s?[0-9][0-9,]*(?:\.[0-9]+)?k?)|[0-9][0-9,]*(?:\.[0-9]+)?k?\s?(?:dollars|euros|pounds|usd|eur|gbp|bucks)",
    ),
    ("number", r"-?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"),
)
_TYPED = re.compile(
    "|".join(rf"(?P<{form}>(?<![\w-])(?:{pattern})(?![\w]))" for form, pattern in _PATTERNS), re.IGNORECASE
)
_QUOTED = re.compile(r"\"([^\"\n]{1,200})\"|“([^”\n]{1,200})”|(?<!\w)'([^'\n]{1,200})'(?!\w)")
_SECRET = re.compile(r"\b(?:password|passcode|pin(?: code)?|cvv|security code)(?:\s+is|\s*[:=])\s*(\S+)", re.IGNORECASE)
_NAME = re.compile(
    r"\b(?:[Mm]y (?:full |last |first )?name is|[Mm]y name's|[Nn]ame:|[Tt]his is|I am|I'm|[Cc]all me)\s+"
    r"([A-Z][\w'-]+(?:\s+[A-Z][\w'-]+){0,3})"
)
_MARKED: tuple[tuple[Form, re.Pattern[str]], ...] = (("quoted", _QUOTED), ("secret", _SECRET), ("name", _NAME))
_NUMBERED = re.compile(
    r"\b(?:order|claim|case|ticket|booking|reservation|account|member(?:ship)?|policy|customer|invoice|reference|"
    r"confirmation|tracking|serial|registration)"
    r"(?:(?: number| no\.?| id| code| reference)(?: is|'s)?|(?= [0-9]{4})| is)\s*[:=#]?\s*"
    r"([0-9]{2,4})(?![\w.,/:-]*[0-9])(?!\s+[a-z]{4,}s\b)",
    re.IGNORECASE,
)
"""Digits too few to be an id anywhere, beside a noun that is numbered: "order 1234"."""
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value found in a text, as it is written, with the place where it begins."""

    form: Form
    text: str
    at: int


@lru_cache(maxsize=4096)
def values(text: str) -> tuple[Value, ...]:
    """The typed values of a text in order; a place is read once, by the most specific form."""
    found = [Value(form=_form(match), text=match.group().strip(), at=match.start()) for match in _TYPED.finditer(text)]
    for form, pattern in _MARKED:
        for match in pattern.finditer(text):
            value = next(group for group in match.groups() if group is not None)
            found.append(Value(form=form, text=value.strip(), at=match.start()))
    numbered = {match.start(1) for match in _NUMBERED.finditer(text)}
    found = [replace(value, form="id") if value.at in numbered and value.text.isdigit() else value for value in found]
    taken = {value.at for value in found}
    found += [
        Value(form="number", text=str(NUMBER_WORDS.index(match.group().lower())), at=match.start())
        for match in _NUMBER_WORD.finditer(text)
        if match.start() not in taken and not _inside(match.start(), found)
    ]
    return tuple(sorted(found, key=lambda value: value.at))


def _inside(at: int, found: list[Value]) -> bool:
    return any(value.form in ("date", "time") and value.at <= at < value.at + len(value.text) for value in found)


def _form(match: re.Match[str]) -> Form:
    return next(form for form, _ in _PATTERNS if match[form] is not None)


_FORMS: dict[DataKind, tuple[Form, ...]] = {
    "ssn": ("ssn",),
    "card": ("card",),
    "secret": ("secret",),
    "email": ("email",),
    "phone": ("phone",),
    "moment": ("date", "time"),
    "id": ("id", "card"),
    "amount": ("number", "money"),
    "name": ("name",),
    "address": (),
}
_STREET = re.compile(
    r"\b[0-9]{1,6}\s+(?:[\w.]+\s+){1,4}(?:street|st|avenue|ave|road|rd|lane|ln|drive|boulevard|blvd|way|court|ct|place|square)\b",
    re.IGNORECASE,
)
_ZIP = re.compile(r"(?<![\w-])[0-9]{5}(?:-[0-9]{4})?(?![\w-])")


def given(kind: DataKind, text: str) -> tuple[str, ...]:
    """The values of a kind that a text holds, as they are written, in order."""
    if kind == "address":
        return tuple(match.group() for pattern in (_STREET, _ZIP) for match in pattern.finditer(text))
    found = (value for value in values(text) if value.form in _FORMS[kind] or (kind == "amount" and _is_count(value)))
    return tuple(value.text for value in found)


def _is_count(value: Value) -> bool:
    """Whether a value read as an id may be a number as well: digits and nothing else."""
    return value.form == "id" and value.text.isdigit()


def bare_code(text: str) -> str | None:
    """The digits of a message that gives nothing but one number, as who was asked for a number may; else None."""
    numbers = [value for value in values(text) if value.form in ("number", "id")]
    code = numbers[0].text if len(numbers) == 1 and len(values(text)) == 1 else ""
    return code if code.isdigit() and len(code) >= 2 and code in text else None


_SENSITIVE: tuple[Form, ...] = ("ssn", "card", "secret")


def holds_sensitive(text: str) -> bool:
    """Whether a text holds a card number, a social security number or a password."""
    return any(value.form in _SENSITIVE for value in values(text))


def without_values(text: str) -> str:
    """The text with its typed values left out."""
    for value in values(text):
        text = text.replace(value.text, " ")
    return text


def without_sensitive(text: str) -> str:
    """The text with what must not be repeated left out."""
    for value in values(text):
        if value.form in _SENSITIVE:
            text = text.replace(value.text, "[hidden]")
    return text


def is_correction(text: str) -> bool:
    """Whether a message takes back something that it said before, so that its last value counts."""
    return (
        re.search(r"\b(?:actually|sorry|instead|i meant|rather|correction|scratch that|wait|make that|no,)", fold(text))
        is not None
    )
