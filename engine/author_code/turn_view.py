"""A turn as authors' code sees it, in whichever words it asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..domain.journey import Journey, Path
from ..domain.tool import ToolCall
from ..domain.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """The turn as far as it got: where its journeys are, and what was called."""

    turn: Turn

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
