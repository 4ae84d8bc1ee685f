"""What an author's own matchers and strategies are written against: how they are called, and what they may look at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from ..domain.agent import AgentDefinition
from ..domain.current import current_part
from ..domain.guideline import Guideline
from ..domain.matches import GuidelineMatch
from ..domain.session import Customer, Session, ToolEvent
from ..domain.tool import ToolCall
from ..domain.tool_context import Interaction, interaction_in
from ..domain.values import JSON
from ..logs import EngineLogger
from .given import Given


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


Matcher: TypeAlias = Callable[[GuidelineMatchingContext, Any], Given[GuidelineMatch]]
"""An author's own code that decides whether a guideline applies.

It is given the guideline as a value, which reads like the handle of the same name; either annotation will do.
"""


class MatchingStrategy(Protocol):
    """An author's own code that judges a group of guidelines at once, such as a trained classifier."""

    def match(
        self, context: GuidelineMatchingContext, guidelines: Sequence[Guideline], /
    ) -> Given[Iterable[GuidelineMatch]]:
        """What is to be said of these guidelines; one that is left out does not apply."""
        ...


StrategyFunction: TypeAlias = Callable[[GuidelineMatchingContext, Sequence[Guideline]], Given[Iterable[GuidelineMatch]]]
Strategy: TypeAlias = MatchingStrategy | StrategyFunction
"""An author's own way to judge a group of guidelines: an object with `match`, or such a function by itself."""
