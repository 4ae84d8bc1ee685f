"""What every decision may know: who talks to whom, about what, and what was said and done so far."""

from dataclasses import dataclass
from typing import Literal

from .knowledge import Term
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
