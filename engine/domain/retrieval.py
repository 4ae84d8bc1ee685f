"""What a retriever is told of the conversation it looks things up for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .agent import AgentDefinition
from .session import Customer, Session
from .tool_context import Interaction, interaction_in
from .values import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrieverContext:
    """Who is being served, and in what conversation."""

    agent: AgentDefinition
    session: Session
    variables: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """Values in force for this customer, by name."""
    now: datetime | None = field(default=None, compare=False)
    """What the engine's clock says."""

    @property
    def customer(self) -> Customer:
        """Who the agent talks to."""
        return self.session.customer

    @property
    def interaction(self) -> Interaction:
        """What was said so far."""
        return interaction_in(self.session.events)
