"""The recordings of one trial of one scenario: what is found, what is kept, what was used, and what was missing."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, TypeVar

from ...engine.domain.ask import Settings
from .cache import Cache
from .committed import Committed
from .entry import Entry, RecordedAsk, RecordedCall
from .explain import Asked, Miss, explain
from .key import Request, key_of
from .redaction import Redaction

B = TypeVar("B", RecordedAsk, RecordedCall)

Mode = Literal["replay", "auto", "record", "refresh", "live"]


def utc_now() -> str:
    """The present moment as it is written into a recording."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Which trial of which scenario is played, on which model, and how recordings are used."""

    node: str
    """The scenario as pytest names it: scenarios/clinic/booking.yaml::books-first-slot."""
    mode: Mode
    settings: Settings
    """The model's id and the sampling settings that hold where an ask leaves them open."""
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInMissing:
    """A consequential tool that was to be called and may not: the scenario has to say what happens."""

    tool: str
    line: str
    """What to add to the scenario."""

    @property
    def explanation(self) -> str:
        """What to do, in words."""
        return (
            f"the tool {self.tool!r} is consequential and has neither a stand-in nor a recording here; "
            f"add to the scenario what it gives back (tools: {{{self.tool}: {{returns: ...}}}}) "
            f"or let it run ({self.line})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultChanged:
    """A tool that ran and gave back another result than was recorded for the same call."""

    tool: str
    turn: int
    recorded: str
    """The recorded result in JSON, secrets replaced."""
    now: str
    """The result of this run in JSON, secrets replaced."""


class TrialRecordings:
    """What one trial finds and keeps. `turn` is set by whoever plays it; `save` ends it."""

    def __init__(
        self,
        trial: Trial,
        *,
        committed: Committed,
        cache: Cache | None = None,
        redaction: Redaction | None = None,
        now: Callable[[], str] = utc_now,
    ) -> None:
        self.trial = trial
        self.turn = 0
        self.redaction = redaction or Redaction()
        self.misses: list[Miss] = []
        self.stand_ins_missing: list[StandInMissing] = []
        self.results_changed: list[ResultChanged] = []
        self.live = 0
        """Asks that a model answered."""
        self.replayed = 0
        """Asks that were served from recordings."""
        self._now = now
        self._committed = committed
        self._cache = cache
        self._counts: dict[str, int] = {}
        self._used: set[str] = set()
        self._pending: dict[str, Entry] = {}
        self._texts: dict[str, str] = {}

    @property
    def doomed(self) -> bool:
        """Whether the trial can't be told any more, so that no more may be spent on it."""
        return bool(self.misses or self.stand_ins_missing)

    def number(self, request: Request) -> tuple[str, int]:
        """The key of a request, and how often it has come in this trial, this time included."""
        same = key_of(request, 0)
        self._counts[same] = self._counts.get(same, 0) + 1
        return key_of(request, self._counts[same]), self._counts[same]

    def find_ask(self, key: str, texts: Mapping[str, str]) -> RecordedAsk | None:
        """A recorded answer from the scenario's file, else (not in replay) from the cache and for the file."""
        entry = self._pending.get(key) or self._committed.get(key)
        if entry is None and self._cache is not None and self.trial.mode in ("auto", "record"):
            cached = self._cache.get(key)
            if cached is not None:
                entry = replace(cached, turn=self.turn)
                self._pend(entry, texts)
        return self._use(entry, RecordedAsk)

    def find_call(self, key: str) -> RecordedCall | None:
        """A recorded result of a tool, from the scenario's file only: it is true for this conversation alone."""
        return self._use(self._pending.get(key) or self._committed.get(key), RecordedCall)

    def keep(self, entry: Entry, texts: Mapping[str, str] | None = None) -> Entry:
        """Keep a recording that was just made: asks in the cache at once, so that a killed run has paid for nothing."""
        made = replace(entry, recorded_at=self._now(), turn=self.turn)
        self._used.add(made.key)
        self._pend(made, texts)
        if self._cache is not None and made.kind == "ask":
            self._cache.put(made)
        return made

    def missed(self, request: Request, ordinal: int) -> Miss:
        """Note and explain that something is not recorded."""
        asked = Asked(node=self.trial.node, turn=self.turn, ordinal=ordinal, request=request)
        miss = explain(asked, self._committed)
        self.misses.append(miss)
        return miss

    @asynccontextmanager
    async def paying(self, key: str) -> AsyncGenerator[None]:
        """Hold the right to pay for an ask, where others could be asking the same."""
        shared = self._cache if self.trial.mode in ("auto", "record") else None
        async with shared.paying(key) if shared is not None else nullcontext():
            yield

    def unused(self) -> tuple[Entry, ...]:
        """Committed recordings of this trial and model that nobody read; to be asked when it was played to its end."""
        model = self.trial.settings.model or ""
        return tuple(
            entry
            for key, entry in sorted(self._committed.entries.items(), key=lambda item: item[1].place)
            if entry.trial == self.trial.number
            and key not in self._used
            and not (isinstance(entry.body, RecordedAsk) and entry.body.model != model)
        )

    def save(self, *, played_to_end: bool) -> None:
        """Write what was recorded into the scenario's file; in `record`, take out what a whole trial did not read.

        Raises RecordingsUnwritableError, and then still holds what it could not write.
        """
        mode = self.trial.mode
        drop = played_to_end and not self.doomed and mode == "record"
        without = {entry.key for entry in self.unused()} if drop else set[str]()
        if mode in ("replay", "live") or not (self._pending or without):
            return
        self._committed.write(self._pending.values(), texts=self._texts, without=without)
        self._pending.clear()

    def _use(self, entry: Entry | None, kind: type[B]) -> B | None:
        if entry is None or not isinstance(entry.body, kind):
            return None
        self._used.add(entry.key)
        return entry.body

    def _pend(self, entry: Entry, texts: Mapping[str, str] | None) -> None:
        self._pending[entry.key] = entry
        self._texts.update(texts or {})
