"""The page of a scenario as frozen values: the conversation and, beside each turn, what was decided."""

from dataclasses import dataclass
from typing import Literal

from .pieces import Fact, Mark, Ranked, Strip, Table

Speaker = Literal["customer", "agent", "operator", "system", "front end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """An expectation and what became of it."""

    words: str
    mark: Mark
    explanation: str = ""
    place: str = ""
    turn: int | None = None
    anchor: str = ""
    """Where the turn is that it is about."""

    @property
    def met(self) -> bool:
        """Whether it passed, so that its words may wait until somebody asks."""
        return self.mark.tone == "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """Something said, or seen on the timeline."""

    speaker: Speaker
    name: str
    text: str
    note: str = ""

    @property
    def long(self) -> bool:
        """Whether it is shown in a box that scrolls."""
        return len(self.text) > 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A guideline, journey, state or response, what became of it, and why."""

    id: str
    mark: Mark
    why: str = ""
    words: str = ""
    """Its condition and action, where its definition is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """How a journey moved."""

    journey: str
    word: str
    way: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRow:
    """A call that was made, or considered and not made."""

    tool: str
    mark: Mark
    arguments: str
    result: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """How a reply came about."""

    mode: str
    draft: str
    chosen: str
    note: str
    considered: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPage:
    """What the engine decided in a turn."""

    anchor: str
    number: int
    summary: str
    failure: str = ""
    notes: tuple[str, ...] = ()
    checks: tuple[CheckRow, ...] = ()
    fired: tuple[Decided, ...] = ()
    dropped: tuple[Decided, ...] = ()
    unmatched: tuple[Decided, ...] = ()
    positions: tuple[Fact, ...] = ()
    moves: tuple[MoveRow, ...] = ()
    tools: tuple[ToolRow, ...] = ()
    insights: tuple[Decided, ...] = ()
    draft: Draft | None = None
    context: tuple[Fact, ...] = ()
    asks: Table | None = None
    asks_sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What was said up to the agent's turn, the turn, and what the agent said in it."""

    before: tuple[Bubble, ...] = ()
    turn: TurnPage | None = None
    replies: tuple[Bubble, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPage:
    """One trial of one scenario, from first to last word."""

    anchor: str
    suite: str
    name: str
    mark: Mark
    explanation: str
    remedy: str
    notice: str
    facts: tuple[Fact, ...]
    checks: tuple[CheckRow, ...]
    exchanges: tuple[Exchange, ...]
    earlier: Ranked | None = None
    later: Ranked | None = None
    strip: Strip | None = None
