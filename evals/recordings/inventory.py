"""What recordings files hold, seen from outside: counted, listed, and checked for what should not be in them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ...engine.domain.ask import Usage
from ...engine.domain.values import JSON
from .committed import AGENT_FILE
from .entry import Entry, RecordedAsk, SectionRef
from .lines import Shelf, parse, render
from .redaction import left_behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """One recordings file in figures."""

    path: Path
    asks: int
    results: int
    """Results of tools and retrievers, vectors and judgements."""
    trials: int
    models: tuple[str, ...]
    usage: Usage
    oldest: str
    """When the oldest entry was recorded; empty where nothing was."""
    size: int
    """Bytes."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a recordings file that should be otherwise."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def recordings_files(folder: Path) -> tuple[Path, ...]:
    """Every recordings file of a suite, or of all suites below a folder, in order."""
    return tuple(sorted(path for path in folder.rglob("recordings/*.jsonl") if path.is_file()))


def inventory(path: Path) -> Inventory:
    """Count what a recordings file holds. Raises OSError where it can't be read."""
    shelf = _shelf(path)
    entries = list(shelf.entries.values())
    asks = [entry.body for entry in entries if isinstance(entry.body, RecordedAsk)]
    return Inventory(
        path=path,
        asks=len(asks),
        results=len(entries) - len(asks),
        trials=len({entry.trial for entry in entries if entry.trial}),
        models=tuple(sorted({ask.model for ask in asks})),
        usage=sum((ask.usage for ask in asks), Usage()),
        oldest=min((entry.recorded_at for entry in entries if entry.recorded_at), default=""),
        size=path.stat().st_size,
        warnings=shelf.warnings,
    )


def entries_of(path: Path) -> tuple[Entry, ...]:
    """The entries of a recordings file in their order. Raises OSError where it can't be read."""
    return tuple(sorted(_shelf(path).entries.values(), key=lambda entry: entry.place))


def secrets_in(path: Path, patterns: Sequence[str] = ()) -> Iterator[Problem]:
    """Secrets that a recordings file still holds, line by line. Raises OSError, RedactionPatternError."""
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        found = dict.fromkeys(secret for text in _texts_of(line) for secret in left_behind(text, patterns))
        for secret in found:
            yield Problem(
                place=f"{path}:{number}",
                text=f"holds what looks like a secret ({secret}); say it under redact: and record again",
            )


def faults_in(path: Path) -> Iterator[Problem]:
    """What is wrong with a recordings file: unusable lines, missing texts, another form than ours. Raises OSError."""
    content = path.read_bytes()
    shelf = parse(content, name=str(path))
    for warning in shelf.warnings:
        yield Problem(place=warning.partition(": ")[0], text=warning.partition(": ")[2])
    for entry in shelf.entries.values():
        missing = [part.name for part in _sections(entry) if part.digest not in shelf.texts]
        if missing:
            yield Problem(
                place=str(path),
                text=f"the texts of {', '.join(missing)} are missing for {entry.name} in turn {entry.turn}; "
                "it replays, but a miss can't be explained by them",
            )
    if not shelf.warnings and render(shelf) != content:
        yield Problem(
            place=str(path), text="its lines are not as Understudy writes them; recording again puts it right"
        )


def scenario_of(path: Path) -> str | None:
    """The name of the scenario that a file belongs to, None for that of the agent."""
    return None if path.stem == AGENT_FILE else path.stem


def _texts_of(line: bytes) -> Iterator[str]:
    """Every text of a line as it reads, whatever escapes it is written with; of one that is no JSON the line."""
    try:
        yield from _texts(json.loads(line))
    except (ValueError, RecursionError):
        yield line.decode("utf-8", "replace")


def _texts(value: JSON) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        nested = _nested(value)
        if nested is not None:
            yield from _texts(nested)
    elif isinstance(value, Mapping):
        for name, item in cast("Mapping[str, JSON]", value).items():
            yield name
            yield from _texts(item)
    elif isinstance(value, list):
        for item in cast("list[JSON]", value):
            yield from _texts(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)


def _nested(text: str) -> JSON:
    """What a text holds that is JSON itself, as a model's answer is; None for any other."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _sections(entry: Entry) -> tuple[SectionRef, ...]:
    return entry.body.sections if isinstance(entry.body, RecordedAsk) else ()


def _shelf(path: Path) -> Shelf:
    return parse(path.read_bytes(), name=str(path))
