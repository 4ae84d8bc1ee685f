"""Playing scenarios with what is recorded and nothing else, for those who want to look at it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..outcome import Outcome
from ..recordings.kept import Kept
from ..recordings.trial import TrialRecordings
from ..scenario import Scenario
from .cast import Heard
from .means import Means
from .models import Namings
from .rehearsal import Rehearsal


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A scenario that was replayed: its trials, each with its recordings where it has any."""

    node: str
    scenario: Scenario
    outcomes: tuple[Outcome, ...]
    trials: tuple[TrialRecordings, ...]
    """Empty where the model's answers are computed."""

    @property
    def is_whole(self) -> bool:
        """Whether every trial was played to its end."""
        return all(outcome.turns and not outcome.explanation for outcome in self.outcomes)


@dataclass(slots=True)
class Replays:
    """Scenarios that were replayed, and the agents' files that they read."""

    scenarios: list[Replayed] = field(default_factory=list[Replayed])
    agents: dict[Path, Kept] = field(default_factory=dict[Path, Kept])


def replay(scenarios: Sequence[tuple[str, Scenario]], *, namings: Namings, heard: Heard | None = None) -> Replays:
    """Replay scenarios, each with the name by which pytest knows it. Nobody is called and nothing is written."""
    trials: list[TrialRecordings] = []
    means = Means(
        namings=namings,
        mode="replay",
        unused="ignore",
        heard=heard,
        after=lambda outcome, recordings: trials.append(recordings),
    )
    replays = Replays()
    with Rehearsal(means) as rehearsal:
        for node, scenario in scenarios:
            trials.clear()
            played = rehearsal.play(scenario, node=node)
            replays.scenarios.append(
                Replayed(node=node, scenario=scenario, outcomes=played.outcomes, trials=tuple(trials))
            )
        replays.agents = rehearsal.of_agents
    return replays
