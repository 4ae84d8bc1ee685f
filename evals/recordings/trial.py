"""The recordings of one trial of one scenario: what is found, what is kept, what was used, and what was missing."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, TypeVar

from ...engine.domain.ask import Settings
from .cache import Cache
from .committed import Committed
from .entry import Entry, RecordedAsk, RecordedCall, RecordedJudgement, RecordedVector
from .explain import Asked, Miss, explain
from .kept import Kept
from .key import AskRequest, Request, content_key, key_at
from .redaction import Redaction
from .stale import Made, StaleAnswer, of_these_facts

B = TypeVar("B", RecordedAsk, RecordedCall, RecordedVector, RecordedJudgement)

Mode = Literal["replay", "auto", "record", "refresh", "live"]

OFFLINE = "offline"
SCRIPTED = "scripted"
COMPUTED = (OFFLINE, SCRIPTED, "blocked")
"""Models that ask nobody, so that there is nothing to record."""

AGENT_TRIAL = 0
"""The number of the trial of what belongs to the agent."""


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
    by_decision: Mapping[str, Settings] = field(default_factory=dict[str, Settings])
    """The same for decisions that have a model of their own."""
    number: int = 1
    stale: bool = False
    """Whether answers to the same facts in the words of another template may be served."""
    now: Callable[[], str] = field(default=utc_now, compare=False)
    """What is written down as the moment of recording."""

    def settings_for(self, decision: str) -> Settings:
        """The model and the settings that answer a decision."""
        return self.by_decision.get(decision, self.settings)

    def records(self, decision: str) -> bool:
        """Whether the answers to a decision are worth keeping; those of a model that computes them are not."""
        return self.settings_for(decision).model not in COMPUTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An answer that was found, and when it was given."""

    body: RecordedAsk
    recorded_at: str
    """ISO 8601 with time zone."""


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
    """What one trial finds and keeps. `turn` is set by whoever plays it; `save` ends it.

    `agent` holds what belongs to the agent, for all trials of all of its scenarios; without it that is the trial's own.
    """

    def __init__(
        self,
        trial: Trial,
        *,
        committed: Committed,
        agent: Kept | None = None,
        cache: Cache | None = None,
        redaction: Redaction | None = None,
    ) -> None:
        self.trial = trial
        self.turn = 0
        self.redaction = redaction or Redaction()
        self.misses: list[Miss] = []
        self.untold: list[Miss] = []
        """The same of onlookers, without whom the conversation goes on."""
        self.onlooking = False
        """Whether it is an onlooker who asks at the moment: a judge, or an expectation that compares texts."""
        self.stand_ins_missing: list[StandInMissing] = []
        self.results_changed: list[ResultChanged] = []
        self.stale: list[StaleAnswer] = []
        """Answers that were served though their template has changed since."""
        self.live = 0
        """Asks that a model answered."""
        self.replayed = 0
        """Asks that were served from recordings."""
        self._own = Kept(committed)
        self._agent = agent
        self._cache = cache
        self._counts: dict[str, int] = {}

    @property
    def committed(self) -> Committed:
        """The scenario's file."""
        return self._own.committed

    def of_agent(self, key: str) -> Entry | None:
        """A committed recording that belongs to the agent."""
        return self._agent.committed.get(key) if self._agent is not None else None

    @property
    def doomed(self) -> bool:
        """Whether the trial can't be told any more, so that no more may be spent on it."""
        return bool(self.misses or self.stand_ins_missing)

    def trial_of(self, *, agents: bool) -> int:
        """The number under which something is kept: the trial's, or for what belongs to the agent that of none."""
        return AGENT_TRIAL if agents and self._agent is not None else self.trial.number

    def number(self, request: Request) -> tuple[str, int]:
        """The key of a request, and how often it has come in this trial, this time included."""
        same = content_key(request)
        ordinal = self._counts[same] = self._counts.get(same, 0) + 1
        return key_at(same, ordinal), ordinal

    def take_back(self, request: Request) -> None:
        """Forget that a request has come this time."""
        self._counts[content_key(request)] -= 1

    def find(self, key: str, kind: type[B], *, request: Request) -> B | None:
        """A recorded result of foreign code, from the committed files only: it is true for this conversation alone."""
        entry = self._of(request.trial).find(key)
        return entry.body if entry is not None and isinstance(entry.body, kind) else None

    def find_ask(self, key: str, texts: Mapping[str, str], *, request: AskRequest) -> Served | None:
        """A recorded answer from the committed files, else (not in replay) from the cache and then for the file."""
        found = _served(self._of(request.trial).find(key))
        if found is not None or self._cache is None or self.trial.mode not in ("auto", "record"):
            return found
        cached = self._cache.get(key)
        if cached is not None and isinstance(cached.body, RecordedAsk):
            self._of(request.trial).put(replace(cached, turn=self._turn_of(request.trial)), texts)
        return _served(cached)

    def find_stale(self, request: AskRequest, made: Made, *, ordinal: int) -> Served | None:
        """An answer to the same facts in other words, where that is allowed."""
        if not self.trial.stale:
            return None
        kept = self._of(request.trial)
        entry = of_these_facts(request, made, entries=kept.committed.entries.values(), ordinal=ordinal)
        if entry is None:
            return None
        kept.used.add(entry.key)
        self.stale.append(StaleAnswer(turn=self._turn_of(request.trial), decision=request.decision))
        return _served(entry)

    def keep(self, entry: Entry, texts: Mapping[str, str] | None = None) -> Entry:
        """Keep a recording that was just made: asks in the cache at once, so that a killed run has paid for nothing."""
        made = replace(entry, recorded_at=self.trial.now(), turn=self._turn_of(entry.trial))
        self._of(entry.trial).put(made, texts)
        if self._cache is not None and made.kind == "ask":
            self._cache.put(made)
        return made

    def missed(self, request: Request, ordinal: int, *, made: Made | None = None) -> Miss:
        """Note and explain that something is not recorded."""
        asked = Asked(
            node=self.trial.node, turn=self._turn_of(request.trial), ordinal=ordinal, request=request, made=made
        )
        miss = explain(asked, self._of(request.trial).committed)
        (self.untold if self.onlooking else self.misses).append(miss)
        return miss

    @asynccontextmanager
    async def paying(self, key: str) -> AsyncGenerator[None]:
        """Hold the right to pay for an ask, where others could be asking the same."""
        shared = self._cache if self.trial.mode in ("auto", "record") else None
        async with shared.paying(key) if shared is not None else nullcontext():
            yield

    def unused(self) -> tuple[Entry, ...]:
        """Committed recordings of this trial and model that nobody read; to be asked when it was played to its end."""
        return self._own.unused(self._concerns)

    def unused_of_any_model(self) -> tuple[Entry, ...]:
        """The same whichever model answered: what another model is going to be asked resembles them."""
        return self._own.unused(lambda entry: entry.trial == self.trial.number)

    def save(self, *, played_to_end: bool) -> None:
        """Write what was recorded into the scenario's file; in `record`, take out what a whole trial did not read.

        Raises RecordingsUnwritableError, and then still holds what it could not write.
        """
        mode = self.trial.mode
        if mode in ("replay", "live"):
            return
        drop = played_to_end and not self.doomed and mode == "record"
        self._own.save(without=frozenset(entry.key for entry in self.unused()) if drop else frozenset())
        if self._agent is not None:
            self._agent.save()

    def _concerns(self, entry: Entry) -> bool:
        if entry.trial != self.trial.number:
            return False
        asked = self.trial.settings_for(entry.name).model or ""
        return not (isinstance(entry.body, RecordedAsk) and entry.body.model != asked)

    def _of(self, trial: int) -> Kept:
        return self._agent if trial == AGENT_TRIAL and self._agent is not None else self._own

    def _turn_of(self, trial: int) -> int:
        return 0 if trial == AGENT_TRIAL and self._agent is not None else self.turn


def _served(entry: Entry | None) -> Served | None:
    if entry is None or not isinstance(entry.body, RecordedAsk):
        return None
    return Served(body=entry.body, recorded_at=entry.recorded_at)
