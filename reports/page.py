"""The pages of a report as frozen values: everything counted and worded, so that templates only set it in type."""

from dataclasses import dataclass
from typing import Literal

from .diff_page import Changes, DiffPage
from .pieces import Amount, Chart, Fact, Mark, Ranked, Strip, Table
from .scenario_page import ScenarioPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure that stands large on the overview."""

    name: str
    text: str
    note: str = ""
    source: str = ""
    """Where the answers came from that it counts; empty where that says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One run on the charts of trends."""

    name: str
    started: str
    source: str
    """Where its answers came from: live, replayed, mixed, offline and so on."""
    pass_rate: float | None
    """Shares; None where nothing passed or failed."""
    low: float
    high: float
    asks: int
    prompt_tokens: int
    answer_tokens: int
    cost: float
    scenario_cost: float | None
    """What a scenario cost on average, USD; None where nothing had a price."""
    scenario_seconds: float | None
    """How long a scenario took on average, all of its trials together; None where nobody measured it."""
    turn_p50: float | None
    turn_p95: float | None
    turn_p99: float | None
    changed: int | None
    """Scenarios that decided otherwise than in the run before; None where there was none to compare with."""
    coverage: float | None
    """A share; None where nothing is defined."""


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
    strip: Strip | None = None


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
    changes: Changes | None = None
    """What changed since the run that it is compared with; None where there is none."""
    trials: tuple[Table, ...] = ()
    """How scenarios with several trials went: the flaky ones, then the others."""


Way = Literal["passed", "unproven", "never"]
"""How far something was walked: in scenarios that passed, only in others, or by none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A state drawn as a box; x and y are its middle."""

    x: float
    y: float
    left: float
    top: float
    name_y: float
    """Where its name stands."""
    note_y: float
    name: str
    label: str
    note: str
    way: Way
    heat: int
    """How often it was visited beside the other states: 0 for never, 4 for the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A transition drawn as a curve."""

    path: str
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A journey's graph, laid out."""

    width: float
    height: float
    box_width: float
    box_height: float
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
class EditedParts:
    """What was edited of an agent since another run, and whether scenarios exercise it."""

    sentence: str
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPage:
    """What became of the parts of one agent over all scenarios that played it."""

    anchor: str
    """The fragment of its behaviour."""
    coverage_anchor: str
    name: str
    sentence: str
    guidelines: Table
    journeys: tuple[JourneyPage, ...]
    tools: Table
    coverage: Table
    missed: tuple[Fact, ...]
    """What no scenario exercised, by kind; empty where the definition is not known or all was exercised."""
    defined: bool = True
    over_runs: tuple[Table, ...] = ()
    """Guidelines, journeys and tools over all runs that are stored."""
    edited: EditedParts | None = None
    """Diff coverage; None where there is no run to compare with, or the agent is not in it."""


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
    ages: Table | None = None
    """How old the recordings are that were served, by suite; None where none was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyPoint:
    """One run on a chart of latency, seconds."""

    name: str
    started: str
    source: str
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long one thing took, over runs."""

    chart: Chart
    target: float | None
    """The guide line, seconds; None where there is none."""
    points: tuple[LatencyPoint, ...]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyPage:
    """How long things took in this run, and over runs."""

    sentence: str
    table: Table
    timings: tuple[Timing, ...] = ()
    stages: tuple[Timing, ...] = ()
    """The other stages of a turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSection:
    """A section of somebody's own."""

    title: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All pages of a report."""

    title: str
    made_by: str
    overview: Overview
    scenarios: tuple[ScenarioPage, ...]
    agents: tuple[AgentPage, ...]
    asks: AsksPage
    latency: LatencyPage
    diff: DiffPage
    sections: tuple[OwnSection, ...] = ()
    """What plugins and conftest.py files added."""
