"""What a retriever is told of the conversation it looks things up for."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from .agent import AgentDefinition
from .current import current_part
from .session import Customer, Session
from .tool_context import Interaction, interaction_in
from .values import JSON


class Logger(Protocol):
    """Who writes lines to a log."""

    def debug(self, message: str, /) -> None:
        """Say how something was decided."""
        ...

    def info(self, message: str, /) -> None:
        """Say that something happened."""
        ...

    def warning(self, message: str, /) -> None:
        """Say that something went wrong and the turn goes on."""
        ...

    def error(self, message: str, /) -> None:
        """Say that something broke."""
        ...

    def critical(self, message: str, /) -> None:
        """Say that nothing works any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrieverContext:
    """Who is being served, and in what conversation."""

    agent: AgentDefinition
    session: Session
    variables: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """Values in force for this customer, by name."""
    now: datetime | None = field(default=None, compare=False)
    """What the engine's clock says."""
    logger: Logger = field(default_factory=lambda: logging.getLogger("understudy"), compare=False, repr=False)
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
