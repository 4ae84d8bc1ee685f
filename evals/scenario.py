"""What a scenario is: who talks, what is said, what stands in for tools, and what is expected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..engine.domain.journey import Path
from ..engine.domain.modes import ModerationMode, SessionMode
from ..engine.domain.session import Customer, EventSource
from ..engine.domain.values import JSON
from .expectations.kinds import Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a scenario file; lines and columns start at 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NameKind = Literal["guideline", "journey", "state", "transition", "tool", "parameter", "canned response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A part of the agent that a scenario names, and where it does."""

    kind: NameKind
    name: str
    place: Place
    within: str = ""
    """The journey of a state or a transition, the tool of a parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One expectation with its place and its words in the file."""

    expectation: Expectation
    words: str
    place: Place
    names: tuple[Named, ...] = ()
    """The parts of the agent that it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSays:
    """The customer's message, or several before the agent's turn; a turn of the agent follows (none in manual mode)."""

    texts: tuple[str, ...]
    expect: tuple[Expected, ...] = ()
    simulated: bool = False
    """Whether a model that plays the customer worded them."""


USUAL_TURNS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulate:
    """A customer played by a model, for some turns of the agent: until the goal is reached or given up."""

    goal: str
    persona: str = ""
    knows: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """What the customer can tell when it is asked for."""
    until: str = ""
    """What must have happened before the goal is reached."""
    turns: int = USUAL_TURNS
    """How many turns it may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFirst:
    """A proactive turn: the agent speaks without being spoken to."""

    expect: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSays:
    """A human agent's message; only put on the timeline."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMode:
    """The session handed to an operator (manual) or back to the agent (auto)."""

    mode: SessionMode


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontEndEvent:
    """Something the front end reports; only put on the timeline."""

    data: JSON


OwnStep: TypeAlias = CustomerSays | AgentFirst | OperatorSays | SetMode | FrontEndEvent
"""A step whose words somebody gave."""
Step: TypeAlias = OwnStep | Simulate


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """A stand-in for a tool: its data."""

    data: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Raises:
    """A stand-in for a tool: it fails with this message."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIt:
    """No stand-in: the real tool runs."""


StandIn: TypeAlias = Returns | Raises | RunIt


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A message from before the script begins."""

    source: EventSource
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How the conversation stands when the script begins: what was said, and what the engine remembers of it."""

    history: tuple[Earlier, ...] = ()
    applied: tuple[str, ...] = ()
    """Guidelines whose action was fulfilled."""
    journeys: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """The states that each journey went through; it stands at the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """A model as somebody named it, with sampling settings, and models of their own for single decisions."""

    name: str
    settings: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    by_decision: "Mapping[str, ModelChoice]" = field(default_factory=dict[str, "ModelChoice"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scripted conversation with what is expected of it."""

    id: str
    name: str
    suite: str
    place: Place
    agent: str
    """The agent as written in the file (agent.py:build); relative to the file's folder."""
    script: tuple[Step, ...]
    expect: tuple[Expected, ...] = ()
    """What is expected of the whole conversation."""
    model: ModelChoice | None = None
    judge: ModelChoice | None = None
    """The model that judges, where it is not the agent's."""
    tags: tuple[str, ...] = ()
    customer: Customer = Customer()
    variables: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    mode: SessionMode = SessionMode.AUTO
    moderation: ModerationMode = "none"
    """Who reads the customer's messages before the agent does."""
    labels: tuple[str, ...] = ()
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    tools: Mapping[str, tuple[StandIn, ...]] = field(default_factory=dict[str, tuple[StandIn, ...]])
    """Stand-ins by tool; one for every call, or one for each call in order (the last goes on)."""
    names: tuple[Named, ...] = ()
    """The parts of the agent that its start and its stand-ins name."""
    start: Start = Start()
    now: str = "2026-01-01T09:00:00Z"
    trials: int = 1
    needed: int | None = None
    """How many of the trials must pass; None is all of them."""
    redact: tuple[str, ...] = ()
    turn_limit: float = 60.0
    """Seconds that a turn may take."""
    scenario_limit: float = 300.0
    """Seconds that the whole scenario may take."""
