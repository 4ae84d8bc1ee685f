"""The small things that pages are made of: marks, figures, facts, tables and places for charts."""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "bad", "unsure", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A verdict or state, told by symbol and word; the tone only colours it."""

    symbol: str
    word: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A figure as it is read, and as a column is sorted by it."""

    text: str
    value: float = 0.0
    anchor: str = ""
    """Where it leads; empty where it is no link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A named fact in a list of facts."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Names and figures in columns; `texts` says how many of the first columns are words."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Amount, ...], ...]
    total: tuple[Amount, ...] = ()
    """The last row, which stays where it is when the others are sorted."""
    texts: int = 1
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A place where a chart is drawn, with what it shows in a sentence for those who do not see it."""

    id: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A run in a strip: its symbol, and what became of it there."""

    mark: Mark
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """What became of a scenario run by run, oldest first, and the same in a sentence."""

    cells: tuple[Cell, ...]
    sentence: str
    took: str = ""
    """How cost and time went over the same runs, in a sentence; empty where nobody measured either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A place in a short list of the most of something."""

    anchor: str
    name: str
    text: str
