"""Which model answers in a scenario, who named it, and whether its answers are recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Literal, get_args

from ...engine import BuiltAgent, NamedModel, ScriptedModel
from ...engine.domain.ask import Settings
from ...engine.ports import LLM
from ..recordings.entry import Entry, RecordedAsk
from ..recordings.trial import COMPUTED, OFFLINE, SCRIPTED, Mode
from ..scenario import ModelChoice

ENVIRONMENT = "UNDERSTUDY_MODEL"
JUDGE = "judge"
"""The decision of the judge, for which a model may be set apart."""
MODES: tuple[Mode, ...] = get_args(Mode)

NamedBy = Literal["command line", "scenario", "agent", "project", "environment", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeModels:
    """The models that an agent's code named."""

    choice: ModelChoice | None = None
    by_decision: Mapping[str, ModelChoice] = field(default_factory=dict[str, ModelChoice])
    objects: Mapping[str, LLM] = field(default_factory=dict[str, LLM])
    """Models that are objects of the author's own, by the names that they are given here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNamed:
    """The model that was chosen, and who named it."""

    choice: ModelChoice
    by: NamedBy
    by_decision: Mapping[str, ModelChoice] = field(default_factory=dict[str, ModelChoice])
    """For decisions that have a model of their own."""
    objects: Mapping[str, LLM] = field(default_factory=dict[str, LLM])

    @property
    def is_recorded(self) -> bool:
        """Whether its answers are worth keeping: another would cost something, or read otherwise."""
        return any(choice.name not in COMPUTED for choice in (self.choice, *self.by_decision.values()))

    @property
    def settings(self) -> Settings:
        """The model's id and the sampling settings, as recordings know them."""
        return _settings(self.choice)

    @property
    def settings_by_decision(self) -> dict[str, Settings]:
        """The same for decisions that have a model of their own."""
        return {name: _settings(choice) for name, choice in self.by_decision.items()}


def models_in_code(agent: BuiltAgent) -> CodeModels:
    """The models that an agent's code named, with their settings."""
    named = [agent.named] if agent.named else []
    objects = {_name(model): model.llm for model in (*named, *agent.models.values()) if model.llm is not None}
    return CodeModels(
        choice=_choice(agent.named) if agent.named else ModelChoice(name=agent.model) if agent.model else None,
        by_decision={decision: _choice(model) for decision, model in agent.models.items()},
        objects=objects,
    )


def _choice(model: NamedModel) -> ModelChoice:
    return ModelChoice(name=_name(model), settings=model.settings)


def _name(model: NamedModel) -> str:
    return SCRIPTED if isinstance(model.llm, ScriptedModel) else model.name


def _settings(choice: ModelChoice) -> Settings:
    known = {part.name for part in fields(Settings)} - {"model"}
    sampling = {name: value for name, value in choice.settings.items() if name in known}
    return Settings(model=choice.name, **sampling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Namings:
    """The models named for a whole run."""

    command_line: ModelChoice | None = None
    project: ModelChoice | None = None
    """In an ini file or under [tool.understudy]."""
    environment: str = ""
    """What UNDERSTUDY_MODEL says."""
    judge: ModelChoice | None = None
    """The judge's, on the command line."""
    project_judge: ModelChoice | None = None


def choose_model(
    scenario: ModelChoice | None, agent: CodeModels, *, run: Namings, judge: ModelChoice | None = None
) -> ModelNamed:
    """The model for a scenario: the nearer to this run it was named, the more it counts; offline if it was not.

    A choice above the agent's code replaces all of its models, those of single decisions too, but for the judge's:
    agents are compared with one judge. Whoever asks for the offline model on the command line wants to pay nobody.
    """
    named = _answering(scenario, agent, run=run)
    pays_nobody = run.command_line is not None and run.command_line.name == OFFLINE
    judging = run.judge or (None if pays_nobody else judge or run.project_judge)
    return replace(named, by_decision={**named.by_decision, JUDGE: judging}) if judging else named


def _answering(scenario: ModelChoice | None, agent: CodeModels, *, run: Namings) -> ModelNamed:
    above: tuple[tuple[NamedBy, ModelChoice | None], ...] = (
        ("command line", run.command_line),
        ("scenario", scenario),
    )
    for by, choice in above:
        if choice is not None:
            return ModelNamed(choice=choice, by=by, by_decision=choice.by_decision)
    below: tuple[tuple[NamedBy, ModelChoice | None], ...] = (
        ("agent", agent.choice),
        ("project", run.project),
        ("environment", ModelChoice(name=run.environment) if run.environment else None),
    )
    of_code = ModelNamed(
        choice=ModelChoice(name=OFFLINE), by="nobody", by_decision=agent.by_decision, objects=agent.objects
    )
    return next((replace(of_code, choice=choice, by=by) for by, choice in below if choice is not None), of_code)


def default_mode(environment: Mapping[str, str]) -> Mode:
    """How recordings are used where nobody said: only replayed in CI, filled up elsewhere."""
    return "replay" if environment.get("CI", "").lower() not in ("", "0", "false", "no") else "auto"


def recorded_with(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The models that answered an agent and are among the recordings, in alphabetical order."""
    asks = (entry.body for entry in entries if entry.name != JUDGE)
    return tuple(sorted({body.model for body in asks if isinstance(body, RecordedAsk)}))


def unnamed(models: tuple[str, ...]) -> str:
    """What to do where recordings are there and nobody said with which model to play."""
    which = " and ".join(map(repr, models))
    return (
        f"there are recordings made with {which}, and nobody named a model; "
        f"say --scenarios-model {models[0]}, or `model: {models[0]}` in the scenario file or under [tool.understudy]"
    )
