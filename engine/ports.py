"""What the engine needs of the world, in its own types. Adapters implement these; tests pass fakes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from .domain.ask import Ask, Reply
from .domain.session import Customer, Event, Session
from .domain.tool import Tool, ToolResult
from .domain.values import JSON


class LLM(Protocol):
    """A model, whoever it is."""

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask. Raises ModelError when no answer can be had; never judges whether the answer is good."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolInvocation:
    """A tool that is about to be called: validated arguments, and who it is called for."""

    tool: Tool
    arguments: Mapping[str, JSON]
    session: Session
    ordinal: int = 1
    """1 for the first call of this tool with these arguments in the session."""
    variables: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    agent_name: str = ""
    agent_id: str = ""
    now: datetime | None = field(default=None, compare=False)
    """What the engine's clock says."""

    @property
    def customer(self) -> Customer:
        """The customer it is called for."""
        return self.session.customer


class ToolRunner(Protocol):
    """Something that can run tools: functions in this process, a service, or stand-ins."""

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """Run a tool. What the tool raises is given back as a failed result, never raised."""
        ...


class EventSink(Protocol):
    """Someone who wants to see the events of a turn as they happen."""

    async def emit(self, event: Event, /) -> None:
        """Take an event; its offset and trace id are set."""
        ...


class Clock(Protocol):
    """The engine's notion of now."""

    def now(self) -> datetime:
        """The present moment, with a time zone."""
        ...


class SessionStore(Protocol):
    """Where sessions are kept between turns."""

    async def load(self, session_id: str, /) -> Session | None:
        """The session of that id, None where it is not known."""
        ...

    async def save(self, session: Session, /) -> None:
        """Keep a session, over what was kept before."""
        ...
