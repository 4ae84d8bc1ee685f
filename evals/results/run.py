"""A run of scenarios as others see it: what was played, where the code stood, and the runs before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...engine.domain.agent import AgentDefinition
from ..outcome import Outcome
from ..sections import ReportSection
from .past import Past


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
    stale: int = 0
    """Scenarios that were answered from recordings of other templates, whatever their verdicts."""
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
class RunHeader:
    """Which run it is, and where the code stood when it was played."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord(RunHeader):
    """A finished run with all of its outcomes."""

    outcomes: tuple[Outcome, ...] = ()
    history: tuple[RunSummary, ...] = ()
    """The runs before this one, oldest first."""
    report_path: Path | None = None
    """Where an HTML report was asked for."""
    agents: Mapping[str, AgentDefinition] = field(default_factory=dict[str, AgentDefinition])
    """The definitions as played, by the fingerprint that outcomes carry in `definition`."""
    past: Past = Past()
    """How verdicts, behaviour, latency and coverage went from run to run; empty where nobody asked for a report."""
    sections: tuple[ReportSection, ...] = ()
    """What plugins and conftest.py files add to the report."""
    base: "RunRecord | None" = None
    """The run with which it is compared: what --scenarios-baseline names, else where a report was asked for the run
    before it. Of it only the scenarios that this run played."""

    def shared_with(self, later: "RunRecord") -> "RunRecord":
        """This run with the scenarios alone that a later one played too; what was not played again says nothing."""
        played = {(outcome.suite, outcome.scenario) for outcome in later.outcomes}
        return replace(
            self, outcomes=tuple(each for each in self.outcomes if (each.suite, each.scenario) in played), base=None
        )
