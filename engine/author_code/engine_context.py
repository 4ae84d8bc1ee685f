"""What an author's handlers, hooks and providers may look at: the turn as far as it got."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..domain.agent import AgentDefinition
from ..domain.current import current_part
from ..domain.guideline import Guideline
from ..domain.knowledge import Term
from ..domain.session import Customer, Session
from ..domain.session_changes import SessionNotes
from ..domain.tool import Insight, ToolResult
from ..domain.tool_context import Interaction, interaction_in
from ..domain.trace import Trace
from ..domain.values import JSON, canonical_json
from ..errors import NotOpenError
from ..logs import EngineLogger
from .emitting import AddedEvent, EventEmitter, not_taken
from .response_state import ResponseState
from .stopwatch import Stopwatch
from .turn_view import TurnView


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnInfo:
    """Which turn it is, by ids."""

    session_id: str
    agent_id: str
    trace_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedCall:
    """What stands on the timeline as if a tool had been called."""

    tool: str
    arguments: Mapping[str, JSON]
    result: ToolResult


class Additions:
    """What an author's code adds to a turn while it runs. The engine takes it up once the code is done."""

    def __init__(self) -> None:
        self.sections: dict[str, str] = {}
        self.calls: list[AddedCall] = []
        self.events: list[AddedEvent] = []
        self.notes = SessionNotes()
        """What is to be different about the session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineContext(TurnView):
    """A turn in the making: to be read, and in hooks, handlers and plans to be added to."""

    additions: Additions | None = field(default=None, compare=False, repr=False)
    """Where what is added goes; None where nothing can be."""

    @property
    def info(self) -> TurnInfo:
        """The ids of session, agent and turn."""
        return TurnInfo(session_id=self.session.id, agent_id=self.agent.id, trace_id=self.turn.trace_id)

    @property
    def trace(self) -> Trace:
        """The record of the turn up to now."""
        return self.turn.trace

    @property
    def state(self) -> ResponseState:
        """What the turn has brought to light so far."""
        return ResponseState(turn=self.turn)

    @property
    def logger(self) -> EngineLogger:
        """The engine's logger; its lines carry the turn's trace id."""
        return EngineLogger(trace_id=self.turn.trace_id)

    @property
    def creation(self) -> Stopwatch:
        """When the turn began, and how long ago that is; what is decided depends on neither."""
        begun = current_part("begun")
        return begun if isinstance(begun, Stopwatch) else Stopwatch()

    @property
    def session_event_emitter(self) -> EventEmitter:
        """Puts messages, signs of life and data on the timeline as soon as the code that emits them is done."""
        return EventEmitter(self._take, held=False)

    @property
    def response_event_emitter(self) -> EventEmitter:
        """Puts messages, signs of life and data on the timeline once the reply is out."""
        return EventEmitter(self._take, held=True)

    def _take(self, added: AddedEvent) -> bool:
        """Take an event for the timeline; False where nobody would ever look at it."""
        additions = self._open_additions
        if additions is not None:
            additions.events.append(added)
        return additions is not None

    @property
    def _open_additions(self) -> Additions | None:
        """Where what is added goes; None where nothing can be, or the code that could add it is done."""
        return self.additions if self.additions is not None and self.additions.notes.is_open else None

    def summary(self) -> dict[str, JSON]:
        """The turn at a glance, as JSON: see Trace.summary()."""
        return self.turn.trace.summary()

    def add_prompt_section(self, name: str, text: str) -> None:
        """Add a section of your own to the prompts of what is still to be decided in this turn.

        It appears as `own:<name>`; under a name that was used before in the turn it takes that one's place. Raises
        ValueError when name or text is empty, NotOpenError outside of hooks, handlers and plans and once they are done.
        """
        if not name.strip() or not text.strip() or "\n" in name:
            raise ValueError(f"add_prompt_section({name!r:.40}, …) needs a name on one line, and a text")
        self._taken_up("add_prompt_section").sections[name.strip()] = text.strip()

    async def add_tool_event(self, tool_id: object, arguments: Mapping[str, JSON], result: ToolResult) -> None:
        """Put a result on the timeline as if a tool had been called for it; nothing runs.

        `tool_id` is a tool's name, a ToolId or the tool itself. Raises TypeError for what JSON can't hold, NotOpenError
        outside of hooks, handlers and plans and once they are done.
        """
        name = _tool_name(tool_id)
        try:
            canonical_json([dict(arguments), result.data, dict(result.metadata), dict(result.canned_response_fields)])
        except (TypeError, ValueError) as error:
            raise TypeError(f"add_tool_event({name!r}, …) takes what JSON can hold: {error}") from error
        added = AddedCall(tool=name, arguments=dict(arguments), result=result)
        self._taken_up("add_tool_event").calls.append(added)

    def _taken_up(self, what: str) -> Additions:
        additions = self._open_additions
        if additions is None:
            raise NotOpenError(not_taken(what))
        return additions

    @property
    def agent(self) -> AgentDefinition:
        """The agent, as data."""
        return self.turn.agent

    @property
    def session(self) -> Session:
        """The session with every event up to now."""
        return self.turn.session

    @property
    def customer(self) -> Customer:
        """Who the agent talks to."""
        return self.turn.session.customer

    @property
    def interaction(self) -> Interaction:
        """What was said so far."""
        return interaction_in(self.turn.session.events)

    @property
    def variables(self) -> Mapping[str, JSON]:
        """The values in force for this customer, by name."""
        return {variable.name: variable.value for variable in self.turn.variables}

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the glossary that prompts show."""
        return self.turn.terms

    @property
    def matched_guidelines(self) -> tuple[Guideline, ...]:
        """The guidelines that hold in this turn: matched or entailed, and kept when relationships were resolved."""
        return self.turn.active_guidelines

    @property
    def insights(self) -> tuple[Insight, ...]:
        """What tools still need to know."""
        return self.turn.insights

    @property
    def reply(self) -> str:
        """What the agent said in this turn; empty before it spoke."""
        return self.turn.trace.reply


def _tool_name(tool: object) -> str:
    """A tool's name, whichever way it was given."""
    if isinstance(tool, str):
        return tool
    name = getattr(getattr(tool, "tool", None), "id", None) or getattr(tool, "tool_name", None)
    if not isinstance(name, str):
        raise TypeError(f"add_tool_event() takes a tool, a ToolId or a name, not {tool!r:.60}")
    return name
