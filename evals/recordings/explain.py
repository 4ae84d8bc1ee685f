"""Why something is not recorded: the nearest recording, what differs from it, and the command that would record it."""

import difflib
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...engine.domain.values import JSON, digest
from .committed import Committed
from .entry import Entry, RecordedAsk, RecordedCall
from .key import AskRequest, Request, ToolRequest

CONTEXT_LINES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was looked for and not found, and where."""

    node: str
    """The scenario as pytest names it."""
    turn: int
    ordinal: int
    request: Request


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
    settings: tuple[str, ...] = ()
    """Names of the settings that differ from it."""
    other_model: bool = False
    command: str
    explanation: str
    """All of it in words."""


def explain(asked: Asked, committed: Committed) -> Miss:
    """Explain a miss from what the scenario's file does hold."""
    request = asked.request
    found = nearest(asked, committed.entries.values())
    command = _command(asked)
    lines = [
        f"no recording of {_named(asked)}",
        *(_against(request, found, texts=committed.texts) if found else [_nothing_near(request, committed)]),
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
        settings=_settings_that_differ(request, body),
        other_model=_other_model(request, body),
        command=command,
        explanation="\n".join(lines),
    )


def nearest(asked: Asked, entries: Iterable[Entry]) -> Entry | None:
    """The recording most like a request: same decision, then turn, trial and attempt, then sections in common."""
    request = asked.request
    kind = "ask" if isinstance(request, AskRequest) else "tool"
    candidates = [entry for entry in entries if entry.kind == kind and entry.name == request.name]
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
    place = f"in {asked.node}, turn {asked.turn}, trial {request.trial}{again}"
    if isinstance(request, ToolRequest):
        return f"the tool {request.tool!r} called with {json.dumps(request.arguments, ensure_ascii=False)} {place}"
    attempt = f" (attempt {request.attempt})" if request.attempt > 1 else ""
    return f"the decision {request.decision!r}{attempt} {place}"


def _nothing_near(request: Request, committed: Committed) -> str:
    if not committed.entries:
        return f"nothing at all is recorded for this scenario ({committed.path})"
    what = "tool" if isinstance(request, ToolRequest) else "decision"
    return f"nothing is recorded of this {what} in {committed.path}"


def _against(request: Request, found: Entry, *, texts: Mapping[str, str]) -> list[str]:
    when = f", recorded {found.recorded_at}" if found.recorded_at else ""
    first = f"nearest recording: turn {found.turn}, trial {found.trial}{when}"
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
        yield f"  the section {name!r} differs:"
        yield from _diff(texts[recorded[name]] if name in recorded else "", asked.get(name, ""))


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


def _pretty(value: JSON) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)


def _command(asked: Asked) -> str:
    request = asked.request
    model = request.settings.model if isinstance(request, AskRequest) else None
    words = ["pytest", "--scenarios", asked.node, "--scenarios-llm", "auto"]
    return shlex.join([*words, *(["--scenarios-model", model] if model else [])])
