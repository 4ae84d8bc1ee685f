"""What a turn gave to whoever talks to an agent."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..domain.session import Event
from ..domain.trace import OutcomeKind, Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """What one turn gave. Everything in it is read from the trace."""

    trace: Trace
    events: tuple[Event, ...]
    """The events of the turn, the customer's messages included."""

    @property
    def reply(self) -> str:
        """All that the agent said, as one text; empty when it said nothing."""
        return self.trace.reply

    @property
    def text(self) -> str:
        """The same as `reply`."""
        return self.trace.reply

    @property
    def fired(self) -> tuple[str, ...]:
        """Ids of the guidelines that held."""
        return self.trace.fired

    @property
    def active_guidelines(self) -> tuple[str, ...]:
        """The same as `fired`."""
        return self.trace.fired

    @property
    def dropped(self) -> Mapping[str, OutcomeKind]:
        """Ids of the guidelines that matched and gave way, with the kind of reason."""
        return self.trace.dropped

    @property
    def tool_calls(self) -> tuple[str, ...]:
        """Names of the tools called, in order."""
        return self.trace.tools_called

    @property
    def journeys(self) -> Mapping[str, str | None]:
        """The active journeys, with the state each stood in."""
        return self.trace.active_journeys

    @property
    def was_superseded(self) -> bool:
        """Whether the customer said more before the reply had begun to go out, so that the turn was given up."""
        return "cancelled" in self.trace.statuses
