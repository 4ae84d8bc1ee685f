"""What a run plays with, and what becomes of a scenario."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...engine import BuiltAgent, make_llm
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.values import JSON
from ...engine.ports import LLM, Purse
from ..outcome import Outcome, verdict_on
from ..recordings.trial import Mode, TrialRecordings
from ..scenario import Scenario
from ..verdict import Verdict
from .booking import Unused
from .cast import Heard
from .checks import Registered
from .metering import Meter
from .models import ModelNamed, Namings, choose_model, default_mode, models_in_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What became of a scenario: its trials, and its agent as it was then."""

    outcomes: tuple[Outcome, ...]
    agent: AgentDefinition | None = None
    notes: tuple[str, ...] = ()
    """What went wrong beside it, such as a recording that could not be read or kept."""

    @property
    def verdict(self) -> Verdict:
        """The verdict on the scenario, from those on its trials."""
        return verdict_on(self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a run plays with: models, recordings, and where their cache is."""

    namings: Namings = Namings()
    mode: Mode = field(default_factory=lambda: default_mode(os.environ))
    cache: Path | None = None
    make_llm: Callable[..., LLM] = make_llm
    """Makes a model from its name and settings."""
    unused: Unused = "warn"
    """What becomes of a scenario that left committed recordings unread."""
    stale: bool = False
    """Whether answers to the same facts in the words of another template may be served."""
    purse: Purse | None = None
    """What may be spent on models; None is no limit."""
    price: Mapping[str, JSON] | None = None
    """What models cost that do not come with a price of their own: USD for a million tokens."""
    heard: Heard | None = None
    """Is told of every ask."""
    meter: Meter | None = None
    """Counts what is asked of models that answer live."""
    after: Callable[[Outcome, TrialRecordings], None] | None = None
    """Is shown every trial that was played with recordings, before these are written."""
    trials: int | None = None
    """How often every scenario is played, whatever it says itself; thresholds scale with it."""
    jobs: int = 1
    """How many scenarios may be played at once where models answer live."""
    checks: Registered = dict
    """The checks that plugins registered, by their names."""


def named_for(scenario: Scenario, agent: BuiltAgent, *, means: Means) -> ModelNamed:
    """The model that answers in a scenario, and the one that judges where another does."""
    return choose_model(scenario.model, models_in_code(agent), run=means.namings, judge=scenario.judge)


def is_live(scenario: Scenario, agent: BuiltAgent, *, means: Means) -> bool:
    """Whether a model may be asked that is not on this machine, and scenarios may be under way beside others."""
    if means.jobs == 1 or means.mode == "replay":
        return False
    return named_for(scenario, agent, means=means).is_recorded


def most_at_once(scenario: Scenario, agent: BuiltAgent, *, means: Means) -> int:
    """How many scenarios may be under way at once where this is one of them, 0 where none is asked live."""
    if not is_live(scenario, agent, means=means):
        return 0
    most = named_for(scenario, agent, means=means).choice.settings.get("max_concurrent")
    return min(means.jobs, most) if isinstance(most, int) and most > 0 else means.jobs
