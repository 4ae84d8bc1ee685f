"""Rehearsing: scenarios played one after another in one process, each agent loaded once and each model made once."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from ...engine import Agent, AgentLoadError, BuiltAgent, Fault, Server, guarded, load_agent, make_llm
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.values import canonical_json
from ...engine.errors import AuthoringError
from ...engine.ports import LLM
from ..loader.names import check_names
from ..loader.problems import ScenarioError
from ..outcome import Outcome
from ..recordings.cache import Cache
from ..recordings.committed import Committed, recordings_file
from ..recordings.errors import RecordingsUnwritableError
from ..recordings.redaction import Redaction
from ..recordings.trial import Mode, Trial, TrialRecordings
from ..scenario import ModelChoice, Scenario
from .cast import Cast
from .models import OFFLINE, ModelNamed, Namings, choose_model, default_mode, recorded_with, unnamed
from .performance import Drive, Performance
from .runner import play_out, unplayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What became of a scenario: its trials, and its agent as it was then."""

    outcomes: tuple[Outcome, ...]
    agent: AgentDefinition | None = None
    notes: tuple[str, ...] = ()
    """What went wrong beside it, such as a recording that could not be read or kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a run plays with: models, recordings, and where their cache is."""

    namings: Namings = Namings()
    mode: Mode = field(default_factory=lambda: default_mode(os.environ))
    cache: Path | None = None
    make_llm: Callable[..., LLM] = make_llm
    """Makes a model from its name and settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """What became of a scenario that its author's code drove, and what that code raised."""

    played: Played
    error: Exception | None = None


Builder: TypeAlias = Callable[[Server], Awaitable[Agent]]


class Rehearsal:
    """Plays scenarios. To be closed, because models keep their connections from one scenario to the next."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._runner = asyncio.Runner()
        self._agents: dict[tuple[str, Path], BuiltAgent | AuthoringError] = {}
        self._models: dict[str, LLM] = {}
        self._cache = Cache(means.cache) if means.cache else None

    def __enter__(self) -> "Rehearsal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of connections and files."""
        self._runner.close()
        if self._cache:
            self._cache.close()

    def play(self, scenario: Scenario, *, node: str) -> Played:
        """Play every trial of a scenario, `node` being its name for whoever has to run it again.

        Raises ScenarioError where it names something that its agent does not have.
        """
        agent = self.agent(scenario)
        return self._play(scenario, agent, node=node)

    def drive(self, scenario: Scenario, agent: BuiltAgent | AuthoringError, *, node: str, drive: Drive) -> Driven:
        """Play a scenario that is driven by code of its author's instead of a script, once."""
        broken: list[Exception] = []

        async def watched(performance: Performance) -> None:
            try:
                await drive(performance)
            except Exception as error:
                broken.append(error)
                raise

        played = self._play(scenario, agent, node=node, drive=watched)
        return Driven(played=played, error=broken[0] if broken else None)

    def build(self, builder: Builder, name: str) -> BuiltAgent | AuthoringError:
        """The agent that a builder makes, made once."""
        key = (name, Path())
        if key not in self._agents:
            self._agents[key] = self._runner.run(_built(builder, name))
        return self._agents[key]

    def _play(
        self, scenario: Scenario, agent: BuiltAgent | AuthoringError, *, node: str, drive: Drive | None = None
    ) -> Played:
        if isinstance(agent, AuthoringError):
            told = f"the agent {scenario.agent!r} can't be loaded: {agent}"
            return Played(outcomes=(unplayed(scenario, reason="agent_load", explanation=told),))
        if problems := check_names((scenario,), agent.definition):
            raise ScenarioError(problems)
        named = choose_model(scenario.model, agent.model, run=self._means.namings)
        committed = Committed(recordings_file(Path(scenario.place.file).parent, scenario.id))
        if named.by == "nobody" and (models := recorded_with(committed.entries.values())):
            outcome = unplayed(scenario, reason="model_unnamed", explanation=unnamed(models))
            return Played(outcomes=(outcome,), agent=agent.definition)
        stage = _Set(scenario=scenario, agent=agent, named=named, committed=committed, node=node, drive=drive)
        return self._trials(stage)

    def agent(self, scenario: Scenario) -> BuiltAgent | AuthoringError:
        """The agent of a scenario, loaded once, or why it can't be."""
        folder = Path(scenario.place.file).resolve().parent
        key = (scenario.agent, folder)
        if key not in self._agents:
            try:
                self._agents[key] = load_agent(scenario.agent, folder)
            except AuthoringError as error:
                self._agents[key] = error
        return self._agents[key]

    def _trials(self, stage: "_Set") -> Played:
        # The offline model answers the same every time: more trials would show nothing.
        count = 1 if stage.named.choice.name == OFFLINE else stage.scenario.trials
        notes: dict[str, None] = {}
        outcomes = tuple(self._trial(stage, number=number, notes=notes) for number in range(1, count + 1))
        notes |= dict.fromkeys((*stage.committed.warnings, *(self._cache.warnings if self._cache else ())))
        return Played(outcomes=outcomes, agent=stage.agent.definition, notes=tuple(notes))

    def _trial(self, stage: "_Set", *, number: int, notes: dict[str, None]) -> Outcome:
        recordings = self._recordings(stage, number) if stage.named.is_recorded else None
        cast = Cast(stage.scenario, stage.agent, llm=self._model(stage.named.choice), recordings=recordings)
        performance = Performance(stage.scenario, stage.agent, cast=cast, drive=stage.drive)
        outcome = self._runner.run(play_out(performance, trial=number))
        if recordings:
            try:
                recordings.save(played_to_end=not outcome.explanation)
            except RecordingsUnwritableError as error:
                notes[str(error)] = None
            for changed in recordings.results_changed:
                text = f"the tool {changed.tool!r} gave back something else than was recorded"
                notes[f"{stage.node}, turn {changed.turn}: {text}: {changed.recorded} then, {changed.now} now"] = None
        return replace(outcome, model=stage.named.choice.name)

    def _recordings(self, stage: "_Set", number: int) -> TrialRecordings:
        trial = Trial(node=stage.node, mode=self._means.mode, settings=stage.named.settings, number=number)
        redaction = Redaction(stage.scenario.redact)
        return TrialRecordings(trial, committed=stage.committed, cache=self._cache, redaction=redaction)

    def _model(self, choice: ModelChoice) -> LLM:
        key = f"{choice.name} {canonical_json(dict(choice.settings))}"
        if key not in self._models:
            self._models[key] = self._means.make_llm(choice.name, **choice.settings)
        return self._models[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    """A scenario about to be played: its agent, its model and its recordings."""

    scenario: Scenario
    agent: BuiltAgent
    named: ModelNamed
    committed: Committed
    node: str
    drive: Drive | None = None


async def _built(builder: Builder, name: str) -> BuiltAgent | AuthoringError:
    async def build() -> BuiltAgent:
        async with Server() as server:
            return server.build(await builder(server))

    built = await guarded(build, what=f"the builder {name}")
    return AgentLoadError(str(built)) if isinstance(built, Fault) else built
