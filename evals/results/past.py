"""What is known of the runs before one: how verdicts, behaviour, latency and coverage went from run to run."""

from dataclasses import dataclass
from typing import Literal

from ..coverage import Aspect, Kind
from ..outcome import AnsweredBy
from ..verdict import Verdict

Timed = Literal["turn", "first message", "stage", "tool", "ask"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long one kind of thing took in a run, in seconds."""

    what: Timed
    name: str
    """Which stage, tool or kind of question; empty for turns, first messages, and all tools together."""
    measured: int
    p50: float
    p90: float
    p95: float
    p99: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """One run in the figures that trends show beside its summary."""

    run: str
    answered_by: AnsweredBy = "nobody"
    compared: int = 0
    """How many of its scenarios were played in a run before, and could be told in both."""
    changed: int = 0
    """How many of these decided otherwise in all of their trials."""
    exercised: int = 0
    """How much of what counts for coverage its passed scenarios exercised."""
    defined: int = 0
    """How much there was to exercise."""
    latencies: tuple[Latency, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVerdict:
    """What became of a scenario in a run."""

    run: str
    verdict: Verdict
    trials: int = 1
    passed: int = 0
    """How many of its trials passed."""
    cost: float = 0.0
    """What a trial cost on average, in USD."""
    seconds: float = 0.0
    """How long one took on average, 0 where nobody measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPast:
    """A scenario in the runs before, oldest first."""

    suite: str
    scenario: str
    verdicts: tuple[PastVerdict, ...] = ()
    behaviours: tuple[str, ...] = ()
    """What its trials decided when it was last played and could be told: a text for each way to decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartUse:
    """How often a part of an agent came into play, over runs."""

    agent: str
    """The agent's id."""
    kind: Kind
    part: str
    aspect: Aspect
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of the runs before one."""

    runs: tuple[RunFigures, ...] = ()
    """Oldest first; the run itself is not among them."""
    scenarios: tuple[ScenarioPast, ...] = ()
    parts: tuple[PartUse, ...] = ()
    """Over the runs before and the run itself."""
