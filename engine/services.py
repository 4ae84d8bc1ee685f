"""What a stage may use: the frozen bundle of collaborators, made once per conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from .author_code.functions import AgentCode
from .author_code.hooks import EngineHooks
from .author_code.perceived_performance import TimeStandsStill
from .author_code.planning import NullPlan, Plan
from .domain.ask import Settings
from .domain.session import Event
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
