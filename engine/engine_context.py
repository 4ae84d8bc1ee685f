"""What an author's handlers, hooks and providers may look at: the turn as far as it got."""

from collections.abc import Mapping
from dataclasses import dataclass

from .domain.agent import AgentDefinition
from .domain.guideline import Guideline
from .domain.journey import Journey, Path
from .domain.knowledge import Term
from .domain.session import Customer, MessageEvent, Session
from .domain.tool import Insight, ToolCall
from .domain.tool_context import Interaction
from .domain.turn import Turn
from .domain.values import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineContext:
    """A turn in the making, to be read and not to be changed."""

    turn: Turn

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
        said = (event for event in self.turn.session.events if isinstance(event, MessageEvent))
        return Interaction(messages=tuple(said))

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
    def journeys(self) -> tuple[Journey, ...]:
        """The journeys that are active in this turn."""
        return self.turn.active_journeys

    @property
    def journey_paths(self) -> Mapping[str, Path]:
        """Where the journeys have been, by id."""
        return self.turn.paths

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls made in this turn."""
        return self.turn.calls

    @property
    def insights(self) -> tuple[Insight, ...]:
        """What tools still need to know."""
        return self.turn.insights

    @property
    def reply(self) -> str:
        """What the agent said in this turn; empty before it spoke."""
        return self.turn.trace.reply
