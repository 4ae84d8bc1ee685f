"""Values for a tool's parameters, taken from a text by type and name. Nothing is ever invented."""

import re
from collections.abc import Callable, Iterator

from ....domain.tool import Parameter
from .choices import choice_of, last_place
from .dates import iso_date, iso_moment
from .lexicon import DataKind, data_kinds, lexicon, root, says
from .options import chosen
from .overlap import overlap
from .places import named
from .text import fold, spoken, tokens
from .values import Value, bare_code, given, is_correction, values, without_values
from .wanted import Wanted
from .whereabouts import whence, whereabouts, whither


def extract(wanted: Wanted, text: str) -> str | None:
    """The value that a message gives for a parameter, as it is to be written; None where it gives none."""
    match wanted.parameter.type:
        case "enum":
            return choice_of(wanted, text)
        case "integer" | "number":
            return _number(wanted, text)
        case "boolean":
            return _boolean(wanted, text)
        case "date":
            written = _ranked(wanted, [value.text for value in values(text) if value.form == "date"], text=text)
            return (iso_date(written, wanted.calendar) or written) if written else None
        case "datetime":
            return _moment(wanted, text)
        case "string":
            return _string(wanted, text)
        case "array" | "object":
            return None


def _ranked(wanted: Wanted, found: list[str], *, text: str) -> str | None:
    """Of several values of one type: the last, if the message corrects itself, else the one in the parameter's turn."""
    if not found:
        return None
    if wanted.alone:
        return found[-1] if is_correction(text) else found[0]
    return found[wanted.rank] if wanted.rank < len(found) else None


def _number(wanted: Wanted, text: str) -> str | None:
    numbers = [value for value in values(text) if value.form in ("number", "money", "id") and _plain(value.text)]
    if not numbers:
        return None
    near = _nearest(wanted, numbers, text=text)
    if near is not None:
        return _plain(near.text)
    asked = any(answer == text for answer in wanted.places.answers(wanted.parameter))
    if len(numbers) == 1:
        return _plain(numbers[0].text) if asked or wanted.alone else None
    written = _ranked(wanted, [value.text for value in numbers], text=text) if asked else None
    return _plain(written) if written else None


def _plain(text: str) -> str | None:
    """A number without currency, unit and thousands separators."""
    found = re.fullmatch(
        r"#?[$€£]?\s?(-?[0-9][0-9,]*(?:\.[0-9]+)?)(k?)\s?(?:dollars|euros|pounds|usd|eur|gbp|bucks)?", text.lower()
    )
    if not found:
        return None
    digits = found[1].replace(",", "")
    return f"{float(digits) * 1000:g}" if found[2] else digits


def _nearest(wanted: Wanted, found: list[Value], *, text: str) -> Value | None:
    """The value beside a word of the parameter's name: "2 tickets", "amount: 500"."""
    heard = wanted.places.heard
    names = named(wanted.parameter, heard)
    before = ((value, text[: value.at].split()[-3:]) for value in found)
    after = ((value, text[value.at + len(value.text) :].split()[:2]) for value in found)
    beside = (value for value, words in (*before, *after) if overlap(names, heard.topic(" ".join(words))).matched)
    return next(beside, None)


def _boolean(wanted: Wanted, text: str) -> str | None:
    heard = wanted.places.heard
    names = named(wanted.parameter, heard)
    asked = any(answer == text for answer in wanted.places.answers(wanted.parameter))
    if asked and (says("yes", text) or says("no", text)):
        return "false" if says("no", text) else "true"
    if names and overlap(names, heard.topic(text)).share >= 0.6:
        negated = re.search(r"\b(?:no|not|without|never)\b(?: \w+){0,3}", fold(text))
        about = negated is not None and bool(overlap(names, heard.topic(negated.group())).matched)
        return "false" if about else "true"
    return None


def _moment(wanted: Wanted, text: str) -> str | None:
    option = chosen(text, wanted.places.options, heard=wanted.places.heard)
    if option is not None and iso_moment(option, wanted.calendar):
        return iso_moment(option, wanted.calendar)
    moment = iso_moment(text, wanted.calendar)
    written = " ".join(given("moment", text))
    return moment or option or (written or None)


_ID_NAME = re.compile(r"\b(?:id|number|no|code|reference|ref|vin|sku|key)$")
_STORY = re.compile(
    r"\b(?:description|describe|reason|message|details|notes?|comments?|summary|query|question|issue|problem|feedback|content|"
    r"body|symptoms?|search|topic|text|complaint|purpose)\b"
)


def is_story(parameter: Parameter) -> bool:
    """Whether a parameter takes what was said as it was said: a description, a reason."""
    return parameter.type == "string" and _STORY.search(fold(spoken(parameter.name))) is not None


def _string(wanted: Wanted, text: str) -> str | None:
    name = fold(spoken(wanted.parameter.name))
    heard = wanted.places.heard
    option = chosen(text, wanted.places.options_for(wanted.parameter), heard=heard)
    if option is not None:
        return option
    for example in wanted.parameter.examples:
        if last_place(tokens(example), tokens(text)) is not None:
            return example
    kinds = data_kinds(spoken(wanted.parameter.name))
    reader = next((read for matches, read in _READERS if matches(name, kinds)), _named_value)
    return reader(wanted, text)


def _id(wanted: Wanted, text: str) -> str | None:
    found = [value for value in values(text) if value.form == "id"]
    if not found:
        return bare_code(text) if any(answer == text for answer in wanted.places.answers(wanted.parameter)) else None
    near = _nearest(wanted, found, text=text)
    if near is not None:
        return near.text.lstrip("# ")
    initials = tokens(spoken(wanted.parameter.name))[:1]
    alike = [value for value in found if initials and fold(value.text)[:1] == initials[0][:1]]
    written = _ranked(wanted, [value.text for value in (alike or found)], text=text)
    return written.lstrip("# ") if written else None


def _moment_as_written(wanted: Wanted, text: str) -> str | None:
    name = tokens(spoken(wanted.parameter.name))
    form = "date" if "date" in name or "day" in name else "time" if "time" in name and "date" not in name else None
    found = [value.text for value in values(text) if value.form == form]
    both = given("moment", text)
    if form == "date" and found:
        return _ranked(wanted, found, text=text)
    return " ".join(both) if both and (wanted.alone or form == "time") else None


def _typed(wanted: Wanted, text: str) -> str | None:
    """A value of the form that the parameter's name speaks of, else an answer, as long as no message has the form."""
    kinds = data_kinds(spoken(wanted.parameter.name))
    found = [value for kind in kinds for value in given(kind, text)]
    elsewhere = any(given(kind, said.text) for said in wanted.places.said for kind in kinds)
    return found[0] if found else None if elsewhere else _answered(wanted, text)


def _secret(wanted: Wanted, text: str) -> str | None:
    kinds = data_kinds(spoken(wanted.parameter.name))
    return next((value for kind in kinds for value in given(kind, text)), None)


def _story(wanted: Wanted, text: str) -> str | None:
    answered = any(answer == text for answer in wanted.places.answers(wanted.parameter))
    enough = len(wanted.places.heard.topic(without_values(text))) >= 3
    mere = any(says(act, text) for act in ("yes", "no", "farewell", "thanks")) and len(tokens(text)) <= 4
    return text.strip() if (answered or enough) and not mere and text.strip() else None


def _named_value(wanted: Wanted, text: str) -> str | None:
    return next((value for value in _candidates(wanted, text) if value), None)


_LEAD_IN = re.compile(
    r"^(?:(?:it'?s|it is|that'?s|that would be|i'?d like|i would like|i want|i need|i prefer|i have|the|a|an|"
    r"my [\w ]{1,24} is|yes|sure|ok|okay|well|um|uh|for|to|in|at|maybe|please|let'?s (?:say|do))[,:]?\s+)+",
    re.IGNORECASE,
)


def _candidates(wanted: Wanted, text: str) -> Iterator[str | None]:
    """What may be meant, the surest first: "city: Rome", a quotation, "a dental claim", "to Rome", the whole answer."""
    names = "|".join(re.escape(word) for word in tokens(spoken(wanted.parameter.name)) if len(word) > 2)
    if names:
        stated = re.search(rf"\b(?:{names})\b(?:\s+is|\s*[:=])\s+([^,.;\n!?]{{1,60}})", text, re.IGNORECASE)
        yield stated[1].strip() if stated else None
    yield next((value.text for value in values(text) if value.form == "quoted"), None)
    yield _described(wanted, text)
    if re.search(
        r"\b(?:city|destination|location|place|country|branch|store|town|origin|recipient|payee|departure|arrival)\b",
        fold(spoken(wanted.parameter.name)),
    ):
        yield _place(fold(spoken(wanted.parameter.name)), text)
    yield _answered(wanted, text)


_STARTS = re.compile(r"\b(?:origin|departure|from|pick ?up|start)\b")
_ENDS = re.compile(r"\b(?:destination|arrival|to|drop ?off)\b")


def _place(name: str, text: str) -> str | None:
    """A place that a text names: for a parameter of one end of a way, the place at that end."""
    if _STARTS.search(name):
        return whence(text)
    if _ENDS.search(name):
        return whither(text) or (None if whence(text) else whereabouts(text))
    return whereabouts(text)


def _described(wanted: Wanted, text: str) -> str | None:
    """For "claim_type": the word before or after "claim" that says which."""
    words = tokens(spoken(wanted.parameter.name))
    if len(words) < 2 or words[-1] not in ("type", "kind", "category", "model", "name", "reason"):
        return None
    heard, noun, known = tokens(text), root(words[0]), lexicon()
    for at, word in enumerate(heard):
        before = heard[at - 1] if at else ""
        plain = before in known.stop or root(before) in known.weak | known.reports | known.subjects
        if (
            root(word) == noun
            and before
            and not plain
            and not any(word.keys & {"@file", "@status"} for word in wanted.places.heard.topic(before)[:1])
        ):
            return before
    return None


def _answered(wanted: Wanted, text: str) -> str | None:
    """The whole of a short message, when it answers the agent's question about the parameter."""
    if not any(answer == text for answer in wanted.places.answers(wanted.parameter)) or "?" in text:
        return None
    answer = _LEAD_IN.sub("", text.strip()).strip(" .!,")
    refused = any(says(act, text) for act in ("no", "quit", "thanks", "farewell")) or re.search(
        r"\bnot (?:know|sure|have)\b", fold(text)
    )
    return answer if 1 <= len(tokens(answer)) <= 8 and not refused else None


_Matcher = Callable[[str, tuple[DataKind, ...]], bool]
_READERS: tuple[tuple[_Matcher, Callable[[Wanted, str], str | None]], ...] = (
    (lambda _, kinds: bool({"secret", "card", "ssn"} & set(kinds)), _secret),
    (lambda _, kinds: bool({"email", "phone", "address"} & set(kinds)), _typed),
    (lambda name, _: bool(_STORY.search(name)), _story),
    (lambda name, kinds: "id" in kinds or bool(_ID_NAME.search(name)), _id),
    (lambda _, kinds: "moment" in kinds, _moment_as_written),
    (lambda name, _: name in ("name", "full name", "customer name", "patient name", "first name", "last name"), _typed),
)
