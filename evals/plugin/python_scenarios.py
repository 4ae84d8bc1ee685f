"""Scenarios written in Python: `@pytest.mark.scenario(agent=build)` and the fixture `rehearse`."""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from ...engine import BuiltAgent, TurnResult
from ...engine.domain.modes import SessionMode
from ...engine.domain.session import Customer, Session
from ...engine.domain.values import JSON
from ...engine.errors import AuthoringError, closest
from ..expectations.outside import ReplyJudged
from ..outcome import Simulation
from ..playing.means import Played
from ..playing.outside import About
from ..playing.performance import Performance, so_far
from ..playing.rehearsal import Builder, Rehearsal
from ..playing.stops import Stop
from ..scenario import (
    AgentFirst,
    CustomerSays,
    Expected,
    FrontEndEvent,
    ModelChoice,
    OperatorSays,
    Place,
    Scenario,
    SetMode,
    Simulate,
    StandIn,
    Step,
)
from .collection import ScenarioFailedError, ScenarioInconclusiveError, suite_of
from .explaining import explanation, rehearsed
from .telling import tell_trials

OPTIONS = (
    "agent",
    "model",
    "customer",
    "tools",
    "variables",
    "moderation",
    "start",
    "now",
    "turn_limit",
    "scenario_limit",
    "trials",
    "at_least",
)
FUNCTION: pytest.StashKey[Callable[..., Awaitable[None]]] = pytest.StashKey()
"""The coroutine function of a scenario in Python, on its item."""
PLAYED: pytest.StashKey[Played] = pytest.StashKey()
"""What became of a scenario in Python, on its item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a judge makes of a criterion: true where it is met."""

    met: bool
    why: str = ""

    def __bool__(self) -> bool:
        return self.met


class Rehearse:
    """One conversation with the scenario's agent. Its methods raise where nothing more can be said of the agent."""

    def __init__(self) -> None:
        self._performance: Performance | None = None

    @property
    def session(self) -> Session:
        """The conversation as it stands."""
        session = self._playing.session
        assert session is not None, "the conversation is open while the scenario is played"
        return session

    async def say(self, *texts: str) -> TurnResult:
        """Say something as the customer, several messages being there before the agent answers."""
        return await self._turn(CustomerSays(texts=texts))

    async def agent_first(self) -> TurnResult:
        """Let the agent speak of its own accord."""
        return await self._turn(AgentFirst())

    async def simulate(self, step: Simulate) -> Simulation:
        """Let a model play the customer until it is done, and say how it ended."""
        performance = self._playing
        await performance.take(step, index=len(performance.turns))
        _go_on(performance)
        return performance.outside.simulations[-1]

    async def judge(self, criterion: str) -> Judged:
        """Whether the newest reply meets a criterion, as a model judges it; a no says why."""
        performance = self._playing
        expected = Expected(
            expectation=ReplyJudged(criterion=criterion), words=criterion, place=performance.scenario.place
        )
        if not performance.turns:
            raise ValueError("judge() is about the agent's newest reply; there is none yet")
        about = About.turn(so_far(performance), self.session, turn=performance.turns[-1])
        (answer,) = (await performance.outside.answers((expected,), about)).values()
        if answer.verdict == "inconclusive":
            performance.stop = Stop(verdict="inconclusive", reason=answer.reason, explanation=answer.explanation)
        _go_on(performance)
        return Judged(met=answer.verdict == "passed", why=answer.explanation)

    async def operator(self, text: str, name: str = "") -> None:
        """Put a human agent's message on the timeline."""
        await self._playing.take(OperatorSays(text=text, name=name))

    async def event(self, data: JSON) -> None:
        """Put something that the front end reports on the timeline."""
        await self._playing.take(FrontEndEvent(data=data))

    async def set_mode(self, mode: SessionMode | str) -> None:
        """Hand the session to an operator (manual) or back to the agent (auto)."""
        await self._playing.take(SetMode(mode=SessionMode(mode)))

    def begin(self, performance: Performance) -> None:
        """Take the performance that this conversation is part of."""
        self._performance = performance

    @property
    def _playing(self) -> Performance:
        if self._performance is None:
            raise RuntimeError("rehearse is for coroutine tests marked with @pytest.mark.scenario(agent=...)")
        return self._performance

    async def _turn(self, step: Step) -> TurnResult:
        performance = self._playing
        result = await performance.take(step, index=len(performance.turns))
        _go_on(performance)
        if result is None:
            raise ScenarioFailedError("the turn was cut off")
        if result.trace.failure:
            raise ScenarioFailedError(result.trace.failure.message)
        return rehearsed(result, performance.agent.definition)


def _go_on(performance: Performance) -> None:
    """Raises where nothing more can be said of the agent."""
    if performance.stop and performance.stop.verdict == "inconclusive":
        raise ScenarioInconclusiveError(performance.stop.explanation)
    if performance.stop:
        raise ScenarioFailedError(performance.stop.explanation)


@pytest.fixture
def rehearse() -> Rehearse:
    """A conversation with the agent of a scenario written in Python."""
    return Rehearse()


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Explain what fired, was dropped or called, and where journeys stand, in place of listing it."""
    return explanation(op, left, right=right)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marked:
    """What the mark of a scenario says."""

    scenario: Scenario
    agent: Builder | str


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep the author's function: plugins for coroutine tests put one of their own in its place while it is called."""
    marked = item.get_closest_marker("scenario") is not None
    if marked and isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
        item.stash[FUNCTION] = item.obj


def is_python_scenario(item: pytest.Item) -> bool:
    """Whether an item is a coroutine test marked as a scenario."""
    return FUNCTION in item.stash


def play_function(item: pytest.Function, rehearsal: Rehearsal) -> None:
    """Play a scenario written in Python. Raises what its code raises, or that nothing can be said of the agent."""
    marked = _marked(item)
    function = item.stash[FUNCTION]
    arguments = {name: item.funcargs[name] for name in inspect.signature(function).parameters}
    talk = next((value for value in arguments.values() if isinstance(value, Rehearse)), Rehearse())

    async def drive(performance: Performance) -> None:
        talk.begin(performance)
        await function(**arguments)

    driven = rehearsal.drive(marked.scenario, _agent(marked, rehearsal), node=item.nodeid, drive=drive)
    item.stash[PLAYED] = driven.played
    trials = driven.played.outcomes
    if driven.played.verdict == "inconclusive":
        raise ScenarioInconclusiveError(tell_trials(trials))
    if len(trials) == 1 and driven.error is not None:
        raise driven.error
    if driven.played.verdict == "failed":
        raise ScenarioFailedError(tell_trials(trials)) from driven.error


def _agent(marked: _Marked, rehearsal: Rehearsal) -> BuiltAgent | AuthoringError:
    if isinstance(marked.agent, str):
        return rehearsal.agent(marked.scenario)
    return rehearsal.build(marked.agent, marked.scenario.agent)


def _marked(item: pytest.Function) -> _Marked:
    mark = item.get_closest_marker("scenario")
    options: dict[str, Any] = dict(mark.kwargs) if mark else {}
    if mark and mark.args:
        options["agent"] = mark.args[0]
    _check(item, options)
    agent: Builder | str = options.pop("agent")
    file, line, _ = item.reportinfo()
    model: str | None = options.pop("model", None)
    customer = options.pop("customer", None)
    tools: Mapping[str, StandIn | Sequence[StandIn]] = options.pop("tools", {})
    needed: int | None = options.pop("at_least", None)
    scenario = Scenario(
        id=item.name,
        name=item.name,
        suite=suite_of(item.path, root=item.config.rootpath),
        place=Place(file=str(file), line=(line or 0) + 1),
        agent=agent if isinstance(agent, str) else f"{agent.__module__}:{getattr(agent, '__qualname__', agent)}",
        script=(),
        model=ModelChoice(name=model) if model else None,
        customer=Customer(id=customer, name=customer) if isinstance(customer, str) else customer or Customer(),
        tools={name: _stand_ins(value) for name, value in tools.items()},
        needed=needed,
        **options,
    )
    return _Marked(scenario=scenario, agent=agent)


def _check(item: pytest.Function, options: Mapping[str, Any]) -> None:
    where = f"{item.nodeid}: @pytest.mark.scenario"
    for name in options:
        if name not in OPTIONS:
            near = closest(name, OPTIONS)
            raise pytest.UsageError(f"{where} has no {name!r}" + (f"; did you mean {near!r}?" if near else ""))
    if "agent" not in options:
        raise pytest.UsageError(f"{where} needs the agent: agent=build, or agent='agent.py:build'")
    trials, least = options.get("trials", 1), options.get("at_least", 1)
    if not _is_count(trials, least=1):
        raise pytest.UsageError(f"{where}: trials={trials!r} is no number of trials; write a whole number from 1")
    if not _is_count(least, least=0) or least > trials:
        raise pytest.UsageError(f"{where}: at_least={least!r} is no number of its trials ({trials}) that must pass")


def _is_count(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _stand_ins(value: StandIn | Sequence[StandIn]) -> tuple[StandIn, ...]:
    return tuple(value) if isinstance(value, Sequence) else (value,)
