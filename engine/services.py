"""What a stage may use: the frozen bundle of collaborators, made once per conversation."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias

from .author_code.engine_context import EngineContext
from .author_code.hooks import EngineHooks
from .author_code.perceived_performance import (
    NoMatchProvider,
    NullPerceivedPerformancePolicy,
    PerceivedPerformancePolicy,
    PreambleInstructions,
    TimeStandsStill,
)
from .author_code.planning import NullPlan, NullPlanner, Plan, Planner
from .domain.agent import AgentDefinition
from .domain.ask import Settings
from .domain.current import current_part
from .domain.guideline import Guideline
from .domain.matches import GuidelineMatch as GuidelineMatch
from .domain.matches import JourneyMatch as JourneyMatch
from .domain.matches import JourneyStateMatch as JourneyStateMatch
from .domain.retrieval import RetrieverContext
from .domain.session import Customer, Event, Session, ToolEvent
from .domain.tool import ToolCall
from .domain.tool_context import Interaction, interaction_in
from .domain.values import JSON
from .logs import EngineLogger
from .ports import (
    LLM,
    AuditSink,
    Clock,
    CustomerStore,
    Embedder,
    EventSink,
    Index,
    Moderator,
    RetrieverRunner,
    SessionStore,
    Sleeper,
    ToolResolver,
    ToolRunner,
    VariableStore,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineMatchingContext:
    """What a custom matcher may look at."""

    agent: AgentDefinition
    session: Session
    variables: Mapping[str, JSON]
    staged_tool_calls: tuple[ToolCall, ...] = ()
    trace_id: str = ""

    @property
    def interaction(self) -> Interaction:
        """What was said so far."""
        return interaction_in(self.session.events)

    @property
    def staged_events(self) -> tuple[ToolEvent, ...]:
        """The events of this turn that hold its tool calls."""
        events = (event for event in self.session.events if isinstance(event, ToolEvent))
        return tuple(event for event in events if event.trace_id == self.trace_id)

    @property
    def logger(self) -> EngineLogger:
        """The engine's logger; its lines carry the turn's trace id."""
        return EngineLogger(trace_id=self.trace_id)

    @property
    def customer(self) -> Customer:
        """Who the agent talks to."""
        return self.session.customer

    @property
    def server(self) -> Any:
        """The server that the agent was declared on; None where it was declared on none."""
        return current_part("server")


Matcher: TypeAlias = Callable[[GuidelineMatchingContext, Any], Awaitable[GuidelineMatch]]
"""An author's own code that decides whether a guideline applies.

It is given the guideline as a value, which reads like the handle of the same name; either annotation will do.
"""


class MatchingStrategy(Protocol):
    """An author's own code that judges a group of guidelines at once, such as a trained classifier."""

    async def match(
        self, context: GuidelineMatchingContext, guidelines: Sequence[Guideline], /
    ) -> Iterable[GuidelineMatch]:
        """What is to be said of these guidelines; one that is left out does not apply."""
        ...


StrategyFunction: TypeAlias = Callable[
    [GuidelineMatchingContext, Sequence[Guideline]], Awaitable[Iterable[GuidelineMatch]]
]
Strategy: TypeAlias = MatchingStrategy | StrategyFunction
"""An author's own way to judge a group of guidelines: an object with `match`, or such a function by itself."""

GuidelineHandler: TypeAlias = Callable[[EngineContext, GuidelineMatch], Awaitable[None]]
"""An author's own code that runs when a guideline holds, or when the messages of such a turn are out."""

FieldProvider: TypeAlias = Callable[[EngineContext], Awaitable[Mapping[str, JSON]]]
"""An author's own code that gives values for the fields of canned responses."""


JourneyHandler: TypeAlias = Callable[[EngineContext, JourneyMatch], Awaitable[None]]
"""An author's own code that runs when a journey is active, or when the messages of such a turn are out."""

StateHandler: TypeAlias = Callable[[EngineContext, JourneyStateMatch], Awaitable[None]]
"""An author's own code that runs when a journey stands in a state, or when the messages of such a turn are out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyCode:
    """Functions that belong to journeys (by id), to states (`journey/state`) and ways (`journey/source->target`)."""

    selected: dict[str, JourneyHandler] = field(default_factory=dict[str, JourneyHandler])
    message: dict[str, JourneyHandler] = field(default_factory=dict[str, JourneyHandler])
    state_selected: dict[str, StateHandler] = field(default_factory=dict[str, StateHandler])
    state_message: dict[str, StateHandler] = field(default_factory=dict[str, StateHandler])
    fields: dict[str, FieldProvider] = field(default_factory=dict[str, FieldProvider])


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingCode:
    """Functions that have a say in how an agent's messages are worded and when they are sent."""

    performance: PerceivedPerformancePolicy = NullPerceivedPerformancePolicy()
    preamble_instructions: PreambleInstructions | None = None
    no_match: NoMatchProvider | None = None


RetrieverCode: TypeAlias = Callable[[RetrieverContext], Awaitable[Any]]
"""An author's own code that looks up what the agent should know for its reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCode:
    """The functions that belong to an agent's definition, by the id of what they belong to."""

    matchers: Mapping[str, Matcher] = field(default_factory=dict[str, Matcher])
    strategies: Mapping[str, Strategy] = field(default_factory=dict[str, Strategy])
    on_selected: Mapping[str, GuidelineHandler] = field(default_factory=dict[str, GuidelineHandler])
    """Run before the reply is composed, for guidelines that hold."""
    on_message: Mapping[str, GuidelineHandler] = field(default_factory=dict[str, GuidelineHandler])
    """Run once the messages are out, for the same guidelines."""
    field_providers: Mapping[str, FieldProvider] = field(default_factory=dict[str, FieldProvider])
    retrievers: Mapping[str, RetrieverCode] = field(default_factory=dict[str, RetrieverCode])
    journeys: JourneyCode = JourneyCode()
    wording: WordingCode = WordingCode()
    planner: Planner = NullPlanner()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPolicy:
    """How many candidates share one ask: fewer are judged with more care, more cost less. Each at least 1."""

    ordinary: int = 10
    slack: int = 1
    """By how many ordinary candidates the asks of a round may pass that together, where it saves an ask."""
    high: int = 5
    """Of guidelines whose criticality is HIGH, which share asks among themselves."""

    def __post_init__(self) -> None:
        for name, size in (("ordinary", self.ordinary), ("high", self.high)):
            if size < 1:
                raise ValueError(f"BatchPolicy({name}={size}): an ask holds at least one candidate")
        if self.slack < 0:
            raise ValueError(f"BatchPolicy(slack={self.slack}): slack is 0 or more")


class Silence:
    """An event sink that nobody listens to."""

    async def emit(self, event: Event, /) -> None:
        """Take an event and forget it."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedClock:
    """A clock that stands still, as in a scenario."""

    moment: datetime

    def now(self) -> datetime:
        """Always the same moment."""
        return self.moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The collaborators of one conversation."""

    llm: LLM
    tools: ToolRunner
    resolver: ToolResolver | None = None
    """Who knows the choices of tools' parameters that code provides; stand-ins for the tools do not."""
    code: AgentCode = AgentCode()
    sink: EventSink = field(default_factory=Silence)
    clock: Clock = field(default_factory=SystemClock)
    batches: BatchPolicy = BatchPolicy()
    settings: Settings = Settings()
    retry_temperatures: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    """For the attempts at a decision, by its name; a decision that is not named keeps the settings' temperature."""
    sleeper: Sleeper = field(default_factory=TimeStandsStill)
    embedder: Embedder | None = None
    """Who finds what is near when there is more than a prompt can hold; without one everything is shown."""
    index: Index | None = None
    retrievers: RetrieverRunner | None = None
    """Who runs the agent's retrievers; where nobody does, none runs."""
    moderator: Moderator | None = None
    """Who reads customers' messages before the agent does."""
    customers: CustomerStore | None = None
    sessions: SessionStore | None = None
    """Where other sessions are found; without one, nobody remembers any."""
    variables: VariableStore | None = None
    """Values of variables that were set or looked up since the agent was built."""

    hooks: EngineHooks = field(default_factory=EngineHooks)
    plan: Plan = NullPlan()
    """What the agent's planner planned for this turn."""
    audit: AuditSink | None = None
    """Where it is written down what was done; nobody keeps a record without one."""

    def settings_for(self, decision: str) -> tuple[Settings, ...]:
        """The settings for the attempts at a decision, one after the other."""
        temperatures = self.retry_temperatures.get(decision, ())
        return tuple(replace(self.settings, temperature=one) for one in temperatures) or (self.settings,)
