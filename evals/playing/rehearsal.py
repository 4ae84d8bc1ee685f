"""Rehearsing: scenarios played one after another in one process, each agent loaded once and each model made once."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from ...engine import (
    Agent,
    AgentLoadError,
    BuiltAgent,
    ByDecision,
    Fault,
    Inference,
    Server,
    guarded,
    load_agent,
    make_llm,
)
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.values import JSON, canonical_json
from ...engine.errors import AuthoringError
from ...engine.ports import LLM, Purse
from ..loader.names import check_names
from ..loader.problems import ScenarioError, in_order
from ..outcome import Outcome, verdict_on
from ..recordings.cache import Cache
from ..recordings.committed import AGENT_FILE, Committed, recordings_file
from ..recordings.kept import Kept
from ..recordings.redaction import Redaction
from ..recordings.trial import COMPUTED, OFFLINE, Mode, Trial, TrialRecordings
from ..scenario import ModelChoice, Scenario
from ..statistics import threshold
from ..verdict import Verdict
from .booking import Unused, after_trial, too_many_left
from .cast import Cast, Company, Heard
from .checks import CodeChecks, Registered
from .models import ModelNamed, Namings, choose_model, default_mode, models_in_code, recorded_with, unnamed
from .performance import Drive, Performance
from .runner import play_out, unplayed


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
    after: Callable[[Outcome, TrialRecordings], None] | None = None
    """Is shown every trial that was played with recordings, before these are written."""
    trials: int | None = None
    """How often every scenario is played, whatever it says itself; thresholds scale with it."""
    checks: Registered = dict
    """The checks that plugins registered, by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """What became of a scenario that its author's code drove, and what that code raised."""

    played: Played
    error: Exception | None = None


ONE_TRIAL = "on the offline model, which answers the same every time, a scenario is played once whatever its trials"

Builder: TypeAlias = Callable[[Server], Awaitable[Agent]]


class Rehearsal:
    """Plays scenarios. To be closed, because models keep their connections from one scenario to the next."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._runner = asyncio.Runner()
        self._agents: dict[tuple[str, Path], BuiltAgent | AuthoringError] = {}
        self._models: dict[str, LLM] = {}
        self._inferences: dict[str, Inference] = {}
        self.of_agents: dict[Path, Kept] = {}
        """Files of what belongs to agents, by their paths."""
        self.whole: dict[Path, set[str]] = {}
        """Scenarios of which every trial was played to its end, by the folder of their suite."""
        self._code = CodeChecks(means.checks)
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
        missing = self._runner.run(self._code.problems(scenario))
        if problems := in_order((*check_names((scenario,), agent.definition), *missing)):
            raise ScenarioError(problems)
        named = choose_model(scenario.model, models_in_code(agent), run=self._means.namings)
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
        wanted = self._means.trials or stage.scenario.trials
        notes: dict[str, None] = {}
        if wanted > 1 and stage.named.choice.name == OFFLINE:
            notes[ONE_TRIAL] = None
        # Code that drives a conversation is not asked to do so again: it may have made up its mind outside of it.
        count = 1 if stage.drive or stage.named.choice.name == OFFLINE else wanted
        played = (self._trial(stage, number=number, notes=notes) for number in range(1, count + 1))
        needed = _needed(stage.scenario, count)
        outcomes = tuple(replace(outcome, needed=needed) for outcome in played)
        if all(outcome.turns and not outcome.explanation for outcome in outcomes):
            self.whole.setdefault(Path(stage.scenario.place.file).parent, set()).add(stage.scenario.id)
        notes |= dict.fromkeys((*stage.committed.warnings, *(self._cache.warnings if self._cache else ())))
        return Played(outcomes=outcomes, agent=stage.agent.definition, notes=tuple(notes))

    def _trial(self, stage: "_Set", *, number: int, notes: dict[str, None]) -> Outcome:
        recordings = self._recordings(stage, number) if stage.named.is_recorded else None
        company = Company(purse=self._means.purse, inference=self._inference(stage), heard=self._means.heard)
        llm = self._llm(stage.named)
        cast = Cast(stage.scenario, stage.agent, llm=llm, recordings=recordings, company=company)
        performance = Performance(stage.scenario, stage.agent, cast=cast, drive=stage.drive, code=self._code)
        outcome = self._runner.run(play_out(performance, trial=number))
        if recordings:
            outcome = too_many_left(outcome, recordings, unused=self._means.unused)
            if self._means.after:
                self._means.after(outcome, recordings)
            notes |= dict.fromkeys(after_trial(outcome, recordings, unused=self._means.unused))
        return replace(outcome, model=stage.named.choice.name)

    def _recordings(self, stage: "_Set", number: int) -> TrialRecordings:
        trial = Trial(
            node=stage.node,
            mode=self._means.mode,
            settings=stage.named.settings,
            by_decision=stage.named.settings_by_decision,
            number=number,
            stale=self._means.stale,
        )
        return TrialRecordings(
            trial,
            committed=stage.committed,
            agent=self._of_agent(stage.scenario),
            cache=self._cache,
            redaction=Redaction(stage.redact),
        )

    def _of_agent(self, scenario: Scenario) -> Kept:
        path = recordings_file(Path(scenario.place.file).parent, AGENT_FILE)
        if path not in self.of_agents:
            self.of_agents[path] = Kept(Committed(path))
        return self.of_agents[path]

    def _inference(self, stage: "_Set") -> Inference | None:
        """Who infers what the agent's author left open: nobody where that is unwanted or a rule would answer."""
        named = stage.named.settings_by_decision.get("properties", stage.named.settings).model or ""
        if named in COMPUTED or stage.agent.infer_properties is False:
            return None
        return self._inferences.setdefault(named, Inference())

    def _llm(self, named: ModelNamed) -> LLM:
        usual = self._model(named.choice, named)
        own = {decision: self._model(choice, named) for decision, choice in named.by_decision.items()}
        return ByDecision(usual, own) if own else usual

    def _model(self, choice: ModelChoice, named: ModelNamed) -> LLM:
        if choice.name in named.objects:
            return named.objects[choice.name]
        key = f"{choice.name} {canonical_json(dict(choice.settings))}"
        if key not in self._models:
            priced = {} if self._means.price is None or choice.name in COMPUTED else {"price": self._means.price}
            self._models[key] = self._means.make_llm(choice.name, **{**priced, **choice.settings})
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

    @property
    def redact(self) -> tuple[str, ...]:
        """The patterns of what must not be stored: the suite's, and what the agent masks."""
        return (*self.scenario.redact, *(one.pattern for one in self.agent.definition.sensitive))


def _needed(scenario: Scenario, trials: int) -> int | None:
    """How many of so many trials must pass: as large a share as the scenario asks for, rounded up."""
    return None if scenario.needed is None else threshold(scenario.needed, scenario.trials, trials=trials)


async def _built(builder: Builder, name: str) -> BuiltAgent | AuthoringError:
    async def build() -> BuiltAgent:
        async with Server() as server:
            return server.build(await builder(server))

    built = await guarded(build, what=f"the builder {name}")
    return AgentLoadError(str(built)) if isinstance(built, Fault) else built
