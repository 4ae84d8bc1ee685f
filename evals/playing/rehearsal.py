"""Rehearsing: scenarios played in one process, in step or side by side, each agent loaded once."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from ...engine import Agent, AgentLoadError, BuiltAgent, Fault, Server, guarded, load_agent
from ...engine.errors import AuthoringError
from ..loader.names import check_names
from ..loader.paths import check_paths
from ..loader.problems import ScenarioError, in_order
from ..outcome import Outcome
from ..recordings.committed import Committed, recordings_file
from ..recordings.kept import Kept
from ..recordings.redaction import Redaction
from ..recordings.trial import OFFLINE, Trial, TrialRecordings
from ..scenario import Scenario
from ..statistics import threshold
from .booking import after_trial, too_many_left
from .cast import Cast, Company
from .checks import CodeChecks
from .equipment import Equipment
from .loop_thread import LoopThread
from .means import Means, Played, is_live, most_at_once, named_for
from .models import ModelNamed, recorded_with, unnamed
from .performance import Drive, Performance
from .runner import play_out, unplayed


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
        self._thread: LoopThread | None = None
        self._agents: dict[tuple[str, Path], BuiltAgent | AuthoringError] = {}
        self._equipment = Equipment(means)
        self.whole: dict[Path, set[str]] = {}
        """Scenarios of which every trial was played to its end, by the folder of their suite."""
        self._code = CodeChecks(means.checks)

    def __enter__(self) -> "Rehearsal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Cancel what is under way, and let go of connections and files."""
        if self._thread:
            self._thread.close(self._equipment.close)
        else:
            self._equipment.close()
        self._runner.close()

    @property
    def jobs(self) -> int:
        """How many scenarios may be under way at once."""
        return self._means.jobs

    @property
    def of_agents(self) -> dict[Path, Kept]:
        """Files of what belongs to agents, by their paths."""
        return self._equipment.of_agents

    def play(self, scenario: Scenario, *, node: str) -> Played:
        """Play every trial of a scenario, `node` being its name for whoever has to run it again.

        Raises ScenarioError where it names something that its agent does not have.
        """
        agent = self.agent(scenario)
        return self._runner.run(self._play(scenario, agent, node=node))

    def begin(self, scenario: Scenario, *, node: str) -> "Future[Played]":
        """Begin to play a scenario beside others, on an event loop that they share in a thread of its own."""
        return self._loop().submit(self._play(scenario, self.agent(scenario), node=node))

    def at_once(self, scenario: Scenario) -> int:
        """How many scenarios may be under way beside each other where this is one of them; 0 plays it in step.

        In step is played what asks no model live: nothing is waited for, so nothing is won. More scenarios than a
        model takes asks at once would only use up each other's time limits.
        """
        agent = self.agent(scenario)
        return 0 if isinstance(agent, AuthoringError) else most_at_once(scenario, agent, means=self._means)

    def drive(self, scenario: Scenario, agent: BuiltAgent | AuthoringError, *, node: str, drive: Drive) -> Driven:
        """Play a scenario that is driven by code of its author's instead of a script."""
        broken: list[Exception] = []

        async def watched(performance: Performance) -> None:
            try:
                await drive(performance)
            except Exception as error:
                broken.append(error)
                raise

        playing = self._play(scenario, agent, node=node, drive=watched)
        # A model's connections belong to one event loop, so whoever asks it does so on the same one.
        live = not isinstance(agent, AuthoringError) and is_live(scenario, agent, means=self._means)
        played = self._loop().run(playing) if live else self._runner.run(playing)
        return Driven(played=played, error=broken[0] if broken else None)

    def build(self, builder: Builder, name: str) -> BuiltAgent | AuthoringError:
        """The agent that a builder makes, made once."""
        key = (name, Path())
        if key not in self._agents:
            self._agents[key] = self._runner.run(_built(builder, name))
        return self._agents[key]

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

    def _loop(self) -> LoopThread:
        if self._thread is None:
            self._thread = LoopThread()
        return self._thread

    async def _play(
        self, scenario: Scenario, agent: BuiltAgent | AuthoringError, *, node: str, drive: Drive | None = None
    ) -> Played:
        if isinstance(agent, AuthoringError):
            told = _not_loaded(scenario.agent, agent)
            return Played(outcomes=(unplayed(scenario, reason="agent_load", explanation=told),))
        missing = await self._code.problems(scenario)
        known = (*check_names((scenario,), agent.definition), *check_paths(scenario, agent.definition))
        if problems := in_order((*known, *missing)):
            raise ScenarioError(problems)
        named = named_for(scenario, agent, means=self._means)
        committed = Committed(recordings_file(Path(scenario.place.file).parent, scenario.id))
        if named.by == "nobody" and (models := recorded_with(committed.entries.values())):
            outcome = unplayed(scenario, reason="model_unnamed", explanation=unnamed(models))
            return Played(outcomes=(outcome,), agent=agent.definition)
        stage = _Set(scenario=scenario, agent=agent, named=named, committed=committed, node=node, drive=drive)
        return await self._trials(stage)

    async def _trials(self, stage: "_Set") -> Played:
        wanted = self._means.trials or stage.scenario.trials
        notes: dict[str, None] = {}
        if wanted > 1 and stage.named.choice.name == OFFLINE:
            notes[ONE_TRIAL] = None
        count = 1 if stage.named.choice.name == OFFLINE else wanted
        needed = _needed(stage.scenario, count)
        played = [await self._trial(stage, number=number, notes=notes) for number in range(1, count + 1)]
        outcomes = tuple(replace(outcome, needed=needed) for outcome in played)
        if all(outcome.turns and not outcome.explanation for outcome in outcomes):
            self.whole.setdefault(Path(stage.scenario.place.file).parent, set()).add(stage.scenario.id)
        notes |= dict.fromkeys((*stage.committed.warnings, *self._equipment.warnings))
        return Played(outcomes=outcomes, agent=stage.agent.definition, notes=tuple(notes))

    async def _trial(self, stage: "_Set", *, number: int, notes: dict[str, None]) -> Outcome:
        recordings = self._recordings(stage, number) if stage.named.is_recorded else None
        company = Company(
            purse=self._means.purse,
            inference=self._equipment.inference(stage.named, stage.agent),
            heard=self._means.heard,
            meter=self._means.meter,
        )
        llm = self._equipment.llm(stage.named)
        cast = Cast(stage.scenario, stage.agent, llm=llm, recordings=recordings, company=company)
        performance = Performance(stage.scenario, stage.agent, cast=cast, drive=stage.drive, code=self._code)
        outcome = await play_out(performance, trial=number)
        notes |= {f"{stage.node}: {estimate}": None for estimate in cast.counted_by_estimate}
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
            agent=self._equipment.of_agent(Path(stage.scenario.place.file).parent),
            cache=self._equipment.cache,
            redaction=Redaction(stage.redact),
        )


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


def _not_loaded(reference: str, error: AuthoringError) -> str:
    """That an agent can't be loaded, and why; errors that say so themselves are not made to say it twice."""
    who = f"agent {reference!r}"
    why = str(error).removeprefix(f"{who}: ").removeprefix(f"{who} can't be loaded: ")
    return f"the {who} can't be loaded: {why}"
