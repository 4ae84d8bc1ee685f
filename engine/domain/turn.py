"""A turn in the making: the value that stages take and give back, changed a little by each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .agent import AgentDefinition
from .facts import KnownVariable, Line
from .guideline import Guideline
from .journey import MARKERS, Journey, Path, State, position
from .knowledge import Capability, Retrieved, Term
from .sensitive import Masking
from .session import Event, Session, is_of_reply
from .tool import Insight, ToolCall
from .trace import Trace
from .values import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOfTools:
    """What looking at tools came to in one round."""

    round: int
    calls: tuple[ToolCall, ...] = ()
    insights: tuple[Insight, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of one session, as far as it got."""

    agent: AgentDefinition
    session: Session
    """With every event up to now, those of this turn included."""
    trace: Trace
    heard: tuple[Line, ...] = ()
    """The conversation up to this turn's start as prompts show it, worked out once."""
    heard_events: int = 0
    """How many of the session's events that covers."""
    round: int = 0
    variables: tuple[KnownVariable, ...] = ()
    terms: tuple[Term, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    """Those that come nearest to what is being said."""
    retrieved: tuple[Retrieved, ...] = ()
    """What retrievers found for the reply."""
    masking: Masking | None = None
    """What prompts must not hold, as far as it came up before this turn; None where nothing was declared sensitive."""
    earlier: tuple[str, ...] = ()
    """What earlier sessions with this customer were about, where the agent may know."""
    matched: tuple[str, ...] = ()
    """Ids of the guidelines that apply, before resolution, in order of declaration."""
    transient: tuple[Guideline, ...] = ()
    """Guidelines that hold for this turn only."""
    active: tuple[str, ...] = ()
    """Ids of the guidelines that survived resolution, the entailed included."""
    journeys: tuple[str, ...] = ()
    """Ids of the journeys that are active and survived resolution."""
    paths: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """Paths as of now; those of the last turn where nothing moved yet."""
    calls: tuple[ToolCall, ...] = ()
    latest: tuple[ToolCall, ...] = ()
    """Of these calls, those of the last round in which tools were looked at."""
    insights: tuple[Insight, ...] = ()
    tool_rounds: tuple[RoundOfTools, ...] = ()
    """The same by rounds, of those in which tools were looked at."""
    prepared: bool = False
    """Whether no further round comes before the reply."""
    held: tuple[tuple[str, Event], ...] = ()
    """Events that wait until the reply is out, each with whose they are."""
    fields: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """Values that canned responses may refer to, from tools of this turn and of earlier ones."""
    transient_responses: tuple[str, ...] = ()
    """Templates of canned responses that tools of this turn gave; they are candidates for this turn's reply."""
    extra_sections: tuple[tuple[str, str], ...] = ()
    """Sections of prompts that hooks, handlers or plans added: names and texts."""
    learned: bool = False
    """Whether the last round learned something, so that another is worth while."""
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Texts of prompts' sections and of answers by digest, beside the trace."""

    @property
    def trace_id(self) -> str:
        """The id that all events of the turn carry."""
        return self.trace.trace_id

    @property
    def active_guidelines(self) -> tuple[Guideline, ...]:
        """The guidelines that hold in this turn."""
        wanted = set(self.active)
        return tuple(guideline for guideline in self.guidelines if guideline.id in wanted)

    @property
    def guidelines(self) -> tuple[Guideline, ...]:
        """Every guideline that may take part in the turn: the agent's enabled ones and the transient ones."""
        return (*(guideline for guideline in self.agent.guidelines if guideline.enabled), *self.transient)

    @property
    def goes_on(self) -> bool:
        """Whether another round comes: the first one does, and each further one while the last learned something."""
        return self.round == 0 or (self.learned and self.round < self.agent.max_engine_iterations)

    @property
    def has_replied(self) -> bool:
        """Whether a part of the reply is out; a preamble is none, nor is what a tool said."""
        mine = (event for event in self.session.events if event.trace_id == self.trace_id)
        return any(is_of_reply(event) for event in mine)

    @property
    def said_only_preamble(self) -> bool:
        """Whether a sign of life is all that the customer heard in this turn."""
        return self.trace.preamble is not None and len(self.trace.said) == 1

    @property
    def unresolved(self) -> bool:
        """Whether guidelines came up, from tools of the last round, that no resolution has seen."""
        seen = {outcome.id for outcome in self.trace.resolutions if outcome.kind == "guideline"}
        return any(guideline.id in self.matched and guideline.id not in seen for guideline in self.transient)

    @property
    def active_journeys(self) -> tuple[Journey, ...]:
        """The journeys that are active in this turn."""
        wanted = set(self.journeys)
        return tuple(journey for journey in self.agent.journeys if journey.id in wanted)

    @property
    def current_states(self) -> tuple[tuple[Journey, State], ...]:
        """Each active journey with the state it stands in, where it stands in one."""
        standing = ((journey, position(self.paths.get(journey.id, ()))) for journey in self.active_journeys)
        return tuple((journey, journey.state(at)) for journey, at in standing if at is not None)

    def note(self, text: str) -> "Turn":
        """The turn with something that went wrong written down."""
        return replace(self, trace=replace(self.trace, notes=(*self.trace.notes, text)))


def path_after(path: Path, step: str) -> Path:
    """The path with a state (or a marker) at its end; standing still adds nothing, and a run ends once."""
    if path and path[-1] == step:
        return path
    if step in MARKERS and (not path or path[-1] in MARKERS):
        return path
    return (*path, step)
