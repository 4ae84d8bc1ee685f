"""The record of a turn: every decision, drop, call and reply, with times standing apart.

Assertions, coverage, diffs, reports and logs are read from it. Two traces are equal when the same was decided,
whenever and however fast that was: `timing` takes no part in equality.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .asked import AskMade, AskTime
from .journey import Path
from .modes import CompositionMode
from .session import AgentState
from .tool import Insight, Permission, ToolCall
from .trace_code import HookRan as HookRan
from .trace_code import PlanTrace as PlanTrace
from .trace_context import ContextTrace
from .trace_matching import CheckMethod as CheckMethod
from .trace_matching import GuidelineCheck as GuidelineCheck
from .values import JSON

OutcomeKind = Literal[
    "kept",
    "entailed",
    "unmet_dependency",
    "unmet_any_dependency",
    "lower_priority",
    "outranked",
    "inactive_journey",
    "disambiguated",
]
"""kept and entailed stay; the rest are dropped: a dependency does not hold, a relation of priority or exclusion lost
(`lower_priority`), a smaller priority number (`outranked`), a journey that is not active, or a question is asked first.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionOutcome:
    """What became of a matched (or entailed) guideline or an active journey, and why."""

    round: int
    kind: Literal["guideline", "journey"]
    id: str
    outcome: OutcomeKind
    relationship: str = ""
    """The relationship behind it, in words; empty where none was."""
    counterparts: tuple[str, ...] = ()
    """Ids of the guidelines, journeys or tags on the other side of it."""

    @property
    def stays(self) -> bool:
        """Whether it takes part in the turn."""
        return self.outcome in ("kept", "entailed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarification:
    """A question put first, as it was unclear what the customer means: `head` found that out, `guideline` asks."""

    round: int
    head: str
    targets: tuple[str, ...]
    """Ids of the guidelines and journeys that may be meant, in order of declaration."""
    set_aside: tuple[str, ...]
    """Ids of the guidelines that had matched and wait for the answer, the head among them."""
    guideline: str
    question: str
    ask: str


MoveKind = Literal["started", "advanced", "skipped", "stayed", "backtracked", "restarted", "completed", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyMove:
    """How a journey moved in a round: from a state, over others, to a state."""

    round: int
    journey: str
    move: MoveKind
    origin: str | None
    target: str | None
    via: tuple[str, ...] = ()
    rationale: str = ""
    ask: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPosition:
    """Where a journey stood when the turn was over."""

    journey: str
    active: bool
    state: str | None
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedCall:
    """A call that was considered and not made."""

    round: int
    tool: str
    arguments: Mapping[str, JSON]
    reason: str
    ask: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOffered:
    """A tool that was offered in a round, and by what."""

    round: int
    tool: str
    because: tuple[str, ...]
    permission: Permission = "read"
    """The level that calling it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolWithheld:
    """A tool that was called for in a round and not offered, because this agent may not call it here."""

    round: int
    tool: str
    because: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseConsidered:
    """A canned response and what became of it: "chosen", "offered", or the reason for which it could not be."""

    id: str
    fate: str


Quality = Literal["none", "low", "partial", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """How the reply came about."""

    mode: CompositionMode
    draft: str | None = None
    considered: tuple[ResponseConsidered, ...] = ()
    chosen: str | None = None
    quality: Quality | None = None
    no_match: bool = False
    reworded: str | None = None
    """The draft after the style of the canned responses, where the mode asks for that."""
    follow_up: str | None = None
    """The canned response that was sent after the reply, for what the reply left unsaid."""
    streamed: bool = False
    """Whether the draft was shown while it was being written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message that the agent sent."""

    text: str
    canned: str | None = None
    tool: str | None = None
    """The tool, hook, handler or plan that said it: a text of its author's, not the model's nor the engine's."""


FailureKind = Literal["undecided", "model_unavailable", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a turn ended in an error: the engine stayed undecided, no model could be reached, or something broke."""

    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Everything about a turn that may differ between two runs of the same decisions. Seconds."""

    total: float = 0.0
    first_message: float | None = None
    stages: tuple[tuple[str, float], ...] = ()
    asks: tuple[AskTime, ...] = ()
    tools: tuple[tuple[str, float], ...] = ()
    """Seconds by id of the tool call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What happened in one turn, and why."""

    trace_id: str
    turn: int
    """1 for the first turn of a session."""
    rounds: int = 0
    checks: tuple[GuidelineCheck, ...] = ()
    resolutions: tuple[ResolutionOutcome, ...] = ()
    clarifications: tuple[Clarification, ...] = ()
    moves: tuple[JourneyMove, ...] = ()
    journeys: tuple[JourneyPosition, ...] = ()
    offered: tuple[ToolOffered, ...] = ()
    withheld: tuple[ToolWithheld, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    rejected: tuple[RejectedCall, ...] = ()
    insights: tuple[Insight, ...] = ()
    terms: tuple[str, ...] = ()
    variables: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    context: ContextTrace = ContextTrace()
    composition: Composition | None = None
    preamble: str | None = None
    """The sign of life that was sent first; it is also the first of what was said."""
    said: tuple[Said, ...] = ()
    followed: tuple[str, ...] = ()
    """Guidelines that response analysis found fulfilled."""
    not_followed: tuple[str, ...] = ()
    followed_in_part: tuple[str, ...] = ()
    """Of those fulfilled, the ones whose tone or manner was missing."""
    asks: tuple[AskMade, ...] = ()
    hooks: tuple[HookRan, ...] = ()
    """The hooks that were called, in order."""
    bailed: str | None = None
    """The point at which a hook ended the turn without a reply."""
    plan: PlanTrace | None = None
    """None where the agent has no planner."""
    statuses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What went wrong without ending the turn."""
    failure: Failure | None = None
    state: AgentState = AgentState()
    timing: Timing = field(default=Timing(), compare=False)

    @property
    def fired(self) -> tuple[str, ...]:
        """Guidelines matched or entailed and kept when relationships were last resolved."""
        return tuple(outcome.id for outcome in self._last_outcomes() if outcome.stays)

    @property
    def dropped(self) -> Mapping[str, OutcomeKind]:
        """Guidelines matched or entailed but not kept when they were last resolved, with the kind of reason."""
        return {outcome.id: outcome.outcome for outcome in self._last_outcomes() if not outcome.stays}

    @property
    def considered(self) -> tuple[str, ...]:
        """Guidelines that were looked at, each once."""
        return tuple(dict.fromkeys(check.guideline for check in self.checks))

    @property
    def tools_called(self) -> tuple[str, ...]:
        """The tools that were called, in order, once for each call."""
        return tuple(call.tool for call in self.calls)

    @property
    def reply(self) -> str:
        """All that the agent said, as one text."""
        return "\n\n".join(said.text for said in self.said)

    @property
    def active_journeys(self) -> Mapping[str, str | None]:
        """Journeys active in this turn, with the state each stood in at its end."""
        return {at.journey: at.state for at in self.journeys if at.active}

    def summary(self) -> dict[str, JSON]:
        """The turn at a glance, as JSON: which guidelines held, what was said of the prepared, which tools ran.

        Keys: `turn`, `matched_guidelines` (a list of `{"id"}`), `canned_response` (an id or None), `tools_called`, and
        `timing`, which alone may differ between two runs of the same decisions: `{"latency_ms"}`.
        """
        return {
            "turn": self.turn,
            "matched_guidelines": [{"id": guideline} for guideline in self.fired],
            "canned_response": self.composition.chosen if self.composition else None,
            "tools_called": list(self.tools_called),
            "timing": {"latency_ms": round(self.timing.total * 1000)},
        }

    def _last_outcomes(self) -> tuple[ResolutionOutcome, ...]:
        """What became of guidelines in the last round; in the last one that got that far where the turn failed."""
        last = max((outcome.round for outcome in self.resolutions), default=0)
        if self.failure is None:  # nothing may be left in the last round, which is an outcome too
            last = max(last, self.rounds)
        return tuple(item for item in self.resolutions if item.kind == "guideline" and item.round == last)
