"""What a tool is told of the conversation it is called in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .session import Customer, MessageEvent
from .values import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What was said so far."""

    messages: tuple[MessageEvent, ...] = ()

    @property
    def last_customer_message(self) -> MessageEvent | None:
        """The newest message of the customer."""
        return next((message for message in reversed(self.messages) if message.source == "customer"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """Who a tool is called for, and in what conversation."""

    agent_id: str = ""
    agent_name: str = ""
    session_id: str = ""
    customer: Customer = Customer()
    interaction: Interaction = Interaction()
    variables: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """Values in force for this customer, by name."""
    now: datetime | None = None
    """What the engine's clock says; None where there is no clock."""
    plugin_data: Mapping[str, object] = field(default_factory=dict[str, object])
    """What the program that offers the tools gave them to share."""
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """The session's metadata."""

    @property
    def customer_id(self) -> str:
        """The customer's id: take it from here, never from an argument that a model wrote."""
        return self.customer.id

    @property
    def customer_tags(self) -> tuple[str, ...]:
        """The customer's tags."""
        return self.customer.tags


CONTEXT_NAMES = ("context", "ctx", "c")


def is_context(annotation: object) -> bool:
    """Whether an annotation, or its text, stands for the context of a tool."""
    if isinstance(annotation, str):
        return annotation.strip("\"' ").rpartition(".")[2] == ToolContext.__name__
    return annotation is ToolContext
