"""What each decision is decided from: the facts behind its prompt, from which rules can work out an answer too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .journey import Path, StateKind
from .modes import Criticality
from .onlooking_facts import CustomerFacts as CustomerFacts
from .onlooking_facts import JudgeFacts as JudgeFacts
from .situation import KnownVariable as KnownVariable
from .situation import Line as Line
from .situation import Situation as Situation
from .situation import Speaker as Speaker
from .summary_facts import SummaryFacts as SummaryFacts
from .tool import Tool
from .values import JSON
from .wording_facts import AnalysisFacts as AnalysisFacts
from .wording_facts import DraftFacts as DraftFacts
from .wording_facts import FieldFacts as FieldFacts
from .wording_facts import FollowUpFacts as FollowUpFacts
from .wording_facts import Instruction as Instruction
from .wording_facts import PreambleFacts as PreambleFacts
from .wording_facts import RecomposeFacts as RecomposeFacts
from .wording_facts import ResponseCandidate as ResponseCandidate
from .wording_facts import SelectionFacts as SelectionFacts

CheckKind = Literal["observation", "actionable", "continuous", "applied", "customer_dependent", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineCandidate:
    """A guideline whose condition is to be judged."""

    id: str
    kind: CheckKind
    condition: str
    action: str = ""
    description: str = ""
    criticality: Criticality = Criticality.MEDIUM
    customer_part: str = ""
    """What the customer must do before the action is complete; only for one that depends on the customer."""
    tools_for: str = ""
    """What its tools are for; only for one without an action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFacts:
    """Which of these guidelines apply now?"""

    situation: Situation
    candidates: tuple[GuidelineCandidate, ...]
    elsewhere: tuple[str, ...] = field(default=(), compare=False)
    """What else the agent deals with, in its author's words: rules that know no meaning tell by it what is off topic.

    No prompt shows it, so two facts are equal whatever it is.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleMeaning:
    """A guideline or journey that the customer may mean."""

    id: str
    when: str
    """Its condition, or what triggers it."""
    then: str = ""
    """Its action, or its title and description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbiguityView:
    """An observation that found it unclear what the customer means, and what may be meant."""

    id: str
    condition: str
    meanings: tuple[PossibleMeaning, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbiguityFacts:
    """Is it really unclear what the customer means, and between what?"""

    situation: Situation
    ambiguities: tuple[AmbiguityView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyCandidate:
    """A guideline of which something is to be known before it is used."""

    id: str
    condition: str = ""
    action: str = ""
    description: str = ""
    tools: tuple[str, ...] = ()
    """The tools that it brings in place of an action, each with what it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyFacts:
    """What kind of rules are these? Asked of an agent's guidelines once, apart from any conversation."""

    situation: Situation
    """Of which only the agent is filled in."""
    candidates: tuple[PropertyCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateView:
    """A state as a prompt shows it."""

    id: str
    kind: StateKind
    action: str = ""
    tools: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A state that may come next, the conditions on the way there, and the states passed over."""

    target: str
    conditions: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    """States between, in order: each a fork, or a chat state whose purpose must already be met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyView:
    """A journey whose next step is to be decided."""

    id: str
    title: str
    description: str
    current: str
    """The state it stands in: "root" when it has not begun."""
    path: Path
    states: tuple[StateView, ...]
    """The current state, those near it and those visited; not always the whole graph."""
    steps: tuple[Step, ...]
    """Where it may go from here, nearest first."""
    visited: tuple[str, ...] = ()
    """States of this run, before the current one, to which it may go back."""
    starts: tuple[Step, ...] = ()
    """How a new run may begin; empty where the journey has not been under way."""
    entered_now: bool = False
    """Whether one of its triggers holds in this turn while it was not running."""
    went_back: bool = False
    """Whether it went back to the current state in this turn, for a correction that may hold the new answer."""
    waits: bool = False
    """Whether it stands in a tool state whose tool has not run yet."""
    may_stay: bool = True
    over: bool = False
    """Whether its last run is over (completed or left) and it could be taken up again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyFacts:
    """Where does each of these journeys go now?"""

    situation: Situation
    journeys: tuple[JourneyView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOffer:
    """A tool that may be called, the reasons for which it is offered, and the arguments that are already fixed."""

    tool: Tool
    reasons: tuple[str, ...]
    """In words: conditions and actions of the guidelines, actions of the states."""
    fixed: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    must_run: bool = False
    """Whether a journey stands in a state whose purpose is to run it."""
    at_hand: bool = False
    """Whether nothing calls for it but that the agent may use it whenever it helps."""
    overlaps: tuple[str, ...] = ()
    """Other tools of the same ask that do nearly the same: of them all the best one is to be chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFacts:
    """Which of these tools are to be called now, and with what?"""

    situation: Situation
    offers: tuple[ToolOffer, ...]
    others: tuple[Tool, ...] = ()
    """Tools that are decided elsewhere at the same time, for one that wants to be told of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsequentialFacts:
    """Is this tool, whose effects are hard to undo, to be called now, and who gave each of its values?"""

    situation: Situation
    offers: tuple[ToolOffer, ...]
    """One tool, or several that do nearly the same."""
    others: tuple[Tool, ...] = ()
    """Tools that are decided elsewhere at the same time, for one that wants to be told of them."""


Facts: TypeAlias = (
    MatchFacts
    | AmbiguityFacts
    | JourneyFacts
    | ToolFacts
    | ConsequentialFacts
    | DraftFacts
    | SelectionFacts
    | RecomposeFacts
    | FieldFacts
    | FollowUpFacts
    | PreambleFacts
    | AnalysisFacts
    | PropertyFacts
    | SummaryFacts
    | JudgeFacts
    | CustomerFacts
)
