"""What every decision may know: who talks to whom, about what, and what was said and done so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .example import Example
from .knowledge import Capability, Retrieved, Term
from .sensitive import Masking
from .session import Fact
from .tool import ToolCall
from .values import JSON

Speaker = Literal["customer", "agent", "operator", "tool", "system", "frontend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the conversation as a prompt shows it."""

    speaker: Speaker
    text: str
    call: ToolCall | None = None
    """The call that a line of the speaker "tool" reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVariable:
    """A variable with the value in force for this customer."""

    name: str
    description: str
    value: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What every decision may know: who talks to whom, about what, and what was said and done so far."""

    agent_name: str
    agent_description: str
    customer_name: str
    terms: tuple[Term, ...] = ()
    variables: tuple[KnownVariable, ...] = ()
    conversation: tuple[Line, ...] = ()
    """Everything up to and including the customer's newest messages."""
    calls: tuple[ToolCall, ...] = ()
    """What tools were called for since then, in this very turn."""
    retrieved: tuple[Retrieved, ...] = ()
    """What was looked up for this turn's reply."""
    preferences: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """How the customer likes things to be."""
    capabilities: tuple[Capability, ...] = ()
    """What the agent could offer, the nearest to what is being said first."""
    earlier: tuple[str, ...] = ()
    """What earlier conversations with this customer were about."""
    summary: str = ""
    """What stands for the older part of this conversation."""
    facts: tuple[Fact, ...] = ()
    """What was found in it that must not be forgotten."""
    important: tuple[str, ...] = ()
    """Sentences that must not be forgotten."""
    extra: tuple[tuple[str, str], ...] = ()
    """Sections that authors' hooks added to the prompts of this turn: names and texts."""
    examples: tuple[Example, ...] = field(default=(), compare=False)
    """What the author added to decisions' examples. They belong to the question and not to its facts."""
    masking: Masking | None = None
    """What prompts must not hold, where anything was declared sensitive."""
    now: str | None = None
    """The engine's clock, only for agents that asked to know it."""

    @property
    def newest(self) -> tuple[str, ...]:
        """The customer's messages that nobody answered yet; the last ones, where everything was answered."""
        newest: list[str] = []
        for line in reversed(self.conversation):
            if line.speaker == "customer":
                newest.append(line.text)
            elif newest and line.speaker in ("agent", "operator"):
                break
        return tuple(reversed(newest))
