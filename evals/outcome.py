"""What playing a scenario gave: the conversation, a trace for each turn, and a verdict on each expectation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..engine.domain.ask import Usage
from ..engine.domain.asked import AskMade, AskTime
from ..engine.domain.session import Session
from ..engine.domain.trace import Trace
from .verdict import CheckResult, InconclusiveReason, Verdict

AnsweredBy = Literal["offline", "scripted", "live", "replayed", "mixed", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOutcome:
    """One turn of the agent, and where in the script it came about."""

    number: int
    step: int
    """Index of the script's step that brought it about."""
    trace: Trace
    simulated: bool = False
    """Whether the customer was played by a model, and not written by the scenario's author."""


Ending = Literal["reached", "given_up", "out_of_turns"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A customer who was played, and how it ended."""

    step: int
    """Index of the script's step that asked for it."""
    goal: str
    ended: Ending
    turns: int
    why: str = ""
    """On what the customer's last decision rests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBeside:
    """An ask that belongs to no turn of the agent's: of the judge, of whoever plays the customer, or about the agent.

    What is left open of an agent is inferred when it is built, once for a run: in the trial that comes first.
    """

    turn: int
    """After which turn it was made, 0 before the first."""
    made: AskMade
    time: AskTime = field(compare=False)

    @property
    def who(self) -> str:
        """For whom it was made: the judge, the customer, or `properties` for what was inferred of the agent."""
        return self.made.decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One trial of one scenario."""

    suite: str
    scenario: str
    """The scenario's id, unique in its suite."""
    name: str
    file: str
    line: int
    trial: int = 1
    needed: int | None = None
    """How many of the scenario's trials must pass; None is all of them."""
    tags: tuple[str, ...] = ()
    agent: str = ""
    definition: str = ""
    """The fingerprint of the agent's definition."""
    model: str = ""
    """The model that was chosen, as the author would name it."""
    answered_by: AnsweredBy = "nobody"
    stale: tuple[str, ...] = ()
    """Decisions whose answers were served though their templates have changed since, such as `turn 2: match`."""
    verdict: Verdict
    reason: InconclusiveReason | None = None
    explanation: str = ""
    """Why it is inconclusive, or what broke, in words that say what to do."""
    checks: tuple[CheckResult, ...] = ()
    turns: tuple[TurnOutcome, ...] = ()
    session: Session | None = None
    """The conversation at its end, every event included."""
    simulations: tuple[Simulation, ...] = ()
    """How each customer fared who was played by a model."""
    beside: tuple[AskBeside, ...] = ()
    """Asks of the judge, of simulated customers and about the agent, which count apart from those of its turns."""
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Texts of prompts' sections and of answers by digest, for the asks in the traces and those beside."""
    seconds: float = field(default=0.0, compare=False)
    started: str = field(default="", compare=False)
    """ISO 8601 with time zone."""

    @property
    def node(self) -> str:
        """suite/scenario, with the trial where there are several."""
        return f"{self.suite}/{self.scenario}" + (f"#{self.trial}" if self.trial > 1 else "")

    @property
    def usage(self) -> Usage:
        """What all asks of the agent's took."""
        total = Usage()
        for turn in self.turns:
            for ask in turn.trace.asks:
                total = total + ask.usage
        return total

    @property
    def asks(self) -> int:
        """How many asks the agent made."""
        return sum(len(turn.trace.asks) for turn in self.turns)


def recorded(outcome: Outcome) -> tuple[str, ...]:
    """When the answers were given that a trial was served from recordings, ISO 8601."""
    times = (time for turn in outcome.turns for time in turn.trace.timing.asks)
    return tuple(time.recorded_at for time in times if time.source == "recorded" and time.recorded_at)


def together(sources: Iterable[AnsweredBy]) -> AnsweredBy:
    """Where the answers of several trials came from, those left out in which nobody was asked."""
    found: set[AnsweredBy] = {source for source in sources if source != "nobody"}
    if len(found) > 1:
        return "mixed"
    return found.pop() if found else "nobody"


def verdict_on(trials: Sequence[Outcome]) -> Verdict:
    """The verdict on a scenario: inconclusive where one of its trials is, else passed where enough of them passed."""
    verdicts = [trial.verdict for trial in trials]
    if "inconclusive" in verdicts or not verdicts:
        return "inconclusive"
    needed = len(verdicts) if trials[0].needed is None else trials[0].needed
    return "passed" if verdicts.count("passed") >= needed else "failed"
