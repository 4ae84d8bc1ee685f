"""The pages of a report as frozen values: everything counted and worded, so that templates only set it in type."""

from dataclasses import dataclass

from .pieces import Amount, Chart, Fact, Mark, Ranked, Table
from .scenario_page import ScenarioPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure that stands large on the overview."""

    name: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One run on the charts of trends."""

    name: str
    started: str
    pass_rate: float | None
    """Shares; None where nothing passed or failed."""
    low: float
    high: float
    asks: int
    prompt_tokens: int
    answer_tokens: int
    cost: float
    turn_p50: float | None
    turn_p95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The last runs, for charts and as a table."""

    points: tuple[TrendPoint, ...]
    charts: tuple[Chart, ...]
    table: Table
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A scenario that needs somebody's attention: what happened, and what to do."""

    anchor: str
    name: str
    mark: Mark
    lines: tuple[Fact, ...]
    """What was expected, empty where that is not the point, with what happened."""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRow:
    """A scenario (or one trial of it) in the table of all."""

    anchor: str
    name: str
    mark: Mark
    tags: tuple[str, ...]
    answered_by: str
    figures: tuple[Amount, ...]
    """Turns, asks, tokens, cost, seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRows:
    """The scenarios of a suite."""

    suite: str
    sentence: str
    rows: tuple[ScenarioRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The page that says how it went."""

    sentence: str
    mark: Mark
    notice: str
    """Where answers came from, if that bounds what they prove."""
    facts: tuple[Fact, ...]
    tiles: tuple[Tile, ...]
    failures: tuple[Concern, ...]
    inconclusive: tuple[Concern, ...]
    unsteady: tuple[Concern, ...]
    slowest: tuple[Ranked, ...]
    dearest: tuple[Ranked, ...]
    suites: tuple[SuiteRows, ...]
    trend: Trend


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A state drawn as a box; x and y are its middle."""

    x: float
    y: float
    name: str
    label: str
    note: str
    visited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A transition drawn as a curve."""

    path: str
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A journey's graph, laid out."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPage:
    """A journey: how far it was walked."""

    id: str
    title: str
    sentence: str
    states: Table
    transitions: Table | None = None
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPage:
    """What became of the parts of one agent over all scenarios that played it."""

    anchor: str
    name: str
    sentence: str
    guidelines: Table
    journeys: tuple[JourneyPage, ...]
    tools: Table
    coverage: Table
    missed: tuple[Fact, ...]
    """What no scenario exercised, by kind; empty where the definition is not known or all was exercised."""
    defined: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionUse:
    """The tokens that a decision took, for its chart."""

    decision: str
    prompt_tokens: int
    answer_tokens: int
    prompt_characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AsksPage:
    """What was asked of models, by decision."""

    sentence: str
    table: Table
    uses: tuple[DecisionUse, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All pages of a report."""

    title: str
    made_by: str
    overview: Overview
    scenarios: tuple[ScenarioPage, ...]
    agents: tuple[AgentPage, ...]
    asks: AsksPage
