"""The journal of a run: a line for each finished scenario, on disk at once, so that a killed run keeps what it has."""

import os
import secrets
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from json import JSONDecodeError, loads
from pathlib import Path

from filelock import FileLock
from pydantic import ValidationError

from ...engine.codec import dump, load
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.values import JSON, canonical_json
from ...engine.errors import DefinitionError
from ..outcome import Outcome
from .errors import JournalError
from .run import RunHeader, RunRecord

FORMAT = 1
"""The version of the journal's form; a change that an older reader can't follow gets the next number."""


_HEADER = tuple(part.name for part in fields(RunHeader))


class JournalWarning(UserWarning):
    """Part of a journal could not be read; the rest was."""


def new_run_id(now: datetime | None = None) -> str:
    """A run's id: when it began (UTC), with four random digits so that two runs never share one."""
    at = now or datetime.now(UTC)
    return f"{at.astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


class Journal:
    """The journal of a run under way. A lock, gone with the process, tells others that it is not left behind."""

    def __init__(self, folder: Path, *, run: RunRecord) -> None:
        self.path = folder / f"{run.id}.jsonl"
        self.run = run
        self._agents: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = journal_lock(self.path)
        self._lock.acquire(blocking=False)
        self._file = self.path.open("a", encoding="utf-8", newline="\n")
        header = RunHeader(**{name: getattr(run, name) for name in _HEADER})
        self._write({"kind": "run", "format": FORMAT, "run": dump(header)})

    def add(self, outcome: Outcome, *, agent: AgentDefinition | None = None) -> None:
        """Write down a finished trial, and its agent's definition where that is not there yet."""
        self.add_stored(dump(outcome), agent=(outcome.definition, dump(agent)) if agent else None)

    def add_stored(self, outcome: JSON, *, agent: tuple[str, JSON] | None = None) -> None:
        """Write down a trial that is in its stored form already, with its agent's fingerprint and definition."""
        if agent and agent[0] not in self._agents:
            self._agents.add(agent[0])
            self._write({"kind": "agent", "fingerprint": agent[0], "definition": agent[1]})
        self._write({"kind": "outcome", "outcome": outcome})

    def close(self) -> None:
        """Leave the journal for whoever loads it."""
        os.fsync(self._file.fileno())
        self._file.close()
        self._lock.release()

    def remove(self) -> None:
        """Take it away: what it holds is in the database."""
        self.path.unlink(missing_ok=True)
        Path(self._lock.lock_file).unlink(missing_ok=True)

    def _write(self, line: Mapping[str, JSON]) -> None:
        self._file.write(canonical_json(dict(line)) + "\n")
        # The system has it now, and keeps it when this process is killed; waiting for the disk takes milliseconds.
        self._file.flush()


def journal_lock(path: Path) -> FileLock:
    """The lock that whoever writes a journal holds."""
    return FileLock(path.with_name(f"{path.name}.lock"), thread_local=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRead:
    """What a journal holds, and what of it could not be read."""

    run: RunRecord
    warnings: tuple[str, ...] = ()


def read_journal(path: Path) -> RunRecord:
    """The run that a journal holds; what can't be read of it is a JournalWarning. Raises JournalError."""
    read = parse_journal(path)
    for warning in read.warnings:
        warnings.warn(warning, JournalWarning, stacklevel=2)
    return read.run


def parse_journal(path: Path) -> JournalRead:
    """The run that a journal holds, with what could not be read of it. Raises JournalError where it is no journal."""
    reading = _Reading(path=path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise JournalError(path=path, problem=f"can't be read ({error.strerror})") from error
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line:
            reading.take(line, number)
    if reading.run is None:
        raise JournalError(
            path=path, problem="this is no journal of a run; its first line does not say which run it is of"
        )
    run = replace(reading.run, outcomes=tuple(reading.outcomes), agents=reading.agents)
    return JournalRead(run=run, warnings=tuple(reading.warnings))


@dataclass(slots=True, kw_only=True)
class _Reading:
    """A journal as far as it is read; the one thing here that grows."""

    path: Path
    run: RunRecord | None = None
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    agents: dict[str, AgentDefinition] = field(default_factory=dict[str, AgentDefinition])
    warnings: list[str] = field(default_factory=list[str])

    def take(self, text: bytes, number: int) -> None:
        """Take a line, or write down why it can't be."""
        try:
            self._take(loads(text), number)
        except UnicodeDecodeError:
            self._warn(number, "is not text and is passed over")
        except JSONDecodeError:
            self._warn(number, "is cut off or damaged and is passed over")
        except (ValidationError, DefinitionError, KeyError, TypeError) as error:
            self._warn(number, f"does not fit this version of Understudy and is passed over ({_first_line(error)})")

    def _take(self, line: JSON, number: int) -> None:
        match line["kind"]:
            case "run" if line["format"] > FORMAT:
                text = f"written in format {line['format']} by a newer Understudy; this one reads format {FORMAT}"
                raise JournalError(path=self.path, problem=text)
            case "run":
                header = load(RunHeader, line["run"])
                self.run = RunRecord(**{name: getattr(header, name) for name in _HEADER})
            case "agent":
                self.agents[line["fingerprint"]] = load(AgentDefinition, line["definition"])
            case "outcome":
                self.outcomes.append(load(Outcome, line["outcome"]))
            case other:
                self._warn(number, f"is of a kind that is not known here ({other!r}) and is passed over")

    def _warn(self, number: int, problem: str) -> None:
        self.warnings.append(f"{self.path}:{number}: the line {problem}")


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]
