"""Which model answers in a scenario, who named it, and whether its answers are recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args

from ...engine.domain.ask import Settings
from ..recordings.entry import Entry, RecordedAsk
from ..recordings.trial import Mode
from ..scenario import ModelChoice

ENVIRONMENT = "UNDERSTUDY_MODEL"
OFFLINE = "offline"
COMPUTED = (OFFLINE, "blocked")
"""Models that ask nobody, so that there is nothing to record."""
MODES: tuple[Mode, ...] = get_args(Mode)

NamedBy = Literal["command line", "scenario", "agent", "project", "environment", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNamed:
    """The model that was chosen, and who named it."""

    choice: ModelChoice
    by: NamedBy

    @property
    def is_recorded(self) -> bool:
        """Whether its answers are worth keeping: another would cost something, or read otherwise."""
        return self.choice.name not in COMPUTED

    @property
    def settings(self) -> Settings:
        """The model's id and the sampling settings, as recordings know them."""
        known = {part.name for part in fields(Settings)} - {"model"}
        sampling = {name: value for name, value in self.choice.settings.items() if name in known}
        return Settings(model=self.choice.name, **sampling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Namings:
    """The models named for a whole run."""

    command_line: ModelChoice | None = None
    project: ModelChoice | None = None
    """In an ini file or under [tool.understudy]."""
    environment: str = ""
    """What UNDERSTUDY_MODEL says."""


def choose_model(scenario: ModelChoice | None, agent: str | None, *, run: Namings) -> ModelNamed:
    """The model for a scenario: the nearer to this run it was named, the more it counts; offline if it was not."""
    named: tuple[tuple[NamedBy, ModelChoice | None], ...] = (
        ("command line", run.command_line),
        ("scenario", scenario),
        ("agent", ModelChoice(name=agent) if agent else None),
        ("project", run.project),
        ("environment", ModelChoice(name=run.environment) if run.environment else None),
    )
    for by, choice in named:
        if choice is not None:
            return ModelNamed(choice=choice, by=by)
    return ModelNamed(choice=ModelChoice(name=OFFLINE), by="nobody")


def default_mode(environment: Mapping[str, str]) -> Mode:
    """How recordings are used where nobody said: only replayed in CI, filled up elsewhere."""
    return "replay" if environment.get("CI", "").lower() not in ("", "0", "false", "no") else "auto"


def recorded_with(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The models whose answers are among the recordings, in alphabetical order."""
    return tuple(sorted({entry.body.model for entry in entries if isinstance(entry.body, RecordedAsk)}))


def unnamed(models: tuple[str, ...]) -> str:
    """What to do where recordings are there and nobody said with which model to play."""
    which = " and ".join(map(repr, models))
    return (
        f"there are recordings made with {which}, and nobody named a model; "
        f"say --scenarios-model {models[0]}, or `model: {models[0]}` in the scenario file or under [tool.understudy]"
    )
