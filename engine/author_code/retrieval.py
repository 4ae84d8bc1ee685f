"""What a retriever is told of the conversation it looks things up for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..domain.agent import AgentDefinition
from ..domain.current import current_part
from ..domain.session import Customer, Session
from ..domain.tool_context import Interaction, interaction_in
from ..domain.values import JSON
from ..logs import EngineLogger


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrieverContext:
    """Who is being served, and in what conversation."""

    agent: AgentDefinition
    session: Session
    variables: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """Values in force for this customer, by name."""
    now: datetime | None = field(default=None, compare=False)
    """What the engine's clock says."""
    logger: EngineLogger = field(default_factory=EngineLogger, compare=False, repr=False)
    """The engine's logger; in a turn its lines carry the turn's trace id."""

    @property
    def server(self) -> Any:
        """The server that the agent was declared on; None where it was declared on none."""
        return current_part("server")

    @property
    def customer(self) -> Customer:
        """Who the agent talks to."""
        return self.session.customer

    @property
    def interaction(self) -> Interaction:
        """What was said so far."""
        return interaction_in(self.session.events)
