"""A run of scenarios as others see it: what was played, where the code stood, and the runs before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ...engine.domain.agent import AgentDefinition
from ..outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run in a few figures, as trends need it."""

    id: str
    started: str
    """ISO 8601 with time zone."""
    revision: str = ""
    label: str = ""
    passed: int = 0
    """Scenarios that passed, not trials."""
    failed: int = 0
    inconclusive: int = 0
    asks: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    cost: float = 0.0
    """USD."""
    seconds: float = 0.0
    turn_seconds_p50: float = 0.0
    """The median over turns, 0 where no turn was timed; so with the next."""
    turn_seconds_p95: float = 0.0
    dirty: bool = False
    """Whether the working tree held changes that the revision lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long one kind of thing took in a run, in seconds."""

    what: Literal["turn", "first message", "stage", "tool", "ask"]
    name: str
    """Which stage, tool or kind of question; empty for turns and first messages."""
    measured: int
    p50: float
    p90: float
    p95: float
    p99: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A finished run with all of its outcomes."""

    id: str
    started: str
    """ISO 8601 with time zone."""
    revision: str = ""
    branch: str = ""
    dirty: bool = False
    """Whether the working tree held changes that the revision lacks."""
    label: str = ""
    model: str = ""
    """The model named for the whole run, empty where scenarios named their own."""
    version: str = ""
    """The version of Understudy that played it."""
    outcomes: tuple[Outcome, ...] = ()
    history: tuple[RunSummary, ...] = ()
    """The runs before this one, oldest first."""
    report_path: Path | None = None
    """Where an HTML report was asked for."""
    agents: Mapping[str, AgentDefinition] = field(default_factory=dict[str, AgentDefinition])
    """The definitions as played, by the fingerprint that outcomes carry in `definition`."""
