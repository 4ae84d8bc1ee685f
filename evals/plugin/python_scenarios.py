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
from ...engine.errors import AuthoringError
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
from .marks import check_mark, is_coroutine
from .telling import tell_trials

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
        self.used = False
        """Whether anything was asked of it."""

    @property
    def session(self) -> Session:
        """The conversation as it stands."""
        session = self._playing.session
        assert session is not None, "the conversation is open while the scenario is played"
        return session

    async def say(self, *texts: str) -> TurnResult:
        """Say something as the customer, several messages being there before the agent answers."""
        __tracebackhide__ = True  # the author's line is what is to be mended
        if not texts:
            raise TypeError('rehearse.say() needs what the customer says: await rehearse.say("Hello")')
        for text in texts:
            _of_kind(text, str, call="say", example='await rehearse.say("Hello")')
        return await self._turn(CustomerSays(texts=texts))

    async def agent_first(self) -> TurnResult:
        """Let the agent speak of its own accord."""
        return await self._turn(AgentFirst())

    async def simulate(self, step: Simulate) -> Simulation:
        """Let a model play the customer until it is done, and say how it ended."""
        __tracebackhide__ = True
        _of_kind(step, Simulate, call="simulate", example='await rehearse.simulate(Simulate(goal="book a visit"))')
        performance = self._playing
        await performance.take(step, index=len(performance.turns))
        _go_on(performance)
        return performance.outside.simulations[-1]

    async def judge(self, criterion: str) -> Judged:
        """Whether the newest reply meets a criterion, as a model judges it; a no says why."""
        __tracebackhide__ = True
        _of_kind(criterion, str, call="judge", example='await rehearse.judge("is friendly")')
        performance = self._playing
        expected = Expected(
            expectation=ReplyJudged(criterion=criterion), words=criterion, place=performance.scenario.place
        )
        if not performance.turns:
            raise ValueError("rehearse.judge() is about the agent's newest reply; say something before: rehearse.say()")
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
        self.used = True
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


def _of_kind(given: object, kind: type, *, call: str, example: str) -> None:
    """Raises where something of another kind was given, or an empty text."""
    __tracebackhide__ = True
    if not isinstance(given, kind) or given == "":
        raise TypeError(f"rehearse.{call}() can't take {given!r}; write {example}")


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
    if marked and isinstance(item, pytest.Function) and is_coroutine(item):
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
        if not talk.used and any(value is talk for value in arguments.values()):
            raise ScenarioFailedError("nothing was rehearsed; what `rehearse` gives is awaited: await rehearse.say(…)")

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
    check_mark(item, options)
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


def _stand_ins(value: StandIn | Sequence[StandIn]) -> tuple[StandIn, ...]:
    return tuple(value) if isinstance(value, Sequence) else (value,)
