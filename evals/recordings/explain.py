"""Why something is not recorded: the nearest recording, what differs from it, and the command that would record it."""

import difflib
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...engine.domain.values import JSON, digest
from .changes import Change, changes, only_moments
from .committed import Committed
from .entry import Entry, RecordedAsk, RecordedCall
from .key import AskRequest, Request, TextRequest, ToolRequest
from .stale import Made, differs_by_template

CONTEXT_LINES = 2
SHORT = 60

_TEMPLATE = (
    "  the template of this decision has changed and the facts are the same (an upgrade of Understudy, say): "
    "--scenarios-stale allow serves the recording and marks the verdict as stale"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was looked for and not found, and where."""

    node: str
    """The scenario as pytest names it."""
    turn: int
    ordinal: int
    request: Request
    made: Made | None = None
    """For an ask, what it was made from and with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """Something that a trial needed and nobody recorded."""

    node: str
    trial: int
    turn: int
    name: str
    """The decision or the tool."""
    nearest: str = ""
    """The key of the nearest recording, empty where there is none."""
    sections: tuple[str, ...] = ()
    """Names of the sections that differ from it."""
    moments: tuple[str, ...] = ()
    """Of these, those that differ in dates and times alone."""
    settings: tuple[str, ...] = ()
    """Names of the settings that differ from it."""
    changes: tuple[Change, ...] = ()
    """Parts of the agent that these sections show otherwise."""
    other_model: bool = False
    template_changed: bool = False
    """Whether the nearest was made from equal facts with another template, and can be served as stale."""
    command: str
    explanation: str
    """All of it in words."""


def explain(asked: Asked, committed: Committed) -> Miss:
    """Explain a miss from what the scenario's file does hold."""
    request = asked.request
    found = nearest(asked, committed.entries.values())
    command = _command(asked)
    template_changed = found is not None and _by_template(asked, found)
    lines = [
        f"no recording of {_named(asked)}",
        *(_against(asked, found, texts=committed.texts) if found else [_nothing_near(request, committed)]),
        *([_TEMPLATE] if template_changed else []),
        f"record it: {command}",
    ]
    body = found.body if found else None
    return Miss(
        node=asked.node,
        trial=request.trial,
        turn=asked.turn,
        name=request.name,
        nearest=found.key if found else "",
        sections=_sections_that_differ(request, body),
        moments=tuple(
            name for name, then, now in _both_texts(request, body, texts=committed.texts) if only_moments(then, now)
        ),
        settings=_settings_that_differ(request, body),
        changes=tuple(_changes(request, body, texts=committed.texts)),
        other_model=_other_model(request, body),
        template_changed=template_changed,
        command=command,
        explanation="\n".join(lines),
    )


def nearest(asked: Asked, entries: Iterable[Entry]) -> Entry | None:
    """The recording most like a request: same decision, then turn, trial and attempt, then sections in common."""
    request = asked.request
    candidates = [entry for entry in entries if entry.kind == request.kind and entry.name == request.name]
    ranked = sorted(candidates, key=lambda entry: entry.place)
    return max(ranked, key=lambda entry: _nearness(asked, entry), default=None)


def _nearness(asked: Asked, entry: Entry) -> tuple[bool, bool, bool, int, int]:
    request = asked.request
    common, same_attempt = 0, True
    if isinstance(request, AskRequest) and isinstance(entry.body, RecordedAsk):
        same_attempt = entry.body.attempt == request.attempt
        common = len({part.digest for part in entry.body.sections} & {part.digest for part in request.sections})
    return (
        entry.turn == asked.turn,
        entry.trial == request.trial,
        same_attempt,
        common,
        -abs(entry.ordinal - asked.ordinal),
    )


def _named(asked: Asked) -> str:
    request = asked.request
    again = f", the {asked.ordinal}. time" if asked.ordinal > 1 else ""
    place = f"in {asked.node}, {_place(asked.turn, request.trial)}{again}"
    if isinstance(request, ToolRequest):
        called = json.dumps(request.arguments, ensure_ascii=False)
        return f"the {request.kind} {request.tool!r} called with {called} {place}"
    if isinstance(request, TextRequest):
        return f"the {request.kind} by {request.model!r} of {_shortened(request.text)!r} {place}"
    attempt = f" (attempt {request.attempt})" if request.attempt > 1 else ""
    return f"the decision {request.decision!r}{attempt} {place}"


def _nothing_near(request: Request, committed: Committed) -> str:
    if not committed.entries:
        return f"nothing at all is recorded for this scenario ({committed.path})"
    what = {"ask": "decision"}.get(request.kind, request.kind)
    return f"nothing is recorded of this {what} in {committed.path}"


def _place(turn: int, trial: int) -> str:
    return f"turn {turn}, trial {trial}" if trial else "of the agent itself"


def _against(asked: Asked, found: Entry, *, texts: Mapping[str, str]) -> list[str]:
    request = asked.request
    when = f", recorded {found.recorded_at}" if found.recorded_at else ""
    first = f"nearest recording: {_place(found.turn, found.trial)}{when}"
    match request, found.body:
        case AskRequest(), RecordedAsk() as body:
            differences = [*_ask_differences(request, body, texts=texts)]
        case ToolRequest(), RecordedCall() as body:
            differences = [*_call_differences(request, body)]
        case _:
            differences = []
    return [first, *(differences or ["  what is asked is the same; its place (trial, attempt, ordinal) is another"])]


def _ask_differences(request: AskRequest, body: RecordedAsk, *, texts: Mapping[str, str]) -> Iterator[str]:
    model = request.settings.model or ""
    if body.model != model:
        yield f"  the model differs: asked of {model!r}, recorded from {body.model!r}"
    for name in _settings_that_differ(request, body):
        now, then = request.sampling.get(name), body.settings.get(name)
        yield f"  the setting {name!r} differs: now {now!r}, recorded with {then!r}"
    if body.schema != digest(request.schema):
        yield "  the answer's schema differs"
    recorded = {part.name: part.digest for part in body.sections}
    asked = {part.name: part.text for part in request.sections}
    for name in _sections_that_differ(request, body):
        if name in recorded and recorded[name] not in texts:
            yield f"  the section {name!r} differs; its recorded text is not in the file"
            continue
        then, now = texts[recorded[name]] if name in recorded else "", asked.get(name, "")
        yield f"  the section {name!r} differs{_because(name, then=then, now=now)}:"
        yield from _diff(then, now)


def _because(section: str, *, then: str, now: str) -> str:
    """What is behind a difference, as far as the texts show it."""
    found = changes(section, then=then, now=now)
    if only_moments(then, now):
        where = "".join(f", of the {change.kind} {change.name!r}" for change in found)
        return (
            f" in a date or time alone{where}, which is another one in every run; "
            "have it from `now:`, from the scenario's variables, or from a stand-in"
        )
    return f" ({'; '.join(map(str, found))})" if found else ""


def _changes(request: Request, body: object, *, texts: Mapping[str, str]) -> Iterator[Change]:
    for name, then, now in _both_texts(request, body, texts=texts):
        yield from changes(name, then=then, now=now)


def _both_texts(request: Request, body: object, *, texts: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """The sections that differ and are in both, with their recorded and their present texts."""
    if not (isinstance(request, AskRequest) and isinstance(body, RecordedAsk)):
        return
    recorded = {part.name: part.digest for part in body.sections}
    for part in request.sections:
        if recorded.get(part.name, part.digest) != part.digest and recorded[part.name] in texts:
            yield part.name, texts[recorded[part.name]], part.text


def _by_template(asked: Asked, found: Entry) -> bool:
    request = asked.request
    return (
        isinstance(request, AskRequest)
        and asked.made is not None
        and differs_by_template(request, asked.made, entry=found)
    )


def _call_differences(request: ToolRequest, body: RecordedCall) -> Iterator[str]:
    pairs: list[tuple[str, JSON, JSON]] = [
        ("arguments", body.arguments, request.arguments),
        ("caller", body.caller, request.caller),
    ]
    for name, then, now in pairs:
        if then != now:
            yield f"  the {name} differ:" if name == "arguments" else f"  the {name} differs:"
            yield from _diff(_pretty(then), _pretty(now))


def _sections_that_differ(request: Request, body: object) -> tuple[str, ...]:
    if not (isinstance(request, AskRequest) and isinstance(body, RecordedAsk)):
        return ()
    recorded = {part.name: part.digest for part in body.sections}
    asked = {part.name: part.digest for part in request.sections}
    names = dict.fromkeys((*asked, *recorded))
    return tuple(name for name in names if recorded.get(name) != asked.get(name))


def _settings_that_differ(request: Request, body: object) -> tuple[str, ...]:
    if not (isinstance(request, AskRequest) and isinstance(body, RecordedAsk)):
        return ()
    names = sorted({*request.sampling, *body.settings})
    return tuple(name for name in names if request.sampling.get(name) != body.settings.get(name))


def _other_model(request: Request, body: object) -> bool:
    if not (isinstance(request, AskRequest) and isinstance(body, RecordedAsk)):
        return False
    return body.model != (request.settings.model or "")


def _diff(then: str, now: str) -> Iterator[str]:
    lines = difflib.unified_diff(then.split("\n"), now.split("\n"), "recorded", "asked", lineterm="", n=CONTEXT_LINES)
    return (f"    {line}" for line in lines)


def _shortened(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _pretty(value: JSON) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)


def _command(asked: Asked) -> str:
    request = asked.request
    model = request.settings.model if isinstance(request, AskRequest) else None
    words = ["pytest", "--scenarios", asked.node, "--scenarios-llm", "auto"]
    return shlex.join([*words, *(["--scenarios-model", model] if model else [])])
